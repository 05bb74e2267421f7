//! Whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, web};
use inkstone_storage::Store;
use serde::Serialize;
use utoipa::ToSchema;

use crate::blocking::blocking;

/// How the server is.
#[derive(Serialize, ToSchema)]
#[schema(as = server::Health, examples(json!({ "status": "ok" })))]
pub struct Health {
    /// Why it cannot do its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// `ok`, `ready` or `unavailable`.
    status: &'static str,
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok", reason: None })
}

/// `GET /readyz`: the database answers, too; 503 while it does not.
pub async fn ready(store: web::Data<Store>) -> HttpResponse {
    match blocking(move || store.check()).await {
        Ok(()) => HttpResponse::Ok().json(Health { status: "ready", reason: None }),
        Err(_) => HttpResponse::ServiceUnavailable()
            .json(Health { status: "unavailable", reason: Some("the database does not answer") }),
    }
}
