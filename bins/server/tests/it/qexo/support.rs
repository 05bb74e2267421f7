//! A blog whose owner uses Qexo's clients.

use inkstone_server::config::Config;
use serde_json::{Value, json};

use crate::{
    cwd::support::{Blog, Database, encoded},
    support::Answer,
};

pub(crate) const TOKEN: &str = "k3v9x0q2m7ab";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const AUTH_FAILED: &str = r#"{"msg":"鉴权错误!","status":false}"#;
pub(crate) const SAVED: &str = r#"{"msg":"保存成功!","status":true}"#;
pub(crate) const ADDED: &str = r#"{"msg":"添加成功!","status":true}"#;

/// A blog with [`TOKEN`] as the token of its API.
pub(crate) fn blog() -> Blog {
    blog_with(|_| {})
}

pub(crate) fn blog_with(configure: impl FnOnce(&mut Config)) -> Blog {
    blog_on(Database::Sqlite, configure)
}

pub(crate) fn blog_on(database: Database, configure: impl FnOnce(&mut Config)) -> Blog {
    let blog = Blog::on_with(database, configure);
    let bearer = format!("Bearer {}", blog.login());
    let headers = [("authorization", bearer.as_str()), ("content-type", FORM)];
    let body = form(&[("apikey", TOKEN)]);
    blog.server.send("POST", "/api/set_api", &headers, Some(&body)).expect(200, SAVED);
    blog
}

/// The fields of a form, encoded.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, text)| format!("{}={}", encoded(name), encoded(text)));
    fields.collect::<Vec<_>>().join("&")
}

/// A refusal with this text.
pub(crate) fn refusal(message: &str) -> String {
    json!({ "msg": message, "status": false }).to_string()
}

/// A refusal of an endpoint that tells it under both keys.
pub(crate) fn refusal_twice(message: &str) -> String {
    json!({ "msg": message, "error": message, "status": false }).to_string()
}

impl Blog {
    /// A form, sent by the owner.
    pub(crate) fn owner_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.form(path, &[fields, &[("token", TOKEN)]].concat())
    }

    /// A form, sent by anybody.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.server.send("POST", path, &[("content-type", FORM)], Some(&form(fields)))
    }

    /// A setting of the owner's.
    #[track_caller]
    pub(crate) fn set_value(&self, name: &str, content: &str) {
        let answer = self.owner_form("/api/set_value", &[("name", name), ("content", content)]);
        assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(true)), "{answer:?}");
    }

    /// The owner's inbox.
    pub(crate) fn notices(&self) -> Vec<Value> {
        let answer = self.get(&format!("/pub/get_notifications?token={TOKEN}"));
        assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(true)), "{answer:?}");
        answer.json()["data"].as_array().unwrap().clone()
    }
}
