//! `inkstone import qexo`.

use std::{fs::File, io::BufReader, path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use inkstone_delivery::{HttpClient, HttpLimits, Targets};
use inkstone_storage::{
    Store,
    qexo::{Contents, Imported, Moved},
};
use inkstone_talks::ListedTalk;
use inkstone_vocab::ImportMode;

use super::{Arguments, existing, open};
use crate::{
    command::progress::Progress,
    config::{Config, ServerKey},
    output::say,
    qexo_file::{Reading, read_file, read_listed, read_page},
};

/// What becomes of what is there.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Mode {
    /// What the file holds takes its place, kind by kind; kinds that the file lacks stay
    Replace,
    /// It stays, and what the file holds is added to it
    Merge,
}

/// The most bytes of a page of talks.
const MAX_PAGE_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { file, mode, talks_from, dry_run, .. } = arguments;
    let shown = file.display();
    let opened = File::open(file).with_context(|| format!("cannot read {shown}"))?;
    let bytes = opened.metadata().map_or(0, |metadata| metadata.len());
    drop(opened);
    let installation = if *dry_run { existing(config)? } else { Some(open(config)?) };
    // Without an installation there is no visitor yet whom a key would tell.
    let key = installation
        .as_ref()
        .map_or_else(|| ServerKey::new(rand::random()), |(_, key)| key.clone());
    let store = installation.map(|(store, _)| store);
    let progress = Progress::start();
    let mut reading = Reading::new(&key);
    let watched = |file| progress.reading(&shown.to_string(), file, bytes);
    read_file(file, watched, &mut reading).with_context(|| format!("cannot use {shown}"))?;
    if let Some(source) = talks_from {
        progress.step(&format!("Reading the talks of {source}"));
        let listed = listed(source).with_context(|| format!("cannot use {source}"))?;
        let (listed_count, found) = (listed.len(), reading.identify(listed));
        progress.pause(|| {
            say(format_args!(
                "Talks in {source}: {listed_count}, of which {found} are in the file"
            ));
        });
    }
    let (contents, report) = reading.finish();
    progress.pause(|| {
        for (list, count) in report.items.iter().filter(|(_, count)| **count > 0) {
            say(format_args!("Items in {}: {count}", list.key()));
        }
        report.lines().iter().for_each(say);
    });
    ensure!(!is_empty(&contents), "there is nothing to import in {shown}");
    let mode = match mode {
        Mode::Replace => ImportMode::Replace,
        Mode::Merge => ImportMode::Merge,
    };
    progress.step(if *dry_run { "Trying it out" } else { "Storing" });
    let imported = match &store {
        Some(store) => stored(store, contents, mode, *dry_run)?,
        None => everything_is_new(&contents),
    };
    if let Some(store) = store {
        store.close();
    }
    progress.pause(|| tell(&imported, *dry_run));
    Ok(())
}

fn listed(source: &str) -> anyhow::Result<Vec<ListedTalk>> {
    if source.starts_with("http://") || source.starts_with("https://") {
        let limits = HttpLimits {
            total: Duration::from_mins(2),
            max_answer_bytes: MAX_PAGE_BYTES,
            ..HttpLimits::default()
        };
        return Ok(read_listed(&HttpClient::new(limits, Targets::Any), source)?);
    }
    Ok(read_page(BufReader::new(File::open(Path::new(source))?))?)
}

fn stored(
    store: &Store,
    contents: Contents,
    mode: ImportMode,
    dry_run: bool,
) -> anyhow::Result<Imported> {
    Ok(if dry_run {
        store.rehearse_qexo(contents, mode)?
    } else {
        store.import_qexo(contents, mode)?
    })
}

fn is_empty(contents: &Contents) -> bool {
    everything_is_new(contents) == Imported::default()
}

/// What an import into an installation that is not there yet would do.
fn everything_is_new(contents: &Contents) -> Imported {
    let new = |count: usize| Moved { added: count as u64, ..Moved::default() };
    let Contents { settings, images, friends, notices, fields, visitors, views, talks } = contents;
    Imported {
        settings: settings.as_ref().map(|list| new(list.len())),
        images: images.as_ref().map(|list| new(list.len())),
        friends: friends.as_ref().map(|list| new(list.len())),
        notices: notices.as_ref().map(|list| new(list.len())),
        fields: fields.as_ref().map(|list| new(list.len())),
        visitors: visitors.as_ref().map(|list| new(list.len())),
        views: views.as_ref().map(|views| new(views.count())),
        talks: talks.as_ref().map(|list| new(list.len())),
    }
}

fn tell(imported: &Imported, dry_run: bool) {
    let verb = if dry_run { "Would import" } else { "Imported" };
    let Imported { settings, images, friends, notices, fields, visitors, views, talks } = imported;
    for (name, moved) in [
        ("settings", settings),
        ("images", images),
        ("friends", friends),
        ("notifications", notices),
        ("custom fields", fields),
        ("visitors", visitors),
        ("counters", views),
        ("talks", talks),
    ] {
        if let Some(Moved { added, replaced, removed }) = moved {
            say(format_args!(
                "{verb} {name}: {added} new, {replaced} replaced, {removed} removed."
            ));
        }
    }
    if dry_run {
        say("Nothing was changed (--dry-run).");
    }
}
