//! Links to friends (contract qexo, 3.9 to 3.13).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue},
    web::{Data, Json},
};
use inkstone_friends::{Address, Edit, Friend, FriendId, NewFriend, Profile, Status, Text};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
};
use crate::{
    blocking::blocking,
    cache::ResponseCache,
    clock,
    config::Qexo,
    failure::Failure,
    services::{FRIENDS_TOPIC, Friends},
};

/// What everybody gets may be kept for a minute (contract qexo, 1.8).
const A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// `/pub/friends`.
pub(super) async fn shown(
    request: HttpRequest,
    cache: Data<ResponseCache>,
    qexo: Data<Qexo>,
    friends: Data<Friends>,
) -> Result<HttpResponse, Error> {
    let slot = cache.slot(cache.name(FRIENDS_TOPIC, "qexo"));
    let ready = if let Some(ready) = cache.get(&slot) {
        ready
    } else {
        let read = move || cache.fill(slot, || list(&friends, qexo.escape_friends));
        blocking(read).await?
    };
    let mut answer = ready.answer(&request);
    answer.headers_mut().insert(CACHE_CONTROL, A_MINUTE);
    Ok(answer)
}

/// `/pub/get_friends`.
pub(super) async fn all(call: Call, friends: Data<Friends>) -> Answer {
    let keyword = call.query_first("s")?.map(|keyword| nfc(&keyword)).unwrap_or_default();
    let found = blocking(move || friends.search(&keyword)).await?;
    let view = |friend: &Friend| FriendView {
        status: Some(friend.status == Status::Shown),
        ..FriendView::new(friend, str::to_owned)
    };
    Ok(Json(json!(FriendsView { data: found.iter().map(view).collect(), status: true })))
}

/// `POST /pub/add_friend` and its twin.
pub(super) async fn add(call: Call, friends: Data<Friends>) -> Answer {
    let Edit { name, url, image, description, shown } = sent(&call)?;
    let new = NewFriend {
        profile: Profile {
            name: name.ok_or(Error::missing("name"))?,
            url: url.ok_or(Error::missing("url"))?,
            image: image.unwrap_or_default(),
            description: description.unwrap_or_default(),
        },
        shown: shown.unwrap_or(true),
    };
    let added = blocking(move || friends.add(&new, clock::now())).await?;
    Ok(call.done_with(&Message::AddSuccess, AddedView { time: added.id.to_string() }))
}

/// `POST /pub/edit_friend` and its twin: what was not sent stays.
pub(super) async fn edit(call: Call, friends: Data<Friends>) -> Answer {
    let (id, edit) = (id(&call)?, sent(&call)?);
    blocking(move || friends.edit(&id, &edit)).await?;
    Ok(call.done(&Message::EditSuccess))
}

/// `POST /pub/del_friend` and its twin.
pub(super) async fn remove(call: Call, friends: Data<Friends>) -> Answer {
    let id = id(&call)?;
    blocking(move || friends.remove(&id)).await?;
    Ok(call.done(&Message::DelSuccess))
}

/// `POST /api/clean_friend`: removes all who are hidden.
pub(super) async fn clean(call: Call, friends: Data<Friends>) -> Answer {
    let removed = blocking(move || friends.remove_hidden()).await?;
    Ok(call.done(&Message::FriendsCleaned(removed)))
}

fn list(friends: &Friends, escape: bool) -> Result<Vec<u8>, Failure> {
    let write = if escape { harmless } else { str::to_owned };
    let shown = friends.shown()?;
    let data = shown.iter().map(|friend| FriendView::new(friend, write)).collect();
    #[expect(clippy::expect_used, reason = "texts always have a JSON form")]
    Ok(serde_json::to_vec(&FriendsView { data, status: true }).expect("JSON"))
}

/// `text` without what begins a tag or ends an attribute. Ampersands stay, so that
/// addresses work where they are not put into HTML.
fn harmless(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn id(call: &Call) -> Result<FriendId, Error> {
    FriendId::parse(&call.required("time")?).ok_or(Error::refused(Message::FriendNotFound))
}

/// What was sent of a friend.
fn sent(call: &Call) -> Result<Edit, Error> {
    let text = |name| parsed(call, name, Text::parse);
    let address = |name| parsed(call, name, Address::parse);
    Ok(Edit {
        name: text("name")?,
        url: address("url")?,
        image: address("image")?,
        description: text("description")?,
        shown: call.optional("status")?.map(|status| is_shown(&status)),
    })
}

fn parsed<T>(
    call: &Call,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(text) = call.optional(name)? else { return Ok(None) };
    parse(&nfc(&text)).ok_or(Error::invalid(name)).map(Some)
}

fn is_shown(status: &str) -> bool {
    let status = status.trim().to_ascii_lowercase();
    ["显示", "true", "1", "yes", "on"].contains(&status.as_str())
}

/// Who was added.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Added, examples(json!({ "time": "1767753000" })))]
pub(super) struct AddedView {
    /// The name of the friend in other calls.
    pub(super) time: String,
}

/// Friends.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Friends)]
pub(super) struct FriendsView {
    data: Vec<FriendView>,
    /// True.
    status: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Friend, examples(json!({
    "name": "Ann",
    "url": "https://ann.example/",
    "image": "https://ann.example/ann.png",
    "description": "Ann's blog",
    "time": "1767753000",
})))]
struct FriendView {
    name: String,
    url: String,
    image: String,
    description: String,
    /// The name of the friend in other calls.
    time: String,
    /// Whether everybody is shown it; only the owner is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<bool>,
}

impl FriendView {
    fn new(friend: &Friend, write: impl Fn(&str) -> String) -> Self {
        let Profile { name, url, image, description } = &friend.profile;
        Self {
            name: write(name.as_str()),
            url: write(url.as_str()),
            image: write(image.as_str()),
            description: write(description.as_str()),
            time: friend.id.to_string(),
            status: None,
        }
    }
}
