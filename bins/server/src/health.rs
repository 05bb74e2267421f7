//! Whether the process lives, and whether it can do its work.

use std::sync::atomic::{AtomicBool, Ordering};

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

/// Whether the server is about to stop, and wants no more requests.
#[derive(Debug, Default)]
pub struct Draining(AtomicBool);

impl Draining {
    /// From now on the server is not ready.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok", reason: None })
}

/// `GET /readyz`: the database answers, too; 503 while it does not, and before the server stops.
pub async fn ready(store: web::Data<Store>, draining: web::Data<Draining>) -> HttpResponse {
    if draining.0.load(Ordering::Acquire) {
        return unavailable("the server is about to stop");
    }
    match blocking(move || store.check()).await {
        Ok(()) => HttpResponse::Ok().json(Health { status: "ready", reason: None }),
        Err(_) => unavailable("the database does not answer"),
    }
}

fn unavailable(reason: &'static str) -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(Health { status: "unavailable", reason: Some(reason) })
}
