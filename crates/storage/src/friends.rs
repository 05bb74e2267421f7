//! Friends: every one has a second of its own, and one application waits for each address.

mod asking;
mod repair;
mod row;
pub(crate) mod transfer;

use diesel::{delete, dsl::count_star, insert_into, prelude::*, update};
use inkstone_friends::{
    Application, Applied, Edit, Friend, FriendId, FriendRepository, MAX_PENDING, NewFriend, Status,
};
use inkstone_vocab::{RepositoryError, Timestamp};

use self::row::{FriendRow, NewFriendRow, ProfileRow};
use crate::{Store, connection::AnyConnection, schema::friends};

/// How many seconds are looked at in one statement.
const STEP: usize = 64;

impl FriendRepository for Store {
    fn shown(&self) -> Result<Vec<Friend>, RepositoryError> {
        self.read(|connection| {
            let rows: Vec<FriendRow> = friends::table
                .filter(friends::shown.eq(true))
                .order((friends::position, friends::id))
                .load(connection)?;
            Ok(rows.into_iter().map(FriendRow::into_friend).collect())
        })
    }

    fn all(&self) -> Result<Vec<Friend>, RepositoryError> {
        self.read(transfer::all)
    }

    fn add(&self, new: &NewFriend, at: Timestamp) -> Result<Friend, RepositoryError> {
        let (profile, at) = (new.profile.clone(), at);
        let status = if new.shown { Status::Shown } else { Status::Hidden };
        self.write(move |connection| {
            let mut friend = Friend { id: FriendId::of(at), profile: profile.clone(), status };
            while !insert(connection, &mut friend, at)? {}
            Ok(friend)
        })
    }

    fn apply(
        &self,
        application: &Application,
        at: Timestamp,
    ) -> Result<Option<Applied>, RepositoryError> {
        let application = application.clone();
        self.write(move |connection| apply(connection, &application, at))
    }

    fn edit(&self, id: &FriendId, change: &Edit) -> Result<bool, RepositoryError> {
        let (id, change) = (id.clone(), change.clone());
        self.write(move |connection| edit(connection, &id, &change))
    }

    fn remove(&self, id: &FriendId) -> Result<bool, RepositoryError> {
        let id = id.clone();
        self.write(move |connection| {
            let named = friends::table.filter(friends::time.eq(id.as_str()));
            Ok(delete(named).execute(connection)? > 0)
        })
    }

    fn remove_hidden(&self) -> Result<u64, RepositoryError> {
        self.write(|connection| {
            let hidden = friends::table.filter(friends::shown.eq(false));
            delete(hidden).execute(connection).map(|removed| removed as u64)
        })
    }

    fn repair(&self) -> Result<u64, RepositoryError> {
        // Looked for outside of the write, for which others would wait.
        if !self.read(repair::needed)? {
            return Ok(0);
        }
        self.write(|connection| {
            connection.lock("friends")?;
            repair::mend(connection)
        })
    }
}

/// Lets an application wait, in the transaction of `connection`.
fn apply(
    connection: &mut AnyConnection,
    application: &Application,
    at: Timestamp,
) -> QueryResult<Option<Applied>> {
    let key = application.key();
    let profile = application.profile();
    let mut friend =
        Friend { id: FriendId::of(at), profile: profile.clone(), status: Status::Pending };
    loop {
        let waiting: Vec<FriendRow> = update(friends::table.filter(friends::application.eq(&key)))
            .set(ProfileRow::new(profile))
            .returning(friends::all_columns)
            .load(connection)?;
        if let Some(row) = waiting.into_iter().next() {
            return Ok(Some(Applied::Renewed(row.into_friend())));
        }
        let others: i64 = friends::table
            .filter(friends::application.is_not_null())
            .select(count_star())
            .first(connection)?;
        if others >= i64::from(MAX_PENDING) {
            return Ok(None);
        }
        if insert(connection, &mut friend, at)? {
            return Ok(Some(Applied::New(friend)));
        }
    }
}

/// Inserts `friend` under the first second that is free; not, when somebody else took it at the
/// same moment, or let an application for the same address wait: the next look sees that.
fn insert(connection: &mut AnyConnection, friend: &mut Friend, at: Timestamp) -> QueryResult<bool> {
    friend.id = free(connection, at)?;
    let row = NewFriendRow::new(friend);
    let added = connection
        .execute_native(insert_into(friends::table).values(&row).on_conflict_do_nothing())?;
    Ok(added > 0)
}

fn free(connection: &mut AnyConnection, at: Timestamp) -> QueryResult<FriendId> {
    let mut candidates = FriendId::candidates(at);
    loop {
        let some: Vec<FriendId> = candidates.by_ref().take(STEP).collect();
        let taken: Vec<String> = friends::table
            .filter(friends::time.eq_any(some.iter().map(FriendId::as_str)))
            .select(friends::time)
            .load(connection)?;
        let free = |id: &FriendId| !taken.iter().any(|taken| taken == id.as_str());
        if let Some(id) = some.into_iter().find(free) {
            return Ok(id);
        }
    }
}

fn edit(connection: &mut AnyConnection, id: &FriendId, change: &Edit) -> QueryResult<bool> {
    // An update that changes no text holds the friend while the rest is worked out.
    let named = friends::table.filter(friends::time.eq(id.as_str()));
    let held: Vec<FriendRow> = update(named)
        .set(friends::shown.eq(friends::shown))
        .returning(friends::all_columns)
        .load(connection)?;
    let Some(row) = held.into_iter().next() else { return Ok(false) };
    let mut friend = row.into_friend();
    change.apply(&mut friend);
    let changed = NewFriendRow::new(&friend);
    update(named).set(&changed).execute(connection).map(|_| true)
}
