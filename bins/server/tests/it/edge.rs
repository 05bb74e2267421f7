use actix_web::{
    HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
use inkstone_server::{
    blocking::blocking,
    wire::{
        cwd::Format,
        error::{ApiError, OrSay as _, UnknownRoute},
    },
};
use inkstone_vocab::RepositoryError;

use crate::support::Server;

const FAILED: &str = r#"{"message":"Internal Server Error"}"#;

#[test]
fn unknown_paths_and_methods_are_not_found() {
    let server = Server::start();
    for (method, path) in [
        ("GET", "/nowhere"),
        ("POST", "/"),
        ("DELETE", "/healthz"),
        ("BREW", "/"),
        ("GET", "/healthz/"),
    ] {
        let answer = server.send(method, path, &[], None);
        let answer = answer.expect(404, r#"{"message":"Not Found"}"#);
        assert_eq!(answer.header("content-type"), "application/json", "{method} {path}");
    }
}

#[test]
fn slashes_collapse_without_a_redirect() {
    let server = Server::start_with(
        |_| {},
        |app| {
            let echo = |path: web::Path<String>, request: actix_web::HttpRequest| async move {
                HttpResponse::Ok().body(format!("{path}?{}", request.query_string()))
            };
            app.route("/api/echo/{rest:.*}", web::get().to(echo));
        },
    );
    server.get("//healthz").expect(200, r#"{"status":"ok"}"#);
    server.get("///").expect(200, server.get("/").text());
    server.get("//api///echo//a//b?u=x//y").expect(200, "a/b?u=x//y");
    server.get("/api/echo/a%2F%2Fb").expect(200, "a//b?");
}

#[test]
fn requests_are_named() {
    let server = Server::start();
    let named = |name| server.send("GET", "/healthz", &[("x-request-id", name)], None);
    assert_eq!(named("trace-1.a_B").header("x-request-id"), "trace-1.a_B");
    for insane in ["a b", "a;b", &"x".repeat(65)] {
        let given = named(insane);
        let given = given.header("x-request-id");
        assert!(given != insane && given.len() == 16, "{given}");
    }
    let random = || server.get("/nowhere").header("x-request-id").to_owned();
    assert_ne!(random(), random());
}

#[test]
fn a_panic_is_an_answer_and_not_the_end() {
    async fn panics() -> HttpResponse {
        panic!("expected by a test: secret")
    }
    async fn panics_while_blocking() -> Result<HttpResponse, ApiError<Format>> {
        blocking(|| -> Result<(), RepositoryError> { panic!("expected by a test: secret") })
            .await?;
        Ok(HttpResponse::Ok().finish())
    }
    let server = Server::start_with(
        |config| config.server.workers = Some(1.try_into().unwrap()).into(),
        |app| {
            app.route("/api/panics", web::get().to(panics))
                .route("/panics", web::get().to(panics))
                .route("/api/panics-while-blocking", web::get().to(panics_while_blocking));
        },
    );
    for path in ["/api/panics", "/api/panics-while-blocking", "/panics"] {
        let answer = server.send("GET", path, &[("x-request-id", "mine")], None);
        let answer = answer.expect(500, FAILED);
        let shared = if path.starts_with("/api/") { ["*", "no-store"] } else { ["", ""] };
        let found =
            ["access-control-allow-origin", "cache-control"].map(|name| answer.header(name));
        assert_eq!(found, shared, "{path}");
        assert_eq!(answer.header("x-request-id"), "mine");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-type"), "application/json");
        server.get("/healthz").expect(200, r#"{"status":"ok"}"#);
    }
}

#[test]
fn a_refusal_by_a_middleware_is_an_answer_like_any_other() {
    async fn refuse(
        _: ServiceRequest,
        _: Next<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
        Err(ApiError::<Format>::from(UnknownRoute).into())
    }
    let server = Server::start_with(
        |_| {},
        |app| {
            app.service(web::scope("/api/closed").wrap(from_fn(refuse)));
        },
    );
    let answer = server.send("GET", "/api/closed/x", &[("x-request-id", "mine")], None);
    let answer = answer.expect(404, r#"{"message":"Not Found"}"#);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-request-id"), "mine");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[test]
fn failures_of_the_server_are_told_in_the_endpoints_words() {
    async fn fails(unavailable: web::Path<bool>) -> Result<HttpResponse, ApiError<Format>> {
        let fault: fn(inkstone_vocab::Source) -> RepositoryError =
            if *unavailable { RepositoryError::Unavailable } else { RepositoryError::Backend };
        blocking(move || Err::<(), _>(fault("secret".into()))).await.or_say("获取评论失败")?;
        Ok(HttpResponse::Ok().finish())
    }
    let server = Server::start_with(
        |_| {},
        |app| {
            app.route("/api/fails/{unavailable}", web::get().to(fails));
        },
    );
    let body = r#"{"message":"获取评论失败"}"#;
    let answer = server.get("/api/fails/false").expect(500, body);
    assert_eq!(answer.header("retry-after"), "");
    let answer = server.get("/api/fails/true").expect(503, body);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}
