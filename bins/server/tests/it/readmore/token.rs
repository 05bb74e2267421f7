//! Contract readmore, 5.1 and 6.2.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use diesel::connection::SimpleConnection as _;
use inkstone_readmore::{BlogId, Claims, SignKey};
use inkstone_server::clock;
use serde_json::json;

use super::support::{
    ADA, BLOG, FORBIDDEN, INVALID_TOKEN, SUCCESS, blog, blog_on, blog_with, claims, follower, key,
};
use crate::cwd::support::{Database, on_both_databases};

on_both_databases!(a_token_is_good_until_it_is_revoked);

fn a_token_is_good_until_it_is_revoked(database: Database) {
    let blog = blog_on(database, |_| {});
    let tokens = [(); 2].map(|()| blog.token_for(&json!({ "blogId": BLOG })));
    for token in &tokens {
        blog.check(token).expect(200, SUCCESS);
    }
    assert_ne!(tokens[0], tokens[1]);
    blog.readmore("token/revoke", &json!({ "token": tokens[0] })).expect(403, FORBIDDEN);
    blog.owner("POST", "token/revoke", &json!({ "token": tokens[0] })).expect(200, SUCCESS);
    blog.check(&tokens[0]).expect(200, INVALID_TOKEN);
    blog.check(&tokens[1]).expect(200, SUCCESS);
    let wrong = blog.owner("POST", "token/revoke", &json!({ "token": "x" }));
    wrong.expect(200, INVALID_TOKEN);
}

#[test]
fn what_must_be_there_is_named() {
    let blog = blog();
    blog.readmore("token/validate", &json!({})).expect(
        200,
        r#"{"code":502,"msg":"Illegal parameter error","data":{"blogId":"博客ID不能为空","token":"凭证不能为空"}}"#,
    );
}

#[test]
fn cookies_of_another_server_with_the_same_key_stay_good() {
    let blog = blog();
    let token = claims(None).sign(&key()).unwrap();
    assert!(token.starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9."));
    blog.check(&token).expect(200, SUCCESS);
    let strict = blog_with(|config| config.readmore.accept_unlisted_tokens = false);
    strict.check(&token).expect(200, INVALID_TOKEN);
    let listed = strict.token_for(&json!({ "blogId": BLOG }));
    strict.check(&listed).expect(200, SUCCESS);
}

#[test]
fn forged_altered_and_late_tokens_are_invalid() {
    let blog = blog();
    let now = clock::now();
    let good = claims(None);
    let token = good.sign(&key()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let altered = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap())
        .unwrap()
        .replace(BLOG, "another-blog");
    let expired = Claims { expires: now.plus_millis(-1000), ..good.clone() };
    let other = Claims { blog: BlogId::parse("other").unwrap(), ..good.clone() };
    let stranger = Claims { follower: Some(follower(ADA)), ..good.clone() };
    for (what, token) in [
        ("none", format!("{}.{}.", part(r#"{"typ":"JWT","alg":"none"}"#), parts[1])),
        ("HS256", format!("{}.{}.{}", part(r#"{"alg":"HS256"}"#), parts[1], parts[2])),
        ("altered", format!("{}.{}.{}", parts[0], part(&altered), parts[2])),
        ("other key", good.sign(&SignKey::new(&[1; 64]).unwrap()).unwrap()),
        ("expired", expired.sign(&key()).unwrap()),
        ("other blog", other.sign(&key()).unwrap()),
        ("stranger", stranger.sign(&key()).unwrap()),
        ("long", "x".repeat(2049)),
        ("no token", "undefined".into()),
        ("longer than any body", "x".repeat(20_000)),
    ] {
        let answer = blog.check(&token);
        assert_eq!((answer.status, answer.text()), (200, INVALID_TOKEN), "{what}");
    }
    let body = json!({ "token": token, "blogId": "unknown" });
    blog.readmore("token/validate", &body).expect(200, INVALID_TOKEN);
    blog.check(&token).expect(200, SUCCESS);
}

#[test]
fn a_key_is_made_once_and_kept() {
    let blog = blog_with(|config| config.readmore.sign_key = None.into());
    let token = blog.token_for(&json!({ "blogId": BLOG }));
    blog.check(&token).expect(200, SUCCESS);
    let published = claims(None).sign(&key()).unwrap();
    blog.check(&published).expect(200, INVALID_TOKEN);
    // A restart without blogs, and the file of secrets decides.
    let restarted = blog.restart();
    restarted
        .readmore("token/validate", &json!({ "token": token, "blogId": BLOG }))
        .expect(404, super::support::NOT_FOUND);
}

#[test]
fn a_token_is_good_without_its_row() {
    let blog = blog();
    let token = blog.token_for(&json!({ "blogId": BLOG }));
    blog.database().batch_execute("DELETE FROM readmore_tokens").unwrap();
    blog.check(&token).expect(200, SUCCESS);
}
