//! How the installation is, and mending it (contract qexo, 3.8 and 3.25).

use actix_web::web::{Data, Json};
use inkstone_accounts::TokenHash;
use serde_json::json;

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
    let shown = last.map(|last| call.local_time(last)).unwrap_or_default();
    let seconds = last.map(|last| last.millis().div_euclid(1000).to_string()).unwrap_or_default();
    let data = json!({ "posts": posts, "last": shown, "last_timestamp": seconds });
    Ok(Json(json!({ "data": data, "status": true })))
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
