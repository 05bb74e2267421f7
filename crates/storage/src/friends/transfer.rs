//! Moving friends in: there are so few that all are written again.

use diesel::{delete, insert_into, prelude::*};
use inkstone_friends::{Friend, FriendTransfer, Imported, merge};
use inkstone_vocab::{ImportMode, RepositoryError};

use super::{
    repair,
    row::{FriendRow, NewFriendRow},
};
use crate::{Store, connection::AnyConnection, schema::friends};

/// How many rows a statement writes; the databases bind about 32 000 values at most.
const CHUNK: usize = 500;

impl FriendTransfer for Store {
    fn import(&self, friends: Vec<Friend>, mode: ImportMode) -> Result<Imported, RepositoryError> {
        self.write(move |connection| import(connection, &friends, mode))
    }
}

/// All friends in their order.
pub(crate) fn all(connection: &mut AnyConnection) -> QueryResult<Vec<Friend>> {
    let rows: Vec<FriendRow> =
        friends::table.order((friends::position, friends::id)).load(connection)?;
    Ok(rows.into_iter().map(FriendRow::into_friend).collect())
}

/// Stores all of `imported`, in the transaction of `connection`.
pub(crate) fn import(
    connection: &mut AnyConnection,
    imported: &[Friend],
    mode: ImportMode,
) -> QueryResult<Imported> {
    connection.lock("friends")?;
    repair::mend(connection)?;
    let rows: Vec<FriendRow> = friends::table.order(friends::id).load(connection)?;
    let stored: Vec<Friend> = rows.into_iter().map(FriendRow::into_friend).collect();
    let (merged, counts) = merge(stored, imported.to_vec(), mode);
    delete(friends::table).execute(connection)?;
    for chunk in merged.chunks(CHUNK) {
        let rows: Vec<NewFriendRow<'_>> = chunk.iter().map(NewFriendRow::new).collect();
        connection.execute_native(insert_into(friends::table).values(&rows))?;
    }
    Ok(counts)
}
