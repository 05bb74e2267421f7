//! What was sent, what waits, what was given up and why (design, section 5).

use actix_web::{
    HttpRequest,
    web::{Data, Json, Path},
};
use inkstone_notifications::{
    ChannelKind, Entry, EventKind, MessageId, MessageState, OutboxError, OutboxFilter,
};
use inkstone_vocab::{Fault, FaultKind, PageRequest, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageView {
    id: i64,
    event: &'static str,
    subject: i64,
    channel: &'static str,
    recipient: String,
    title: String,
    state: &'static str,
    attempts: u32,
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
pub(super) async fn list(request: HttpRequest, outbox: Data<Outbox>) -> Result<Json<Value>, Error> {
    owner::authenticate(&request).await?;
    let (filter, slice) = asked(request.query_string())?;
    let (entries, total) = blocking(move || outbox.list(&filter, slice)).await?;
    let messages: Vec<MessageView> = entries.into_iter().map(MessageView::from).collect();
    Ok(Json(json!({
        "messages": messages,
        "page": slice.number(),
        "limit": slice.size(),
        "total": total,
    })))
}

/// `POST /api/inkstone/outbox/{id}/retry`: tries a message at once that waits or was given up.
pub(super) async fn retry(
    request: HttpRequest,
    id: Path<String>,
    outbox: Data<Outbox>,
    wake: Data<Wake>,
) -> Result<Json<Value>, Error> {
    owner::authenticate(&request).await?;
    let id = id.parse().ok().and_then(MessageId::new).ok_or(OutboxError::NotRetriable)?;
    blocking(move || outbox.retry(id, clock::now())).await?;
    wake.wake();
    Ok(Json(json!({ "retried": 1 })))
}

/// `POST /api/inkstone/outbox/retry`: tries everything at once that was given up.
pub(super) async fn retry_all(
    request: HttpRequest,
    outbox: Data<Outbox>,
    wake: Data<Wake>,
) -> Result<Json<Value>, Error> {
    owner::authenticate(&request).await?;
    let retried = blocking(move || outbox.retry_all(clock::now())).await?;
    wake.wake();
    Ok(Json(json!({ "retried": retried })))
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
