//! Several servers on one PostgreSQL: what one has changed, the others serve at once.

use std::net::SocketAddr;

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt,
};
use serde_json::{Value, json};

use crate::{
    notifications::support::wait_until,
    support::{PostgresSchema, Program, Server, Serving, send},
};

const PAGE: &str = "/api/comments?post_slug=/shared/";

/// Two servers on one database that keep what they have read for an hour, unless they are told.
struct Pair {
    // Dropped before the schema that they use.
    servers: [Serving; 2],
    _program: Program,
    token: String,
    schema: PostgresSchema,
}

impl Pair {
    fn start() -> Self {
        let schema = PostgresSchema::create();
        let program = Program::new(&[("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "0")])
            .with("INKSTONE__CACHE__SHARED_TTL_MS", "3600000".to_owned())
            .with("INKSTONE__DATABASE__URL", schema.address());
        let token = program.run(&["token", "create", "pair"]).stdout.trim().to_owned();
        let servers = [program.serve(), program.serve()];
        Self { servers, _program: program, token, schema }
    }

    fn addresses(&self) -> [SocketAddr; 2] {
        self.servers.each_ref().map(|server| server.address.parse().unwrap())
    }

    fn wait_for_lines(&self) {
        wait_until(|| (lines(&self.schema, "count(*)") == 2).then_some(()));
    }
}

/// What `count` says of the lines between servers.
fn lines(schema: &PostgresSchema, count: &str) -> i64 {
    let query = format!(
        "SELECT {count} AS number FROM pg_stat_activity
         WHERE application_name = 'inkstone_' || md5(current_schema())"
    );
    let mut connection = PgConnection::establish(&schema.address()).unwrap();
    sql_query(query).get_result::<Number>(&mut connection).unwrap().number
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn texts(address: SocketAddr) -> Vec<String> {
    let list: Value = serde_json::from_slice(&send(address, "GET", PAGE, &[], None).bytes).unwrap();
    let text = |comment: &Value| comment["contentText"].as_str().unwrap().to_owned();
    list["data"].as_array().unwrap().iter().map(text).collect()
}

fn post(address: SocketAddr, text: &str) {
    let body = json!({ "post_slug": "/shared/", "name": "A", "email": "a@x.io", "content": text });
    let headers = [("content-type", "application/json")];
    let answer = send(address, "POST", "/api/comments", &headers, Some(&body.to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Waits until a server that keeps its answers shows `text` as the newest comment.
fn wait_for(address: SocketAddr, text: &str) {
    wait_until(|| (texts(address).first().map(String::as_str) == Some(text)).then_some(()));
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn what_one_server_has_changed_the_others_serve_at_once() {
    let pair = Pair::start();
    let [here, there] = pair.addresses();
    pair.wait_for_lines();
    for (number, (writer, reader)) in [(here, there), (there, here)].into_iter().enumerate() {
        // Both keep the page as it was.
        let _ = (texts(writer), texts(reader));
        let text = format!("comment {number}");
        post(writer, &text);
        assert_eq!(texts(writer)[0], text, "whoever wrote it sees it in the next answer");
        wait_for(reader, &text);
    }
    let configuration = |address| send(address, "GET", "/api/config/comments", &[], None).json();
    assert_eq!(configuration(there)["requireReview"], false);
    let owner = [("authorization", pair.token.as_str())];
    let review = json!({ "requireReview": true }).to_string();
    let saved = send(here, "PUT", "/admin/settings/comments", &owner, Some(&review));
    assert_eq!(saved.status, 200, "{}", saved.text());
    wait_until(|| (configuration(there)["requireReview"] == true).then_some(()));
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn what_was_changed_while_the_line_was_down_is_served_when_it_is_back() {
    let pair = Pair::start();
    let [here, there] = pair.addresses();
    pair.wait_for_lines();
    post(here, "first");
    wait_for(there, "first");
    assert_eq!(lines(&pair.schema, "count(pg_terminate_backend(pid))"), 2);
    post(here, "second");
    wait_for(there, "second");
    pair.wait_for_lines();
    post(there, "third");
    wait_for(here, "third");
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn a_server_that_has_stopped_listens_no_more() {
    let schema = PostgresSchema::create();
    let url = schema.url();
    let server = Server::start_with(move |config| config.database.url = Some(url).into(), |_| {});
    wait_until(|| (lines(&schema, "count(*)") == 1).then_some(()));
    server.ask_to_stop();
    server.join().unwrap();
    wait_until(|| (lines(&schema, "count(*)") == 0).then_some(()));
}
