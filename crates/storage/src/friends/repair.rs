//! Friends that something else has written and that cannot be read as they are.

use diesel::{prelude::*, update};
use inkstone_vocab::Timestamp;

use super::{
    free,
    row::{FriendRow, ProfileRow},
};
use crate::{connection::AnyConnection, schema::friends};

/// Whether there is anything to mend.
pub(super) fn needed(connection: &mut AnyConnection) -> QueryResult<bool> {
    Ok(!broken(connection)?.is_empty())
}

/// Mends all there are, while nobody else changes friends; how many that were.
pub(super) fn mend(connection: &mut AnyConnection) -> QueryResult<u64> {
    let broken = broken(connection)?;
    let mended = broken.len() as u64;
    for row in broken {
        let (number, named) = (row.number(), row.is_named());
        let mut friend = row.into_friend();
        if !named {
            friend.id = free(connection, Timestamp::from_millis(0))?;
        }
        update(friends::table.find(number))
            .set((
                friends::time.eq(friend.id.as_str()),
                friends::position.eq(friend.id.position()),
                ProfileRow::new(&friend.profile),
            ))
            .execute(connection)?;
    }
    Ok(mended)
}

fn broken(connection: &mut AnyConnection) -> QueryResult<Vec<FriendRow>> {
    let mut rows: Vec<FriendRow> = friends::table.order(friends::id).load(connection)?;
    rows.retain(|row| !row.is_sound());
    Ok(rows)
}
