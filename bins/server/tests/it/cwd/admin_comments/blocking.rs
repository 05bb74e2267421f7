//! `POST /admin/comments/block-ip` and `block-email`, and what they do to submissions.

use serde_json::{Value, json};

use super::super::support::{Blog, comment, said};
use crate::support::Answer;

const IP_REFUSED: &str = "当前 IP 已被限制评论,请联系站长进行处理";
const EMAIL_REFUSED: &str = "当前邮箱已被限制评论,请联系站长进行处理";

fn block_ip(blog: &Blog, ip: &Value) -> Answer {
    blog.admin("POST", "/admin/comments/block-ip", &json!({ "ip": ip }))
}

fn block_email(blog: &Blog, email: &Value) -> Answer {
    blog.admin("POST", "/admin/comments/block-email", &json!({ "email": email }))
}

fn blocked(blog: &Blog, list: &str) -> Value {
    blog.admin("GET", "/admin/settings/comments", &Value::Null).json()[list].clone()
}

fn post_from(blog: &Blog, address: &str, changes: Value) -> Answer {
    blog.post_from(address, "/api/comments", &comment(changes))
}

#[test]
fn several_addresses_are_blocked_at_once_and_kept_once() {
    let blog = Blog::start();
    for text in ["192.0.2.1", " 192.0.2.2,192.0.2.3，192.0.2.4\n2001:db8::1\t192.0.2.1 ,"] {
        block_ip(&blog, &json!(text)).expect(200, &said("已加入 IP 黑名单"));
    }
    let all = json!(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "2001:db8::1"]);
    assert_eq!(blocked(&blog, "blockedIps"), all);
    for address in ["192.0.2.1", "192.0.2.3", "192.0.2.4", "2001:db8:0::1", "::ffff:192.0.2.2"] {
        post_from(&blog, address, json!({})).expect(403, &said(IP_REFUSED));
    }
    for address in ["192.0.2.5", "192.0.2.11", "2001:db8::2"] {
        assert_eq!(post_from(&blog, address, json!({})).status, 200, "{address}");
    }
}

#[test]
fn an_address_that_the_panel_shows_can_be_blocked() {
    let blog = Blog::start();
    assert_eq!(post_from(&blog, "::ffff:192.0.2.9", json!({})).status, 200);
    let list = blog.admin("GET", "/admin/comments/list", &Value::Null).json();
    let shown = &list["data"][0]["ipAddress"];
    assert_eq!(shown, "192.0.2.9");
    assert_eq!(block_ip(&blog, shown).status, 200);
    post_from(&blog, "192.0.2.9", json!({})).expect(403, &said(IP_REFUSED));
    // Let in again.
    blog.set_settings(&json!({ "blockedIps": [] }));
    assert_eq!(post_from(&blog, "192.0.2.9", json!({})).status, 200);
}

#[test]
fn no_address_is_no_block() {
    let blog = Blog::start();
    for ip in [json!(""), json!(" ,，\n"), Value::Null, json!(1), json!(["192.0.2.1"])] {
        block_ip(&blog, &ip).expect(400, &said("IP 地址不能为空"));
    }
    blog.admin("POST", "/admin/comments/block-ip", &json!([]))
        .expect(400, &said("IP 地址不能为空"));
    block_ip(&blog, &json!("x".repeat(255))).expect(400, &said("内容过长"));
    assert_eq!(blocked(&blog, "blockedIps"), json!([]));
}

#[test]
fn an_author_is_blocked_in_any_case() {
    let blog = Blog::start();
    for email in [" Spam@X.io ", "spam@x.io"] {
        block_email(&blog, &json!(email)).expect(200, &said("已加入邮箱黑名单"));
    }
    assert_eq!(blocked(&blog, "blockedEmails"), json!(["spam@x.io"]));
    for email in ["spam@x.io", "SPAM@x.IO", " spam@x.io"] {
        blog.post_comment(json!({ "email": email })).expect(403, &said(EMAIL_REFUSED));
    }
    blog.posted(json!({ "email": "no-spam@x.io" }));
}

#[test]
fn only_an_email_address_is_blocked() {
    let blog = Blog::start();
    for email in [json!(""), json!(" "), Value::Null, json!(1), json!(["a@x.io"])] {
        block_email(&blog, &email).expect(400, &said("邮箱不能为空"));
    }
    for email in ["a", "a@x", "a b@x.io", "a@x.io b@x.io"] {
        block_email(&blog, &json!(email)).expect(400, &said("邮箱格式不正确"));
    }
    assert_eq!(blocked(&blog, "blockedEmails"), json!([]));
}

/// The list cannot hold commas: what follows one would be somebody else's address.
#[test]
fn blocking_an_author_never_blocks_another() {
    let blog = Blog::start();
    let trap = "troll,victim@x.io";
    blog.posted(json!({ "email": trap }));
    block_email(&blog, &json!(trap)).expect(400, &said("邮箱格式不正确"));
    blog.posted(json!({ "email": "victim@x.io" }));
    assert_eq!(blocked(&blog, "blockedEmails"), json!([]));
}
