//! Whether a request comes from the owner: by a session's token or an API token.

use std::fmt;

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, HeaderMap},
    web::Data,
};
use inkstone_accounts::AccountError;
use inkstone_vocab::{Fault, FaultKind};

use crate::{activity::Activity, blocking::blocking, clock, failure::Failure, services::Accounts};

/// Why a request does not count as the owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOwner {
    /// It presents no token.
    TokenMissing,
    /// Nobody has the token, or not any more.
    TokenInvalid,
}

impl fmt::Display for NotOwner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for NotOwner {}

impl Fault for NotOwner {
    fn kind(&self) -> FaultKind {
        FaultKind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TokenMissing => "token_missing",
            Self::TokenInvalid => "token_invalid",
        }
    }
}

/// Fails unless the `Authorization` header holds a token of the owner's, who has then been seen.
pub async fn authenticate(request: &HttpRequest) -> Result<(), Failure> {
    let presented = presented(request.headers()).ok_or(NotOwner::TokenMissing)?;
    let accounts = request.app_data::<Data<Accounts>>().cloned().ok_or(NotOwner::TokenMissing)?;
    let activity = request.app_data::<Data<Activity>>().cloned();
    let authenticate = move || {
        let caller = accounts.authenticate(&presented, clock::now())?;
        if let (Some(_), Some(activity)) = (&caller, activity) {
            activity.note(clock::now());
        }
        Ok::<_, AccountError>(caller)
    };
    blocking(authenticate).await?.map(drop).ok_or_else(|| NotOwner::TokenInvalid.into())
}

/// The token, with or without `Bearer` before it (contract cwd, 3.1).
fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
        _ if value.eq_ignore_ascii_case("bearer") => "",
        _ => value,
    };
    (!token.is_empty()).then(|| token.to_owned())
}
