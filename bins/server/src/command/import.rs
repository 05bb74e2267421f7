//! `inkstone import`.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, ensure};
use inkstone_comments::{
    Batch, CommentTransfer as _, Format, ImportOptions, Imported, Skip, Skipped, read_document,
};
use inkstone_vocab::SiteId;

use super::progress::Progress;
use crate::{clock, config::Config, installation::Installation, output};

/// Reads what another system exported. Comments that were imported before are not imported
/// again, and what cannot be used is reported; docs/MIGRATE-FROM.md describes each system.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the comments come from
    #[arg(value_name = "KIND")]
    kind: Kind,
    /// The exported file
    file: PathBuf,
    /// The site that all comments will belong to [default: as the file says]
    #[arg(long, value_name = "NAME", value_parser = site)]
    site: Option<SiteId>,
    /// Change nothing; say what would be imported
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// CWD, or Inkstone itself
    Cwd,
    /// Twikoo
    Twikoo,
    /// Artalk
    Artalk,
    /// Valine and its relatives
    Valine,
    /// Waline
    Waline,
    /// Look at each comment
    Auto,
}

impl Kind {
    const fn format(self) -> Option<Format> {
        match self {
            Self::Cwd => Some(Format::Cwd),
            Self::Twikoo => Some(Format::Twikoo),
            Self::Artalk => Some(Format::Artalk),
            Self::Valine => Some(Format::Valine),
            Self::Waline => Some(Format::Waline),
            Self::Auto => None,
        }
    }
}

pub(super) fn site(name: &str) -> Result<SiteId, String> {
    SiteId::parse(name)
        .ok_or_else(|| format!("a site has {} characters at most", SiteId::MAX_CHARS))
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { kind, file, site, dry_run } = arguments;
    let shown = file.display();
    let progress = Progress::start();
    progress.step("Reading the file");
    let document = fs::read(file).with_context(|| format!("cannot read {shown}"))?;
    let options = ImportOptions { format: kind.format(), site: site.clone(), now: clock::now() };
    let batch =
        read_document(&document, &options).with_context(|| format!("cannot use {shown}"))?;
    drop(document);
    progress.pause(|| report(&batch));
    ensure!(!batch.comments.is_empty(), "there is no comment to import in {shown}");
    if *dry_run {
        progress.pause(|| output::say("Nothing was changed (--dry-run)."));
        return Ok(());
    }
    progress.step("Storing the comments");
    let Installation { store, .. } = Installation::open(config)?;
    let imported = store.import(batch.comments)?;
    store.close();
    progress.pause(|| done(&imported));
    Ok(())
}

fn report(batch: &Batch) {
    output::say(format_args!("Items in the file: {}", batch.items));
    for (format, count) in &batch.formats {
        output::say(format_args!("Comments of {}: {count}", format.as_str()));
    }
    for (reason, skipped) in &batch.skipped {
        output::say(line(*reason, skipped));
    }
}

fn line(reason: Skip, Skipped { count, items }: &Skipped) -> String {
    let named: Vec<String> = items.iter().map(u64::to_string).collect();
    let more =
        if u64::try_from(items.len()).is_ok_and(|named| named < *count) { ", …" } else { "" };
    let verb = if reason == Skip::Repeated { "Joined" } else { "Left out" };
    format!("{verb}, {}: {count} (item {}{more})", reason.as_str(), named.join(", "))
}

fn done(Imported { inserted, updated, known, .. }: &Imported) {
    output::say(format_args!(
        "Imported: {inserted} new, {updated} replaced, {known} known already."
    ));
}
