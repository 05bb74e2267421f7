//! Commenting as the owner (contract cwd, 2.3 and 2.4, checks 9 to 11).

use serde_json::{Value, json};

use super::support::{Blog, comment, said};

const BOSS: &str = "boss@x.io";
const KEY: &str = "open sesame";
const PENDING: &str = "pending";
const APPROVED: &str = "approved";

fn blog() -> Blog {
    let blog = Blog::start();
    blog.set_settings(&json!({
        "adminEmail": BOSS, "adminKey": KEY, "adminEnabled": true, "requireReview": true,
    }));
    blog
}

#[track_caller]
fn posted_as(blog: &Blog, changes: Value, status: &str) {
    let answer = blog.post_comment(changes);
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(status)));
}

#[test]
fn the_key_replaces_the_review_and_shows_the_badge() {
    let blog = blog();
    for email in [BOSS, "Boss@X.io", " boss@x.io "] {
        posted_as(&blog, json!({ "email": email, "adminToken": KEY }), APPROVED);
    }
    posted_as(&blog, json!({ "adminToken": KEY }), PENDING);
    let list = blog.list("post_slug=/posts/one");
    let badges: Vec<&Value> =
        list["data"].as_array().unwrap().iter().map(|comment| &comment["isAdmin"]).collect();
    assert_eq!(badges, [true, true, true]);
}

#[test]
fn without_the_key_nobody_is_the_owner() {
    let blog = blog();
    for token in [json!(null), json!("")] {
        let answer = blog.post_comment(json!({ "email": "BOSS@x.io", "adminToken": token }));
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json(), json!({ "message": "请输入管理员密钥", "requireAuth": true }));
    }
    for token in [json!("wrong"), json!(5), json!({ "$ne": null })] {
        let answer = blog.post_comment(json!({ "email": BOSS, "adminToken": token }));
        assert!([401, 403].contains(&answer.status), "{token}");
    }
    assert_eq!(blog.stored(), 0);
}

#[test]
fn what_others_present_is_not_looked_at() {
    let blog = blog();
    for token in [json!("wrong"), json!("guess"), json!(5), json!(["x"]), json!("again")] {
        posted_as(&blog, json!({ "adminToken": token }), PENDING);
    }
    posted_as(&blog, json!({ "email": BOSS, "adminToken": KEY }), APPROVED);
}

#[test]
fn a_right_key_forgives_earlier_mistakes() {
    let blog = blog();
    let wrong = json!({ "email": BOSS, "adminToken": "wrong" });
    for _ in 0..3 {
        for _ in 0..2 {
            blog.post_comment(wrong.clone()).expect(401, &said("密钥错误"));
        }
        posted_as(&blog, json!({ "email": BOSS, "adminToken": KEY }), APPROVED);
    }
}

#[test]
fn the_owner_waits_like_everybody() {
    let blog = Blog::start_with(|config| config.limits.comment_interval_ms = 3_600_000);
    blog.set_settings(&json!({ "adminEmail": BOSS, "adminKey": KEY }));
    let owner = json!({ "email": BOSS, "adminToken": KEY });
    posted_as(&blog, owner.clone(), APPROVED);
    blog.post_comment(owner).expect(429, &said("评论频繁,等 10s 后再试"));
}

#[test]
fn without_a_key_set_the_address_is_free() {
    let blog = blog();
    blog.set_settings(&json!({ "adminKey": " " }));
    posted_as(&blog, json!({ "email": BOSS }), PENDING);
    blog.set_settings(&json!({ "adminKey": KEY, "adminEmail": null }));
    posted_as(&blog, json!({ "email": BOSS }), PENDING);
}

#[test]
fn blocked_clients_and_authors_are_refused() {
    let blog = Blog::start();
    blog.set_settings(&json!({
        "blockedIps": ["192.0.2.1", "::ffff:192.0.2.2"], "blockedEmails": "Bad@x.io, worse@x.io",
    }));
    let post = |address: &str, email: &str| {
        blog.post_from(address, "/api/comments", &comment(json!({ "email": email })))
    };
    for address in ["192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1"] {
        post(address, "a@x.io").expect(403, &said("当前 IP 已被限制评论,请联系站长进行处理"));
    }
    for email in ["bad@x.io", "BAD@X.IO", " Worse@x.io"] {
        post("192.0.2.9", email).expect(403, &said("当前邮箱已被限制评论,请联系站长进行处理"));
    }
    assert_eq!(post("192.0.2.11", "notbad@x.io").status, 200);
}
