//! The owner's inbox (contract qexo, 3.24, 3.27 and section 10).

use actix_web::web::{Data, Json};
use inkstone_notifications::Notice;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
};
use crate::{blocking::blocking, clock, postman::Wake, services::Inbox};

/// The inbox.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Notices)]
pub(super) struct NoticesView {
    data: Vec<NoticeView>,
    /// True.
    status: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Notice, examples(json!({
    "content": "Ann asks for a link.",
    "date": "2026-01-07 10:30:00",
    "label": "友链申请",
    "time": "1767753000",
    "timestamp": "1767753000",
})))]
struct NoticeView {
    /// HTML.
    content: String,
    date: String,
    label: String,
    /// The name of the notice in other calls.
    time: String,
    /// The same.
    timestamp: String,
}

/// `/pub/get_notifications` and its twin.
pub(super) async fn list(call: Call, inbox: Data<Inbox>) -> Answer {
    let notices = blocking(move || inbox.notices()).await?;
    let data = notices.iter().map(|notice| view(&call, notice)).collect();
    Ok(Json(json!(NoticesView { data, status: true })))
}

/// `POST /pub/notifications`. Here a text must have been sent as one. The postman pushes the notice
/// to the owner.
pub(super) async fn add(call: Call, inbox: Data<Inbox>, wake: Data<Wake>) -> Answer {
    let text = |name| {
        let parameter = call.parameters().body(name).ok_or_else(|| Error::missing(name))?;
        parameter.as_str().map(nfc).ok_or_else(|| Error::invalid(name))
    };
    let (title, content) = (text("title")?, text("content")?);
    blocking(move || inbox.add(&title, &content, clock::now())).await?;
    wake.wake();
    Ok(call.done(&Message::AddSuccess))
}

/// `POST /api/del_notifications`.
pub(super) async fn remove(call: Call, inbox: Data<Inbox>) -> Answer {
    let time = call.required("time")?.into_owned();
    if blocking(move || inbox.remove(&time)).await? {
        Ok(call.done(&Message::DelSuccess))
    } else {
        Err(Error::invalid("time"))
    }
}

/// `POST /api/clear_notifications`.
pub(super) async fn clear(call: Call, inbox: Data<Inbox>) -> Answer {
    blocking(move || inbox.clear()).await?;
    Ok(call.done(&Message::DelSuccess))
}

fn view(call: &Call, notice: &Notice) -> NoticeView {
    let date = notice.time.second().map(|second| call.local_time(second));
    NoticeView {
        content: notice.content.replace('\n', "<br>"),
        date: date.unwrap_or_default(),
        label: notice.label.clone(),
        time: notice.time.as_str().to_owned(),
        timestamp: notice.time.as_str().to_owned(),
    }
}
