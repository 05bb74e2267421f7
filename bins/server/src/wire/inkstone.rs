//! Our own API under `/api/inkstone`, for what no other contract has: what has become of messages,
//! leaving their recipients alone, and editing the blog's source without losing anything.

mod content;
mod description;
mod outbox;
mod requests;
mod unsubscribe;

use actix_web::web::{self, ServiceConfig};
use inkstone_vocab::FaultKind;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

pub(super) use self::description::describe;
use super::error::{FailureFormat, unknown_route};
use crate::{body::BodyLimit, failure::Failure};

/// The error of every handler here.
type Error = super::error::ApiError<Format>;

/// Registers the routes of the API.
pub(crate) fn routes(app: &mut ServiceConfig, article: BodyLimit) {
    app.service(
        web::scope("/api/inkstone")
            .route("/content", web::get().to(content::state))
            .route("/content/list", web::get().to(content::list))
            .service(
                web::resource("/content/file")
                    .app_data(article)
                    .route(web::get().to(content::read))
                    .route(web::put().to(content::save))
                    .route(web::delete().to(content::remove))
                    .default_service(web::to(unknown_route::<Format>)),
            )
            .route("/content/history", web::get().to(content::history))
            .route("/content/rename", web::post().to(content::rename))
            .route("/content/refresh", web::post().to(content::refresh))
            .route("/outbox", web::get().to(outbox::list))
            .route("/outbox/retry", web::post().to(outbox::retry_all))
            .route("/outbox/{id}/retry", web::post().to(outbox::retry))
            .route("/unsubscribe/{token}", web::get().to(unsubscribe::ask))
            .route("/unsubscribe/{token}", web::post().to(unsubscribe::change))
            .default_service(web::to(unknown_route::<Format>)),
    );
}

/// A status, and `{"code": …, "message": …}`: the code is stable, the message is for people.
#[derive(Debug)]
pub struct Format;

impl FailureFormat for Format {
    fn body(failure: &Failure, said: Option<&'static str>) -> Value {
        let message = said.unwrap_or_else(|| text(failure));
        json!(Refused { code: failure.code(), message })
    }
}

/// Why nothing was done.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Refused, examples(json!({
    "code": "repository_unavailable",
    "message": "The server is busy; try again in a moment.",
})))]
pub(super) struct Refused<'a> {
    /// Stable.
    code: &'a str,
    /// For people.
    message: &'a str,
}

fn text(failure: &Failure) -> &'static str {
    match (failure.kind(), failure.code()) {
        (_, "token_missing") => "This needs the owner's token in the Authorization header.",
        (_, "token_invalid") => "The token is unknown or has expired.",
        (_, "outbox_filter_invalid") => {
            "state, channel, event, subject or recipient has a value that no message has."
        }
        (_, "message_not_retriable") => {
            "There is no such message, or it was sent, is not wanted, or is being sent just now."
        }
        (FaultKind::Invalid, _) => "The request cannot be understood.",
        (FaultKind::Unauthenticated, _) => "The request needs a token.",
        (FaultKind::Forbidden, _) => "The request is not allowed.",
        (FaultKind::NotFound, _) => "There is nothing here.",
        (FaultKind::Conflict, _) => "Something changed meanwhile; try again.",
        (FaultKind::RateLimited, _) => "Too many requests; try again later.",
        (FaultKind::Unavailable, _) => "The server is busy; try again in a moment.",
        (FaultKind::Internal, _) => "The server failed; its log says why.",
    }
}
