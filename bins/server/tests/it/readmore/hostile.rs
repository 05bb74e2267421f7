//! Bodies that nobody should send (contract readmore, 1.1 and 0.3).

use serde_json::json;

use super::support::{BLOG, ILLEGAL, INVALID_TOKEN, blog, path};

const POSTS: [&str; 4] = ["captcha/generate", "captcha/validate", "token/validate", "browse/add"];

#[test]
fn what_is_no_json_object_is_illegal() {
    let blog = blog();
    let deep = "[".repeat(10_000);
    let cut = format!(r#"{{"blogId":"{BLOG}","token":"#);
    for name in POSTS {
        for body in ["", "{", &cut, "[]", "null", "1", "\"x\"", "{\"a\":}", "blogId=x", &deep] {
            let answer = blog.server.send("POST", &path(name), &[], Some(body));
            assert_eq!((answer.status, answer.text()), (200, ILLEGAL), "{name} {body:.40}");
        }
    }
}

#[test]
fn bodies_are_json_whatever_their_type_says() {
    let blog = blog();
    let body = json!({ "blogId": BLOG, "code": "1", "more": [1, { "a": null }] }).to_string();
    for kind in [
        &[][..],
        &[("content-type", "application/json; charset=utf-8")],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "nonsense")],
    ] {
        let answer = blog.server.send("POST", &path("captcha/validate"), kind, Some(&body));
        assert_eq!((answer.status, &answer.json()["code"]), (200, &json!(406)), "{kind:?}");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[test]
fn large_bodies_are_not_read() {
    let blog = blog();
    let body = json!({ "blogId": BLOG, "token": "x", "code": "1", "more": "x".repeat(16_400) });
    for name in POSTS {
        let answer = blog.readmore(name, &body);
        if name == "token/validate" {
            answer.expect(200, INVALID_TOKEN);
        } else {
            answer.expect(413, r#"{"code":413,"msg":"Payload too large"}"#);
        }
    }
    let fits = json!({ "blogId": BLOG, "title": "x".repeat(16_000) });
    assert_eq!(blog.readmore("browse/add", &fits).json()["code"], 0);
}

#[test]
fn wrong_types_are_illegal_and_scalars_are_texts() {
    let blog = blog();
    for value in [json!([]), json!({}), json!(["1"]), json!({ "$ne": "" })] {
        for (name, member) in [
            ("captcha/generate", "blogId"),
            ("captcha/validate", "blogId"),
            ("captcha/validate", "code"),
            ("token/validate", "token"),
            ("token/validate", "blogId"),
        ] {
            let mut body = json!({ "blogId": BLOG, "code": "1", "token": "x" });
            body[member] = value.clone();
            blog.readmore(name, &body).expect(200, ILLEGAL);
        }
    }
    for value in [json!(true), json!(1.5), json!(-1), json!(1e300)] {
        let body = json!({ "blogId": BLOG, "token": value });
        blog.readmore("token/validate", &body).expect(200, INVALID_TOKEN);
    }
    // Of a member that is there twice the last counts, as everywhere.
    let twice = format!(r#"{{"blogId":"x","blogId":"{BLOG}","code":"1"}}"#);
    let answer = blog.server.send("POST", &path("captcha/validate"), &[], Some(&twice));
    assert_eq!(answer.json()["code"], 406);
}

#[test]
fn texts_that_databases_do_not_keep_do_no_harm() {
    let blog = blog();
    for text in ["\u{0}", "a\u{0}b", "\u{fffe}", "' OR 1=1 --", "%_\\", "\u{202e}x"] {
        let body = json!({ "blogId": text, "code": text, "token": text, "url": text });
        for name in POSTS {
            let answer = blog.readmore(name, &body);
            assert_eq!(answer.status, 200, "{name} {text:?}: {}", answer.text());
        }
        let mut body = body.clone();
        body["blogId"] = json!(BLOG);
        for name in POSTS {
            let answer = blog.readmore(name, &body);
            assert!([200, 429].contains(&answer.status), "{name} {text:?}: {}", answer.text());
        }
    }
}
