//! What is known of the files of a tree: read once for each version, kept up by differences.

use std::collections::{BTreeMap, HashMap};

use inkstone_vocab::Timestamp;

use crate::{
    document::Document,
    front_matter::{self, Head},
    layout::{Kind, Layout},
    path::ContentPath,
    source::{Changes, ContentSource, Entry, Revision, SourceError, Version},
};

/// The most files that are listed; further ones, by path, are left out.
const MAX_FILES: usize = 50_000;

/// Larger files are listed without a look inside.
const MAX_READ_BYTES: u64 = 4 * 1024 * 1024;

/// The files of a tree that a layout knows, as of one revision.
#[derive(Debug, Default)]
pub(crate) struct Index {
    revision: Option<Revision>,
    files: BTreeMap<ContentPath, Known>,
}

#[derive(Debug)]
struct Known {
    entry: Entry,
    /// What it is and what it is called there; one kind at most once.
    places: Vec<(Kind, String)>,
    head: Head,
    /// `None` where the head has a date, or nobody knows.
    modified: Option<Timestamp>,
}

impl Index {
    /// Follows the tree to the present; reads only what has changed.
    pub(crate) fn follow(
        &mut self,
        source: &impl ContentSource,
        layout: &Layout,
    ) -> Result<(), SourceError> {
        let Changes { revision, complete, changed, removed } =
            source.changes(self.revision.as_ref())?;
        if self.revision.as_ref() == Some(&revision) && !complete {
            return Ok(());
        }
        let mut known = HashMap::new();
        if complete {
            let old = std::mem::take(&mut self.files).into_values();
            known.extend(old.map(|file| (file.entry.path.clone(), file)));
        }
        for path in removed {
            self.files.remove(&path);
        }
        let mut undated = Vec::new();
        for entry in changed {
            let same = known.remove(&entry.path).filter(|old| old.entry.version == entry.version);
            if let Some(old) = same {
                self.files.insert(entry.path, old);
            } else if let Some(file) = Known::read(source, layout, entry) {
                if file.head.date.is_none() {
                    undated.push(file.entry.path.clone());
                }
                self.files.insert(file.entry.path.clone(), file);
            }
        }
        while self.files.len() > MAX_FILES {
            self.files.pop_last();
        }
        self.date(source, &undated);
        self.revision = Some(revision);
        Ok(())
    }

    /// Everything of one kind, by path.
    pub(crate) fn documents(&self, kind: Kind) -> impl Iterator<Item = Document> {
        self.files.values().filter_map(move |file| {
            let (_, name) = file.places.iter().find(|(found, _)| *found == kind)?;
            let head = file.head.clone();
            Some(Document::new(kind, name.clone(), &file.entry, head, file.modified))
        })
    }

    /// How many files there are of one kind.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        let is = |file: &&Known| file.places.iter().any(|(found, _)| *found == kind);
        self.files.values().filter(is).count()
    }

    /// Times are an ornament of a listing: without them it is still one.
    fn date(&mut self, source: &impl ContentSource, paths: &[ContentPath]) {
        if paths.is_empty() {
            return;
        }
        for (path, time) in source.modified(paths).unwrap_or_default() {
            if let Some(file) = self.files.get_mut(&path) {
                file.modified = Some(time);
            }
        }
    }
}

impl Known {
    /// `None` for a file that the layout does not know.
    fn read(source: &impl ContentSource, layout: &Layout, entry: Entry) -> Option<Self> {
        let place = |kind| Some((kind, layout.name(kind, &entry.path)?.to_owned()));
        let places: Vec<_> = Kind::ALL.into_iter().filter_map(place).collect();
        let document = places.iter().any(|(kind, _)| *kind != Kind::Config);
        let head = if document && entry.size <= MAX_READ_BYTES {
            head(source, &entry.path, &entry.version)
        } else {
            Head::default()
        };
        (!places.is_empty()).then_some(Self { entry, places, head, modified: None })
    }
}

/// A file that cannot be read is listed all the same, without a head.
fn head(source: &impl ContentSource, path: &ContentPath, version: &Version) -> Head {
    match source.read(path) {
        // Bytes of a later version will be told as a change of their own.
        Ok(Some(file)) if file.version == *version => front_matter::read(&file.bytes),
        _ => Head::default(),
    }
}
