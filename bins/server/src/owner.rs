//! Whether a request comes from the owner: by a session's token or an API token.

use std::fmt;

use actix_web::{
    http::header::{AUTHORIZATION, HeaderMap},
    web::Data,
};
use inkstone_vocab::{Fault, FaultKind};

use crate::{blocking::blocking, clock, failure::Failure, services::Accounts};

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

/// Fails unless the `Authorization` header holds a token of the owner's.
pub async fn authenticate(headers: &HeaderMap, accounts: Data<Accounts>) -> Result<(), Failure> {
    let presented = presented(headers).ok_or(NotOwner::TokenMissing)?;
    let caller = blocking(move || accounts.authenticate(&presented, clock::now())).await?;
    caller.map(drop).ok_or_else(|| NotOwner::TokenInvalid.into())
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
