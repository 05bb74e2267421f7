//! `inkstone import techgrow`: followers known to `techgrow-openapi-java` (contract readmore, 8.2).

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read as _},
};

use anyhow::{Context as _, bail, ensure};
use csv::{ByteRecord, ReaderBuilder};
use inkstone_readmore::{Follower, OpenId, Subscriber, SubscriberTransfer, tally};
use inkstone_vocab::{ImportTally, Timestamp};

use super::{Arguments, existing, open};
use crate::{
    clock,
    command::progress::Progress,
    config::{Config, TimeZone},
    output::say,
    places::Places,
};

/// The most rows of a file.
const MAX_ROWS: u64 = 1_000_000;

/// The most bytes of a file: a quote that is never closed makes one cell of all that follows.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The most bytes of the line that names the columns.
const MAX_HEADER_BYTES: u64 = 64 * 1024;

/// The columns that count, wherever they are.
const COLUMNS: [&str; 5] = ["from_open_id", "to_open_id", "create_time", "update_time", "status"];

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { file, time_zone, dry_run, .. } = arguments;
    let shown = file.display();
    let opened = File::open(file).with_context(|| format!("cannot read {shown}"))?;
    let bytes = opened.metadata().map_or(0, |metadata| metadata.len());
    let progress = Progress::start();
    let input = progress.reading(&shown.to_string(), opened, bytes);
    let table = read(BufReader::with_capacity(256 * 1024, input), time_zone, clock::now())
        .with_context(|| format!("cannot use {shown}"))?;
    let Table { rows, subscribers, left_out } = table;
    progress.pause(|| {
        say(format_args!("Followers in the file: {rows}"));
        for (reason, places) in &left_out {
            say(format_args!("Left out, {reason}: {}", places.shown("line")));
        }
    });
    ensure!(!subscribers.is_empty(), "there is nothing to import in {shown}");
    let installation = if *dry_run { existing(config)? } else { Some(open(config)?) };
    let store = installation.map(|(store, _)| store);
    progress.step(if *dry_run { "Comparing" } else { "Storing" });
    let done = match &store {
        Some(store) if !dry_run => store.import(subscribers)?,
        Some(store) => store.preview(&subscribers)?,
        None => tally(&subscribers, |_| false),
    };
    if let Some(store) = store {
        store.close();
    }
    progress.pause(|| {
        let verb = if *dry_run { "Would import" } else { "Imported" };
        let ImportTally { inserted, known, .. } = done;
        let left_out: u64 = left_out.values().map(Places::count).sum();
        say(format_args!(
            "{verb} followers: {inserted} new, {known} known already, {left_out} left out."
        ));
        if *dry_run {
            say("Nothing was changed (--dry-run).");
        }
    });
    Ok(())
}

/// What a file holds.
struct Table {
    rows: u64,
    /// Those known first come first.
    subscribers: Vec<Subscriber>,
    /// Rows that cannot be used, by the reason, at their lines.
    left_out: BTreeMap<&'static str, Places>,
}

/// Reads the table `tb_wx_subscribe_user` as `mysql --batch` writes it, or as comma-separated
/// values, whose times are those of `zone`.
fn read(mut input: impl BufRead, zone: &TimeZone, now: Timestamp) -> anyhow::Result<Table> {
    let mut header = Vec::new();
    input.by_ref().take(MAX_HEADER_BYTES).read_until(b'\n', &mut header)?;
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&header);
    let tabs = header.contains(&b'\t');
    // `mysql` escapes what would end a cell and quotes nothing. What has an escape is no name and
    // no time, so none is undone.
    let mut reader = ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .quoting(!tabs)
        .flexible(true)
        .from_reader(header.chain(input.take(MAX_BYTES)));
    let names = reader.byte_headers()?.clone();
    let columns = columns(&names)?;
    let mut table = Table { rows: 0, subscribers: Vec::new(), left_out: BTreeMap::new() };
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row)? {
        let line = row.position().map_or(0, csv::Position::line);
        table.rows += 1;
        ensure!(table.rows <= MAX_ROWS, "the table has more than {MAX_ROWS} rows");
        ensure!(reader.position().byte() < MAX_BYTES, "the file has more than {MAX_BYTES} bytes");
        ensure!(
            !row.as_slice().contains(&b'\n'),
            "a cell that begins on line {line} has several lines; is a quote missing?"
        );
        let read = if row.len() == names.len() {
            subscriber(columns.map(|place| text(&row, place)), zone, now)
        } else {
            Err("it has more or fewer columns than the first line")
        };
        match read {
            Ok(subscriber) => table.subscribers.push(subscriber),
            Err(reason) => table.left_out.entry(reason).or_default().add(line),
        }
    }
    table.subscribers.sort_by_key(|subscriber| subscriber.since);
    Ok(table)
}

/// Where the columns are.
fn columns(names: &ByteRecord) -> anyhow::Result<[usize; COLUMNS.len()]> {
    let mut columns = [0; COLUMNS.len()];
    for (place, column) in columns.iter_mut().zip(COLUMNS) {
        let wanted = |name: &[u8]| name.trim_ascii().eq_ignore_ascii_case(column.as_bytes());
        let Some(found) = names.iter().position(wanted) else {
            bail!("the first line names no column `{column}`");
        };
        *place = found;
    }
    Ok(columns)
}

/// A cell; what is no text is nothing that could be meant.
fn text(row: &ByteRecord, place: usize) -> &str {
    row.get(place).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or("\u{fffd}").trim()
}

/// Who stands in a row, or why nobody does. A time in the future becomes `now`.
fn subscriber(
    [person, account, since, left, status]: [&str; COLUMNS.len()],
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Subscriber, &'static str> {
    let instant = |text| zone.instant(text).map(|instant| instant.min(now));
    let person = OpenId::parse(person).ok_or("`from_open_id` is no openid")?;
    let account = OpenId::parse(account).ok_or("`to_open_id` is no openid")?;
    let since = instant(since).ok_or("`create_time` is no time")?;
    let left = match left {
        "" | "NULL" => None,
        text => Some(instant(text).ok_or("`update_time` is no time")?),
    };
    let follows = match status {
        "1" | "true" => true,
        "0" | "false" => false,
        _ => return Err("`status` is neither 1 nor 0"),
    };
    let follower = Follower { person, account };
    // Who does not follow has left, if only before the time was written down.
    let left = if follows { left } else { left.or(Some(since)) };
    Ok(Subscriber { follower, follows, since, left })
}
