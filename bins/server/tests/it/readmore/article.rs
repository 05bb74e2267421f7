//! Articles that the server keeps back: an extension of ours, off by default.

use inkstone_server::config::Config;
use serde_json::{Value, json};

use super::support::{
    BLOG, FORBIDDEN, ILLEGAL, INVALID_BLOG, INVALID_TOKEN, NOT_FOUND, SUCCESS, blog, blog_on,
};
use crate::cwd::support::{Database, on_both_databases};

on_both_databases!(an_article_is_given_for_a_token_alone);

const URL: &str = "https://blog.example/posts/one/";
const REST: &str = "<p>The <b>rest</b>, 全文 & \"all\" of it.</p>";

fn gate(config: &mut Config) {
    config.readmore.gate = true;
}

fn an_article_is_given_for_a_token_alone(database: Database) {
    let blog = blog_on(database, gate);
    let save = json!({ "blogId": BLOG, "url": URL, "content": REST });
    blog.readmore("article/save", &save).expect(403, FORBIDDEN);
    blog.owner("POST", "article/save", &save).expect(200, SUCCESS);
    let read = |token: &str, url: &str| {
        let body = json!({ "blogId": BLOG, "url": url, "token": token });
        blog.readmore("article/read", &body)
    };
    let token = blog.token_for(&json!({ "blogId": BLOG }));
    for url in [URL, "https://blog.example/posts/one", "/posts/one/?utm=1#top", "/posts/one"] {
        let answer = read(&token, url);
        assert_eq!(
            answer.json(),
            json!({ "code": 0, "msg": "success", "data": { "content": REST } })
        );
        assert_eq!(answer.header("content-type"), "application/json");
    }
    read("x", URL).expect(200, INVALID_TOKEN);
    read(&token, "/posts/two").expect(404, NOT_FOUND);
    read("x", "/posts/two").expect(200, INVALID_TOKEN);
    read(&token, "javascript:alert(1)").expect(200, ILLEGAL);

    let list = blog.owner("GET", &format!("article/list?blogId={BLOG}"), &Value::Null).json();
    let listed = &list["data"]["list"][0];
    assert_eq!((&listed["path"], &listed["bytes"]), (&json!("/posts/one"), &json!(REST.len())));

    blog.owner("POST", "token/revoke", &json!({ "token": token })).expect(200, SUCCESS);
    read(&token, URL).expect(200, INVALID_TOKEN);

    let name = json!({ "blogId": BLOG, "url": URL });
    blog.readmore("article/delete", &name).expect(403, FORBIDDEN);
    blog.owner("POST", "article/delete", &name).expect(200, SUCCESS);
    blog.owner("POST", "article/delete", &name).expect(404, NOT_FOUND);
}

#[test]
fn an_article_may_be_large_but_has_an_end() {
    let blog = super::support::blog_with(gate);
    let save = |content: String| {
        blog.owner(
            "POST",
            "article/save",
            &json!({ "blogId": BLOG, "url": URL, "content": content }),
        )
    };
    save("x".repeat(4 << 20)).expect(200, SUCCESS);
    save("x".repeat((4 << 20) + 1)).expect(200, ILLEGAL);
    assert_eq!(save("x".repeat(9 << 20)).status, 413);
    save("a\u{0}b".into()).expect(200, ILLEGAL);
    let blank = save(" ".into());
    assert_eq!(blank.json()["data"], json!({ "content": "文章内容不能为空" }));
    let other = json!({ "blogId": "other", "url": URL, "content": "x" });
    blog.owner("POST", "article/save", &other).expect(200, INVALID_BLOG);
}

#[test]
fn without_the_gate_there_is_no_such_endpoint() {
    let blog = blog();
    for name in ["article/read", "article/save", "article/delete"] {
        blog.owner("POST", name, &json!({ "blogId": BLOG })).expect(404, NOT_FOUND);
    }
    blog.owner("GET", "article/list", &Value::Null).expect(404, NOT_FOUND);
}
