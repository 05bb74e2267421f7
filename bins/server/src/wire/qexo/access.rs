//! Whether a token is the owner's (contract qexo, 1.5).

use std::{net::IpAddr, time::Instant};

use actix_web::{
    http::header::{AUTHORIZATION, HeaderMap},
    web::Data,
};
use inkstone_accounts::TokenHash;
use inkstone_settings::AccessSettings;
use secrecy::ExposeSecret as _;

use super::{error::Error, message::Message};
use crate::{blocking::blocking, budget::Failures, clock, services::Accounts};

/// Lets in who presents the token of the setting, an API token of this server, or the token of a
/// session. Whoever presents too many wrong ones is not heard for a while.
pub(super) async fn authenticate(
    token: Option<String>,
    settings: &AccessSettings,
    accounts: &Data<Accounts>,
    failures: &Failures,
    address: IpAddr,
) -> Result<(), Error> {
    let wrong = || Error::forbidden(Message::AuthFailed);
    // Widgets for older versions send none, and guess nothing.
    let token = token.ok_or_else(wrong)?;
    if let Some(wait) = failures.wait(address, Instant::now()) {
        return Err(Error::too_often(wait));
    }
    let imported =
        settings.token_hash.as_ref().and_then(|hash| TokenHash::parse(hash.expose_secret()));
    if imported.is_some_and(|hash| hash == TokenHash::of(&token)) {
        return Ok(());
    }
    let accounts = accounts.clone();
    if blocking(move || accounts.authenticate(&token, clock::now())).await?.is_some() {
        return Ok(());
    }
    failures.count(address, Instant::now());
    Err(wrong())
}

/// The token after `Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_bearer_token_is_what_follows_the_scheme() {
        for (value, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Bearer", None),
            ("Bearer ", None),
            ("abc", None),
            ("Basic abc", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(bearer(&headers).as_deref(), token, "{value}");
        }
    }
}
