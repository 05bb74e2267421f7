//! Contract cwd, section 15: one test for each hazard, by its number. Most have closer tests
//! elsewhere; these show that none is forgotten.

mod owner;

use std::fs;

use serde_json::{Value, json};

use super::support::{Blog, PAGE, at_once, encoded, ids, said};
use crate::support::{Program, send};

const USER: &str = "x-cwd-like-user";

/// Imports comments as a CWD server exports them; each needs an `id`.
#[track_caller]
fn import(blog: &Blog, rows: &[Value]) {
    let rows: Vec<Value> = rows
        .iter()
        .map(|changes| {
            let mut row = json!({
                "created": 1_700_000_000_000_i64, "post_slug": PAGE, "name": "Ann",
                "email": "a@x.io", "content_text": "old", "content_html": "<p>old</p>",
                "status": "approved",
            });
            row.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            row
        })
        .collect();
    let answer = blog.admin("POST", "/admin/comments/import", &json!(rows));
    answer.expect(200, &said(&format!("成功导入 {} 条评论", rows.len())));
}

fn listed(blog: &Blog) -> Value {
    blog.list(&format!("post_slug={PAGE}"))
}

#[test]
fn h_02_circles_of_answers_end() {
    let blog = Blog::start();
    import(
        &blog,
        &[
            json!({ "id": 1, "parent_id": 1 }),
            json!({ "id": 2, "parent_id": 3 }),
            json!({ "id": 3, "parent_id": 2 }),
        ],
    );
    assert_eq!(listed(&blog)["pagination"]["totalCount"], 3);
    import(&blog, &[json!({ "id": 1, "parent_id": 2 }), json!({ "id": 2, "parent_id": 1 })]);
    assert_eq!(listed(&blog)["pagination"]["totalCount"], 3);
}

#[test]
fn h_04_imported_html_cannot_script_or_overlay() {
    let blog = Blog::start();
    let html = "<div class=\"x\" style=\"position:fixed\"><img src=x onerror=alert(1)>\
                <script>alert(1)</script>kept</div>";
    import(&blog, &[json!({ "id": 1, "content_html": html })]);
    let shown = listed(&blog)["data"][0]["contentHtml"].as_str().unwrap().to_owned();
    assert!(shown.contains("kept"));
    for evil in ["script", "onerror", "style", "class", "position"] {
        assert!(!shown.contains(evil), "{evil}: {shown}");
    }
}

#[test]
fn h_05_links_lead_to_the_web_only() {
    let blog = Blog::start();
    blog.posted(json!({ "url": "javascript:alert(1)", "post_url": "javascript:alert(2)" }));
    import(
        &blog,
        &[json!({ "id": 9, "url": "javascript:alert(3)", "post_url": "data:text/html,x" })],
    );
    let both = listed(&blog);
    assert_eq!(both["pagination"]["totalCount"], 2);
    for comment in both["data"].as_array().unwrap() {
        assert_eq!((&comment["url"], &comment["postUrl"]), (&Value::Null, &Value::Null));
    }
}

#[test]
fn h_06_an_answer_stays_on_the_page_of_what_it_answers() {
    let blog = Blog::start();
    let other = blog.posted(json!({ "post_slug": "/elsewhere" }));
    blog.set_settings(&json!({ "requireReview": true }));
    let pending = blog.posted(json!({}));
    for parent in [other, pending] {
        blog.post_comment(json!({ "parent_id": parent })).expect(400, &said("父评论不存在"));
    }
}

#[test]
fn h_07_nobody_poses_as_the_owner() {
    let blog = Blog::start();
    blog.set_settings(&json!({
        "adminEmail": "boss@x.io", "adminKey": "sesame", "adminEnabled": true,
    }));
    for email in ["boss@x.io", "BOSS@X.IO", " Boss@x.io"] {
        assert_eq!(blog.post_comment(json!({ "email": email })).status, 401, "{email}");
    }
    blog.posted(json!({ "email": "b0ss@x.io", "name": "Boss" }));
    assert_eq!(listed(&blog)["data"][0]["isAdmin"], false);
}

#[test]
fn h_09_all_spellings_of_a_page_are_one_page() {
    let blog = Blog::start();
    let id = blog.posted(json!({ "post_slug": "/posts/one/" }));
    for slug in ["/posts/one", "/posts/one?utm=1", "/posts/one/#top", "/posts/%6Fne"] {
        assert_eq!(
            ids(&blog.list(&format!("post_slug={}", encoded(slug)))["data"]),
            [id],
            "{slug}"
        );
    }
    let page = |slug| json!({ "postSlug": slug, "postUrl": "https://b.example/posts/one" });
    blog.send("POST", "/api/like", &[(USER, "ann")], &page("https://B.Example/posts/one/?x=1"));
    let slug = encoded("https://b.example/posts/one");
    let like =
        blog.server.send("GET", &format!("/api/like?post_slug={slug}"), &[(USER, "ann")], None);
    let like = like.json();
    assert_eq!((&like["liked"], &like["totalLikes"]), (&json!(true), &json!(1)));
}

#[test]
fn h_10_many_at_once_are_counted_like_one_after_the_other() {
    let blog = Blog::start_with(|config| config.limits.comment_interval_ms = 10_000);
    let stored = at_once(20, |_| blog.post_comment(json!({})).status);
    assert_eq!(stored.iter().filter(|&&status| status == 200).count(), 1);
    let like = json!({ "postSlug": PAGE });
    at_once(20, |_| blog.send("POST", "/api/like", &[(USER, "ann")], &like).status);
    let likes = blog.get(&format!("/api/like?post_slug={PAGE}")).json();
    assert_eq!(likes["totalLikes"], 1);
}

#[test]
fn h_11_only_trusted_proxies_say_who_asks() {
    let blog = Blog::start_with(|config| {
        config.limits.comment_interval_ms = 60_000;
        config.server.trusted_proxies = inkstone_server::config::TrustedProxies::default();
    });
    let post = |address: &str| {
        let headers = [("cf-connecting-ip", address), ("x-forwarded-for", address)];
        blog.send("POST", "/api/comments", &headers, &super::support::comment(json!({}))).status
    };
    assert_eq!([post("192.0.2.1"), post("192.0.2.2")], [200, 429]);
}

#[test]
fn h_12_nobody_asks_for_unlimited_work() {
    let blog = Blog::start_with(|config| config.limits.visits_per_minute = 2.try_into().unwrap());
    let list = blog.list(&format!("post_slug={PAGE}&limit=1000000"));
    assert_eq!(list["pagination"]["limit"], 50);
    blog.post_comment(json!({ "content": "x".repeat(70_000) })).expect(413, &said("请求体过大"));
    let visit = |page: &str| {
        blog.post("/api/analytics/visit", &json!({ "postSlug": page }))
            .expect(200, r#"{"success":true}"#);
    };
    ["/a", "/b", "/c", "/d"].into_iter().for_each(visit);
    let pages = blog.admin("GET", "/admin/analytics/pages", &Value::Null).json();
    assert_eq!(pages["items"].as_array().unwrap().len(), 2);
}

#[test]
fn h_13_likes_belong_to_whoever_gave_them() {
    let blog = Blog::start();
    let body = json!({ "id": blog.posted(json!({})) });
    let like = |method, user| {
        blog.send(method, "/api/comments/like", &[(USER, user)], &body).json()["likes"].clone()
    };
    assert_eq!(like("POST", "ann"), 1);
    for user in ["bob", "cid", "dan"] {
        assert_eq!(like("DELETE", user), 1, "{user}");
    }
    assert_eq!(like("DELETE", "ann"), 0);
}

#[test]
fn h_17_a_comment_from_the_future_blocks_nobody() {
    let blog = Blog::start_with(|config| config.limits.comment_interval_ms = 60_000);
    import(
        &blog,
        &[json!({ "id": 5, "created": 99_999_999_999_999_i64, "ip_address": "127.0.0.1" })],
    );
    assert_eq!(blog.post_comment(json!({})).status, 200);
}

#[test]
fn h_20_a_server_that_cannot_have_its_schema_does_not_start() {
    let program = Program::new(&[]);
    let data = program.directory.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("inkstone.db"), "this is no database, and long enough to be looked at")
        .unwrap();
    let run = program.run(&["serve"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("database"), "{run:?}");
}

#[test]
fn h_21_the_log_knows_nobody() {
    let program = Program::new(&[("INKSTONE__LOG__REQUESTS", "all")]);
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let body = super::support::comment(json!({
        "name": "Private-Name", "email": "private@mail.example", "content": "private words",
    }));
    let headers = [("content-type", "application/json"), ("user-agent", "private-agent")];
    let answer = send(address, "POST", "/api/comments", &headers, Some(&body.to_string()));
    assert_eq!(answer.status, 200);
    let log = serving.stop("TERM").stderr.to_lowercase();
    assert!(log.contains("/api/comments"), "{log}");
    assert!(!log.contains("private") && !log.contains("127.0.0.1"), "{log}");
}

#[test]
fn h_22_what_is_not_approved_is_neither_liked_nor_answered() {
    let blog = Blog::start();
    for status in ["pending", "rejected"] {
        let id = blog.posted(json!({}));
        blog.set_status(id, status);
        let like = json!({ "id": id });
        blog.post("/api/comments/like", &like).expect(400, &said("评论不存在"));
        blog.post_comment(json!({ "parent_id": id })).expect(400, &said("父评论不存在"));
    }
}
