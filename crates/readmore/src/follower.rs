//! Followers of an official account.

use inkstone_vocab::Timestamp;

/// What WeChat calls a person or an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenId(String);

impl OpenId {
    /// The most characters it has.
    pub const MAX_CHARS: usize = 255;

    /// Parses 1 to 255 ASCII letters, digits, `_` and `-` (contract readmore, section 2).
    pub fn parse(text: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        (fits && text.bytes().all(known)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person who follows an account, or did, or may.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Follower {
    /// The person (`FromUserName`).
    pub person: OpenId,
    /// The account (`ToUserName`).
    pub account: OpenId,
}

/// What is known of a follower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Who.
    pub follower: Follower,
    /// Whether the account is followed now.
    pub follows: bool,
    /// Since when the follower is known.
    pub since: Timestamp,
    /// When the account was left last, if ever.
    pub left: Option<Timestamp>,
}

/// A page of subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriberPage {
    /// The subscribers of the page, those known last first.
    pub items: Vec<Subscriber>,
    /// How many there are in all.
    pub total: u64,
    /// How many of them follow now.
    pub following: u64,
}

/// What holds for those who left an account and followed it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resubscribe {
    /// They stay locked out.
    Block,
    /// They begin anew; what they had unlocked before stays locked.
    Allow,
}

/// Why a follower is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Nothing is known of them.
    NotFollowing,
    /// They left, or once did.
    Left,
}

impl Resubscribe {
    /// Fails unless `subscriber` may have codes and tokens now.
    pub fn admit(self, subscriber: Option<&Subscriber>) -> Result<(), Turned> {
        match subscriber {
            None => Err(Turned::NotFollowing),
            Some(known) if !known.follows => Err(Turned::Left),
            Some(known) if known.left.is_some() && self == Self::Block => Err(Turned::Left),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openids_have_no_other_characters() {
        for good in ["o", "oFROM_1234567890abcdefghijkl", "gh_0123456789ab", &"a".repeat(255)] {
            assert!(OpenId::parse(good).is_some(), "{good}");
        }
        for bad in ["", " ", "a b", "a&b", "ö", "a\0", "<x>", &"a".repeat(256)] {
            assert!(OpenId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn who_left_is_turned_away_forever_or_until_the_next_time() {
        let id = |text| OpenId::parse(text).unwrap();
        let follower = Follower { person: id("o"), account: id("gh") };
        let known = |follows, left: Option<i64>| Subscriber {
            follower: follower.clone(),
            follows,
            since: Timestamp::from_millis(0),
            left: left.map(Timestamp::from_millis),
        };
        for (subscriber, block, allow) in [
            (None, Err(Turned::NotFollowing), Err(Turned::NotFollowing)),
            (Some(known(true, None)), Ok(()), Ok(())),
            (Some(known(false, Some(1))), Err(Turned::Left), Err(Turned::Left)),
            (Some(known(true, Some(1))), Err(Turned::Left), Ok(())),
        ] {
            assert_eq!(Resubscribe::Block.admit(subscriber.as_ref()), block);
            assert_eq!(Resubscribe::Allow.admit(subscriber.as_ref()), allow);
        }
    }
}
