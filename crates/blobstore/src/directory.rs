//! Images in a directory of this machine.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use inkstone_media::{
    HostError, ImageFile, ImageHost, ImageKind, ImageUrl, Moment, Removal, Stored,
};
use inkstone_vocab::Timestamp;

use crate::removal::Recipe;

/// The name of a file in a [`Directory`]: 32 hexadecimal digits that nobody can guess, and the
/// extension of its kind. Nothing else is ever opened, listed or removed there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName {
    text: String,
    kind: ImageKind,
}

impl FileName {
    /// The name made of these bytes.
    pub fn new(random: [u8; 16], kind: ImageKind) -> Self {
        let digits = base16ct::lower::encode_string(&random);
        Self { text: format!("{digits}.{}", kind.extension()), kind }
    }

    /// Parses a name; `None` for all others.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, extension) = text.split_once('.')?;
        let kind = ImageKind::of_extension(extension)?;
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let valid = digits.len() == 32 && digits.bytes().all(is_digit);
        valid.then(|| Self { text: text.to_owned(), kind })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the file is: it was looked at before it got its name.
    pub const fn kind(&self) -> ImageKind {
        self.kind
    }
}

/// A directory of this machine, whose files somebody serves below one address.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
    base: String,
}

impl Directory {
    /// The directory at `path`, served below `base`, which ends in a slash. It is created when the
    /// first file comes.
    pub fn new(path: PathBuf, base: String) -> Self {
        Self { path, base }
    }

    /// The same directory, served below another address.
    #[must_use]
    pub fn below(&self, base: String) -> Self {
        Self { path: self.path.clone(), base }
    }

    /// Where the file of this name is, or would be.
    pub fn path_of(&self, name: &FileName) -> PathBuf {
        self.path.join(name.as_str())
    }

    fn write(&self, name: &FileName, content: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let part = self.path.join(format!("{}.part", name.as_str()));
        let written =
            write_new(&part, content).and_then(|()| fs::rename(&part, self.path_of(name)));
        if written.is_err() {
            // What it holds is of no use; that it cannot be removed either changes nothing.
            let _ = fs::remove_file(&part);
        }
        written
    }
}

impl ImageHost for Directory {
    fn store(&self, file: &ImageFile<'_>, moment: &Moment) -> Result<Stored, HostError> {
        let name = FileName::new(moment.random, file.kind);
        self.write(&name, file.content).map_err(|error| HostError::Files(error.into()))?;
        let url = ImageUrl::parse(&format!("{}{}", self.base, name.as_str()));
        Ok(Stored {
            url: url.ok_or(HostError::Parameter("custom_url"))?,
            removal: Recipe::Local { file: name.as_str().to_owned() }.write(),
        })
    }

    fn delete(&self, removal: &Removal, _: Timestamp) -> Result<bool, HostError> {
        let Some(Recipe::Local { file }) = Recipe::read(removal) else { return Ok(false) };
        let Some(name) = FileName::parse(&file) else { return Ok(false) };
        match fs::remove_file(self.path_of(&name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(HostError::Files(error.into()))
            }
            _ => Ok(true),
        }
    }
}

/// Writes a file that is not there yet; it is on the disk afterwards.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_digits_and_the_extension_of_a_kind() {
        let name = FileName::new([0xab; 16], ImageKind::Png);
        assert_eq!(name.as_str(), format!("{}.png", "ab".repeat(16)));
        assert_eq!(FileName::parse(name.as_str()), Some(name));
        let digits = "ab".repeat(16);
        for bad in [
            String::new(),
            "..".to_owned(),
            digits.clone(),
            format!("{digits}."),
            format!("{digits}.svg"),
            format!("{digits}.PNG"),
            format!("{digits}.png.part"),
            format!("{digits}.png/"),
            format!("../{digits}.png"),
            format!("{}.png", "AB".repeat(16)),
            format!("{}.png", "ab".repeat(15)),
            format!("{}é.png", "ab".repeat(15)),
            format!("{digits}\0.png"),
        ] {
            assert_eq!(FileName::parse(&bad), None, "{bad:?}");
        }
    }
}
