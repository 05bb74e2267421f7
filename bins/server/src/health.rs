//! Whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, web};
use inkstone_storage::Store;
use serde_json::json;

use crate::blocking::blocking;

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the database answers, too; 503 while it does not.
pub async fn ready(store: web::Data<Store>) -> HttpResponse {
    match blocking(move || store.check()).await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Err(_) => HttpResponse::ServiceUnavailable()
            .json(json!({ "status": "unavailable", "reason": "the database does not answer" })),
    }
}
