//! `POST /admin/login` (contract cwd, 3.2).

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use inkstone_accounts::LoginError;
use rand::RngExt as _;
use serde_json::json;

use super::super::{Body, Error, input::Members, text};
use crate::{
    blocking::blocking, caller::ClientAddress, clock, config::ServerKey, failure::Failure,
    services::Accounts, verification::Verification, visitor::client_key,
};

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
        Ok(token) => HttpResponse::Ok().json(json!({ "data": { "key": token.expose() } })),
        Err(failures) => HttpResponse::build(StatusCode::UNAUTHORIZED)
            .json(json!({ "message": text::LOGIN_WRONG, "failedAttempts": failures })),
    })
}
