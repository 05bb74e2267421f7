//! Which records are which stored talks.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use inkstone_vocab::VisitorId;

use super::{RecordId, TalkRecord};
use crate::{id::TalkId, tags::Tags, talk::Content, time::TalkTime, values::Values};

/// What has to be known of a stored talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTalk {
    /// What names it.
    pub id: TalkId,
    /// When it was made.
    pub time: TalkTime,
    /// What it says.
    pub content: Content,
    /// What else a theme knows of it.
    pub values: Values,
}

/// A record that knows its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What names it.
    pub id: TalkId,
    /// Whether a stored talk has that name.
    pub known: bool,
    /// What it says.
    pub content: Content,
    /// What it is about.
    pub tags: Tags,
    /// What else a theme knows of it.
    pub values: Values,
    /// When it was made.
    pub time: TalkTime,
    /// Who likes it.
    pub likes: BTreeSet<VisitorId>,
}

/// The names of `records`, so that importing the same again finds the same talks: each stored
/// talk is at most one of the records that do not know their names. Of several records with one
/// name the last counts.
///
/// `stored` holds, in the order in which they were stored, at least the talks whose names are
/// kept and those of the times of records without names.
pub fn plan(records: Vec<TalkRecord>, stored: Vec<StoredTalk>) -> Vec<Planned> {
    let kept: HashSet<TalkId> = records.iter().filter_map(kept).collect();
    let mut same: HashMap<(TalkTime, Content), VecDeque<TalkId>> = HashMap::new();
    let mut values: HashMap<TalkId, Values> = HashMap::new();
    for talk in stored {
        if !kept.contains(&talk.id) {
            same.entry((talk.time, talk.content)).or_default().push_back(talk.id);
        }
        values.insert(talk.id, talk.values);
    }
    let mut places: HashMap<TalkId, usize> = HashMap::new();
    let mut planned: Vec<Planned> = Vec::new();
    for record in records {
        let id = match record.id {
            RecordId::Kept(id) => id,
            RecordId::Fresh(fresh) => same
                .get_mut(&(record.time, record.content.clone()))
                .and_then(VecDeque::pop_front)
                .unwrap_or(fresh),
        };
        let stored = values.get(&id);
        let next = Planned {
            id,
            known: stored.is_some(),
            values: record.values.or_else(|| stored.cloned()).unwrap_or_default(),
            content: record.content,
            tags: record.tags,
            time: record.time,
            likes: record.likes,
        };
        if let Some(&place) = places.get(&id) {
            planned[place] = next;
        } else {
            places.insert(id, planned.len());
            planned.push(next);
        }
    }
    planned
}

fn kept(record: &TalkRecord) -> Option<TalkId> {
    match record.id {
        RecordId::Kept(id) => Some(id),
        RecordId::Fresh(_) => None,
    }
}
