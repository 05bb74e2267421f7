//! Changing content: one commit for each step of an editor.

use inkstone_vocab::Timestamp;

use super::{Content, scaffold};
use crate::{
    error::ContentError,
    front_matter::{self, Value},
    layout::Kind,
    path::ContentPath,
    source::{Base, Change, Changed, ContentSource, Delivery, Edit, SourceError, Version},
};

/// The longest commit message, in characters.
const MAX_MESSAGE_CHARS: usize = 4096;

/// When something is done, and what the history says about it.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// The commit message; `None` or a blank one gives a sentence about the change.
    pub message: Option<&'a str>,
    /// Now.
    pub at: Timestamp,
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Where the file is now, or was before it was removed.
    pub path: ContentPath,
    /// What it has become; `None` when it was removed.
    pub version: Option<Version>,
    /// Whether anything differs from before.
    pub changed: bool,
    /// How far the change got.
    pub delivery: Delivery,
}

/// A document that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument<'a> {
    /// Post, draft or page.
    pub kind: Kind,
    /// Its name, from which the layout makes a path.
    pub name: &'a str,
    /// Its title; its name when there is none.
    pub title: Option<&'a str>,
    /// The present time of the site, `YYYY-MM-DD HH:MM:SS`, for its front matter.
    pub date: &'a str,
    /// Its whole text, instead of the layout's template.
    pub text: Option<String>,
}

impl<S: ContentSource> Content<S> {
    /// Creates or replaces a file.
    pub fn save(
        &self,
        path: &ContentPath,
        text: String,
        base: Base,
        note: Note<'_>,
    ) -> Result<Saved, ContentError> {
        let path = self.spelling(path)?;
        let message = note.message_or(|| format!("Update {path}"));
        self.write(path, text, base, message, note.at)
    }

    /// Saves a draft under its name, wherever the layout keeps drafts.
    pub fn save_draft(
        &self,
        name: &str,
        text: String,
        base: Base,
        note: Note<'_>,
    ) -> Result<Saved, ContentError> {
        let path = self.place(Kind::Draft, name)?;
        self.save(&path, text, base, note)
    }

    /// Removes a file; never a directory.
    pub fn remove(
        &self,
        path: &ContentPath,
        base: Base,
        note: Note<'_>,
    ) -> Result<Saved, ContentError> {
        let path = self.spelling(path)?;
        let message = note.message_or(|| format!("Delete {path}"));
        let edit = Edit::Remove { path: path.clone(), base };
        self.carry_out(path, vec![edit], message, note.at)
    }

    /// Moves a file to a path where there is none.
    pub fn rename(
        &self,
        from: &ContentPath,
        to: &ContentPath,
        base: Base,
        note: Note<'_>,
    ) -> Result<Saved, ContentError> {
        let (from, file) = self.read(from)?;
        let to = to.nfc()?;
        if from == to {
            return Err(ContentError::Exists(to));
        }
        let message = note.message_or(|| format!("Rename {from} to {to}"));
        let base = held(base, &file.version);
        self.carry_over(from, base, to, file.bytes, message, note.at)
    }

    /// Makes a document from the layout's template, or from the text that was given.
    pub fn create(&self, new: NewDocument<'_>, note: Note<'_>) -> Result<Saved, ContentError> {
        let path = self.place(new.kind, new.name)?;
        let last = new.name.trim_matches('/').rsplit('/').next().unwrap_or_default();
        let title = new.title.unwrap_or(last);
        let text = match new.text {
            Some(text) => text,
            None => scaffold::fill(self.scaffold(new.kind)?.as_deref(), title, new.date),
        };
        let message = note.message_or(|| format!("Create {path}"));
        match self.write(path.clone(), text, Base::Absent, message, note.at) {
            Err(ContentError::Source(SourceError::Conflict { current: Some(_), .. })) => {
                Err(ContentError::Exists(path))
            }
            outcome => outcome,
        }
    }

    /// Makes a draft a post, with new text where some is given.
    pub fn publish(
        &self,
        path: &ContentPath,
        text: Option<String>,
        base: Base,
        note: Note<'_>,
    ) -> Result<Saved, ContentError> {
        self.turn(
            path,
            text,
            base,
            note,
            Turn { from: Kind::Draft, to: Kind::Post, word: "Publish" },
        )
    }

    /// Makes a post a draft, with new text where some is given.
    pub fn unpublish(
        &self,
        path: &ContentPath,
        text: Option<String>,
        base: Base,
        note: Note<'_>,
    ) -> Result<Saved, ContentError> {
        self.turn(
            path,
            text,
            base,
            note,
            Turn { from: Kind::Post, to: Kind::Draft, word: "Unpublish" },
        )
    }

    fn turn(
        &self,
        path: &ContentPath,
        text: Option<String>,
        base: Base,
        note: Note<'_>,
        turn: Turn,
    ) -> Result<Saved, ContentError> {
        if self.layout.rules(turn.to).save_path.is_none() {
            return Err(ContentError::NoPlace);
        }
        let (path, file) = self.read(path)?;
        let to = self.layout.moved(turn.from, turn.to, &path).ok_or(ContentError::OtherKind)?;
        let bytes = text.map_or(file.bytes, String::into_bytes);
        let bytes = marked(bytes, turn.to == Kind::Draft);
        let message = note.message_or(|| format!("{} {path}", turn.word));
        self.carry_over(path, held(base, &file.version), to, bytes, message, note.at)
    }

    fn place(&self, kind: Kind, name: &str) -> Result<ContentPath, ContentError> {
        let place = self.layout.place(kind, name).ok_or(ContentError::NoPlace)??;
        Ok(place.nfc()?)
    }

    /// The template of a kind; `None` when the layout has none, or the tree does not have it.
    fn scaffold(&self, kind: Kind) -> Result<Option<String>, ContentError> {
        let Some(path) = &self.layout.rules(kind).scaffold else { return Ok(None) };
        let file = self.source.read(&ContentPath::parse(path)?)?;
        Ok(file.and_then(|file| String::from_utf8(file.bytes).ok()))
    }

    /// The path as it was given when there is such a file, else its form NFC.
    fn spelling(&self, path: &ContentPath) -> Result<ContentPath, ContentError> {
        let normal = path.nfc()?;
        if normal != *path && self.source.read(path)?.is_some() {
            return Ok(path.clone());
        }
        Ok(normal)
    }

    fn write(
        &self,
        path: ContentPath,
        text: String,
        base: Base,
        message: String,
        at: Timestamp,
    ) -> Result<Saved, ContentError> {
        let edit = Edit::Write { path: path.clone(), bytes: text.into_bytes(), base };
        self.carry_out(path, vec![edit], message, at)
    }

    fn carry_over(
        &self,
        from: ContentPath,
        base: Base,
        to: ContentPath,
        bytes: Vec<u8>,
        message: String,
        at: Timestamp,
    ) -> Result<Saved, ContentError> {
        let write = Edit::Write { path: to.clone(), bytes, base: Base::Absent };
        let edits = vec![Edit::Remove { path: from, base }, write];
        match self.carry_out(to.clone(), edits, message, at) {
            Err(ContentError::Source(SourceError::Conflict { path, .. })) if path == to => {
                Err(ContentError::Exists(to))
            }
            outcome => outcome,
        }
    }

    fn carry_out(
        &self,
        path: ContentPath,
        edits: Vec<Edit>,
        message: String,
        at: Timestamp,
    ) -> Result<Saved, ContentError> {
        let Changed { mut versions, committed, delivery, .. } =
            self.source.change(&Change { edits, message, at })?;
        let version = versions.remove(&path);
        Ok(Saved { path, version, changed: committed, delivery })
    }
}

/// From which kind to which a document turns.
#[derive(Clone, Copy)]
struct Turn {
    from: Kind,
    to: Kind,
    word: &'static str,
}

impl Note<'_> {
    fn message_or(&self, default: impl FnOnce() -> String) -> String {
        let plain = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        let given = self.message.unwrap_or_default();
        let message: String = given.chars().filter(plain).take(MAX_MESSAGE_CHARS).collect();
        if message.trim().is_empty() { default() } else { message.trim().to_owned() }
    }
}

/// A file that is carried over must not have changed since it was read.
fn held(base: Base, read: &Version) -> Base {
    match base {
        Base::Current => Base::Version(read.clone()),
        other => other,
    }
}

/// Where the front matter says whether it is a draft, it says the truth; other texts stay as they
/// are, since the directory decides.
fn marked(bytes: Vec<u8>, draft: bool) -> Vec<u8> {
    let Ok(text) = str::from_utf8(&bytes) else { return bytes };
    let says = front_matter::get(text, "draft").and_then(|value| value.as_bool());
    if says.is_none_or(|says| says == draft) {
        return bytes;
    }
    front_matter::set(text, "draft", &Value::Boolean(draft)).map_or(bytes, String::into_bytes)
}
