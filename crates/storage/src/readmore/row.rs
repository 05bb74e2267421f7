//! Rows, and what they stand for.

use diesel::{Insertable, QueryResult, Queryable, result::Error};
use inkstone_readmore::{
    BlogId, Browse, Code, Follower, NewBrowse, OpenId, Probability, Subscriber, Unlock,
};
use inkstone_vocab::{Day, Timestamp};

use crate::schema::readmore_subscribers;

/// The columns of a subscriber but its number.
#[derive(Queryable)]
pub(super) struct SubscriberRow {
    person: String,
    account: String,
    follows: bool,
    since: i64,
    left_at: Option<i64>,
}

impl SubscriberRow {
    pub(super) fn into_subscriber(self) -> QueryResult<Subscriber> {
        Ok(Subscriber {
            follower: follower(&self.person, &self.account)?,
            follows: self.follows,
            since: Timestamp::from_millis(self.since),
            left: self.left_at.map(Timestamp::from_millis),
        })
    }
}

/// A new row of `readmore_subscribers`.
#[derive(Insertable)]
#[diesel(table_name = readmore_subscribers, treat_none_as_default_value = false)]
pub(super) struct NewSubscriberRow<'a> {
    person: &'a str,
    account: &'a str,
    follows: bool,
    since: i64,
    left_at: Option<i64>,
}

impl<'a> NewSubscriberRow<'a> {
    pub(super) fn new(subscriber: &'a Subscriber) -> Self {
        let Subscriber { follower: Follower { person, account }, follows, since, left } =
            subscriber;
        Self {
            person: person.as_str(),
            account: account.as_str(),
            follows: *follows,
            since: since.millis(),
            left_at: left.map(Timestamp::millis),
        }
    }
}

/// The columns of what was read but those that find repetitions.
#[derive(Queryable)]
pub(super) struct BrowseRow {
    id: i64,
    blog: String,
    probability: f64,
    unlock: i32,
    ip: String,
    agent: String,
    url: String,
    title: String,
    day: String,
    read_at: i64,
}

impl BrowseRow {
    pub(super) fn into_browse(self) -> QueryResult<Browse> {
        let read = NewBrowse {
            blog: known(BlogId::parse(&self.blog), "blog")?,
            probability: Probability::new(self.probability),
            unlock: Unlock::from_number(self.unlock.into()),
            address: known(self.ip.parse().ok(), "address")?,
            agent: self.agent,
            url: self.url,
            title: self.title,
            day: day(&self.day)?,
        };
        Ok(Browse { id: self.id, read, at: Timestamp::from_millis(self.read_at) })
    }
}

pub(super) fn follower(person: &str, account: &str) -> QueryResult<Follower> {
    Ok(Follower {
        person: known(OpenId::parse(person), "openid")?,
        account: known(OpenId::parse(account), "openid")?,
    })
}

pub(super) fn code(text: &str) -> QueryResult<Code> {
    known(Code::typed(text), "code")
}

pub(super) fn day(text: &str) -> QueryResult<Day> {
    known(Day::parse(text), "day")
}

pub(super) fn known<T>(value: Option<T>, what: &str) -> QueryResult<T> {
    value.ok_or_else(|| Error::DeserializationError(format!("invalid {what}").into()))
}
