//! Rows of `friends`, and what they stand for.

use diesel::{AsChangeset, Insertable, QueryResult, Queryable, result::Error};
use inkstone_friends::{Address, Application, Friend, FriendId, Profile, Status, Text};

use crate::schema::friends;

/// All columns of `friends`, in order.
#[derive(Queryable)]
pub(super) struct FriendRow {
    _id: i64,
    time: String,
    _position: i64,
    name: String,
    url: String,
    image: String,
    description: String,
    shown: bool,
    application: Option<String>,
}

impl FriendRow {
    pub(super) fn into_friend(self) -> QueryResult<Friend> {
        Ok(Friend {
            id: known(FriendId::parse(&self.time), "time of a friend")?,
            profile: Profile {
                name: known(Text::parse(&self.name), "name of a friend")?,
                url: known(Address::parse(&self.url), "address of a friend")?,
                image: known(Address::parse(&self.image), "picture of a friend")?,
                description: known(Text::parse(&self.description), "description of a friend")?,
            },
            status: match (self.shown, self.application) {
                (true, _) => Status::Shown,
                (false, None) => Status::Hidden,
                (false, Some(_)) => Status::Pending,
            },
        })
    }
}

/// What a friend's link says.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = friends)]
pub(super) struct ProfileRow<'a> {
    name: &'a str,
    url: &'a str,
    image: &'a str,
    description: &'a str,
}

impl<'a> ProfileRow<'a> {
    pub(super) fn new(profile: &'a Profile) -> Self {
        Self {
            name: profile.name.as_str(),
            url: profile.url.as_str(),
            image: profile.image.as_str(),
            description: profile.description.as_str(),
        }
    }
}

/// A row of `friends` without its number.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = friends, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct NewFriendRow<'a> {
    time: &'a str,
    position: i64,
    #[diesel(embed)]
    profile: ProfileRow<'a>,
    shown: bool,
    application: Option<String>,
}

impl<'a> NewFriendRow<'a> {
    pub(super) fn new(friend: &'a Friend) -> Self {
        let pending = friend.status == Status::Pending;
        Self {
            time: friend.id.as_str(),
            position: friend.id.position(),
            profile: ProfileRow::new(&friend.profile),
            shown: friend.status == Status::Shown,
            application: pending.then(|| Application::key_of(&friend.profile.url)),
        }
    }
}

fn known<T>(value: Option<T>, what: &str) -> QueryResult<T> {
    value.ok_or_else(|| Error::DeserializationError(format!("invalid {what}").into()))
}
