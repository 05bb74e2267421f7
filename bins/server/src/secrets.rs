//! Secrets that the server makes for itself, in a file that only its owner may read.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret as _;

use crate::config::ServerKey;

const FILE: &str = "secrets.toml";

/// Why there are no secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The data directory cannot be created.
    #[error("cannot create the data directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file cannot be read or written.
    #[error("cannot use the secrets file {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others may read the file.
    #[error(
        "the secrets file {0} can be read by other users (mode {mode:03o}); run: chmod 600 {0}",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file holds something else.
    #[error(
        "the secrets file {} has no usable server_key; restore it from a backup, or remove it to \
         start with a new key (visitors will be able to like again)",
        path.display()
    )]
    Unusable {
        /// The file.
        path: PathBuf,
    },
}

/// Where the secrets of an installation are kept.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// Creates the data directory, readable by its owner only; whether it was missing.
pub fn create_directory(path: &Path) -> Result<bool, SecretsError> {
    if path.is_dir() {
        return Ok(false);
    }
    private_directory(path)
        .map_err(|source| SecretsError::Directory { path: path.to_owned(), source })?;
    Ok(true)
}

/// Creates a directory and those above it unless they exist, readable by their owner only.
pub fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The server's key, made of `entropy` when there is no file yet, and whether it was.
pub fn load_or_create(
    data_dir: &Path,
    entropy: [u8; 32],
) -> Result<(ServerKey, bool), SecretsError> {
    let path = path(data_dir);
    let created = !exists(&path)? && create(&path, &ServerKey::new(entropy))?;
    Ok((load(&path)?, created))
}

/// The server's key from the file at `path`.
pub fn load(path: &Path) -> Result<ServerKey, SecretsError> {
    let failed = |source| SecretsError::File { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    if let Some(mode) = exposed_mode(&file).map_err(failed)? {
        return Err(SecretsError::Exposed { path: path.to_owned(), mode });
    }
    let text = io::read_to_string(file).map_err(failed)?;
    let table: Option<toml::Table> = toml::from_str(&text).ok();
    let key = table.as_ref().and_then(|table| table.get("server_key")?.as_str());
    key.and_then(ServerKey::from_hex)
        .ok_or_else(|| SecretsError::Unusable { path: path.to_owned() })
}

fn exists(path: &Path) -> Result<bool, SecretsError> {
    path.try_exists().map_err(|source| SecretsError::File { path: path.to_owned(), source })
}

/// Writes a new file; `false` when another process was faster. Nobody ever sees half of it.
fn create(path: &Path, key: &ServerKey) -> Result<bool, SecretsError> {
    let draft = path.with_extension(format!("{:08x}.draft", rand::random::<u32>()));
    let written = write_private(&draft, key).and_then(|()| match fs::hard_link(&draft, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    });
    // Whatever happened, the draft has done its duty; a leftover would only be untidy.
    let _ = fs::remove_file(&draft);
    written.map_err(|source| SecretsError::File { path: path.to_owned(), source })
}

fn write_private(path: &Path, key: &ServerKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let hex = key.to_hex();
    writeln!(
        file,
        "# Made by Inkstone at its first start. Keep it secret, and keep it: visitors are\n\
         # recognised by it.\n\
         server_key = \"{}\"",
        hex.expose_secret()
    )?;
    file.sync_all()
}

/// The file's permissions, when others than its owner have any.
#[cfg(unix)]
fn exposed_mode(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// Other systems guard the file by the directory it is in.
#[cfg(not(unix))]
fn exposed_mode(_file: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_key_is_made_once() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("a/b");
        assert!(create_directory(&directory).unwrap());
        assert!(!create_directory(&directory).unwrap());
        assert_eq!(mode(&directory), 0o700);
        let (first, created) = load_or_create(&directory, [1; 32]).unwrap();
        assert!(created);
        assert_eq!(mode(&path(&directory)), 0o600);
        let (second, created) = load_or_create(&directory, [2; 32]).unwrap();
        assert!(!created);
        assert_eq!((first.as_bytes(), second.as_bytes()), (&[1; 32], &[1; 32]));
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        load_or_create(directory.path(), [1; 32]).unwrap();
        for bits in [0o640, 0o604, 0o620, 0o666] {
            let path = path(directory.path());
            fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
            let error = load_or_create(directory.path(), [2; 32]).unwrap_err().to_string();
            assert!(error.contains(&format!("mode {bits:o}")), "{error}");
            assert!(error.contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn a_damaged_file_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        load_or_create(directory.path(), [1; 32]).unwrap();
        for text in ["", "server_key = ", "server_key = 'abc'", "server_key = 1"] {
            fs::write(path(directory.path()), text).unwrap();
            let error = load_or_create(directory.path(), [2; 32]).unwrap_err();
            assert!(matches!(error, SecretsError::Unusable { .. }), "{text}");
            assert_eq!(fs::read_to_string(path(directory.path())).unwrap(), text);
        }
    }

    #[test]
    fn of_several_that_start_at_once_one_makes_the_key() {
        let directory = tempfile::tempdir().unwrap();
        let (file, keys) = (path(directory.path()), [[1; 32], [2; 32]]);
        let made = keys.map(|bytes| create(&file, &ServerKey::new(bytes)).unwrap());
        assert_eq!(made, [true, false]);
        assert_eq!(load(&file).unwrap().as_bytes(), &[1; 32]);
    }
}
