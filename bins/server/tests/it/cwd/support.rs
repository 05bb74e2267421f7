//! A blog with its readers and its owner.

use std::{
    sync::{Barrier, OnceLock},
    thread,
};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use inkstone_server::config::{Config, Optional, TrustedProxies};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Answer, PostgresSchema, Server};

pub(crate) const OWNER: &str = "admin";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const PAGE: &str = "/posts/one";

/// Where a test's blog keeps its data.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// Lists tests whose bodies take a [`Database`]; each runs on both.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(crate::cwd::support::Database::Sqlite);
            })+
        }
        mod postgres {
            $(#[test]
            #[ignore = "needs TEST_POSTGRES_URL"]
            fn $test() {
                super::$test(crate::cwd::support::Database::Postgres);
            })+
        }
    };
}
pub(crate) use on_both_databases;

/// A server without a comment interval, which believes its test about client addresses.
pub(crate) struct Blog {
    pub(crate) server: Server,
    token: OnceLock<String>,
    // Dropped after the server, which uses them.
    directory: TempDir,
    schema: Option<PostgresSchema>,
}

impl Blog {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(configure: impl FnOnce(&mut Config)) -> Self {
        Self::on_with(Database::Sqlite, configure)
    }

    pub(crate) fn on(database: Database) -> Self {
        Self::on_with(database, |_| {})
    }

    pub(crate) fn on_with(database: Database, configure: impl FnOnce(&mut Config)) -> Self {
        // With this variable tests that name no database can be run on PostgreSQL as well; those
        // that look into the SQLite file fail then.
        let schema = match database {
            Database::Sqlite if std::env::var_os("TEST_ON_POSTGRES").is_none() => None,
            Database::Sqlite | Database::Postgres => Some(PostgresSchema::create()),
        };
        Self::open(tempfile::tempdir().unwrap(), schema, configure)
    }

    /// Stops the server and starts another with the same data.
    pub(crate) fn restart(self) -> Self {
        let Self { server, directory, schema, .. } = self;
        drop(server);
        Self::open(directory, schema, |_| {})
    }

    fn open(
        directory: TempDir,
        schema: Option<PostgresSchema>,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let server = Server::start_with(
            |config| {
                directory.path().clone_into(&mut config.data_dir);
                config.limits.comment_interval_ms = 0;
                config.server.trusted_proxies = TrustedProxies::parse(["127.0.0.1/32"]).unwrap();
                OWNER.clone_into(&mut config.owner.name);
                config.owner.password = Optional::from(Some(PASSWORD.into()));
                if let Some(schema) = &schema {
                    config.database.url = Optional::from(Some(schema.url()));
                    config.database.read_connections = 4.try_into().unwrap();
                }
                configure(config);
            },
            |_| {},
        );
        Self { server, token: OnceLock::new(), directory, schema }
    }

    /// The SQLite database behind the server's back.
    pub(crate) fn database(&self) -> SqliteConnection {
        let file = self.directory.path().join("inkstone.db");
        let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        // The server writes by itself now and then.
        database.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
        database
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.server.get(path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], body)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.server.send(method, path, &headers, Some(&body.to_string()))
    }

    /// The same as a client with another address.
    pub(crate) fn post_from(&self, address: &str, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("x-forwarded-for", address)], body)
    }

    /// `POST /api/comments` with a complete body, changed in these members.
    pub(crate) fn post_comment(&self, changes: Value) -> Answer {
        self.post("/api/comments", &comment(changes))
    }

    /// Posts a comment that must be taken; its id.
    #[track_caller]
    pub(crate) fn posted(&self, changes: Value) -> i64 {
        let answer = self.post_comment(changes);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["id"].as_i64().unwrap()
    }

    /// `GET /api/comments`, which must succeed.
    #[track_caller]
    pub(crate) fn list(&self, query: &str) -> Value {
        let answer = self.get(&format!("/api/comments?{query}"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// A fresh token of the owner.
    pub(crate) fn login(&self) -> String {
        let answer = self.post("/admin/login", &json!({ "name": OWNER, "password": PASSWORD }));
        answer.json()["data"]["key"].as_str().expect("a token").to_owned()
    }

    /// A request of the owner.
    pub(crate) fn admin(&self, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.token.get_or_init(|| self.login()));
        self.send(method, path, &[("authorization", &bearer)], body)
    }

    /// `PUT /admin/settings/comments`, which must succeed.
    #[track_caller]
    pub(crate) fn set_settings(&self, settings: &Value) {
        self.admin("PUT", "/admin/settings/comments", settings)
            .expect(200, r#"{"message":"保存成功"}"#);
    }

    /// `PUT /admin/settings/features`, which must succeed.
    #[track_caller]
    pub(crate) fn set_features(&self, features: &Value) {
        let answer = self.admin("PUT", "/admin/settings/features", features);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// `PUT /admin/comments/status`, which must succeed.
    #[track_caller]
    pub(crate) fn set_status(&self, id: i64, status: &str) {
        let path = format!("/admin/comments/status?id={id}&status={status}");
        let answer = self.admin("PUT", &path, &json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// How many comments there are, shown or not.
    pub(crate) fn stored(&self) -> usize {
        let pages = |page| {
            let answer =
                self.admin("GET", &format!("/admin/comments/list?page={page}"), &json!({}));
            answer.json()["data"].as_array().unwrap().len()
        };
        (1..10_000).map(pages).take_while(|&rows| rows > 0).sum()
    }
}

/// A complete submission, changed in these members.
pub(crate) fn comment(changes: Value) -> Value {
    let mut body = json!({
        "post_slug": PAGE,
        "name": "Ann",
        "email": "a@x.io",
        "content": "Hello",
    });
    let Value::Object(changes) = changes else { panic!("{changes} is no object") };
    body.as_object_mut().unwrap().extend(changes);
    body
}

/// Runs `task` in `count` threads at once.
pub(crate) fn at_once<T: Send>(count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(count);
    let run = |number| {
        start.wait();
        task(number)
    };
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || run(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Percent-encoded for a query.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The ids of listed comments, in their order.
pub(crate) fn ids(comments: &Value) -> Vec<i64> {
    let comments = comments.as_array().expect("a list");
    comments.iter().map(|comment| comment["id"].as_i64().expect("a number")).collect()
}

/// The body of a refusal.
pub(crate) fn said(message: &str) -> String {
    json!({ "message": message }).to_string()
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}
