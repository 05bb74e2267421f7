//! Everything below `/admin` but the login takes a token (contract cwd, 3.1).

use actix_web::{
    ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};

use super::super::Error;
use crate::owner;

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
    Ok(owner::authenticate(request.request()).await?)
}
