//! The content of a blog over any source.

mod editing;
mod scaffold;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::editing::{NewDocument, Note, Saved};
use crate::{
    document::Document,
    error::ContentError,
    index::Index,
    layout::{Kind, Layout},
    path::ContentPath,
    source::{Commit, ContentSource, Delivery, File, SourceError, Version},
};

/// The most commits of a file that are told.
pub const MAX_HISTORY: usize = 200;

/// The content of a blog: a source of files, and the layout that says what they are.
///
/// A path is looked for as it was given, then in Unicode's form NFC (contract qexo, 1.4).
#[derive(Debug)]
pub struct Content<S> {
    source: S,
    layout: Layout,
    index: Mutex<Index>,
}

impl<S: ContentSource> Content<S> {
    /// The content of `source`, laid out as `layout` says.
    pub fn new(source: S, layout: Layout) -> Self {
        Self { source, layout, index: Mutex::default() }
    }

    /// Where things are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Documents of these kinds, one kind after the other, each by path; those that mention
    /// `keyword` in name, title or path, in any case.
    pub fn list(
        &self,
        kinds: &[Kind],
        keyword: Option<&str>,
    ) -> Result<Vec<Document>, ContentError> {
        let keyword = keyword.map(str::to_lowercase);
        let index = self.index()?;
        let all = kinds.iter().flat_map(|kind| index.documents(*kind));
        let wanted = |document: &Document| match &keyword {
            Some(keyword) => document.mentions(keyword),
            None => true,
        };
        Ok(all.filter(wanted).collect())
    }

    /// Posts, then drafts.
    pub fn posts(&self, keyword: Option<&str>) -> Result<Vec<Document>, ContentError> {
        self.list(&[Kind::Post, Kind::Draft], keyword)
    }

    /// How many posts and drafts there are.
    pub fn count_posts(&self) -> Result<usize, ContentError> {
        let index = self.index()?;
        Ok(index.count(Kind::Post) + index.count(Kind::Draft))
    }

    /// A file, and the spelling of its path that is in the tree.
    pub fn read(&self, path: &ContentPath) -> Result<(ContentPath, File), ContentError> {
        for spelling in [Ok(path.clone()), path.nfc()].into_iter().flatten() {
            if let Some(file) = self.source.read(&spelling)? {
                return Ok((spelling, file));
            }
        }
        Err(ContentError::NotFound)
    }

    /// The text of a file that an editor may open.
    pub fn read_text(
        &self,
        path: &ContentPath,
    ) -> Result<(ContentPath, String, Version), ContentError> {
        let (path, File { bytes, version }) = self.read(path)?;
        let text = String::from_utf8(bytes).map_err(|_| ContentError::NotText)?;
        Ok((path, text, version))
    }

    /// The text of a version that a file has or had.
    pub fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<String, ContentError> {
        for spelling in [Ok(path.clone()), path.nfc()].into_iter().flatten() {
            if let Some(bytes) = self.source.read_version(&spelling, version)? {
                return String::from_utf8(bytes).map_err(|_| ContentError::NotText);
            }
        }
        Err(ContentError::NotFound)
    }

    /// Commits of a file, newest first, at most `limit` and [`MAX_HISTORY`].
    pub fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, ContentError> {
        let limit = limit.min(MAX_HISTORY);
        for spelling in [Ok(path.clone()), path.nfc()].into_iter().flatten() {
            let commits = self.source.history(&spelling, limit)?;
            if !commits.is_empty() {
                return Ok(commits);
            }
        }
        Ok(Vec::new())
    }

    /// Takes over what others have changed at the remote; whether there was anything.
    pub fn refresh(&self) -> Result<bool, ContentError> {
        Ok(self.source.refresh()?)
    }

    /// Delivers what is still waiting; `None` when nothing waits.
    pub fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        self.source.deliver()
    }

    /// Forgets what is known of the files, so that the next listing looks at all of them.
    pub fn purge(&self) {
        *self.locked() = Index::default();
    }

    /// The index as of now; whoever comes meanwhile waits for the same one.
    fn index(&self) -> Result<MutexGuard<'_, Index>, ContentError> {
        let mut index = self.locked();
        index.follow(&self.source, &self.layout)?;
        Ok(index)
    }

    fn locked(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
