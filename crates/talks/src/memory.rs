//! The reference repository: everything in memory, behind one lock.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{ImportMode, PageRequest, RepositoryError, VisitorId};

use crate::{
    id::TalkId,
    repository::{TalkPage, TalkRepository, Toggled},
    talk::{Edit, NewTalk, Talk},
    time::TalkTime,
    transfer::{ExportedTalk, Imported, Planned, StoredTalk, TalkRecord, TalkTransfer, plan},
};

/// Talks in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryTalks(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were stored; their likes are not counted here.
    talks: Vec<Talk>,
    likes: HashMap<TalkId, BTreeSet<VisitorId>>,
}

impl MemoryTalks {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TalkRepository for MemoryTalks {
    fn page(&self, slice: PageRequest) -> Result<TalkPage, RepositoryError> {
        let talks = self.state().newest_first();
        let total = talks.len() as u64;
        let offset = usize::try_from(slice.offset()).unwrap_or(usize::MAX);
        let items = talks.into_iter().skip(offset).take(slice.size() as usize).collect();
        Ok(TalkPage { items, total })
    }

    fn each(&self, each: &mut dyn FnMut(Talk)) -> Result<(), RepositoryError> {
        let talks = self.state().newest_first();
        talks.into_iter().for_each(each);
        Ok(())
    }

    fn find(&self, id: TalkId) -> Result<Option<Talk>, RepositoryError> {
        let state = self.state();
        Ok(state.talks.iter().find(|talk| talk.id == id).map(|talk| state.counted(talk)))
    }

    fn liked(
        &self,
        talks: &[TalkId],
        visitor: &VisitorId,
    ) -> Result<HashSet<TalkId>, RepositoryError> {
        let state = self.state();
        let likes = |id: &TalkId| state.likes.get(id).is_some_and(|likes| likes.contains(visitor));
        Ok(talks.iter().copied().filter(likes).collect())
    }

    fn insert(&self, id: TalkId, new: &NewTalk, time: TalkTime) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        if state.talks.iter().any(|talk| talk.id == id) {
            return Ok(false);
        }
        let NewTalk { content, tags, values } = new.clone();
        state.talks.push(Talk { id, content, tags, values, time, likes: 0 });
        Ok(true)
    }

    fn edit(&self, id: TalkId, edit: &Edit) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let Some(talk) = state.talks.iter_mut().find(|talk| talk.id == id) else {
            return Ok(false);
        };
        let Edit { content, tags, values, time } = edit.clone();
        talk.content = content.unwrap_or_else(|| talk.content.clone());
        talk.tags = tags.unwrap_or_else(|| talk.tags.clone());
        talk.values = values.unwrap_or_else(|| talk.values.clone());
        talk.time = time.unwrap_or(talk.time);
        Ok(true)
    }

    fn remove(&self, id: TalkId) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let before = state.talks.len();
        state.talks.retain(|talk| talk.id != id);
        state.likes.remove(&id);
        Ok(state.talks.len() < before)
    }

    fn toggle_like(
        &self,
        id: TalkId,
        visitor: &VisitorId,
    ) -> Result<Option<Toggled>, RepositoryError> {
        let mut state = self.state();
        if state.talks.iter().all(|talk| talk.id != id) {
            return Ok(None);
        }
        let visitors = state.likes.entry(id).or_default();
        let liked = !visitors.remove(visitor);
        if liked {
            visitors.insert(visitor.clone());
        }
        Ok(Some(Toggled { liked, likes: visitors.len() as u64 }))
    }

    /// What is kept here has been parsed.
    fn repair(&self) -> Result<u64, RepositoryError> {
        Ok(0)
    }
}

impl TalkTransfer for MemoryTalks {
    fn import(
        &self,
        records: Vec<TalkRecord>,
        mode: ImportMode,
    ) -> Result<Imported, RepositoryError> {
        let mut state = self.state();
        let stored = state.talks.iter().map(|talk| StoredTalk {
            id: talk.id,
            time: talk.time,
            content: talk.content.clone(),
            values: talk.values.clone(),
        });
        let planned = plan(records, stored.collect());
        let before = state.talks.len() as u64;
        let mut imported = Imported::default();
        if mode == ImportMode::Replace {
            *state = State::default();
        }
        for planned in planned {
            if planned.known {
                imported.replaced += 1;
            } else {
                imported.added += 1;
            }
            state.put(planned);
        }
        if mode == ImportMode::Replace {
            imported.removed = before - imported.replaced;
        }
        Ok(imported)
    }

    fn export(&self, each: &mut dyn FnMut(ExportedTalk)) -> Result<(), RepositoryError> {
        let state = self.state();
        for talk in &state.talks {
            let likes = state.likes.get(&talk.id).cloned().unwrap_or_default();
            each(ExportedTalk { talk: state.counted(talk), likes });
        }
        Ok(())
    }
}

impl State {
    fn newest_first(&self) -> Vec<Talk> {
        let mut talks: Vec<(usize, &Talk)> = self.talks.iter().enumerate().collect();
        talks.sort_by_key(|&(number, talk)| Reverse((talk.time, number)));
        talks.into_iter().map(|(_, talk)| self.counted(talk)).collect()
    }

    fn counted(&self, talk: &Talk) -> Talk {
        let likes = self.likes.get(&talk.id).map_or(0, BTreeSet::len) as u64;
        Talk { likes, ..talk.clone() }
    }

    /// Stores what was imported; the likes that are there stay.
    fn put(&mut self, planned: Planned) {
        let Planned { id, known: _, content, tags, values, time, likes } = planned;
        self.likes.entry(id).or_default().extend(likes);
        let talk = Talk { id, content, tags, values, time, likes: 0 };
        match self.talks.iter_mut().find(|talk| talk.id == id) {
            Some(stored) => *stored = talk,
            None => self.talks.push(talk),
        }
    }
}
