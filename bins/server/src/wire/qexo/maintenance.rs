//! How the installation is, and mending it (contract qexo, 3.8 and 3.25).

use actix_web::web::{Data, Json};
use inkstone_accounts::TokenHash;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{Answer, call::Call, message::Message};
use crate::{
    activity::Activity,
    blocking::blocking,
    clock,
    content::ContentProvider,
    failure::Failure,
    owner_settings::OwnerSettings,
    services::{Friends, Inbox, Talks},
};

/// How the installation is.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Status)]
pub(super) struct StatusView {
    data: StatusData,
    /// True.
    status: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::StatusData, examples(json!({
    "last": "2026-01-07 10:30:00",
    "last_timestamp": "1767753000",
    "posts": "42",
})))]
struct StatusData {
    /// When the owner was last here; empty when never.
    last: String,
    /// The same in seconds since the epoch.
    last_timestamp: String,
    /// How many posts and drafts there are.
    posts: String,
}

/// `/pub/status`. There are no posts before there is a content provider that answers. Nobody waits
/// here for one that is being opened, or looks at its remote.
pub(super) async fn status(
    call: Call,
    activity: Data<Activity>,
    provider: Data<ContentProvider>,
) -> Answer {
    let count = move || {
        let opened = provider.current_unless_opening();
        let count = opened.ok().and_then(|opened| opened.count_posts(clock::now()).ok());
        Ok::<_, Failure>(count.unwrap_or(0))
    };
    let posts = blocking(count).await?.to_string();
    let last = activity.last(call.settings());
    let seconds = last.map(|last| last.millis().div_euclid(1000).to_string()).unwrap_or_default();
    let data = StatusData {
        last: last.map(|last| call.local_time(last)).unwrap_or_default(),
        last_timestamp: seconds,
        posts,
    };
    Ok(Json(json!(StatusView { data, status: true })))
}

/// `/pub/fix`: what every domain had to mend.
pub(super) async fn fix(
    call: Call,
    settings: Data<OwnerSettings>,
    friends: Data<Friends>,
    inbox: Data<Inbox>,
    talks: Data<Talks>,
) -> Answer {
    let hash = |token: &str| TokenHash::of(token).as_str().to_owned();
    let mend = move || {
        let settings = settings.service().repair_qexo(hash)?;
        Ok::<_, Failure>(settings + friends.repair()? + inbox.repair()? + talks.repair()?)
    };
    let mended = blocking(mend).await?;
    Ok(call.done(&Message::FixDisplay(mended)))
}
