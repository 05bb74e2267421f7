//! Everything below `/admin` but the login takes a token (contract cwd, 3.1).

use actix_web::{
    ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{AUTHORIZATION, HeaderMap},
    },
    middleware::Next,
    web::Data,
};

use inkstone_accounts::AccountError;

use super::super::{
    Error,
    refusal::{TOKEN_INVALID, UNAUTHORIZED},
};
use crate::{activity::Activity, blocking::blocking, clock, services::Accounts};

/// Lets through who presents a session's token or an API token, before anything else is looked
/// at: unknown paths and wrong methods are no business of strangers.
pub(in crate::wire::cwd) async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !is_login(&request)
        && let Err(refused) = check(&request).await
    {
        // A response, not an error: the log and the metrics then know the route.
        return Ok(request.into_response(refused.error_response()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn is_login(request: &ServiceRequest) -> bool {
    request.path() == "/admin/login" && request.method() == Method::POST
}

async fn check(request: &ServiceRequest) -> Result<(), Error> {
    let presented = presented(request.headers()).ok_or(UNAUTHORIZED)?;
    let Some(accounts) = request.app_data::<Data<Accounts>>().cloned() else {
        return Err(UNAUTHORIZED.into());
    };
    let activity = request.app_data::<Data<Activity>>().cloned();
    let authenticate = move || {
        let caller = accounts.authenticate(&presented, clock::now())?;
        if let (Some(_), Some(activity)) = (&caller, activity) {
            activity.note(clock::now());
        }
        Ok::<_, AccountError>(caller)
    };
    if blocking(authenticate).await?.is_none() {
        return Err(TOKEN_INVALID.into());
    }
    Ok(())
}

/// The token, with or without `Bearer` before it.
fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
        _ if value.eq_ignore_ascii_case("bearer") => "",
        _ => value,
    };
    (!token.is_empty()).then(|| token.to_owned())
}
