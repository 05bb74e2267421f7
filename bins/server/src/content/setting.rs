//! What the owner's setting `PROVIDER` means (contract qexo, 5.1), and whether the operator allows
//! it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use inkstone_content::{ContentPath, Layout};
use inkstone_gitstore::Forge;
use inkstone_settings::OutsideService;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::config;

/// Where a blog is, and how it is laid out.
#[derive(Clone, Debug)]
pub struct ProviderSetting {
    /// The name of the provider, such as `github`.
    pub name: String,
    /// Where its files are.
    pub place: Place,
    /// What they are.
    pub layout: Layout,
}

/// Where the files of a blog are.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a directory of this machine.
    Directory {
        /// Inside one of the operator's roots.
        root: PathBuf,
        /// What runs there after a change.
        build: Option<String>,
    },
    /// In a Git repository.
    Repository(Repository),
}

/// A Git repository.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its address, without credentials.
    pub url: String,
    /// Who we are there, where a token alone does not say it.
    pub username: Option<String>,
    /// The password or token that goes with it.
    pub token: Option<SecretString>,
    /// The branch.
    pub branch: String,
    /// The directory of the blog, empty for the root.
    pub directory: String,
    /// Where webhooks can be made.
    pub host: Option<Host>,
}

impl Repository {
    /// Whether it is reached by ssh.
    pub fn is_ssh(&self) -> bool {
        !self.url.starts_with('/') && !self.url.starts_with("http")
    }
}

/// A host of repositories that can be asked for webhooks.
#[derive(Clone, Debug)]
pub struct Host {
    /// What it runs.
    pub forge: Forge,
    /// Its address; that of its API for GitHub.
    pub base: Url,
    /// The repository, `owner/name`.
    pub repository: String,
}

/// Why the setting is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingProblem {
    /// There is no such provider.
    #[error("there is no provider of this name; there are 本地, github, gitlab, gitea and git")]
    UnknownProvider,
    /// A parameter is missing or makes no sense.
    #[error("parameter {0} is missing or makes no sense")]
    Parameter(&'static str),
    /// The layout is not known.
    #[error("config names no layout that is known; there are {0}")]
    UnknownLayout(String),
    /// A place on this machine that the operator has not opened.
    #[error("it is on the server's machine, outside of content.local_roots: the operator decides")]
    OutsideRoots,
    /// The place is there, and the site is not.
    #[error("there is no site of this layout: no _config.yml and no package.json")]
    NoSite,
    /// A command, which the operator has not allowed.
    #[error("auto needs content.build_commands: the operator decides whether commands may run")]
    CommandsOff,
}

/// The branch where the setting names none.
const USUAL_BRANCH: &str = "main";

/// The name that Qexo has for a directory of the machine.
pub(super) const LOCAL: &str = "本地";

impl ProviderSetting {
    /// Reads the owner's setting.
    pub fn read(
        service: &OutsideService,
        config: &config::Content,
        layouts: &[Layout],
    ) -> Result<Self, SettingProblem> {
        let params = Params(&service.params);
        let place = match service.name.as_str() {
            LOCAL => directory(&params, config)?,
            "github" => Place::Repository(github(&params, config)?),
            "gitlab" => Place::Repository(hosted(&params, Forge::GitLab, &config.gitlab_url)?),
            "gitea" => Place::Repository(hosted(&params, Forge::Gitea, &config.gitea_url)?),
            "git" => Place::Repository(plain(&params, config)?),
            _ => return Err(SettingProblem::UnknownProvider),
        };
        let layout = layout(&params.text("config")?, layouts)?;
        let layout = match place {
            Place::Directory { .. } => layout,
            Place::Repository(_) => layout.with_deep_pages(),
        };
        Ok(Self { name: service.name.clone(), place, layout })
    }
}

fn layout(name: &str, layouts: &[Layout]) -> Result<Layout, SettingProblem> {
    let found = layouts.iter().find(|layout| layout.name == name);
    found.cloned().ok_or_else(|| {
        let names: Vec<_> = layouts.iter().map(|layout| layout.name.as_str()).collect();
        SettingProblem::UnknownLayout(names.join(", "))
    })
}

fn directory(params: &Params<'_>, config: &config::Content) -> Result<Place, SettingProblem> {
    let root = inside_roots(Path::new(params.text("path")?.trim()), config)?;
    let build = Some(params.text("auto")?).filter(|command| !command.trim().is_empty());
    if build.is_some() && !config.build_commands {
        return Err(SettingProblem::CommandsOff);
    }
    Ok(Place::Directory { root, build })
}

fn github(params: &Params<'_>, config: &config::Content) -> Result<Repository, SettingProblem> {
    let base = config.github_api_url.clone();
    let host = |repository| Host { forge: Forge::GitHub, base, repository };
    repository(params, &config.github_url, host)
}

/// A host that the owner may name.
fn hosted(params: &Params<'_>, forge: Forge, usual: &Url) -> Result<Repository, SettingProblem> {
    let base = match params.text("url")?.trim() {
        "" => usual.clone(),
        text => web_address(text).ok_or(SettingProblem::Parameter("url"))?,
    };
    repository(params, &base, |repository| Host { forge, base: base.clone(), repository })
}

fn repository(
    params: &Params<'_>,
    base: &Url,
    host: impl FnOnce(String) -> Host,
) -> Result<Repository, SettingProblem> {
    let name = params.text("repo")?;
    let name = name.trim().trim_matches('/');
    let segments: Vec<_> = name.split('/').collect();
    if segments.len() < 2 || !segments.iter().all(|segment| is_name(segment)) {
        return Err(SettingProblem::Parameter("repo"));
    }
    let name = name.trim_end_matches(".git").to_owned();
    Ok(Repository {
        url: below(base, &format!("{name}.git")).into(),
        username: None,
        token: params.secret("token")?,
        branch: params.branch()?,
        directory: params.directory()?,
        host: Some(host(name)),
    })
}

/// Any repository that Git reaches, by its address.
fn plain(params: &Params<'_>, config: &config::Content) -> Result<Repository, SettingProblem> {
    let text = params.text("url")?;
    let text = text.trim();
    let url = match text.split_once("://") {
        Some(("http" | "https" | "ssh", _)) => {
            let url =
                Url::parse(text).ok().filter(|url| url.has_host() && url.password().is_none());
            url.ok_or(SettingProblem::Parameter("url"))?.to_string()
        }
        Some(("file", _)) => {
            let path = Url::parse(text).ok().and_then(|url| url.to_file_path().ok());
            let path = path.ok_or(SettingProblem::Parameter("url"))?;
            inside_roots(&path, config)?.display().to_string()
        }
        None if text.starts_with('/') => {
            inside_roots(Path::new(text), config)?.display().to_string()
        }
        None if is_short_ssh(text) => text.to_owned(),
        _ => return Err(SettingProblem::Parameter("url")),
    };
    let username = Some(params.text("username")?).filter(|name| !name.is_empty());
    Ok(Repository {
        url,
        username,
        token: params.secret("token")?,
        branch: params.branch()?,
        directory: params.directory()?,
        host: None,
    })
}

/// `user@host:path`, of which nothing looks like an option.
fn is_short_ssh(text: &str) -> bool {
    let Some((user, rest)) = text.split_once('@') else { return false };
    let Some((host, path)) = rest.split_once(':') else { return false };
    is_name(user) && is_name(host) && !path.is_empty() && !path.starts_with('-')
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(allowed) && !text.starts_with(['-', '.'])
}

fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && plain).then_some(url)
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// The directory, when it is inside one of the operator's; links are followed before that is said.
fn inside_roots(path: &Path, config: &config::Content) -> Result<PathBuf, SettingProblem> {
    let outside = |_| SettingProblem::OutsideRoots;
    let path = fs::canonicalize(path).map_err(outside)?;
    let roots = config.local_roots.paths().iter().filter_map(|root| fs::canonicalize(root).ok());
    let inside = roots.into_iter().any(|root| path.starts_with(root));
    if inside { Ok(path) } else { Err(SettingProblem::OutsideRoots) }
}

/// The parameters of a provider.
struct Params<'a>(&'a Map<String, Value>);

impl Params<'_> {
    /// A text; empty when it is not there.
    fn text(&self, name: &'static str) -> Result<String, SettingProblem> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) if !text.contains(char::is_control) => Ok(text.clone()),
            Some(_) => Err(SettingProblem::Parameter(name)),
        }
    }

    fn secret(&self, name: &'static str) -> Result<Option<SecretString>, SettingProblem> {
        let text = self.text(name)?.trim().to_owned();
        Ok(Some(text).filter(|text| !text.is_empty()).map(Into::into))
    }

    /// The sub-directory of a repository, without slashes around it.
    fn directory(&self) -> Result<String, SettingProblem> {
        let path = self.text("path")?.trim_matches('/').to_owned();
        let valid = path.is_empty() || ContentPath::parse(&path).is_ok();
        if valid { Ok(path) } else { Err(SettingProblem::Parameter("path")) }
    }

    /// As `git check-ref-format` has it, more or less: what is odd is refused.
    fn branch(&self) -> Result<String, SettingProblem> {
        let branch = self.text("branch")?.trim().to_owned();
        let odd = |c: char| c.is_whitespace() || "~^:?*[\\\"'<>|".contains(c);
        let segment = |part: &str| {
            !part.is_empty() && !part.starts_with(['.', '-']) && !part.contains(".lock")
        };
        let valid = !branch.contains(odd)
            && !branch.contains("..")
            && !branch.contains("@{")
            && !branch.ends_with('.')
            && branch.len() <= 255
            && branch.split('/').all(segment);
        match branch.as_str() {
            "" => Ok(USUAL_BRANCH.to_owned()),
            _ if valid => Ok(branch),
            _ => Err(SettingProblem::Parameter("branch")),
        }
    }
}

#[cfg(test)]
mod tests;
