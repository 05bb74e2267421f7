//! Where a remote repository is.

use std::{fmt, path::PathBuf};

use inkstone_vocab::{Fault, FaultKind};
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

/// The address of a remote repository: `https://`, `http://`, `ssh://`, `user@host:path`, `file://`
/// or an absolute path.
///
/// Nothing else is taken, above all nothing that runs a program (`ext::`). A name and password in
/// an `https://` address are used, but neither printed nor part of any error.
#[derive(Clone)]
pub struct RemoteAddress(pub(crate) Place);

#[derive(Clone)]
pub(crate) enum Place {
    Local(PathBuf),
    Http { url: Url, login: Option<Login> },
    Ssh(SshPlace),
}

/// A name and a password.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SshPlace {
    pub(crate) user: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) path: String,
}

/// The text is not the address of a repository that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the address of the repository is none of https://, http://, ssh://, user@host:path, file:// \
     or an absolute path"
)]
pub struct RemoteAddressError;

impl Fault for RemoteAddressError {
    fn kind(&self) -> FaultKind {
        FaultKind::Invalid
    }

    fn code(&self) -> &'static str {
        "git_address_invalid"
    }
}

const MAX_BYTES: usize = 2048;

impl RemoteAddress {
    /// Takes an address as people write it.
    pub fn parse(text: &str) -> Result<Self, RemoteAddressError> {
        let text = text.trim();
        if text.len() > MAX_BYTES || text.chars().any(char::is_control) {
            return Err(RemoteAddressError);
        }
        let place = if text.starts_with('/') {
            Some(Place::Local(text.into()))
        } else if let Some((scheme, _)) = text.split_once("://") {
            let url = Url::parse(text).map_err(|_| RemoteAddressError)?;
            match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" => http(url),
                "ssh" | "git+ssh" | "ssh+git" => ssh(&url),
                "file" => url.to_file_path().ok().map(Place::Local),
                _ => None,
            }
        } else {
            scp(text)
        };
        place.map(Self).ok_or(RemoteAddressError)
    }

    /// Whether the remote is a directory of this machine. Let strangers name none.
    pub fn is_local(&self) -> bool {
        matches!(self.0, Place::Local(_))
    }
}

fn http(mut url: Url) -> Option<Place> {
    let login = (!url.username().is_empty() || url.password().is_some()).then(|| Login {
        user: percent_decoded(url.username()),
        password: percent_decoded(url.password().unwrap_or_default()).into(),
    });
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_fragment(None);
    url.set_query(None);
    Some(Place::Http { url, login })
}

fn ssh(url: &Url) -> Option<Place> {
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
    let user = if url.username().is_empty() { "git" } else { url.username() };
    let path = percent_decoded(url.path());
    // `/~user/…` is relative to a home directory, as git has it.
    let path = path.strip_prefix('/').filter(|rest| rest.starts_with('~')).unwrap_or(&path);
    ssh_place(user, host, url.port().unwrap_or(22), path)
}

fn scp(text: &str) -> Option<Place> {
    let (before, path) = text.split_once(':')?;
    if path.starts_with(':') || before.contains('/') {
        return None;
    }
    let (user, host) = before.split_once('@')?;
    ssh_place(user, host, 22, path)
}

fn ssh_place(user: &str, host: &str, port: u16, path: &str) -> Option<Place> {
    let plain = |text: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
        !text.is_empty() && !text.starts_with('-') && text.chars().all(allowed)
    };
    let path_is_plain =
        !path.is_empty() && !path.starts_with('-') && !path.contains(char::is_control);
    let valid = plain(user) && plain(host) && path_is_plain;
    let [user, host, path] = [user, host, path].map(str::to_owned);
    valid.then_some(Place::Ssh(SshPlace { user, host, port, path }))
}

fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Without a password.
impl fmt::Display for RemoteAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Local(path) => write!(formatter, "file://{}", path.display()),
            Place::Http { url, .. } => formatter.write_str(url.as_str()),
            Place::Ssh(SshPlace { user, host, port, path }) => {
                write!(formatter, "ssh://{user}@{host}:{port}/{}", path.trim_start_matches('/'))
            }
        }
    }
}

impl fmt::Debug for RemoteAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RemoteAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn addresses_are_understood() {
        for (text, printed) in [
            ("https://git.example/me/blog.git", "https://git.example/me/blog.git"),
            ("  http://git.example:3000/blog ", "http://git.example:3000/blog"),
            ("https://me:s%40cret@git.example/blog", "https://git.example/blog"),
            ("https://git.example/blog?x=1#y", "https://git.example/blog"),
            ("ssh://git@git.example/me/blog.git", "ssh://git@git.example:22/me/blog.git"),
            ("ssh://git.example:2222/blog", "ssh://git@git.example:2222/blog"),
            ("ssh://me@[::1]:2222/blog", "ssh://me@::1:2222/blog"),
            ("git@git.example:me/blog.git", "ssh://git@git.example:22/me/blog.git"),
            ("file:///srv/blog.git", "file:///srv/blog.git"),
            ("/srv/my blog.git", "file:///srv/my blog.git"),
        ] {
            assert_eq!(RemoteAddress::parse(text).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn nothing_else_is_an_address() {
        for text in [
            "",
            "blog",
            "../blog",
            "C:\\blog",
            "ext::sh -c touch% /tmp/pwned",
            "ext://sh",
            "git://git.example/blog",
            "ftp://git.example/blog",
            "inkstone://remote",
            "https://",
            "ssh://git.example",
            "-oProxyCommand=touch@host:path",
            "git@-oProxyCommand=x:path",
            "ssh://-oProxyCommand=x/path",
            "ssh://git@git.example/a%00b",
            "git@host:--upload-pack=x",
            "git@host::x",
            "/srv/a\nb",
            "file://other.host/srv/blog",
        ] {
            assert!(RemoteAddress::parse(text).is_err(), "{text}");
        }
        assert!(RemoteAddress::parse(&format!("/{}", "a".repeat(MAX_BYTES))).is_err());
    }

    #[test]
    fn a_password_is_kept_and_not_shown() {
        let address = RemoteAddress::parse("https://me:s%40c+ret@git.example/blog").unwrap();
        assert!(!format!("{address} {address:?}").contains("s@c"));
        let Place::Http { login: Some(login), .. } = address.0 else { panic!("a login") };
        assert_eq!((login.user.as_str(), login.password.expose_secret()), ("me", "s@c+ret"));
    }

    #[test]
    fn a_home_directory_stays_relative() {
        let address = RemoteAddress::parse("ssh://git@host/~me/blog").unwrap();
        assert!(matches!(address.0, Place::Ssh(place) if place.path == "~me/blog"));
        let address = RemoteAddress::parse("ssh://git@host/srv/blog").unwrap();
        assert!(matches!(address.0, Place::Ssh(place) if place.path == "/srv/blog"));
    }
}
