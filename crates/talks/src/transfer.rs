//! Moving talks in and out.

mod plan;

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    sync::Arc,
};

use inkstone_vocab::{ImportMode, RepositoryError, VisitorId};

pub use self::plan::{Planned, StoredTalk, plan};
use crate::{
    error::TalkError,
    id::TalkId,
    repository::TalkRepository,
    service::{TalkObserver, Talks},
    tags::Tags,
    talk::{Content, Talk},
    time::TalkTime,
    values::Values,
};

/// A talk from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkRecord {
    /// What names it.
    pub id: RecordId,
    /// What it says.
    pub content: Content,
    /// What it is about.
    pub tags: Tags,
    /// What else a theme knows of it; `None` keeps what is known.
    pub values: Option<Values>,
    /// When it was made.
    pub time: TalkTime,
    /// Who likes it; keyed hashes, never addresses in clear.
    pub likes: BTreeSet<VisitorId>,
}

/// What names a talk from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordId {
    /// Its name there, which it keeps.
    Kept(TalkId),
    /// Nobody knows: the name of the stored talk with the same time and content, or, if there is
    /// none, this one, made of random bytes for this record alone.
    Fresh(TalkId),
}

/// A talk on its way elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedTalk {
    /// The talk.
    pub talk: Talk,
    /// Who likes it, as many as the talk has likes; keyed hashes.
    pub likes: BTreeSet<VisitorId>,
}

impl From<ExportedTalk> for TalkRecord {
    fn from(ExportedTalk { talk, likes }: ExportedTalk) -> Self {
        let Talk { id, content, tags, values, time, likes: _ } = talk;
        Self { id: RecordId::Kept(id), content, tags, values: Some(values), time, likes }
    }
}

/// What an import has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Talks that were not there.
    pub added: u64,
    /// Talks that took the place of stored ones.
    pub replaced: u64,
    /// Talks that are gone.
    pub removed: u64,
}

/// Where talks come from and go to by the thousand.
///
/// The laws are in the `contract::transfer` module (feature `testing`).
pub trait TalkTransfer: Send + Sync {
    /// Stores all of `records` or none, under the names that [`plan`] finds. Merging unites the
    /// likes of a talk that is there already; replacing leaves those of the record. Where times
    /// are equal, later records are newer.
    fn import(
        &self,
        records: Vec<TalkRecord>,
        mode: ImportMode,
    ) -> Result<Imported, RepositoryError>;

    /// Hands over all talks in the order in which they were stored, as of one moment. Few of
    /// them are held in memory at once.
    fn export(&self, each: &mut dyn FnMut(ExportedTalk)) -> Result<(), RepositoryError>;
}

impl<R: TalkTransfer + ?Sized> TalkTransfer for Arc<R> {
    fn import(
        &self,
        records: Vec<TalkRecord>,
        mode: ImportMode,
    ) -> Result<Imported, RepositoryError> {
        (**self).import(records, mode)
    }

    fn export(&self, each: &mut dyn FnMut(ExportedTalk)) -> Result<(), RepositoryError> {
        (**self).export(each)
    }
}

impl<R: TalkRepository + TalkTransfer, O: TalkObserver> Talks<R, O> {
    /// Stores all of `records` or none; see [`TalkTransfer::import`].
    pub fn import(
        &self,
        records: Vec<TalkRecord>,
        mode: ImportMode,
    ) -> Result<Imported, TalkError> {
        let imported = self.repository.import(records, mode)?;
        self.observer.talks_changed();
        Ok(imported)
    }

    /// Hands over all talks; see [`TalkTransfer::export`].
    pub fn export(&self, each: &mut dyn FnMut(ExportedTalk)) -> Result<(), TalkError> {
        Ok(self.repository.export(each)?)
    }
}

/// A talk as the public list of another server shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTalk {
    /// Its name there.
    pub id: TalkId,
    /// When it was made.
    pub time: TalkTime,
    /// What it says.
    pub content: Content,
    /// What else a theme knows of it.
    pub values: Values,
}

/// Gives `records` the names and values under which a list knows talks of the same time and
/// content (contract qexo, 11.2); how many it found. A talk that is listed twice, because pages
/// moved while they were read, names one record.
pub fn identify(records: &mut [TalkRecord], listed: Vec<ListedTalk>) -> usize {
    let mut seen = HashSet::new();
    let mut known: HashMap<(TalkTime, Content), VecDeque<(TalkId, Values)>> = HashMap::new();
    for ListedTalk { id, time, content, values } in listed {
        if seen.insert(id) {
            known.entry((time, content)).or_default().push_back((id, values));
        }
    }
    let mut found = 0;
    for record in records.iter_mut().filter(|record| matches!(record.id, RecordId::Fresh(_))) {
        let same = known.get_mut(&(record.time, record.content.clone()));
        if let Some((id, values)) = same.and_then(VecDeque::pop_front) {
            record.id = RecordId::Kept(id);
            record.values.get_or_insert(values);
            found += 1;
        }
    }
    found
}
