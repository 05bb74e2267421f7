//! Everything in, in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use diesel::{delete, dsl::count_star, insert_into, prelude::*, update};
use inkstone_fields::Field;
use inkstone_notifications::Notice;
use inkstone_settings::{Change, QEXO_NAMES};
use inkstone_stats::Views;
use inkstone_vocab::{ImportMode, VisitorId, merge_named};

use super::{Contents, Imported, Moved};
use crate::{
    connection::AnyConnection,
    friends, images as image_records, inbox,
    schema::{
        fields as field_rows, inbox as inbox_rows, settings as setting_rows, statistic_pages,
        statistic_sites, statistic_visitor_total, statistic_visitors,
    },
    settings, talks,
};

/// How many rows a statement writes; the databases bind about 32 000 values at most.
const CHUNK: usize = 500;

/// The setting that holds the token.
const TOKEN: &str = "WEBHOOK_APIKEY";

/// Stores all of `contents`, in the transaction of `connection`.
pub(super) fn import(
    connection: &mut AnyConnection,
    contents: &Contents,
    mode: ImportMode,
) -> QueryResult<Imported> {
    let Contents { settings, images, friends, notices, fields, visitors, views, talks } = contents;
    let mut imported = Imported::default();
    if let Some(changes) = settings {
        imported.settings = Some(import_settings(connection, changes, mode)?);
    }
    if let Some(list) = images {
        imported.images = Some(image_records::import(connection, list, mode)?);
    }
    if let Some(list) = friends {
        imported.friends = Some(friends::transfer::import(connection, list, mode)?);
    }
    if let Some(list) = notices {
        imported.notices = Some(import_notices(connection, list, mode)?);
    }
    if let Some(list) = fields {
        imported.fields = Some(import_fields(connection, list, mode)?);
    }
    if let Some(views) = views {
        imported.views = Some(import_views(connection, views, mode)?);
    }
    if let Some(list) = visitors {
        imported.visitors = Some(import_visitors(connection, list, mode)?);
    }
    if let Some(records) = talks {
        let done = talks::transfer::import(connection, records, mode)?;
        let inkstone_talks::Imported { added, replaced, removed } = done;
        imported.talks = Some(Moved { added, replaced, removed });
    }
    Ok(imported)
}

/// What comes of `given`, keys without repetition, where `stored` are there.
fn moved<'a>(
    given: impl IntoIterator<Item = &'a str>,
    stored: &HashSet<String>,
    mode: ImportMode,
) -> Moved {
    let (mut added, mut replaced) = (0, 0);
    for key in given {
        *(if stored.contains(key) { &mut replaced } else { &mut added }) += 1;
    }
    let removed = match mode {
        ImportMode::Replace => stored.len() as u64 - replaced,
        ImportMode::Merge => 0,
    };
    Moved { added, replaced, removed }
}

fn import_settings(
    connection: &mut AnyConnection,
    changes: &[Change],
    mode: ImportMode,
) -> QueryResult<Moved> {
    let given: BTreeSet<&str> = changes.iter().map(|change| change.key).collect();
    let mut stored: HashSet<String> = setting_rows::table
        .filter(setting_rows::key.eq_any(QEXO_NAMES))
        .select(setting_rows::key)
        .load::<String>(connection)?
        .into_iter()
        .collect();
    if !given.contains(TOKEN) {
        stored.remove(TOKEN);
    }
    let moved = moved(given.iter().copied(), &stored, mode);
    if mode == ImportMode::Replace {
        let others = stored.iter().filter(|key| !given.contains(key.as_str()));
        delete(setting_rows::table.filter(setting_rows::key.eq_any(others.collect::<Vec<_>>())))
            .execute(connection)?;
    }
    settings::save(connection, changes)?;
    Ok(moved)
}

fn import_notices(
    connection: &mut AnyConnection,
    notices: &[Notice],
    mode: ImportMode,
) -> QueryResult<Moved> {
    connection.lock("inbox")?;
    inbox::mend(connection)?;
    let (merged, counts) = merge_named(inbox::all(connection)?, notices.to_vec(), mode);
    // Nobody was told of these yet; what is imported is no news.
    let news: HashSet<String> = inbox_rows::table
        .filter(inbox_rows::news)
        .select(inbox_rows::time)
        .load(connection)?
        .into_iter()
        .collect();
    delete(inbox_rows::table).execute(connection)?;
    for chunk in merged.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|Notice { time, label, content }| {
                (
                    inbox_rows::time.eq(time.as_str()),
                    inbox_rows::label.eq(label),
                    inbox_rows::content.eq(content),
                    inbox_rows::news.eq(news.contains(time.as_str())),
                )
            })
            .collect();
        connection.execute_native(insert_into(inbox_rows::table).values(&rows))?;
    }
    Ok(counts)
}

fn import_fields(
    connection: &mut AnyConnection,
    fields: &[Field],
    mode: ImportMode,
) -> QueryResult<Moved> {
    connection.lock("fields")?;
    let fields: BTreeMap<&str, &str> =
        fields.iter().map(|field| (field.name.as_str(), field.content.as_str())).collect();
    let stored: Vec<String> = field_rows::table.select(field_rows::name).load(connection)?;
    let moved = moved(fields.keys().copied(), &stored.into_iter().collect(), mode);
    if mode == ImportMode::Replace {
        delete(field_rows::table).execute(connection)?;
    }
    let rows: Vec<(&str, &str)> = fields.into_iter().collect();
    for chunk in rows.chunks(CHUNK) {
        let names = chunk.iter().map(|(name, _)| *name);
        delete(field_rows::table.filter(field_rows::name.eq_any(names))).execute(connection)?;
        let row = |&(name, content)| (field_rows::name.eq(name), field_rows::content.eq(content));
        let rows: Vec<_> = chunk.iter().map(row).collect();
        connection.execute_native(insert_into(field_rows::table).values(&rows))?;
    }
    Ok(moved)
}

/// Counters of one table: those of pages and of sites differ in nothing but names.
macro_rules! import_counters {
    ($connection:ident, $mode:ident, $counters:expr, $table:ident, $key:ident) => {{
        $connection.lock(stringify!($table))?;
        let stored: Vec<(String, i64)> = $table::table.load($connection)?;
        let stored: BTreeMap<String, i64> = stored.into_iter().collect();
        let keys: HashSet<String> = stored.keys().cloned().collect();
        if $mode == ImportMode::Replace {
            delete($table::table).execute($connection)?;
        }
        let rows: Vec<(&str, i64)> = $counters
            .iter()
            .map(|(key, number)| {
                let number = i64::try_from(*number).unwrap_or(i64::MAX);
                let known = stored.get(key).filter(|_| $mode == ImportMode::Merge);
                (key.as_str(), number.max(known.copied().unwrap_or_default()))
            })
            .collect();
        for chunk in rows.chunks(CHUNK) {
            let keys = chunk.iter().map(|(key, _)| *key);
            delete($table::table.filter($table::$key.eq_any(keys))).execute($connection)?;
            let row = |&(key, views)| ($table::$key.eq(key), $table::views.eq(views));
            let rows: Vec<_> = chunk.iter().map(row).collect();
            $connection.execute_native(insert_into($table::table).values(&rows))?;
        }
        moved($counters.keys().map(String::as_str), &keys, $mode)
    }};
}

fn import_views(
    connection: &mut AnyConnection,
    views: &Views,
    mode: ImportMode,
) -> QueryResult<Moved> {
    let pages = import_counters!(connection, mode, views.pages, statistic_pages, page);
    let sites = import_counters!(connection, mode, views.sites, statistic_sites, site);
    Ok(Moved {
        added: pages.added + sites.added,
        replaced: pages.replaced + sites.replaced,
        removed: pages.removed + sites.removed,
    })
}

fn import_visitors(
    connection: &mut AnyConnection,
    visitors: &BTreeSet<VisitorId>,
    mode: ImportMode,
) -> QueryResult<Moved> {
    connection.lock("statistic_visitors")?;
    let stored: Vec<String> =
        statistic_visitors::table.select(statistic_visitors::visitor).load(connection)?;
    let stored: HashSet<String> = stored.into_iter().collect();
    let moved = moved(visitors.iter().map(VisitorId::as_str), &stored, mode);
    if mode == ImportMode::Replace {
        delete(statistic_visitors::table).execute(connection)?;
    }
    let lacking: Vec<&str> = visitors
        .iter()
        .map(VisitorId::as_str)
        .filter(|visitor| mode == ImportMode::Replace || !stored.contains(*visitor))
        .collect();
    for chunk in lacking.chunks(CHUNK) {
        let rows: Vec<_> =
            chunk.iter().map(|visitor| statistic_visitors::visitor.eq(*visitor)).collect();
        connection.execute_native(insert_into(statistic_visitors::table).values(&rows))?;
    }
    let total: i64 = statistic_visitors::table.select(count_star()).first(connection)?;
    let changed = update(statistic_visitor_total::table)
        .set(statistic_visitor_total::visitors.eq(total))
        .execute(connection)?;
    if changed == 0 {
        insert_into(statistic_visitor_total::table)
            .values((
                statistic_visitor_total::id.eq(1_i64),
                statistic_visitor_total::visitors.eq(total),
            ))
            .execute(connection)?;
    }
    Ok(moved)
}
