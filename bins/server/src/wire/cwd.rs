//! The CWD comment API (contract cwd): routes, and how it tells failures.

mod admin;
mod admin_key;
mod comments;
mod configuration;
mod description;
mod files;
mod input;
mod likes;
mod refusal;
mod requests;
mod submission;
mod telegram;
mod text;
mod visits;

use actix_web::{
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

pub(super) use self::description::describe;
use self::{admin_key::AdminKeys, comments::CommentReader, submission::Posting};
use crate::{
    cache::KnownQueries,
    failure::Failure,
    services::Services,
    wire::error::{FailureFormat, unknown_route},
};

/// The error of every handler here.
type Error = super::error::ApiError<Format>;
/// The body of a request to this API.
type Body = crate::body::Body<Format>;

/// Registers the routes of the API.
pub(crate) fn routes(app: &mut ServiceConfig, services: &Services) {
    let keys = Data::new(AdminKeys {
        accounts: services.accounts.clone(),
        verification: services.verification.clone(),
    });
    app.app_data(keys.clone())
        .app_data(Data::new(KnownQueries::default()))
        .app_data(Data::new(CommentReader {
            comments: services.comments.clone(),
            settings: services.settings.clone(),
            limits: services.limits.clone(),
            public_email: services.cwd.public_email,
        }))
        .app_data(Data::new(Posting {
            comments: services.comments.clone(),
            settings: services.settings.clone(),
            limits: services.limits.clone(),
            keys,
        }))
        .route("/api/comments", web::get().to(comments::list))
        .route("/api/comments", web::post().to(submission::submit))
        .route("/api/comments/like", web::post().to(likes::like_comment))
        .route("/api/comments/like", web::delete().to(likes::unlike_comment))
        .route("/api/like", web::get().to(likes::page_likes))
        .route("/api/like", web::post().to(likes::like_page))
        .route("/api/config/comments", web::get().to(configuration::read))
        .route("/api/verify-admin", web::post().to(admin_key::verify))
        .route("/api/analytics/visit", web::post().to(visits::visit))
        .route("/api/analytics/pv", web::get().to(visits::views))
        .route("/api/telegram/webhook", web::post().to(telegram::webhook))
        .service(
            web::scope("/admin")
                .wrap(from_fn(admin::authentication::authenticate))
                .configure(admin::routes)
                .configure(|app| admin::transfer::routes(app, services.import_body))
                .default_service(web::to(unknown_route::<Format>)),
        );
}

/// A status, and `{"message": …}`.
#[derive(Debug)]
pub struct Format;

impl FailureFormat for Format {
    fn body(failure: &Failure, said: Option<&'static str>) -> Value {
        let message = said.unwrap_or_else(|| text::of(failure));
        let require_auth = failure.code() == "comment_key_missing";
        json!(Refused { message, require_auth })
    }
}

/// Why nothing was done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Refused, examples(json!({ "message": "Bad Request" })))]
struct Refused<'a> {
    /// For people.
    message: &'a str,
    /// There, and true, when the owner has to comment with the key.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    require_auth: bool,
}

/// What was done.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Said, examples(json!({ "message": "保存成功" })))]
struct Said {
    /// For people.
    message: String,
}

/// `{"message": …}`, with status 200.
fn message(text: impl Into<String>) -> web::Json<Said> {
    web::Json(Said { message: text.into() })
}
