use actix_web::{HttpResponse, web};
use inkstone_storage::Store;

use crate::support::{PostgresSchema, Server};

#[test]
fn a_server_is_alive_and_ready() {
    let server = Server::start();
    let alive = server.get("/healthz").expect(200, r#"{"status":"ok"}"#);
    assert_eq!(alive.header("content-type"), "application/json");
    server.get("/readyz").expect(200, r#"{"status":"ready"}"#);
    assert_eq!(
        server.send("HEAD", "/healthz", &[], None).expect(200, "").header("content-length"),
        "15"
    );
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn a_server_on_postgres_is_ready() {
    let schema = PostgresSchema::create();
    let url = schema.url();
    let server = Server::start_with(|config| config.database.url = Some(url).into(), |_| {});
    server.get("/readyz").expect(200, r#"{"status":"ready"}"#);
}

#[test]
fn without_its_database_it_is_alive_and_not_ready() {
    async fn close(store: web::Data<Store>) -> HttpResponse {
        store.close();
        HttpResponse::NoContent().finish()
    }
    let server = Server::start_with(
        |_| {},
        |app| {
            app.route("/close", web::post().to(close));
        },
    );
    server.send("POST", "/close", &[], None).expect(204, "");
    let body = r#"{"reason":"the database does not answer","status":"unavailable"}"#;
    server.get("/readyz").expect(503, body);
    server.get("/healthz").expect(200, r#"{"status":"ok"}"#);
}
