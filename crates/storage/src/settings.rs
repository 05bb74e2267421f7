//! Settings: keys and values.

use std::collections::BTreeMap;

use diesel::{delete, insert_into, prelude::*, update};
use inkstone_settings::{Change, SettingRepository, append_entries};
use inkstone_vocab::RepositoryError;

use crate::{Store, connection::AnyConnection, schema::settings};

impl SettingRepository for Store {
    fn load(&self) -> Result<BTreeMap<String, String>, RepositoryError> {
        let rows: Vec<(String, String)> =
            self.read(|connection| settings::table.load(connection))?;
        Ok(rows.into_iter().collect())
    }

    fn save(&self, changes: &[Change]) -> Result<(), RepositoryError> {
        let changes = changes.to_vec();
        self.write(move |connection| save(connection, &changes))
    }

    fn replace(
        &self,
        key: &'static str,
        before: Option<&str>,
        after: &str,
    ) -> Result<bool, RepositoryError> {
        let (before, after) = (before.map(str::to_owned), after.to_owned());
        self.write(move |connection| replace(connection, key, before.as_deref(), &after))
    }

    fn append(&self, key: &'static str, entries: &[String]) -> Result<(), RepositoryError> {
        if entries.is_empty() {
            return Ok(());
        }
        let entries = entries.to_vec();
        self.write(move |connection| append(connection, key, &entries))
    }
}

/// Sets and removes keys, in the transaction of `connection`.
pub(crate) fn save(connection: &mut AnyConnection, changes: &[Change]) -> QueryResult<()> {
    changes.iter().try_for_each(|change| match &change.value {
        Some(value) => put(connection, change.key, value),
        None => delete(settings::table.find(change.key)).execute(connection).map(drop),
    })
}

fn put(connection: &mut AnyConnection, key: &str, value: &str) -> QueryResult<()> {
    connection
        .execute_native(
            insert_into(settings::table)
                .values((settings::key.eq(key), settings::value.eq(value)))
                .on_conflict(settings::key)
                .do_update()
                .set(settings::value.eq(value)),
        )
        .map(drop)
}

fn replace(
    connection: &mut AnyConnection,
    key: &str,
    before: Option<&str>,
    after: &str,
) -> QueryResult<bool> {
    let replaced = match before {
        Some(before) => update(settings::table.find(key).filter(settings::value.eq(before)))
            .set(settings::value.eq(after))
            .execute(connection)?,
        None => connection.execute_native(
            insert_into(settings::table)
                .values((settings::key.eq(key), settings::value.eq(after)))
                .on_conflict_do_nothing(),
        )?,
    };
    Ok(replaced > 0)
}

fn append(connection: &mut AnyConnection, key: &str, entries: &[String]) -> QueryResult<()> {
    // The upsert changes nothing, but holds the row while the list is worked out.
    let rows: Vec<String> = connection.load_native(
        insert_into(settings::table)
            .values((settings::key.eq(key), settings::value.eq("")))
            .on_conflict(settings::key)
            .do_update()
            .set(settings::value.eq(settings::value))
            .returning(settings::value),
    )?;
    let list = append_entries(rows.first().map(String::as_str), entries);
    update(settings::table.find(key)).set(settings::value.eq(list)).execute(connection).map(drop)
}
