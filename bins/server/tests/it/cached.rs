use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use actix_web::{HttpRequest, HttpResponse, web};
use inkstone_server::{
    blocking::blocking, cache::ResponseCache, wire::cwd::Format, wire::error::ApiError,
};
use inkstone_vocab::RepositoryError;

use crate::support::Server;

type Reads = web::Data<AtomicUsize>;

/// How every cached endpoint looks.
async fn page(
    cache: web::Data<ResponseCache>,
    counter: Reads,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError<Format>> {
    let slot = cache.slot(cache.name("/a", "page"));
    if let Some(found) = cache.get(&slot) {
        return Ok(found.answer(&request));
    }
    let read = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok::<_, RepositoryError>("{\"a\":1}".repeat(100).into_bytes())
    };
    Ok(blocking(move || cache.fill(slot, read)).await?.answer(&request))
}

async fn change(cache: web::Data<ResponseCache>) -> HttpResponse {
    cache.invalidate("/a");
    HttpResponse::NoContent().finish()
}

#[test]
fn a_ready_answer_is_read_once_until_it_changes() {
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Reads::from(Arc::clone(&reads));
    let server = Server::start_with(
        |_| {},
        move |app| {
            app.app_data(counted.clone())
                .route("/page", web::get().to(page))
                .route("/page", web::put().to(change));
        },
    );
    let plain = server.get("/page");
    assert_eq!((plain.status, plain.bytes.len()), (200, 700));
    let zipped = server.send("GET", "/page", &[("accept-encoding", "gzip")], None);
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(zipped.bytes.len() < 100);
    let known = [("if-none-match", plain.header("etag"))];
    server.send("GET", "/page", &known, None).expect(304, "");
    assert_eq!(reads.load(Ordering::SeqCst), 1);
    server.send("PUT", "/page", &[], None).expect(204, "");
    // The tag is made from the content, which is as it was.
    server.send("GET", "/page", &known, None).expect(304, "");
    assert_eq!(reads.load(Ordering::SeqCst), 2);
}
