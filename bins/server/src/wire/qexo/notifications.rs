//! The owner's inbox (contract qexo, 3.24, 3.27 and section 10).

use actix_web::web::{Data, Json};
use inkstone_notifications::Notice;
use serde_json::{Value, json};

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
};
use crate::{blocking::blocking, clock, postman::Wake, services::Inbox};

/// `/pub/get_notifications` and its twin.
pub(super) async fn list(call: Call, inbox: Data<Inbox>) -> Answer {
    let notices = blocking(move || inbox.notices()).await?;
    let data: Vec<Value> = notices.iter().map(|notice| view(&call, notice)).collect();
    Ok(Json(json!({ "data": data, "status": true })))
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

fn view(call: &Call, notice: &Notice) -> Value {
    let date = notice.time.second().map(|second| call.local_time(second));
    json!({
        "label": notice.label,
        "content": notice.content.replace('\n', "<br>"),
        "time": notice.time.as_str(),
        "timestamp": notice.time.as_str(),
        "date": date.unwrap_or_default(),
    })
}
