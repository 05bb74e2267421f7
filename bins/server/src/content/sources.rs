//! Opening sources: the one place where settings meet adapters.

use std::{fs, path::Path, sync::Arc, time::Duration};

use inkstone_content::{ContentPath, ContentSource, SourceError};
use inkstone_gitstore::{
    Author, BuildConfig, BuildReport, Credentials, DirectoryConfig, DirectorySource, ForgeConfig,
    ForgeError, ForgeHooks, GitConfig, GitError, GitLimits, GitSource, HostKeys, RemoteAddress,
};
use inkstone_storage::Store;
use secrecy::SecretString;
use url::Url;

use super::{
    exclusive::Exclusive,
    setting::{Host, Place, ProviderSetting, Repository},
};
use crate::config::Content as Config;

/// How long a change waits for those of others.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a source is beside its files.
#[derive(Default)]
pub(super) struct Source {
    directory: Option<Arc<DirectorySource>>,
    hooks: Option<Result<ForgeHooks, ForgeError>>,
}

/// Why a webhook was not made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HookError {
    /// Nobody there makes webhooks.
    #[error("this provider has no webhooks")]
    Unsupported,
    /// The host of the repository did not do it.
    #[error(transparent)]
    Forge(#[from] ForgeError),
}

impl Source {
    /// The build that runs, or ran last.
    pub(super) fn last_build(&self) -> Option<BuildReport> {
        self.directory.as_ref()?.last_build()
    }

    /// Has the host call `target`, instead of what it called for us before.
    pub(super) fn replace_hook(
        &self,
        target: &Url,
        secret: Option<&SecretString>,
    ) -> Result<(), HookError> {
        let hooks = self.hooks.as_ref().ok_or(HookError::Unsupported)?;
        let hooks = hooks.as_ref().map_err(Clone::clone)?;
        Ok(hooks.replace(target, secret).map(drop)?)
    }
}

/// Opens the place that is set. A clone that is there already is taken as it is; a new one is
/// fetched, which may take its time.
pub(super) fn open(
    setting: &ProviderSetting,
    config: &Config,
    clones: &Path,
    store: &Store,
) -> Result<(Arc<dyn ContentSource>, Source), SourceError> {
    match &setting.place {
        Place::Directory { root, build } => {
            let limit = Duration::from_secs(config.build_timeout_s.get().into());
            let build =
                build.as_ref().map(|command| BuildConfig { limit, ..BuildConfig::new(command) });
            let name = format!("content {}", root.display());
            let config = DirectoryConfig { root: root.clone(), build, patience: PATIENCE };
            let opened = DirectorySource::open(config).map_err(|error| unusable(error.into()))?;
            let directory = Arc::new(opened);
            let files = Exclusive::new(Arc::clone(&directory), store.clone(), name);
            Ok((Arc::new(files), Source { directory: Some(directory), hooks: None }))
        }
        Place::Repository(repository) => {
            let git = git_config(repository, config, clones)?;
            let name = format!("content {} {}", git.remote, git.branch);
            let files = GitSource::open(git).map_err(|error| match error {
                GitError::Directory(_) => unusable(error.into()),
                told => remote(told.to_string(), Some(told.into())),
            })?;
            let files = Exclusive::new(files, store.clone(), name);
            if files.changes(None).is_err() {
                files.refresh()?;
            }
            Ok((Arc::new(files), Source { directory: None, hooks: hooks(repository, config) }))
        }
    }
}

/// `None` where nobody makes webhooks.
fn hooks(repository: &Repository, config: &Config) -> Option<Result<ForgeHooks, ForgeError>> {
    let Host { forge, base, repository: name } = repository.host.clone()?;
    Some(ForgeHooks::new(ForgeConfig {
        forge,
        base: Some(base),
        repository: name,
        token: repository.token.clone().unwrap_or_default(),
        limit: Duration::from_secs(config.timeout_s.get().into()),
    }))
}

/// The repository without the ways around it, for whoever wants to know why it does not answer.
pub(crate) fn git_source(
    repository: &Repository,
    config: &Config,
    clones: &Path,
) -> Result<GitSource, SourceError> {
    let git = git_config(repository, config, clones)?;
    GitSource::open(git).map_err(|error| remote(error.to_string(), Some(error.into())))
}

fn git_config(
    repository: &Repository,
    config: &Config,
    clones: &Path,
) -> Result<GitConfig, SourceError> {
    let address = RemoteAddress::parse(&repository.url);
    let silence = Duration::from_secs(config.timeout_s.get().into());
    let limits = GitLimits::default();
    Ok(GitConfig {
        remote: address.map_err(|error| remote(error.to_string(), Some(error.into())))?,
        credentials: credentials(repository, config)?,
        branch: repository.branch.clone(),
        path: ContentPath::parse(&repository.directory).ok(),
        author: Author { name: config.author_name.clone(), email: config.author_email.clone() },
        directory: clones.to_owned(),
        host_keys: match config.known_hosts_file.as_ref() {
            Some(file) => HostKeys::KnownHosts(file.clone()),
            None => HostKeys::Fingerprints(Vec::new()),
        },
        certificates: config
            .ca_file
            .as_ref()
            .map(|file| read(file, "content.ca_file"))
            .transpose()?,
        limits: GitLimits { connect: silence.min(limits.connect), silence, ..limits },
    })
}

fn credentials(
    repository: &Repository,
    config: &Config,
) -> Result<Option<Credentials>, SourceError> {
    let Repository { username, token, .. } = repository;
    if let Some(password) = token.clone() {
        return Ok(Some(match username.clone() {
            Some(user) => Credentials::Password { user, password },
            None => Credentials::Token(password),
        }));
    }
    match config.ssh_key_file.as_ref().filter(|_| repository.is_ssh()) {
        Some(file) => {
            let private = read(file, "content.ssh_key_file")?.into();
            Ok(Some(Credentials::Key { private, passphrase: None }))
        }
        None => Ok(None),
    }
}

/// A file of the operator's; the owner learns the setting, the log the rest.
fn read(file: &Path, setting: &str) -> Result<String, SourceError> {
    fs::read_to_string(file).map_err(|error| {
        remote(format!("the file of {setting} cannot be read"), Some(error.into()))
    })
}

fn remote(reason: String, source: Option<inkstone_vocab::Source>) -> SourceError {
    SourceError::Remote { reason, source }
}

fn unusable(source: inkstone_vocab::Source) -> SourceError {
    SourceError::Backend(source)
}
