//! The panel's requests as it sends them, and every member that it reads (contract cwd, 14.2 and
//! 16, items 5 and 6).

use serde_json::{Value, json};

use super::support::{Blog, Database, OWNER, PAGE, PASSWORD, on_both_databases, said};
use crate::support::Answer;

on_both_databases!(every_view_loads, every_button_saves, moderation_works, data_comes_back);

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

#[track_caller]
fn all_numbers(object: &Value, members: &[&str]) {
    for member in members {
        assert!(object[member].is_u64(), "{member} in {object}");
    }
}

#[track_caller]
fn all_texts(object: &Value, members: &[&str]) {
    for member in members {
        assert!(object[member].is_string(), "{member} in {object}");
    }
}

#[track_caller]
fn series(days: &Value, figure: &str) {
    let days = days.as_array().unwrap();
    assert_eq!(days.len(), 30);
    assert!(days.iter().all(|day| day["date"].is_string() && day[figure].is_u64()));
    assert!(days.windows(2).all(|pair| pair[0]["date"].as_str() < pair[1]["date"].as_str()));
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

fn every_view_loads(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);

    // The frame of every view.
    assert_eq!(panel.get("/admin/stats/sites")["sites"], json!(["", "notes"]));
    assert_eq!(blog.get("/").json()["version"], "0.1.11");
    all_texts(&panel.get("/admin/settings/admin-display"), &["layoutTitle"]);

    let comments = panel.get("/admin/comments/list?page=1");
    assert_eq!(
        (&comments["pagination"]["page"], &comments["pagination"]["total"]),
        (&json!(1), &json!(1))
    );
    for row in comments["data"].as_array().unwrap() {
        all_numbers(row, &["id", "created", "priority", "likes"]);
        all_texts(
            row,
            &[
                "name",
                "email",
                "avatar",
                "ipAddress",
                "contentHtml",
                "contentText",
                "postSlug",
                "status",
            ],
        );
        assert!(row["isAdmin"].is_boolean());
        assert!(row["postUrl"].is_string() || row["postUrl"].is_null());
        assert!(row["url"].is_string() || row["url"].is_null());
    }
    assert_eq!(
        panel.get("/admin/comments/list?page=1&siteId=notes")["data"].as_array().unwrap().len(),
        1
    );

    for query in ["", "?siteId=notes"] {
        let stats = panel.get(&format!("/admin/stats/comments{query}"));
        all_numbers(&stats["summary"], &["total", "approved", "pending", "rejected"]);
        for site in stats["domains"].as_array().unwrap() {
            all_texts(site, &["domain"]);
            all_numbers(site, &["total", "approved", "pending", "rejected"]);
        }
        assert_eq!(stats["domains"].as_array().unwrap().len(), 2);
        series(&stats["last7Days"], "total");

        let overview = panel.get(&format!("/admin/analytics/overview{query}"));
        all_numbers(
            &overview,
            &[
                "totalPv",
                "totalPages",
                "todayPv",
                "yesterdayPv",
                "weekPv",
                "lastWeekPv",
                "monthPv",
                "lastMonthPv",
            ],
        );
        series(&overview["last30Days"], "total");
    }

    for order in ["pv", "latest"] {
        let pages = panel.get(&format!("/admin/analytics/pages?order={order}"));
        for list in ["items", "itemsByPv", "itemsByLatest"] {
            let [page] = &pages[list].as_array().unwrap()[..] else { panic!("{list}: {pages}") };
            all_texts(page, &["postSlug", "postTitle", "postUrl"]);
            all_numbers(page, &["pv", "lastVisitAt"]);
        }
    }
    let likes = panel.get("/admin/likes/stats");
    assert_eq!(likes["items"].as_array().unwrap().len(), 1);
    all_texts(&likes["items"][0], &["pageSlug", "pageTitle"]);
    all_numbers(&likes["items"][0], &["likes"]);

    // The settings view fails as a whole when one of these does.
    let comments = panel.get("/admin/settings/comments");
    assert!(comments["adminEnabled"].is_boolean() && comments["requireReview"].is_boolean());
    assert!(
        ["allowedDomains", "blockedIps", "blockedEmails"]
            .iter()
            .all(|name| comments[name].is_array())
    );
    let mail = panel.get("/admin/settings/email-notify");
    all_texts(&mail["smtp"], &["host", "user", "pass"]);
    all_texts(&mail["templates"], &["reply", "admin"]);
    assert!(mail["smtp"]["port"].is_u64() && mail["smtp"]["secure"].is_boolean());
    assert!(mail["globalEnabled"].is_boolean());
    assert!(panel.get("/admin/settings/features")["enableArticleLike"].is_boolean());
    assert!(panel.get("/admin/settings/telegram")["notifyEnabled"].is_boolean());

    all_texts(
        &panel.get("/admin/settings/s3"),
        &["endpoint", "accessKeyId", "secretAccessKey", "bucket", "region"],
    );
}

fn every_button_saves(database: Database) {
    let blog = Blog::on(database);
    let panel = Panel::login(&blog);
    let saved = "保存成功";

    let comments = json!({
        "adminEmail": "boss@x.io", "adminBadge": "Boss", "avatarPrefix": "https://a.example/",
        "adminEnabled": true, "allowedDomains": ["b.example"], "adminKey": "sesame",
        "requireReview": true, "blockedIps": ["192.0.2.1"], "blockedEmails": ["spam@x.io"],
    });
    panel.says("PUT", "/admin/settings/comments", &comments, saved);
    let mut read = panel.get("/admin/settings/comments");
    assert_eq!((&read["adminKey"], &read["adminKeySet"]), (&Value::Null, &json!(true)));
    // The next save sends back what was read, without a key.
    let members = read.as_object_mut().unwrap();
    members.remove("adminKey");
    members.remove("adminKeySet");
    panel.says("PUT", "/admin/settings/comments", &read, saved);
    assert_eq!(panel.get("/admin/settings/comments")["adminKeySet"], true);
    for (member, value) in
        comments.as_object().unwrap().iter().filter(|(name, _)| *name != "adminKey")
    {
        assert_eq!(&read[member], value, "{member}");
    }

    let features = json!({
        "enableArticleLike": false, "enableCommentLike": false, "enableImageLightbox": true,
        "commentPlaceholder": "Say it", "widgetLanguage": "en-US",
    });
    panel.says("PUT", "/admin/settings/features", &features, "保存成功！");
    panel.says("PUT", "/admin/settings/admin-display", &json!({ "layoutTitle": "My blog" }), saved);
    panel.says(
        "PUT",
        "/admin/settings/features",
        &json!({ "adminLanguage": "en-US" }),
        "保存成功！",
    );
    let read = panel.get("/admin/settings/features");
    for (member, value) in features.as_object().unwrap() {
        assert_eq!(&read[member], value, "{member}");
    }
    assert_eq!(read["adminLanguage"], "en-US");
    assert_eq!(panel.get("/admin/settings/admin-display")["layoutTitle"], "My blog");

    let mail = json!({
        "globalEnabled": true,
        "smtp": { "host": "smtp.x.io", "port": 587, "user": "u@x.io", "pass": "secret", "secure": false },
        "templates": { "reply": "<p>${replyContent}</p>", "admin": "<p>${commentContent}</p>" },
    });
    panel.says("PUT", "/admin/settings/email-notify", &mail, saved);
    let read = panel.get("/admin/settings/email-notify");
    assert_eq!(read["smtp"]["pass"], "********");
    panel.says("PUT", "/admin/settings/email-notify", &read, saved);
    assert_eq!(panel.get("/admin/settings/email-notify"), read);

    let telegram = json!({ "botToken": "1:t", "chatId": "42", "notifyEnabled": true });
    panel.says("PUT", "/admin/settings/telegram", &telegram, saved);
    let read = panel.get("/admin/settings/telegram");
    assert_eq!(read, json!({ "botToken": "********", "chatId": "42", "notifyEnabled": true }));
    panel.says("PUT", "/admin/settings/telegram", &read, saved);

    let s3 = json!({
        "endpoint": "https://s3.example", "accessKeyId": "id", "secretAccessKey": "secret",
        "bucket": "b", "region": "",
    });
    panel.says("PUT", "/admin/settings/s3", &s3, saved);
    assert_eq!(panel.get("/admin/settings/s3")["region"], "auto");
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
