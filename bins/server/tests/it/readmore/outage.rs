//! A server that cannot look says so, and nothing else: two such answers open the article, while
//! "invalid token" would cost every reader the cookie (contract readmore, 5.1).

use diesel::connection::SimpleConnection as _;
use serde_json::json;

use super::support::{ADA, BLOG, INTERNAL, blog, by, claims, key, path};

#[test]
fn an_outage_is_an_internal_error_that_pages_can_read() {
    let blog = blog();
    let code = blog.code();
    for table in ["captchas", "tokens", "subscribers", "browses"] {
        blog.database().batch_execute(&format!("DROP TABLE readmore_{table}")).unwrap();
    }
    let token = claims(None).sign(&key()).unwrap();
    for (name, body) in [
        ("captcha/generate", json!({ "blogId": BLOG })),
        ("captcha/generate", by(ADA)),
        ("captcha/validate", json!({ "blogId": BLOG, "code": code })),
        ("token/validate", json!({ "blogId": BLOG, "token": token })),
        ("browse/add", json!({ "blogId": BLOG })),
    ] {
        let answer = blog.readmore(name, &body).expect(500, INTERNAL);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let page = blog.get(&path(&format!("captcha/generate?blogId={BLOG}")));
    assert_eq!(page.status, 500);
    assert!(page.text().contains("系统出错，请稍后再试"));
    // What needs no database is answered as ever; tries that nobody could look at cost nothing.
    for _ in 0..20 {
        blog.type_code(&code).expect(500, INTERNAL);
    }
    assert_eq!(blog.check("x").json()["code"], 408);
    assert_eq!(blog.type_code("x").json()["code"], 406);
}
