//! A friend, and how one changes.

use inkstone_vocab::{EpochName, Named};

use crate::{
    FriendId,
    text::{Address, Text},
};

/// A link to somebody's site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Friend {
    /// What names it; never changes.
    pub id: FriendId,
    /// What it says.
    pub profile: Profile,
    /// Who sees it.
    pub status: Status,
}

impl Friend {
    /// Whether `keyword` occurs in the name, the address or the description, in whichever case.
    pub fn mentions(&self, keyword: &str) -> bool {
        let keyword = keyword.to_lowercase();
        let Profile { name, url, description, image: _ } = &self.profile;
        [name.as_str(), url.as_str(), description.as_str()]
            .iter()
            .any(|text| text.to_lowercase().contains(&keyword))
    }
}

impl Named for Friend {
    fn name(&self) -> &EpochName {
        &self.id
    }

    fn rename(&mut self, name: EpochName) {
        self.id = name;
    }
}

/// What a friend's link says. The texts are as their writers wrote them: whoever puts them into
/// HTML escapes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What the site is called.
    pub name: Text,
    /// Where it is.
    pub url: Address,
    /// A picture for it.
    pub image: Address,
    /// What it is about.
    pub description: Text,
}

/// Who sees a friend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Everybody.
    Shown,
    /// The owner.
    Hidden,
    /// The owner, who has not decided yet about the application that it is.
    Pending,
}

/// A friend whom the owner adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFriend {
    /// What the link says.
    pub profile: Profile,
    /// Whether everybody sees it.
    pub shown: bool,
}

/// What the owner changes; `None` leaves what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// What the site is called.
    pub name: Option<Text>,
    /// Where it is.
    pub url: Option<Address>,
    /// A picture for it.
    pub image: Option<Address>,
    /// What it is about.
    pub description: Option<Text>,
    /// Whether everybody sees it.
    pub shown: Option<bool>,
}

impl Edit {
    /// Changes `friend`. An application that the owner touches is one no more: whoever applied
    /// cannot change it after that.
    pub fn apply(&self, friend: &mut Friend) {
        fn set<T: Clone>(target: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                *target = value.clone();
            }
        }
        let profile = &mut friend.profile;
        set(&mut profile.name, self.name.as_ref());
        set(&mut profile.url, self.url.as_ref());
        set(&mut profile.image, self.image.as_ref());
        set(&mut profile.description, self.description.as_ref());
        friend.status = match (self.shown, friend.status) {
            (Some(true), _) | (None, Status::Shown) => Status::Shown,
            (Some(false), _) | (None, Status::Hidden | Status::Pending) => Status::Hidden,
        };
    }
}
