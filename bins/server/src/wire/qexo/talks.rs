//! Short posts and their likes (contract qexo, 3.15 to 3.19).

use actix_web::{HttpRequest, web::Data};
use inkstone_talks::{
    Content, Edit, NewTalk, Summary, Tags, Talk, TalkId, TalkTime, Values, slice,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

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

/// One page of talks.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Talks)]
pub(super) struct TalksView {
    /// How many there are on all pages.
    count: u64,
    data: Vec<TalkView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Talk, examples(json!({
    "content": "Hello",
    "id": "0198f0a0-5b7c-7d3e-8f00-1a2b3c4d5e6f",
    "like": 3,
    "liked": false,
    "tags": ["life"],
    "time": "1767753000",
    "values": {},
})))]
struct TalkView {
    content: String,
    id: String,
    like: u64,
    /// By whoever asks.
    liked: bool,
    tags: Vec<String>,
    /// Seconds since the epoch.
    time: String,
    #[schema(value_type = Object)]
    values: Map<String, Value>,
}

/// What has become of a like.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::TalkLike)]
pub(super) struct LikeView {
    /// Whether the talk is liked now.
    action: bool,
}

/// A new talk.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::NewTalk, examples(json!({ "id": "0198f0a0-5b7c-7d3e-8f00-1a2b3c4d5e6f" })))]
pub(super) struct CreatedView {
    id: String,
}

/// All talks in short.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::TalkSummaries)]
pub(super) struct SummariesView {
    data: Vec<SummaryView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::TalkSummary, examples(json!({
    "content": "Hello",
    "id": "0198f0a0-5b7c-7d3e-8f00-1a2b3c4d5e6f",
    "like": 3,
    "tags": "life, blog",
    "time": "2026-01-07 10:30:00",
})))]
struct SummaryView {
    /// Its beginning.
    content: String,
    id: String,
    like: u64,
    tags: String,
    time: String,
}

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
    let data = page.items.iter().map(|talk| view(format, talk, liked.contains(&talk.id))).collect();
    Ok(call.done_with(&Message::GetSuccess, TalksView { count: page.total, data }))
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
    Ok(call.done_with(&message, LikeView { action: liked }))
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
    Ok(call.done_with(&message, CreatedView { id: spelled(qexo.talk_id_format, id) }))
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
    let data = found.iter().map(|talk| summary(&call, format, talk)).collect();
    Ok(call.done_with(&Message::GetSuccess, SummariesView { data }))
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

fn view(format: TalkIdFormat, talk: &Talk, liked: bool) -> TalkView {
    // They are a JSON object: nothing else can be made of them.
    let values: Map<String, Value> = serde_json::from_str(talk.values.json()).unwrap_or_default();
    TalkView {
        content: talk.content.as_str().to_owned(),
        id: spelled(format, talk.id),
        like: talk.likes,
        liked,
        tags: talk.tags.list().to_vec(),
        time: talk.time.to_string(),
        values,
    }
}

fn summary(call: &Call, format: TalkIdFormat, talk: &Summary) -> SummaryView {
    SummaryView {
        content: talk.excerpt.clone(),
        id: spelled(format, talk.id),
        like: talk.likes,
        tags: talk.tags.list().join(", "),
        time: call.local_time(talk.time.start()),
    }
}

fn spelled(format: TalkIdFormat, id: TalkId) -> String {
    match format {
        TalkIdFormat::Dashed => id.to_string(),
        TalkIdFormat::Hex => id.hex(),
    }
}
