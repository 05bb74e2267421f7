//! The panel's requests as it sends them, and every member that it reads (contract cwd, 14.2 and
//! 16, items 5 and 6).

mod saving;
mod views;

use serde_json::{Value, json};

use super::support::{Blog, Database, OWNER, PAGE, PASSWORD, on_both_databases, said};
use crate::support::Answer;

on_both_databases!(moderation_works, data_comes_back);

/// The panel: an address, and the token from the login.
struct Panel<'a> {
    blog: &'a Blog,
    bearer: String,
}

impl<'a> Panel<'a> {
    fn login(blog: &'a Blog) -> Self {
        let login = json!({ "name": OWNER, "password": PASSWORD });
        let answer = blog.post("/admin/login", &login).json();
        let bearer = format!("Bearer {}", answer["data"]["key"].as_str().unwrap());
        Self { blog, bearer }
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let headers = [
            ("authorization", self.bearer.as_str()),
            ("content-type", "application/json"),
            ("origin", "https://panel.example"),
        ];
        let body = body.map(Value::to_string);
        let answer = self.blog.server.send(method, path, &headers, body.as_deref());
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        answer
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    #[track_caller]
    fn says(&self, method: &str, path: &str, body: &Value, message: &str) {
        self.send(method, path, Some(body)).expect(200, &said(message));
    }
}

/// A blog that has something to show in every view.
fn busy(database: Database) -> Blog {
    let blog = Blog::on(database);
    let root = blog
        .posted(json!({ "url": "https://ann.example", "post_url": "https://b.example/posts/one" }));
    blog.posted(json!({ "parent_id": root, "site_id": "" }));
    blog.posted(json!({ "site_id": "notes", "post_slug": "/n" }));
    let page = json!({
        "postSlug": PAGE, "postTitle": "One", "postUrl": "https://b.example/posts/one",
    });
    blog.post("/api/analytics/visit", &page);
    blog.post("/api/like", &page);
    blog.set_settings(&json!({ "adminBadge": "Boss", "adminKey": "sesame" }));
    blog
}

#[test]
fn the_login_tells_what_the_panel_shows() {
    let blog = Blog::start();
    let wrong = |n: u32| json!({ "message": "用户名或密码无效", "failedAttempts": n });
    let login = json!({ "name": OWNER, "password": "no" });
    for n in 1..=4 {
        let answer = blog.post("/admin/login", &login);
        assert_eq!((answer.status, answer.json()), (401, wrong(n)));
    }
    blog.post("/admin/login", &login).expect(403, &said("IP 已被封禁，30 分钟后重试"));
    let bogus = [("authorization", "Bearer bogus")];
    let answer = blog.server.send("GET", "/admin/stats/sites", &bogus, None);
    answer.expect(401, &said("Token expired or invalid"));
}

fn moderation_works(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    let rows = panel.get("/admin/comments/list?page=1")["data"].clone();
    let root = rows.as_array().unwrap().last().unwrap().clone();
    let id = root["id"].as_i64().unwrap();

    for status in ["rejected", "pending", "approved"] {
        let path = format!("/admin/comments/status?id={id}&status={status}");
        assert_eq!(panel.send("PUT", &path, None).status, 200);
    }
    let edit = json!({
        "id": id, "name": "Anna", "email": root["email"], "url": Value::Null,
        "postUrl": root["postUrl"], "postSlug": root["postSlug"], "content": "**edited**",
        "status": "approved", "priority": 2,
    });
    assert_eq!(panel.send("PUT", "/admin/comments/update", Some(&edit)).status, 200);
    let thread = blog.list(&format!("post_slug={PAGE}&nested=true"));
    assert_eq!(thread["data"][0]["name"], "Anna");
    assert_eq!(thread["data"][0]["replies"].as_array().unwrap().len(), 1, "{thread}");

    let block = json!({ "ip": root["ipAddress"] });
    panel.says("POST", "/admin/comments/block-ip", &block, "已加入 IP 黑名单");
    let block = json!({ "email": root["email"] });
    panel.says("POST", "/admin/comments/block-email", &block, "已加入邮箱黑名单");
    assert_eq!(blog.post_comment(json!({})).status, 403);

    let answer = panel.send("DELETE", &format!("/admin/comments/delete?id={id}"), None);
    assert_eq!(answer.status, 200);
    assert_eq!(panel.get("/admin/comments/list?page=1")["data"].as_array().unwrap().len(), 2);
}

fn data_comes_back(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    // The panel names the target site on every comment, `default` for the unnamed one.
    let mut comments = panel.get("/admin/comments/export");
    for comment in comments.as_array_mut().unwrap() {
        let site = comment["site_id"].as_str().filter(|site| !site.is_empty()).unwrap_or("default");
        comment["site_id"] = json!(site);
    }
    let before = panel.get("/admin/export/backup");
    for (export, import) in [
        ("/admin/export/config", "/admin/import/config"),
        ("/admin/export/stats", "/admin/import/stats"),
        ("/admin/export/backup", "/admin/import/backup"),
    ] {
        let document = panel.get(export);
        assert_eq!(panel.send("POST", import, Some(&document)).status, 200, "{import}");
    }
    panel.says("POST", "/admin/comments/import", &comments, "成功导入 3 条评论");
    let after = panel.get("/admin/export/backup");
    for part in ["comments", "settings", "page_stats", "page_visit_daily", "likes"] {
        assert_eq!(after[part], before[part], "{part}");
    }
}
