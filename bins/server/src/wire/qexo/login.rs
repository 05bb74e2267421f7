//! The panel's login (contract qexo, section 10).

use std::time::Duration;

use actix_web::web::Data;
use inkstone_accounts::LoginError;
use inkstone_vocab::Timestamp;
use rand::RngExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, call::Call, error::Error, message::Message};
use crate::{
    activity::Activity, blocking::blocking, caller::ClientAddress, captcha::Captchas, clock,
    config::ServerKey, failure::Failure, services::Accounts, verification::Verification,
    visitor::client_key,
};

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Session, examples(json!({ "token": "5f0c…" })))]
pub(super) struct SessionView {
    token: String,
}

/// `POST /api/auth`: opens a session, whose token all calls of the owner take; there is no cookie.
/// A captcha, where one is set up, is looked at before the password. Whether there is such an
/// account nobody learns.
pub(super) async fn login(
    call: Call,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    captchas: Data<Captchas>,
    verification: Data<Verification>,
    accounts: Data<Accounts>,
    activity: Data<Activity>,
) -> Answer {
    let name = call.required("username")?.into_owned();
    let password = call.required("password")?.into_owned();
    let answer = call.filled("verify")?.unwrap_or_default();
    let captcha = call.settings().login.captcha(call.filled("type")?.as_deref());
    let captcha = captcha.ok_or(Error::refused(Message::CaptchaFailed))?;
    if !Captchas::accept(captchas, &captcha, &answer).await? {
        return Err(Error::refused(Message::CaptchaFailed));
    }
    let client = client_key(&key, address).as_str().to_owned();
    let _turn = verification.turn().await?;
    let opened = blocking(move || {
        let (entropy, now) = (rand::rng().random(), clock::now());
        let opened = accounts.login(&name, &password, &client, entropy, now);
        if opened.is_ok() {
            activity.note(now);
        }
        Ok::<_, Failure>(opened.map_err(|error| refusal(error, now)))
    });
    let token = opened.await??.expose().to_owned();
    Ok(call.done_with(&Message::LoginSuccess, SessionView { token }))
}

fn refusal(error: LoginError, now: Timestamp) -> Error {
    match error {
        LoginError::Wrong { .. } => Error::refused(Message::LoginWrong),
        LoginError::Locked { until } => {
            let millis = until.millis().saturating_sub(now.millis());
            Error::too_often(Duration::from_millis(u64::try_from(millis).unwrap_or_default()))
        }
        other => other.into(),
    }
}
