//! Where a reader's mail and address end up: only where the owner needs them.

use std::net::SocketAddr;

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query,
    sql_types::{BigInt, Text},
};
use serde_json::json;

use crate::support::{Answer, Program, send};

const MAIL: &str = "seeded-reader@privacy.example";
const ADDRESS: &str = "203.0.113.77";
const VARIABLES: [(&str, &str); 6] = [
    ("INKSTONE__READMORE__BLOGS", "blog"),
    ("INKSTONE__READMORE__GATE", "true"),
    ("INKSTONE__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ("INKSTONE__LOG__REQUESTS", "all"),
    ("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", "60000"),
    ("INKSTONE__OWNER__PASSWORD", "a good password"),
];

/// What a reader does, and what comes of it: successes, and every kind of refusal.
fn visit(address: SocketAddr, token: &str) -> Vec<Answer> {
    let reader = [("x-forwarded-for", ADDRESS), ("user-agent", "Probe/1.0")];
    let as_reader = |method: &str, path: &str, body: serde_json::Value| {
        send(address, method, path, &reader, Some(&body.to_string()))
    };
    let owner = [("authorization", token)];
    let settings = json!({ "adminEmail": "boss@x.io", "adminKey": "open sesame" }).to_string();
    let saved = send(address, "PUT", "/admin/settings/comments", &owner, Some(&settings));
    assert_eq!(saved.status, 200, "{}", saved.text());

    let comment = |email: &str| {
        json!({
            "post_slug": "/one",
            "post_url": "https://blog.example/one",
            "name": "Reader",
            "email": email,
            "content": "Hello",
        })
    };
    let posted = as_reader("POST", "/api/comments", comment(MAIL));
    assert_eq!(posted.status, 200, "{}", posted.text());
    let page = json!({ "postSlug": "/one", "postUrl": "https://blog.example/one" });
    let mut answers = vec![
        posted,
        as_reader("POST", "/api/comments/like", json!({ "id": 1 })),
        as_reader("POST", "/api/like", page.clone()),
        as_reader("POST", "/api/analytics/visit", page),
    ];
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    answers.extend([
        as_reader("POST", "/api/comments", comment(MAIL)),
        as_reader("POST", "/api/comments", comment(&format!("{MAIL} {MAIL}"))),
        as_reader("POST", "/api/comments", comment("boss@x.io")),
        as_reader("POST", "/api/comments", json!([MAIL])),
        as_reader("POST", "/api/verify-admin", json!({ "adminToken": MAIL })),
        as_reader("POST", "/admin/login", json!({ "name": MAIL, "password": MAIL })),
        as_reader("POST", &format!("/api/nowhere?mail={MAIL}"), json!({})),
        as_reader("DELETE", "/api/comments/like", json!({ "id": 99 })),
    ]);
    answers.extend(read_article(&as_reader));
    for path in [
        "/",
        "/api/readmore/captcha/generate?blogId=blog",
        "/healthz",
        "/readyz",
        "/api/comments?post_slug=/one",
        "/api/comments?post_slug=/one&nested=false",
        "/api/like?post_slug=/one",
        "/api/analytics/pv?post_slug=/one",
        "/api/config/comments",
    ] {
        let answer = send(address, "GET", path, &reader, None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answers.push(answer);
    }
    answers
}

/// What a reader of a locked article does.
fn read_article(as_reader: &impl Fn(&str, &str, serde_json::Value) -> Answer) -> Vec<Answer> {
    let article = json!({ "blogId": "blog", "url": "/one", "code": "1", "token": MAIL });
    let calls = [
        "captcha/generate",
        "captcha/validate",
        "token/validate",
        "browse/add",
        "browse/add",
        "article/read",
        "nowhere",
    ];
    let call = |name: &str| as_reader("POST", &format!("/api/readmore/{name}"), article.clone());
    calls.map(call).into()
}

#[test]
fn a_readers_mail_and_address_stay_where_the_owner_needs_them() {
    let program = Program::new(&VARIABLES);
    let token = program.run(&["token", "create", "privacy"]).stdout;
    let serving = program.serve();
    for answer in visit(serving.address.parse().unwrap(), token.trim()) {
        let whole = format!("{:?} {}", answer.headers, answer.text());
        for seeded in [MAIL, ADDRESS, "open sesame"] {
            assert!(!whole.contains(seeded), "{whole}");
        }
    }
    let run = serving.stop("TERM");
    let lines = run.stderr.matches("/api/comments").count();
    assert!(lines >= 7, "requests are logged: {}", run.stderr);
    for seeded in [MAIL, ADDRESS, "open sesame", token.trim()] {
        assert!(!run.stderr.contains(seeded) && !run.stdout.contains(seeded), "{run:?}");
    }

    let file = program.directory.path().join("data/inkstone.db");
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    // Both are shown to the owner; what was read is forgotten in time.
    assert_eq!(places(&mut database, ADDRESS), ["comments.ip_address", "readmore_browses.ip"]);
    assert_eq!(places(&mut database, MAIL), ["comments.email"]);
    assert_eq!(places(&mut database, "open sesame"), [""; 0]);
    assert_eq!(places(&mut database, token.trim()), [""; 0]);
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The columns of all tables in which `text` occurs.
fn places(database: &mut SqliteConnection, text: &str) -> Vec<String> {
    let columns: Vec<Column> = sql_query(
        "SELECT tables.name AS of, columns.name AS name
         FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' ORDER BY tables.name, columns.name",
    )
    .load(database)
    .unwrap();
    assert!(columns.len() > 50, "all tables are looked at");
    let holds = |column: &Column| {
        let Column { of, name } = column;
        let query = format!(
            "SELECT count(*) AS count FROM \"{of}\" WHERE instr(CAST(\"{name}\" AS TEXT), ?) > 0"
        );
        sql_query(query).bind::<Text, _>(text).get_result::<Rows>(database).unwrap().count > 0
    };
    columns.into_iter().filter(holds).map(|Column { of, name }| format!("{of}.{name}")).collect()
}
