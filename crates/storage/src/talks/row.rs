//! Rows of `talks`, and what they stand for.

use diesel::{AsChangeset, Insertable, QueryResult, Queryable, result::Error};
use inkstone_talks::{Content, Tags, Talk, TalkId, TalkTime, Values};

use crate::schema::talks;

/// All columns of `talks`, in order.
#[derive(Queryable)]
pub(super) struct TalkRow {
    pub(super) number: i64,
    id: String,
    content: String,
    tags: String,
    extra: String,
    time: i64,
    likes: i64,
}

impl TalkRow {
    /// Tags and values that cannot be read are none, so that one broken row breaks no list.
    pub(super) fn into_talk(self) -> QueryResult<Talk> {
        Ok(Talk {
            id: talk_id(&self.id)?,
            content: known(Content::parse(&self.content), "content of a talk")?,
            tags: Tags::stored(&self.tags),
            values: Values::parse(&self.extra).unwrap_or_default(),
            time: talk_time(self.time)?,
            likes: self.likes.unsigned_abs(),
        })
    }
}

/// A new row of `talks`, which nobody likes yet.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = talks)]
pub(super) struct NewTalkRow<'a> {
    id: String,
    content: &'a str,
    tags: String,
    extra: &'a str,
    time: i64,
    likes: i64,
}

impl<'a> NewTalkRow<'a> {
    pub(super) fn new(
        id: TalkId,
        content: &'a Content,
        tags: &Tags,
        values: &'a Values,
        time: TalkTime,
    ) -> Self {
        Self {
            id: id.to_string(),
            content: content.as_str(),
            tags: tags.json(),
            extra: values.json(),
            time: time.seconds(),
            likes: 0,
        }
    }

    pub(super) fn liked_by(self, visitors: usize) -> Self {
        Self { likes: i64::try_from(visitors).unwrap_or(i64::MAX), ..self }
    }
}

pub(super) fn talk_id(text: &str) -> QueryResult<TalkId> {
    known(TalkId::parse(text), "id of a talk")
}

pub(super) fn talk_time(seconds: i64) -> QueryResult<TalkTime> {
    known(TalkTime::from_seconds(seconds), "time of a talk")
}

pub(super) fn known<T>(value: Option<T>, what: &str) -> QueryResult<T> {
    value.ok_or_else(|| Error::DeserializationError(format!("invalid {what}").into()))
}
