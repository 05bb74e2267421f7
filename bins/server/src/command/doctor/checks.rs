//! What the doctor looks at.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    time::Duration,
};

use inkstone_content::SourceError;
use inkstone_settings::Settings;
use inkstone_storage::{Backend, Store};

use super::Finding;
use crate::{
    clock,
    config::{Config, Loaded, Server},
    content::{Place, ProviderSetting, Repository},
    installation::open_store,
    local_backup::LocalBackups,
    output,
    readmore::{ReadmoreModule, advice},
    secrets,
};

/// How long a server at our address may take to say who it is.
const PROBE_TIME: Duration = Duration::from_secs(2);

/// Everything there is to say about an installation.
pub(super) fn all(loaded: &Loaded) -> Vec<Finding> {
    let config = &loaded.config;
    let mut findings = vec![Finding::fine(format!("Configuration: {}.", loaded.origin()))];
    findings.push(data_directory(&config.data_dir));
    findings.push(key(config));
    findings.extend(database(config));
    findings.extend(backups(config));
    findings.push(listener(config.server.listen));
    findings.push(proxies(&config.server));
    findings.push(public_url(&config.server));
    findings.extend(locked_articles(config));
    findings
}

fn data_directory(path: &Path) -> Finding {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if !found.is_dir() => Finding::broken(format!("{shown} is not a directory.")),
        Ok(found) => match exposed(&found) {
            Some(mode) => Finding::doubtful(format!(
                "The data directory {shown} is open to other users (mode {mode:03o}); \
                 chmod 700 closes it."
            )),
            None => Finding::fine(format!("The data directory is {shown}.")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Finding::doubtful(format!(
            "The data directory {shown} does not exist yet; the first start creates it."
        )),
        Err(error) => Finding::broken(format!("Cannot look at {shown}: {error}.")),
    }
}

fn key(config: &Config) -> Finding {
    if config.server.key.as_ref().is_some() {
        return Finding::fine("The server's key is configured.");
    }
    let path = secrets::path(&config.data_dir);
    if matches!(path.try_exists(), Ok(false)) {
        return Finding::doubtful("There is no key yet; the first start makes one.");
    }
    match secrets::load(&path) {
        Ok(_) => Finding::fine(format!("The server's key is in {}.", path.display())),
        Err(error) => Finding::broken(format!("{}.", output::chain(&error))),
    }
}

fn database(config: &Config) -> Vec<Finding> {
    let url = match config.database_url() {
        Ok(url) => url,
        Err(error) => return vec![Finding::broken(format!("data_dir: {error}."))],
    };
    // Opening would create the file.
    if url.file().is_some_and(|file| !file.exists()) {
        let text = format!("The database {url} does not exist yet; the first start creates it.");
        return vec![Finding::doubtful(text)];
    }
    match open_store(config) {
        Ok(store) => {
            let mut findings = vec![
                Finding::fine(format!("The database {url} can be opened.")),
                migrations(&store),
                integrity(&store),
            ];
            findings.extend(content(config, &store));
            store.close();
            findings
        }
        Err(error) => vec![Finding::broken(format!("{}.", output::chain(&error)))],
    }
}

fn migrations(store: &Store) -> Finding {
    match store.pending() {
        Ok(pending) if pending.is_empty() => Finding::fine("The database is up to date."),
        Ok(pending) => Finding::doubtful(format!(
            "The database is older than this program; the next start applies {}.",
            pending.join(", ")
        )),
        Err(error) => Finding::broken(format!("{}.", output::chain(&error))),
    }
}

fn integrity(store: &Store) -> Finding {
    match store.check_integrity() {
        Ok(damage) if damage.is_empty() => Finding::fine("The database is intact."),
        Ok(damage) => Finding::broken(format!("The database is damaged: {}.", damage.join("; "))),
        Err(error) => Finding::broken(format!("{}.", output::chain(&error))),
    }
}

/// The source of the blog: whether the setting makes sense, and the repository answers. Asked from
/// a directory of its own, so that nothing changes.
fn content(config: &Config, store: &Store) -> Option<Finding> {
    // A database without tables has no settings.
    let settings = Settings::new(store.clone(), ()).all().ok()?;
    let Some(service) = settings.qexo.provider else {
        return Some(Finding::fine("No content provider is set; nothing edits the blog."));
    };
    let layouts = match crate::content::all_layouts(&config.content) {
        Ok(layouts) => layouts,
        Err(problem) => return Some(Finding::broken(format!("content.layouts_file: {problem}."))),
    };
    let name = &service.name;
    let setting = match ProviderSetting::read(&service, &config.content, &layouts) {
        Ok(setting) => setting,
        Err(problem) => return Some(Finding::broken(format!("Content ({name}): {problem}."))),
    };
    Some(match &setting.place {
        Place::Directory { root, .. } => {
            Finding::fine(format!("The blog's source is in {}.", root.display()))
        }
        Place::Repository(repository) => match reach(repository, config) {
            Ok(None) => Finding::doubtful(format!(
                "The repository {} answers, but is empty.",
                repository.url
            )),
            Ok(Some(commit)) => Finding::fine(format!(
                "The repository {} answers; {} is at {commit:.10}.",
                repository.url, repository.branch
            )),
            Err(reason) => Finding::broken(format!("The repository {}: {reason}.", repository.url)),
        },
    })
}

/// The commit of the branch, or why there is no telling.
fn reach(repository: &Repository, config: &Config) -> Result<Option<String>, String> {
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    let source = crate::content::git_source(repository, &config.content, directory.path());
    let state = source.and_then(|source| source.diagnose());
    match state {
        Ok(state) => Ok(state.commit.map(|commit| commit.0)),
        Err(SourceError::Remote { reason, .. }) => Err(reason),
        Err(error) => Err(output::chain(&error)),
    }
}

fn backups(config: &Config) -> Option<Finding> {
    if config.database_url().ok()?.backend() == Backend::Postgres {
        return Some(Finding::fine(
            "Backups of PostgreSQL are yours to make, with pg_dump: docs/BACKUP.md.",
        ));
    }
    let Some(backups) = LocalBackups::new(config) else {
        return Some(Finding::doubtful("Scheduled backups are off (backup.every_hours is 0)."));
    };
    let (directory, now) = (backups.directory().display(), clock::now());
    Some(match backups.newest(now) {
        Ok(Some(newest)) if backups.is_late(newest, now) => Finding::doubtful(format!(
            "The newest backup in {directory} is of {newest}: they are late, or fail."
        )),
        Ok(Some(newest)) => {
            Finding::fine(format!("The newest backup in {directory} is of {newest}."))
        }
        Ok(None) => Finding::doubtful(format!(
            "There is no backup in {directory} yet; the running server makes one soon."
        )),
        Err(error) => Finding::broken(format!("Cannot look into {directory}: {error}.")),
    })
}

fn listener(address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::fine(format!("{address} is free to listen on.")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => match probe(address) {
            Ok(true) => Finding::fine(format!("An Inkstone server answers at {address}.")),
            Ok(false) => Finding::broken(format!("Another program listens on {address}.")),
            Err(_) => Finding::broken(format!("{address} is taken by a program that is silent.")),
        },
        Err(error) => Finding::broken(format!("Cannot listen on {address}: {error}.")),
    }
}

/// Whether an Inkstone server listens there.
fn probe(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, PROBE_TIME)?;
    stream.set_read_timeout(Some(PROBE_TIME))?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).contains(r#""server":"inkstone""#))
}

fn proxies(server: &Server) -> Finding {
    let networks = server.trusted_proxies.networks();
    if networks.is_empty() {
        return Finding::fine(
            "No proxy is trusted: clients are known by the address they connect from. Behind a \
             reverse proxy set server.trusted_proxies, or all clients look like one.",
        );
    }
    let header = server.client_address_header.name();
    let listed: Vec<String> = networks.iter().map(ToString::to_string).collect();
    let text = format!("Clients are known by {header} when {} sends it.", listed.join(", "));
    if networks.iter().any(|network| network.prefix_len() == 0) {
        return Finding::doubtful(format!(
            "{text} That is everybody: anyone can claim any address."
        ));
    }
    Finding::fine(text)
}

fn public_url(server: &Server) -> Finding {
    let Some(url) = server.public_url.as_ref() else {
        return Finding::doubtful(
            "server.public_url is not set: links in mails and webhooks cannot be made.",
        );
    };
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            Finding::broken(format!("server.public_url {url} must not have a query or fragment."))
        }
        "https" => Finding::fine(format!("Browsers reach this server at {url}.")),
        "http" if local => Finding::fine(format!("Browsers on this machine use {url}.")),
        "http" => Finding::doubtful(format!(
            "{url} is not encrypted, and pages served by https cannot use it."
        )),
        _ => Finding::broken(format!("server.public_url {url} must begin with http or https.")),
    }
}

fn locked_articles(config: &Config) -> Vec<Finding> {
    let blogs = config.readmore.blogs.as_slice();
    if blogs.is_empty() {
        return Vec::new();
    }
    if let Err(error) = ReadmoreModule::check(config) {
        return vec![Finding::broken(format!("{}.", output::chain(&error)))];
    }
    let ids: Vec<&str> = blogs.iter().map(|blog| blog.id.as_str()).collect();
    let account = match config.wechat.app_token.as_ref() {
        Some(_) => "followers ask the account for codes",
        None => "codes are shown by /api/readmore/captcha/generate",
    };
    let about = format!("Locked articles of {}: {account}.", ids.join(", "));
    let mut findings = vec![Finding::fine(about)];
    findings.extend(advice(config).into_iter().map(Finding::doubtful));
    findings
}

#[cfg(unix)]
fn exposed(found: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = found.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed(_found: &fs::Metadata) -> Option<u32> {
    None
}
