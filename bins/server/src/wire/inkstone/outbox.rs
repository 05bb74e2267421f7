//! What was sent, what waits, what was given up and why (design, section 5).

use actix_web::{
    HttpRequest,
    web::{Data, Json, Path},
};
use inkstone_notifications::{
    ChannelKind, Entry, EventKind, MessageId, MessageState, OutboxError, OutboxFilter,
};
use inkstone_vocab::{Fault, FaultKind, PageRequest, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Error;
use crate::{blocking::blocking, clock, owner, postman::Wake, services::Outbox};

const PAGE_SIZE: u32 = 50;
const MAX_PAGE_SIZE: u32 = 200;

/// A filter names what no message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("outbox filter is invalid")]
struct FilterInvalid;

impl Fault for FilterInvalid {
    fn kind(&self) -> FaultKind {
        FaultKind::Invalid
    }

    fn code(&self) -> &'static str {
        "outbox_filter_invalid"
    }
}

/// Messages, the newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Outbox)]
pub(super) struct OutboxView {
    limit: u32,
    messages: Vec<MessageView>,
    page: u32,
    /// How many messages there are on all pages.
    total: u64,
}

/// How many messages are tried again.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Retried)]
pub(super) struct RetriedView {
    retried: u64,
}

/// Which message.
#[derive(Deserialize, ToSchema)]
pub(super) struct MessagePath {
    /// The number of the message.
    #[schema(examples("1"))]
    id: String,
}

/// A message. Times are milliseconds since the epoch.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = inkstone::Message, examples(json!({
    "id": 1,
    "event": "comment_posted",
    "subject": 7,
    "channel": "mail",
    "recipient": "ann@example.org",
    "title": "A new comment",
    "state": "given_up",
    "attempts": 8,
    "reason": "the server does not answer",
    "created": 1_767_753_000_000_i64,
    "nextAttempt": null,
    "finished": 1_767_839_400_000_i64,
})))]
struct MessageView {
    id: i64,
    event: &'static str,
    /// The number of the comment, notice or the like.
    subject: i64,
    channel: &'static str,
    recipient: String,
    title: String,
    state: &'static str,
    attempts: u32,
    /// Why it was not delivered, or is not wanted.
    reason: Option<String>,
    created: i64,
    next_attempt: Option<i64>,
    finished: Option<i64>,
}

impl From<Entry> for MessageView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.get(),
            event: entry.event.kind.as_str(),
            subject: entry.event.subject,
            channel: entry.channel.as_str(),
            recipient: entry.recipient,
            title: entry.title,
            state: entry.state.as_str(),
            attempts: entry.attempts,
            reason: entry.reason,
            created: entry.created.millis(),
            next_attempt: entry.next_attempt.map(Timestamp::millis),
            finished: entry.finished.map(Timestamp::millis),
        }
    }
}

/// `GET /api/inkstone/outbox`: the newest messages first. `state`, `channel`, `event`, `subject`
/// and `recipient` choose, `page` and `limit` cut.
pub(super) async fn list(
    request: HttpRequest,
    outbox: Data<Outbox>,
) -> Result<Json<OutboxView>, Error> {
    owner::authenticate(&request).await?;
    let (filter, slice) = asked(request.query_string())?;
    let (entries, total) = blocking(move || outbox.list(&filter, slice)).await?;
    let messages = entries.into_iter().map(MessageView::from).collect();
    Ok(Json(OutboxView { limit: slice.size(), messages, page: slice.number(), total }))
}

/// `POST /api/inkstone/outbox/{id}/retry`: tries a message at once that waits or was given up.
pub(super) async fn retry(
    request: HttpRequest,
    path: Path<MessagePath>,
    outbox: Data<Outbox>,
    wake: Data<Wake>,
) -> Result<Json<RetriedView>, Error> {
    owner::authenticate(&request).await?;
    let id = path.id.parse().ok().and_then(MessageId::new).ok_or(OutboxError::NotRetriable)?;
    blocking(move || outbox.retry(id, clock::now())).await?;
    wake.wake();
    Ok(Json(RetriedView { retried: 1 }))
}

/// `POST /api/inkstone/outbox/retry`: tries everything at once that was given up.
pub(super) async fn retry_all(
    request: HttpRequest,
    outbox: Data<Outbox>,
    wake: Data<Wake>,
) -> Result<Json<RetriedView>, Error> {
    owner::authenticate(&request).await?;
    let retried = blocking(move || outbox.retry_all(clock::now())).await?;
    wake.wake();
    Ok(Json(RetriedView { retried }))
}

/// What a query asks for. Unknown parameters and empty values do not matter; page and limit are
/// cut to what there is.
fn asked(query: &str) -> Result<(OutboxFilter, PageRequest), FilterInvalid> {
    let (mut filter, mut page, mut limit) = (OutboxFilter::default(), 1, PAGE_SIZE);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let invalid = FilterInvalid;
        match &*name {
            "state" => filter.state = Some(MessageState::parse(value).ok_or(invalid)?),
            "channel" => filter.channel = Some(ChannelKind::parse(value).ok_or(invalid)?),
            "event" => filter.kind = Some(EventKind::parse(value).ok_or(invalid)?),
            "subject" => filter.subject = Some(value.parse().map_err(|_| invalid)?),
            // No database keeps that, and PostgreSQL does not even look for it.
            "recipient" if value.contains('\0') => return Err(invalid),
            "recipient" => filter.recipient = Some(value.to_owned()),
            "page" => page = value.parse().unwrap_or(1),
            "limit" => limit = value.parse().unwrap_or(PAGE_SIZE),
            _ => {}
        }
    }
    Ok((filter, PageRequest::new(page, limit.clamp(1, MAX_PAGE_SIZE))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_choose_and_cut() {
        let (filter, slice) =
            asked("state=given_up&channel=mail&event=comment_posted&subject=7&page=2&limit=999")
                .unwrap();
        assert_eq!(filter.state, Some(MessageState::GivenUp));
        assert_eq!(filter.channel, Some(ChannelKind::Mail));
        assert_eq!((filter.kind, filter.subject), (Some(EventKind::CommentPosted), Some(7)));
        assert_eq!((slice.number(), slice.size()), (2, MAX_PAGE_SIZE));
        let (filter, slice) = asked("state=&page=-1&limit=x&other=1").unwrap();
        assert_eq!(filter.state, None);
        assert_eq!((slice.number(), slice.size()), (1, PAGE_SIZE));
        for bad in [
            "state=lost",
            "channel=pigeon",
            "event=x",
            "subject=x",
            "subject=1.5",
            "recipient=a%00b",
        ] {
            assert_eq!(asked(bad).unwrap_err(), FilterInvalid, "{bad}");
        }
    }
}
