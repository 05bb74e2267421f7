//! Which database, and where.

use std::fmt;
use std::path::Path;

/// What stands in for a password.
const REDACTED: &str = "***";

/// The two databases a [`Store`](crate::Store) can keep its data in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// One file, inside the process.
    Sqlite,
    /// A server, shared by any number of processes.
    Postgres,
}

/// The address of a database.
///
/// | Text | Means |
/// |---|---|
/// | `sqlite://data/a.db`, `sqlite:data/a.db` | a file, relative to the working directory |
/// | `sqlite:///var/lib/a.db`, `sqlite:/var/lib/a.db` | a file |
/// | `postgres://user:password@host/name`, `postgresql://…` | a server, as libpq reads it |
///
/// The scheme alone decides the backend. `Display` and `Debug` never show a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Target);

/// What an address names.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The path of the file.
    Sqlite(String),
    /// The whole address, password included.
    Postgres(String),
}

/// Why a text is no [`DatabaseUrl`]. It never repeats the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseUrlError {
    /// The scheme names neither backend.
    #[error("database address must begin with `sqlite://` or `postgres://`")]
    Scheme,
    /// A `SQLite` address without a path.
    #[error("database address names no file")]
    MissingPath,
    /// A `SQLite` database in memory: every connection would see another one.
    #[error("database cannot be kept in memory; name a file")]
    InMemory,
    /// A `SQLite` address with `?`, or with a character no path may contain.
    #[error("database file name must not contain `?` or a NUL character")]
    Path,
    /// An `@` where no password ends, or a NUL character.
    #[error("password in the database address must be percent-encoded")]
    Password,
}

impl DatabaseUrl {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            return sqlite_path(path).map(|path| Self(Target::Sqlite(path)));
        }
        match postgres_rest(text) {
            Some(rest) if is_unambiguous(rest) => Ok(Self(Target::Postgres(text.to_owned()))),
            Some(_) => Err(DatabaseUrlError::Password),
            None => Err(DatabaseUrlError::Scheme),
        }
    }

    /// Which backend the address names.
    pub fn backend(&self) -> Backend {
        match self.0 {
            Target::Sqlite(_) => Backend::Sqlite,
            Target::Postgres(_) => Backend::Postgres,
        }
    }

    /// The database file, when the address names one.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Target::Sqlite(path) => Some(Path::new(path)),
            Target::Postgres(_) => None,
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.0
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Sqlite(path) => write!(formatter, "sqlite://{path}"),
            Target::Postgres(address) => formatter.write_str(&redacted(address)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({self})")
    }
}

fn sqlite_path(path: &str) -> Result<String, DatabaseUrlError> {
    match path {
        "" => Err(DatabaseUrlError::MissingPath),
        ":memory:" => Err(DatabaseUrlError::InMemory),
        path if path.contains(['?', '\0']) => Err(DatabaseUrlError::Path),
        path => Ok(path.to_owned()),
    }
}

fn postgres_rest(text: &str) -> Option<&str> {
    text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
}

/// Whether everybody agrees where the password ends: a `/` in it would end the authority early,
/// and the rest would be shown.
fn is_unambiguous(rest: &str) -> bool {
    let (authority, path) = split_authority(rest);
    !path.contains('@') && authority.matches('@').count() <= 1 && !rest.contains('\0')
}

fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

fn redacted(address: &str) -> String {
    let rest = postgres_rest(address).unwrap_or_default();
    let scheme = &address[..address.len() - rest.len()];
    let (authority, path) = split_authority(rest);
    let authority = match authority.split_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, _)) => format!("{user}:{REDACTED}@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    let path = match path.split_once('?') {
        Some((path, query)) => {
            let parameters: Vec<_> = query.split('&').map(redacted_parameter).collect();
            format!("{path}?{}", parameters.join("&"))
        }
        None => path.to_owned(),
    };
    format!("{scheme}{authority}{path}")
}

/// Hides the value of `password` and `sslpassword`, and of a key that is percent-encoded and so
/// might be either.
fn redacted_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((key, _)) if key.ends_with("password") || key.contains('%') => {
            format!("{key}={REDACTED}")
        }
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_the_backend() {
        for (text, file) in [
            ("sqlite://data/a.db", "data/a.db"),
            ("sqlite:data/a.db", "data/a.db"),
            ("sqlite:///var/a.db", "/var/a.db"),
            ("sqlite:/var/a.db", "/var/a.db"),
            ("sqlite:postgres.db", "postgres.db"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.backend(), url.file()), (Backend::Sqlite, Some(Path::new(file))));
            assert_eq!(DatabaseUrl::parse(&url.to_string()), Ok(url));
        }
        for text in ["postgres://host/name", "postgresql://a:1,b:2/name?target_session_attrs=any"] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.backend(), url.file()), (Backend::Postgres, None));
            assert_eq!(url.to_string(), text);
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for (text, error) in [
            ("", DatabaseUrlError::Scheme),
            ("data/a.db", DatabaseUrlError::Scheme),
            ("host=localhost dbname=a", DatabaseUrlError::Scheme),
            ("mysql://host/name", DatabaseUrlError::Scheme),
            ("SQLITE:a.db", DatabaseUrlError::Scheme),
            ("postgres:/host/name", DatabaseUrlError::Scheme),
            ("sqlite:", DatabaseUrlError::MissingPath),
            ("sqlite://", DatabaseUrlError::MissingPath),
            ("sqlite::memory:", DatabaseUrlError::InMemory),
            ("sqlite://a.db?mode=ro", DatabaseUrlError::Path),
            ("sqlite://a\0.db", DatabaseUrlError::Path),
            ("postgres://user:pa/ss@host/name", DatabaseUrlError::Password),
            ("postgres://user:p@ss@host/name", DatabaseUrlError::Password),
            ("postgres://user:pass\0@host/name", DatabaseUrlError::Password),
        ] {
            assert_eq!(DatabaseUrl::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn passwords_are_never_shown() {
        for (text, shown) in [
            ("postgres://user:secret@host:5432/name", "postgres://user:***@host:5432/name"),
            ("postgresql://user:se:cret@host", "postgresql://user:***@host"),
            ("postgres://user@host/name", "postgres://user@host/name"),
            (
                "postgres://host/name?user=a&password=secret&sslpassword=secret",
                "postgres://host/name?user=a&password=***&sslpassword=***",
            ),
            ("postgres://host?p%61ssword=secret", "postgres://host?p%61ssword=***"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("cret"));
        }
    }
}
