//! Strangers who ask to be linked (contract qexo, 3.14).

use actix_web::web::{Data, Json};
use inkstone_friends::{Application, FriendError, Profile};
use inkstone_notifications::compose::LinkNotice;
use inkstone_storage::Store;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    friends::AddedView,
    message::Message,
};
use crate::{
    blocking::blocking,
    captcha::{Captchas, Challenge},
    clock,
    postman::Wake,
};

/// `POST /pub/ask_friend`. Nothing is asked of a captcha before the rest makes sense: its answer
/// counts once.
pub(super) async fn ask(
    call: Call,
    captchas: Data<Captchas>,
    store: Data<Store>,
    wake: Data<Wake>,
) -> Answer {
    let settings = &call.settings().friends;
    if !settings.applications {
        return Err(Error::forbidden(Message::FriendClosed));
    }
    let application = application(&call)?;
    let answer = call.filled("verify")?.unwrap_or_default();
    if !Captchas::accept(captchas, &settings.captcha, &answer).await? {
        return Err(Error::refused(Message::CaptchaFailed));
    }
    let store_both = move || {
        let (label, content) = notice(application.profile()).compose();
        let applied = store.apply_with_notice(&application, &label, &content, clock::now())?;
        applied.ok_or(FriendError::TooManyApplications)
    };
    let applied = blocking(store_both).await?;
    wake.wake();
    let time = applied.friend().id.to_string();
    Ok(call.done_with(&Message::AskSuccess, AddedView { time }))
}

/// Something to work on.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Challenge)]
pub(super) struct ChallengeView {
    #[serde(flatten)]
    challenge: Challenge,
    /// True.
    status: bool,
}

/// `GET /pub/ask_friend_challenge`: something to work on, as the ALTCHA widget fetches it. Its
/// answer is the `verify` of an application; where none is asked for it does no harm.
pub(super) async fn challenge(call: Call, captchas: Data<Captchas>) -> Answer {
    if !call.settings().friends.applications {
        return Err(Error::forbidden(Message::FriendClosed));
    }
    Ok(Json(json!(ChallengeView { challenge: captchas.challenge(), status: true })))
}

fn application(call: &Call) -> Result<Application, Error> {
    let text = |name| Ok::<_, Error>(nfc(&call.required(name)?));
    let description = call.optional("description")?.unwrap_or_default();
    let [name, url, image] = [text("name")?, text("url")?, text("image")?];
    Ok(Application::parse(&name, &url, &image, &nfc(&description))?)
}

fn notice(profile: &Profile) -> LinkNotice<'_> {
    let Profile { name, url, image, description } = profile;
    LinkNotice {
        name: name.as_str(),
        url: url.as_str(),
        image: image.as_str(),
        description: description.as_str(),
    }
}
