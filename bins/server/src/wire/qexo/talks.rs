//! Short posts and their likes (contract qexo, 3.15 to 3.19).

use actix_web::{HttpRequest, web::Data};
use inkstone_talks::{
    Content, Edit, NewTalk, Summary, Tags, Talk, TalkId, TalkTime, Values, slice,
};
use serde_json::{Map, Value, json};

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
    parameters::Parameter,
};
use crate::{
    blocking::blocking,
    caller::ClientAddress,
    clock,
    config::{Qexo, ServerKey, TalkIdFormat},
    services::Talks,
    visitor::reader,
};

/// `/pub/talks`. What is odd about a page counts as not said.
pub(super) async fn page(
    call: Call,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    qexo: Data<Qexo>,
    talks: Data<Talks>,
) -> Answer {
    let asked = |name| call.query_first(name).ok().flatten();
    let slice = slice(asked("page").as_deref(), asked("limit").as_deref());
    let visitor = reader(&key, address);
    let (page, liked) = blocking(move || {
        let page = talks.page(slice)?;
        let ids: Vec<TalkId> = page.items.iter().map(|talk| talk.id).collect();
        let liked = talks.liked(&ids, &visitor)?;
        Ok::<_, inkstone_talks::TalkError>((page, liked))
    })
    .await?;
    let format = qexo.talk_id_format;
    let data: Vec<Value> =
        page.items.iter().map(|talk| view(format, talk, liked.contains(&talk.id))).collect();
    let members = [("count", json!(page.total)), ("data", json!(data))];
    Ok(call.done_with(&Message::GetSuccess, map(members)))
}

/// `POST /pub/like_talk`: likes it, or no longer.
pub(super) async fn like(
    call: Call,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    talks: Data<Talks>,
) -> Answer {
    let id = id(call.parameters().body("id"))?;
    let visitor = reader(&key, address);
    let liked = blocking(move || talks.toggle_like(id, &visitor)).await?.liked;
    let message = if liked { Message::LikeSuccess } else { Message::LikeCancelled };
    Ok(call.done_with(&message, map([("action", json!(liked))])))
}

/// `POST /pub/save_talk` and its twin: a new talk, or with an `id` a changed one.
pub(super) async fn save(
    call: Call,
    request: HttpRequest,
    qexo: Data<Qexo>,
    talks: Data<Talks>,
) -> Answer {
    let parameters = call.parameters();
    let edit = Edit {
        content: parsed(&call, "content", |text| Content::parse(&nfc(text)))?,
        tags: parsed(&call, "tags", Tags::parse)?,
        values: parsed(&call, "values", Values::parse)?,
        time: None,
    };
    if let Some(named) = parameters.body("id").filter(|id| id.text().as_deref() != Some("")) {
        let id = id(Some(named))?;
        let edit = Edit { time: parsed(&call, "time", TalkTime::parse)?, ..edit };
        blocking(move || talks.edit(id, &edit)).await?;
        return Ok(call.done(&Message::EditSuccess));
    }
    let new = NewTalk {
        content: edit.content.ok_or(Error::missing("content"))?,
        tags: edit.tags.unwrap_or_default(),
        values: edit.values.unwrap_or_default(),
    };
    let id = blocking(move || talks.create(&new, rand::random(), clock::now())).await?;
    // The panel says it in its own words.
    let in_panel = request.match_info().as_str().starts_with("/api/");
    let message = if in_panel { Message::PublishSuccess } else { Message::SaveSuccess };
    Ok(call.done_with(&message, map([("id", json!(spelled(qexo.talk_id_format, id)))])))
}

/// `POST /pub/del_talk` and its twin.
pub(super) async fn remove(call: Call, talks: Data<Talks>) -> Answer {
    let named = call.parameters().body("id").ok_or(Error::missing("id"))?;
    let id = id(Some(named))?;
    blocking(move || talks.remove(id)).await?;
    Ok(call.done(&Message::DelSuccess))
}

/// `/pub/get_all_talks`: all of them, or those that mention `s`, in short.
pub(super) async fn all(call: Call, qexo: Data<Qexo>, talks: Data<Talks>) -> Answer {
    let keyword = call.query_first("s")?.as_deref().map(nfc);
    let found = blocking(move || talks.search(keyword.as_deref())).await?;
    let format = qexo.talk_id_format;
    let data: Vec<Value> = found.iter().map(|talk| summary(&call, format, talk)).collect();
    Ok(call.done_with(&Message::GetSuccess, map([("data", json!(data))])))
}

/// The talk that a parameter names; what names none is as unknown as a name of no talk.
fn id(named: Option<Parameter<'_>>) -> Result<TalkId, Error> {
    let id = named.and_then(Parameter::text).and_then(|text| TalkId::parse(&text));
    id.ok_or(Error::refused(Message::TalkNotFound))
}

/// A parameter of the body as `parse` understands it; `None` when it is not there. Lists and
/// objects of JSON count as texts that hold them.
fn parsed<T>(
    call: &Call,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(parameter) = call.parameters().body(name) else { return Ok(None) };
    let text = match parameter {
        Parameter::Json(value @ (Value::Array(_) | Value::Object(_))) => value.to_string().into(),
        _ => parameter.text().unwrap_or_default(),
    };
    parse(&text).map(Some).ok_or(Error::invalid(name))
}

fn view(format: TalkIdFormat, talk: &Talk, liked: bool) -> Value {
    // They are a JSON object: nothing else can be made of them.
    let values: Map<String, Value> = serde_json::from_str(talk.values.json()).unwrap_or_default();
    json!({
        "id": spelled(format, talk.id),
        "content": talk.content.as_str(),
        "time": talk.time.to_string(),
        "tags": talk.tags.list(),
        "like": talk.likes,
        "liked": liked,
        "values": values,
    })
}

fn summary(call: &Call, format: TalkIdFormat, talk: &Summary) -> Value {
    json!({
        "id": spelled(format, talk.id),
        "content": talk.excerpt,
        "tags": talk.tags.list().join(", "),
        "time": call.local_time(talk.time.start()),
        "like": talk.likes,
    })
}

fn spelled(format: TalkIdFormat, id: TalkId) -> String {
    match format {
        TalkIdFormat::Dashed => id.to_string(),
        TalkIdFormat::Hex => id.hex(),
    }
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}
