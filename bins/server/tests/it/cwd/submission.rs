//! `POST /api/comments` (contract cwd, 2.4): every check, in its order.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::{Blog, Database, at_once, comment, on_both_databases, said};

const TAKEN: (u16, &str, &str) = (200, "评论已提交", "approved");
const TOO_SOON: &str = "评论频繁,等 10s 后再试";

on_both_databases!(
    of_several_faults_the_first_is_told,
    of_many_comments_at_once_one_is_taken,
    a_client_waits_between_two_comments,
);

fn outcome(answer: &crate::support::Answer) -> (u16, Value, Value) {
    let body = answer.json();
    (answer.status, body["message"].clone(), body["status"].clone())
}

/// A request with every fault there is, repaired one by one: the next one is told each time.
fn of_several_faults_the_first_is_told(database: Database) {
    const LOCKED: &str = "192.0.2.1";
    const BUSY: &str = "192.0.2.2";
    const FRESH: &str = "192.0.2.3";
    let blog = Blog::on_with(database, |config| config.limits.comment_interval_ms = 3_600_000);
    for address in [LOCKED, BUSY] {
        let answer = blog.post_from(address, "/api/comments", &comment(json!({})));
        assert_eq!(outcome(&answer), (TAKEN.0, TAKEN.1.into(), TAKEN.2.into()));
    }
    blog.set_settings(&json!({
        "adminEmail": "boss@x.io",
        "adminKey": "open sesame",
        "requireReview": true,
        "blockedIps": [LOCKED],
        "blockedEmails": ["Boss@X.io"],
    }));
    for _ in 0..3 {
        blog.post_from(LOCKED, "/api/verify-admin", &json!({ "adminToken": "guess" }));
    }
    let mut body = json!({ "post_slug": " ", "name": 5, "email": "", "parent_id": 999 });
    let mut check = |address: &str, repair: Value, status: u16, expected: Value| {
        body.as_object_mut().unwrap().extend(repair.as_object().unwrap().clone());
        let answer = blog.post_from(address, "/api/comments", &body);
        assert_eq!((answer.status, answer.json()), (status, expected), "{body}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    };
    let message = |text: &str| json!({ "message": text });
    check(LOCKED, json!({}), 400, message("无效的请求体"));
    check(LOCKED, json!({ "name": "" }), 400, message("post_slug 必填"));
    check(LOCKED, json!({ "post_slug": "/posts/one" }), 400, message("评论内容不能为空"));
    check(LOCKED, json!({ "content": "x".repeat(10_001) }), 400, message("评论内容过长"));
    check(LOCKED, json!({ "content": "x" }), 400, message("昵称不能为空"));
    check(LOCKED, json!({ "name": "n".repeat(51) }), 400, message("昵称不能超过 50 字"));
    check(LOCKED, json!({ "name": "Boss" }), 400, message("邮箱不能为空"));
    check(LOCKED, json!({ "email": "boss@x" }), 400, message("邮箱格式不正确"));
    let mail = json!({ "email": " Boss@x.IO " });
    check(LOCKED, mail, 403, message("当前 IP 已被限制评论,请联系站长进行处理"));
    blog.set_settings(&json!({ "blockedIps": [] }));
    check(LOCKED, json!({}), 403, message("当前邮箱已被限制评论,请联系站长进行处理"));
    blog.set_settings(&json!({ "blockedEmails": [] }));
    check(LOCKED, json!({}), 403, message("验证失败次数过多,请 30 分钟后再试"));
    let key = json!({ "adminToken": "open sesame" });
    check(LOCKED, key, 403, message("验证失败次数过多,请 30 分钟后再试"));
    let asked = json!({ "message": "请输入管理员密钥", "requireAuth": true });
    check(BUSY, json!({ "adminToken": null }), 401, asked.clone());
    check(BUSY, json!({ "adminToken": "" }), 401, asked);
    check(BUSY, json!({ "adminToken": "wrong" }), 401, message("密钥错误"));
    check(BUSY, json!({ "adminToken": "open sesame" }), 429, message(TOO_SOON));
    check(FRESH, json!({}), 400, message("父评论不存在"));
    assert_eq!(blog.stored(), 2);
    let expected = json!({ "message": "评论已提交", "status": "approved", "id": 3 });
    check(FRESH, json!({ "parent_id": 1 }), 200, expected);
}

#[test]
fn a_body_is_an_object_with_texts_in_it() {
    let blog = Blog::start();
    let invalid = said("无效的请求体");
    for body in ["", " ", "null", "5", "\"text\"", "[]", "[{}]", "{", "{}x", "name=x", "{'a':1}"] {
        blog.server.send("POST", "/api/comments", &[], Some(body)).expect(400, &invalid);
    }
    for member in ["post_slug", "content", "name", "author", "email"] {
        for value in [json!(5), json!(true), json!([]), json!({}), json!(["x"])] {
            let mut changes = json!({ member: value });
            if member == "author" {
                changes["name"] = Value::Null;
            }
            blog.post_comment(changes).expect(400, &invalid);
        }
    }
    assert_eq!(blog.stored(), 0);
}

#[test]
fn what_is_required_must_be_there() {
    let blog = Blog::start();
    for (member, message) in [
        ("post_slug", "post_slug 必填"),
        ("content", "评论内容不能为空"),
        ("name", "昵称不能为空"),
        ("email", "邮箱不能为空"),
    ] {
        for value in [json!(null), json!(""), json!(" \n\t\u{3000}")] {
            blog.post_comment(json!({ member: value })).expect(400, &said(message));
        }
        let mut body = comment(json!({}));
        body.as_object_mut().unwrap().remove(member);
        blog.post("/api/comments", &body).expect(400, &said(message));
    }
    for (member, value, message) in [
        ("post_slug", "javascript:alert(1)", "post_slug 必填"),
        ("post_slug", "%64ata:text/html,x", "post_slug 必填"),
        ("post_slug", "%2520", "post_slug 必填"),
        ("content", "<script>alert(1)</script>", "评论内容不能为空"),
        ("content", "<ScRiPt>x</sCrIpT ><!-- x -->", "评论内容不能为空"),
        ("name", "<script>alert(1)</script>", "昵称不能为空"),
        ("name", "<scr<script></script>ipt>x</script>", "昵称不能为空"),
        ("email", "x", "邮箱格式不正确"),
        ("email", "@x.io", "邮箱格式不正确"),
        ("email", "a@x", "邮箱格式不正确"),
        ("email", "a@x.", "邮箱格式不正确"),
        ("email", "a@.io", "邮箱格式不正确"),
        ("email", "a b@x.io", "邮箱格式不正确"),
        ("email", "a@b@x.io", "邮箱格式不正确"),
        ("email", "a@x.io\r\nBcc: b@x.io", "邮箱格式不正确"),
    ] {
        blog.post_comment(json!({ member: value })).expect(400, &said(message));
    }
    assert_eq!(blog.stored(), 0);
}

#[test]
fn lengths_are_limited_in_characters() {
    let blog = Blog::start();
    let long = |count: usize| "文".repeat(count);
    let mail = |count: usize| format!("{}@x.io", "é".repeat(count - 5));
    for (member, longest, longer, message) in [
        ("name", long(50), long(51), "昵称不能超过 50 字"),
        ("content", long(10_000), long(10_001), "评论内容过长"),
        ("email", mail(254), mail(255), "邮箱格式不正确"),
        ("post_slug", long(1024), long(1025), "post_slug 必填"),
        ("site_id", long(64), long(65), "无效的请求体"),
    ] {
        let answer = blog.post_comment(json!({ member: longest }));
        assert_eq!(answer.status, 200, "{member}: {}", answer.text());
        blog.post_comment(json!({ member: longer })).expect(400, &said(message));
    }
    let url = |count: usize| format!("https://x.io/{}", "a".repeat(count - 13));
    for (count, kept) in [(2048, true), (2049, false)] {
        let url = url(count);
        let page = format!("/urls/{count}");
        blog.posted(json!({
            "post_slug": page, "url": url, "post_url": url, "post_title": "t".repeat(20_000),
        }));
        let list = blog.list(&format!("post_slug={page}"));
        let expected = if kept { json!(url) } else { Value::Null };
        assert_eq!((&list["data"][0]["url"], &list["data"][0]["postUrl"]), (&expected, &expected));
    }
}

#[test]
fn addresses_that_are_no_web_addresses_are_left_out() {
    let blog = Blog::start();
    for (number, url) in [
        json!("javascript:alert(1)"),
        json!("JaVaScRiPt:alert(1)"),
        json!(" javascript:alert(1)"),
        json!("data:text/html,x"),
        json!("vbscript:x"),
        json!("ftp://x.io"),
        json!("//x.io"),
        json!("/path"),
        json!("x.io"),
        json!("https://"),
        json!(""),
        json!(null),
        json!(5),
        json!(["https://x.io"]),
    ]
    .into_iter()
    .enumerate()
    {
        let page = format!("/urls/{number}");
        blog.posted(json!({ "post_slug": page, "url": url, "post_url": url, "post_title": url }));
        let list = blog.list(&format!("post_slug={page}"));
        assert_eq!(
            (&list["data"][0]["url"], &list["data"][0]["postUrl"]),
            (&json!(null), &json!(null))
        );
    }
}

#[test]
fn nobody_assigns_what_the_server_decides() {
    let blog = Blog::start();
    blog.set_settings(
        &json!({ "requireReview": true, "adminEmail": "boss@x.io", "adminEnabled": true }),
    );
    let answer = blog.post_comment(json!({
        "id": 77, "status": "approved", "isAdmin": true, "verified": true, "likes": 9,
        "priority": 9, "created": 1, "pubDate": "2000-01-01T00:00:00Z", "ip_address": "8.8.8.8",
        "contentHtml": "<script>alert(1)</script>", "content_html": "<b>x</b>",
    }));
    answer.expect(200, r#"{"id":1,"message":"已提交评论,待管理员审核后显示","status":"pending"}"#);
    blog.set_status(1, "approved");
    let shown = &blog.list("post_slug=/posts/one")["data"][0];
    assert!(shown["created"].as_i64().unwrap() > 1_700_000_000_000);
    let shown = ["likes", "priority", "isAdmin", "contentHtml"].map(|member| &shown[member]);
    assert_eq!(json!(shown), json!([0, 1, false, "<p>Hello</p>\n"]));
}

#[test]
fn old_names_are_understood() {
    let blog = Blog::start();
    let mut body = comment(json!({ "author": "Bob", "siteId": "blog" }));
    body.as_object_mut().unwrap().remove("name");
    for name in [None, Some(Value::Null)] {
        body.as_object_mut().unwrap().extend(name.map(|name| ("name".to_owned(), name)));
        assert_eq!(blog.post("/api/comments", &body).status, 200);
    }
    blog.posted(json!({ "author": "Bob", "siteId": "blog" }));
    let list = blog.list("post_slug=/posts/one&site_id=blog");
    let names: Vec<&Value> =
        list["data"].as_array().unwrap().iter().map(|comment| &comment["name"]).collect();
    assert_eq!(names, ["Ann", "Bob", "Bob"]);
}

#[test]
fn the_content_type_does_not_matter() {
    let blog = Blog::start();
    let body = comment(json!({})).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "nonsense", ""] {
        let headers = [("content-type", kind)];
        let answer = blog.server.send("POST", "/api/comments", &headers, Some(&body));
        assert_eq!(answer.status, 200, "{kind}");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[test]
fn a_client_waits_whatever_it_comments_on() {
    let blog = Blog::start_with(|config| config.limits.comment_interval_ms = 3_600_000);
    blog.set_settings(&json!({ "requireReview": true }));
    let post = |address: &str, changes: Value| {
        blog.post_from(address, "/api/comments", &comment(changes)).status
    };
    assert_eq!(post("192.0.2.1", json!({})), 200, "pending");
    let other = json!({ "post_slug": "/other", "site_id": "b", "email": "b@x.io", "name": "Bob" });
    for changes in [json!({}), other] {
        let answer = blog.post_from("192.0.2.1", "/api/comments", &comment(changes));
        answer.expect(429, &said(TOO_SOON));
    }
    assert_eq!(post("192.0.2.2", json!({})), 200);
    assert_eq!(post("::ffff:192.0.2.2", json!({})), 429, "the same address");
    assert_eq!(post("2001:db8::1", json!({})), 200);
    assert_eq!(post("2001:db8::2", json!({})), 429, "the same network");
    assert_eq!(post("2001:db8:0:1::1", json!({})), 200);
    assert_eq!(post("192.0.2.3", json!({ "email": "x" })), 400, "a refusal starts nothing");
    assert_eq!(post("192.0.2.3", json!({})), 200);
}

fn a_client_waits_between_two_comments(database: Database) {
    const INTERVAL: Duration = Duration::from_millis(400);
    let blog = Blog::on_with(database, |config| config.limits.comment_interval_ms = 400);
    let begun = Instant::now();
    blog.posted(json!({}));
    let mut refused = 0;
    while blog.post_comment(json!({})).status == 429 {
        refused += 1;
        assert!(begun.elapsed() < INTERVAL * 50, "refusals restart the interval");
    }
    assert!(begun.elapsed() >= INTERVAL, "taken after {:?}", begun.elapsed());
    assert!(refused > 0);
    assert_eq!(blog.stored(), 2);
}

fn of_many_comments_at_once_one_is_taken(database: Database) {
    let blog = Blog::on_with(database, |config| config.limits.comment_interval_ms = 3_600_000);
    let mut statuses = at_once(20, |_| blog.post_comment(json!({})).status);
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200][..], &[429; 19]].concat());
    assert_eq!(blog.stored(), 1);
}
