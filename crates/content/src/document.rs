//! What a listing says of a file.

use inkstone_vocab::Timestamp;

use crate::{
    front_matter::DocumentDate,
    layout::Kind,
    path::ContentPath,
    source::{Entry, Version},
};

/// A file of the blog, as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its path below the directory of its kind, without the extension (contract qexo, Q-15).
    pub name: String,
    /// Where it is.
    pub path: ContentPath,
    /// Its bytes' identity, the base of an edit.
    pub version: Version,
    /// How many bytes it has.
    pub size: u64,
    /// The title of its front matter.
    pub title: Option<String>,
    /// The date of its front matter, else when it was changed last, where that is known.
    pub date: Option<DocumentDate>,
    /// The tags of its front matter.
    pub tags: Vec<String>,
}

impl Document {
    /// Whether `keyword`, in lower case, occurs in its name, title or path.
    pub(crate) fn mentions(&self, keyword: &str) -> bool {
        let found = |text: &str| text.to_lowercase().contains(keyword);
        found(&self.name) || found(self.path.as_str()) || self.title.as_deref().is_some_and(found)
    }

    pub(crate) fn new(
        kind: Kind,
        name: String,
        entry: &Entry,
        head: crate::Head,
        modified: Option<Timestamp>,
    ) -> Self {
        let Entry { path, version, size } = entry.clone();
        let date = head.date.or(modified.map(DocumentDate::Instant));
        Self { kind, name, path, version, size, title: head.title, date, tags: head.tags }
    }
}
