//! What was found in a file, and what became of it.

use std::collections::BTreeMap;

use inkstone_comments::{CommentTransfer, Plan, Skip, Skipped};
use inkstone_settings::SettingRepository;
use inkstone_stats::{ImportedRecords, KnownRecords, StatsTransfer};
use inkstone_storage::Store;
use inkstone_vocab::{ImportTally, RepositoryError};

use crate::{backup::Contents, output::say};

/// Says what the file holds, and what of it cannot be used.
pub(super) fn read(contents: &Contents) {
    let Contents { batch, entries, records, left_out } = contents;
    say(format_args!("Items in the file: {}", batch.items));
    for (format, count) in &batch.formats {
        say(format_args!("Comments of {}: {count}", format.as_str()));
    }
    let rows = [
        ("Settings", entries.count()),
        ("Pages", records.pages.len()),
        ("Days", records.days.len()),
        ("Page likes", records.likes.len()),
        ("View counts", records.counts.len()),
    ];
    for (name, count) in rows.into_iter().filter(|(_, count)| *count > 0) {
        say(format_args!("{name}: {count}"));
    }
    for (reason, skipped) in &batch.skipped {
        say(line(*reason, skipped));
    }
    for ((list, reason), count) in left_out {
        say(format_args!("Left out of {list}, {reason}: {count}"));
    }
}

fn line(reason: Skip, Skipped { count, items }: &Skipped) -> String {
    let named: Vec<String> = items.iter().map(u64::to_string).collect();
    let more =
        if u64::try_from(items.len()).is_ok_and(|named| named < *count) { ", …" } else { "" };
    let verb = if reason == Skip::Repeated { "Joined" } else { "Left out" };
    format!("{verb}, {}: {count} (item {}{more})", reason.as_str(), named.join(", "))
}

/// What an import has done, or would do.
pub(super) struct Done {
    pub(super) comments: ImportTally,
    pub(super) settings: ImportTally,
    pub(super) records: ImportedRecords,
}

impl Done {
    /// What storing `contents` would do; without a store everything is new.
    pub(super) fn preview(
        store: Option<&Store>,
        contents: &Contents,
    ) -> Result<Self, RepositoryError> {
        let Contents { batch, entries, records, .. } = contents;
        let comments = &batch.comments;
        Ok(match store {
            Some(store) => Self {
                comments: CommentTransfer::preview(store, comments)?,
                settings: entries.tally(&SettingRepository::load(store)?),
                records: StatsTransfer::preview(store, records)?,
            },
            None => Self {
                comments: Plan::new(comments, &[], |_| None, 0).tally(),
                settings: entries.tally(&BTreeMap::new()),
                records: KnownRecords::default().tally(records),
            },
        })
    }

    pub(super) fn tell(&self, dry_run: bool) {
        let Self { comments, settings, records } = self;
        let verb = if dry_run { "Would import" } else { "Imported" };
        let kinds = [
            ("comments", comments),
            ("settings", settings),
            ("pages", &records.pages),
            ("days", &records.days),
            ("page likes", &records.likes),
            ("view counts", &records.counts),
        ];
        for (name, tally) in
            kinds.into_iter().filter(|(_, tally)| **tally != ImportTally::default())
        {
            let ImportTally { inserted, updated, known } = tally;
            say(format_args!(
                "{verb} {name}: {inserted} new, {updated} replaced, {known} known already."
            ));
        }
        if dry_run {
            say("Nothing was changed (--dry-run).");
        }
    }
}
