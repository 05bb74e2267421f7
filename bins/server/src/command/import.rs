//! `inkstone import`.

mod qexo;
mod report;
mod techgrow;

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use inkstone_comments::Format;
use inkstone_settings::SettingRepository;
use inkstone_storage::Store;
use inkstone_vocab::SiteId;

use self::{qexo::Mode, report::Done};
use super::progress::Progress;
use crate::{
    backup::{Contents, contents},
    clock,
    config::{Config, ServerKey, TimeZone},
    installation::{Installation, open_store},
    secrets,
};

/// Reads what another system exported, or a backup with settings and statistics. What was
/// imported before is not imported again, and what cannot be used is reported;
/// docs/MIGRATE-FROM.md describes each system.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the file comes from
    #[arg(value_name = "KIND")]
    kind: Kind,
    /// The exported file
    file: PathBuf,
    /// The site that all comments and statistics will belong to [default: as the file says]
    #[arg(long, value_name = "NAME", value_parser = site)]
    site: Option<SiteId>,
    /// What becomes of what is there; for qexo
    #[arg(long, value_enum, default_value_t = Mode::Replace)]
    mode: Mode,
    /// Where talks keep their ids from: the address of the old server, or a saved answer of its
    /// /pub/talks; for qexo
    #[arg(long, value_name = "FILE|URL")]
    talks_from: Option<String>,
    /// Where the times of the file are local, by name or distance from UTC; for techgrow
    #[arg(long, value_name = "ZONE", value_parser = zone, default_value = "Asia/Shanghai")]
    time_zone: TimeZone,
    /// Change nothing; say what would be imported
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
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
    /// Qexo: its export, or its SQLite database
    Qexo,
    /// `techgrow-openapi-java`: its table `tb_wx_subscribe_user`, the followers
    Techgrow,
}

impl Kind {
    const fn format(self) -> Option<Format> {
        match self {
            Self::Cwd => Some(Format::Cwd),
            Self::Twikoo => Some(Format::Twikoo),
            Self::Artalk => Some(Format::Artalk),
            Self::Valine => Some(Format::Valine),
            Self::Waline => Some(Format::Waline),
            Self::Auto | Self::Qexo | Self::Techgrow => None,
        }
    }
}

pub(super) fn site(name: &str) -> Result<SiteId, String> {
    SiteId::parse(name)
        .ok_or_else(|| format!("a site has {} characters at most", SiteId::MAX_CHARS))
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::parse(name).ok_or_else(|| "it is no time zone".to_owned())
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { kind, file, site, dry_run, talks_from, .. } = arguments;
    let (qexo, techgrow) = (*kind == Kind::Qexo, *kind == Kind::Techgrow);
    ensure!(!qexo || site.is_none(), "--site is not for qexo, whose counters name their sites");
    ensure!(!techgrow || site.is_none(), "--site is not for techgrow, whose followers have none");
    ensure!(qexo || talks_from.is_none(), "--talks-from is for qexo only");
    if qexo {
        return qexo::run(config, arguments);
    }
    if techgrow {
        return techgrow::run(config, arguments);
    }
    let shown = file.display();
    let opened = File::open(file).with_context(|| format!("cannot read {shown}"))?;
    let installation = if *dry_run { existing(config)? } else { Some(open(config)?) };
    // Without an installation there is no visitor yet whom a key would tell.
    let key = installation
        .as_ref()
        .map_or_else(|| ServerKey::new(rand::random()), |(_, key)| key.clone());
    let store = installation.map(|(store, _)| store);
    let progress = Progress::start();
    let options = contents::options(kind.format(), site.clone(), clock::now());
    let bytes = opened.metadata().map_or(0, |metadata| metadata.len());
    let input = progress.reading(&shown.to_string(), opened, bytes);
    let contents = contents::read(BufReader::with_capacity(256 * 1024, input), &options, &key)
        .with_context(|| format!("cannot use {shown}"))?;
    progress.pause(|| report::read(&contents));
    ensure!(!contents.is_empty(), "there is nothing to import in {shown}");
    let done = match &store {
        Some(store) if !dry_run => store_all(store, contents, &progress)?,
        store => Done::preview(store.as_ref(), &contents)?,
    };
    if let Some(store) = store {
        store.close();
    }
    progress.pause(|| done.tell(*dry_run));
    Ok(())
}

fn open(config: &Config) -> anyhow::Result<(Store, ServerKey)> {
    let Installation { store, key, .. } = Installation::open(config)?;
    Ok((store, key))
}

/// The installation as it is; a dry run makes none.
fn existing(config: &Config) -> anyhow::Result<Option<(Store, ServerKey)>> {
    let made = config.database_url()?.file().is_none_or(Path::exists);
    let secrets = secrets::path(&config.data_dir);
    let key = match config.server.key.as_ref() {
        Some(key) => Some(key.clone()),
        None if secrets.exists() => Some(secrets::load(&secrets)?),
        None => None,
    };
    let (true, Some(key)) = (made, key) else { return Ok(None) };
    let store = open_store(config)?;
    let pending = store.pending()?;
    ensure!(pending.is_empty(), "the database is not up to date; run `inkstone migrate` first");
    Ok(Some((store, key)))
}

fn store_all(store: &Store, contents: Contents, progress: &Progress) -> anyhow::Result<Done> {
    let Contents { batch, entries, records, .. } = contents;
    let (comments, settings) = (batch.comments.len(), entries.count());
    let statistics = records.count();
    progress.step(&format!(
        "Storing {comments} comments, {settings} settings, {statistics} rows of statistics"
    ));
    let tally = entries.tally(&SettingRepository::load(store)?);
    let changes = entries.into_changes(rand::random());
    let (imported, records) = store.restore(batch.comments, changes, records)?;
    Ok(Done { comments: imported.tally(), settings: tally, records })
}
