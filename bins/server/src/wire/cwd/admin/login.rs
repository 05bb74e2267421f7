//! `POST /admin/login` (contract cwd, 3.2).

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use inkstone_accounts::LoginError;
use rand::RngExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Body, Error, input::Members, text};
use crate::{
    blocking::blocking, caller::ClientAddress, clock, config::ServerKey, failure::Failure,
    services::Accounts, verification::Verification, visitor::client_key,
};

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Session)]
pub(in crate::wire::cwd) struct SessionView {
    data: SessionKey,
}

#[derive(Serialize, ToSchema)]
#[schema(as = cwd::SessionKey, examples(json!({ "key": "5f0c…" })))]
struct SessionKey {
    /// The token of the session.
    key: String,
}

/// Why there is no session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::LoginRefused, examples(json!({ "failedAttempts": 1, "message": "用户名或密码无效" })))]
pub(in crate::wire::cwd) struct LoginRefusedView {
    /// How often in a row.
    failed_attempts: u32,
    /// For people.
    message: &'static str,
}

pub(super) async fn login(
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    accounts: Data<Accounts>,
    verification: Data<Verification>,
    body: Body,
) -> Result<HttpResponse, Error> {
    let members = Members::parse(&body.bytes)?;
    let text = |name: &str| members.text(&[name]).unwrap_or_default().to_owned();
    let (name, password) = (text("name"), text("password"));
    let client = client_key(&key, address).as_str().to_owned();
    let _turn = verification.turn().await?;
    let opened = blocking(move || {
        let entropy = rand::rng().random();
        match accounts.login(&name, &password, &client, entropy, clock::now()) {
            Err(LoginError::Wrong { failed_attempts }) => Ok(Err(failed_attempts)),
            other => other.map(Ok).map_err(Failure::from),
        }
    })
    .await?;
    Ok(match opened {
        Ok(token) => HttpResponse::Ok()
            .json(SessionView { data: SessionKey { key: token.expose().to_owned() } }),
        Err(failed_attempts) => HttpResponse::build(StatusCode::UNAUTHORIZED)
            .json(LoginRefusedView { failed_attempts, message: text::LOGIN_WRONG }),
    })
}
