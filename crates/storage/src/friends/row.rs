//! Rows of `friends`, and what they stand for.

use diesel::{AsChangeset, Insertable, Queryable};
use inkstone_friends::{Address, Application, Friend, FriendId, Profile, Status, Text};

use crate::schema::friends;

/// All columns of `friends`, in order.
#[derive(Queryable)]
pub(super) struct FriendRow {
    id: i64,
    time: String,
    position: i64,
    name: String,
    url: String,
    image: String,
    description: String,
    shown: bool,
    application: Option<String>,
}

impl FriendRow {
    /// The friend; what cannot be read is as [`FriendRepository::repair`] would have it.
    ///
    /// [`FriendRepository::repair`]: inkstone_friends::FriendRepository::repair
    pub(super) fn into_friend(self) -> Friend {
        Friend {
            id: FriendId::stored(&self.time),
            profile: Profile {
                name: Text::stored(&self.name),
                url: Address::stored(&self.url),
                image: Address::stored(&self.image),
                description: Text::stored(&self.description),
            },
            status: match (self.shown, self.application) {
                (true, _) => Status::Shown,
                (false, None) => Status::Hidden,
                (false, Some(_)) => Status::Pending,
            },
        }
    }

    /// The row's number.
    pub(super) fn number(&self) -> i64 {
        self.id
    }

    /// Whether its name is one.
    pub(super) fn is_named(&self) -> bool {
        FriendId::parse(&self.time).is_some()
    }

    /// Whether everything can be read as it is.
    pub(super) fn is_sound(&self) -> bool {
        let id = FriendId::parse(&self.time);
        id.is_some_and(|id| id.position() == self.position)
            && [&self.name, &self.description].iter().all(|text| Text::parse(text).is_some())
            && [&self.url, &self.image].iter().all(|text| Address::parse(text).is_some())
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
