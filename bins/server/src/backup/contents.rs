//! What a file from elsewhere holds, read once and kept in the form in which it is stored.

use std::{collections::BTreeMap, io::BufRead};

use inkstone_comments::{Batch, DocumentError, Format, ImportOptions, read_document};
use inkstone_stats::Records;
use inkstone_vocab::{SiteId, Timestamp};
use serde_json::Value;

use super::{settings::Entries, statistics::Tables};
use crate::{config::ServerKey, user_agent};

/// How many rows of a list were left out for one reason.
pub type LeftOut = BTreeMap<(&'static str, &'static str), u64>;

/// What a file holds.
#[derive(Default)]
pub struct Contents {
    /// Comments.
    pub batch: Batch,
    /// Settings of a backup.
    pub entries: Entries,
    /// Statistics of a backup, or the counters of Waline.
    pub records: Records,
    /// Other rows than comments that cannot be used.
    pub left_out: LeftOut,
}

/// How the comments of files are read.
pub fn options(format: Option<Format>, site: Option<SiteId>, now: Timestamp) -> ImportOptions {
    ImportOptions { format, site, now, agent: user_agent::parse }
}

/// Reads a document of any shape. Visitors that a file names by their address are named by a
/// keyed hash, as they are when they like a page here.
pub fn read(
    input: impl BufRead,
    options: &ImportOptions,
    key: &ServerKey,
) -> Result<Contents, DocumentError> {
    let mut entries = Entries::default();
    let mut tables = Tables::new(options, key);
    let mut left_out = LeftOut::new();
    let batch = read_document(input, options, &mut |list, row| {
        let row = serde_json::from_str(row).unwrap_or(Value::Null);
        let taken = match list {
            "settings" => entries.push(&row),
            table => tables.push(table, &row),
        };
        if let Err(reason) = taken {
            *left_out.entry((list, reason)).or_default() += 1;
        }
    })?;
    Ok(Contents { batch, entries, records: tables.finish(), left_out })
}

impl Contents {
    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        self.batch.comments.is_empty() && self.entries.count() == 0 && self.records.count() == 0
    }
}
