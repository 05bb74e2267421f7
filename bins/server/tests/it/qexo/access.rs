//! Tokens (contract qexo, 1.5; checklist 2).

use serde_json::json;

use super::support::{ADDED, AUTH_FAILED, FORM, SAVED, TOKEN, blog, blog_with, form, refusal};
use crate::{coverage::qexo::GUARDED, cwd::support::Blog};

#[test]
fn without_the_token_nothing_is_answered() {
    let blog =
        blog_with(|config| config.qexo.wrong_tokens_per_minute = u32::MAX.try_into().unwrap());
    for (path, methods) in GUARDED {
        let method = methods[0];
        for end in ["", "/"] {
            for query in ["", "?token=", "?token=wrong", "?TOKEN=k3v9x0q2m7ab"] {
                let path = format!("{path}{end}{query}");
                blog.server.send(method, &path, &[], None).expect(403, AUTH_FAILED);
            }
        }
        // Neither a method nor a body is looked at before.
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let headers = [("content-type", "application/json")];
            blog.server.send(method, path, &headers, Some("{nonsense")).expect(403, AUTH_FAILED);
        }
    }
    let hash = inkstone_accounts::TokenHash::of(TOKEN).as_str().to_owned();
    for wrong in [hash.as_str(), "k3v9x0q2m7aB", "k3v9x0q2m7a", " k3v9x0q2m7ab", "' OR 1=1 --"] {
        blog.form("/pub/get_notifications", &[("token", wrong)]).expect(403, AUTH_FAILED);
    }
    assert!(blog.notices().is_empty());
}

#[test]
fn the_token_is_taken_from_all_its_places() {
    let blog = blog();
    let path = "/pub/get_notifications";
    let empty = r#"{"data":[],"status":true}"#;
    let multipart = format!(
        "--XX\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{TOKEN}\r\n--XX--\r\n"
    );
    let json = json!({ "token": TOKEN }).to_string();
    let spec = format!("{{}}&token={TOKEN}");
    for (query, kind, body) in [
        (format!("?token={TOKEN}"), FORM, String::new()),
        (String::new(), FORM, form(&[("token", TOKEN)])),
        (String::new(), "application/x-www-form-urlencoded;", form(&[("token", TOKEN)])),
        (String::new(), "text/plain;charset=UTF-8", form(&[("token", TOKEN)])),
        (String::new(), "multipart/form-data; boundary=XX", multipart),
        (String::new(), "application/json", json.clone()),
        (String::new(), "application/json", spec),
        // A form before the query before a member of JSON.
        ("?token=wrong".to_owned(), FORM, form(&[("token", TOKEN)])),
        (format!("?token={TOKEN}"), "application/json", r#"{"token":"wrong"}"#.to_owned()),
        (format!("?token={TOKEN}"), FORM, form(&[("token", "")])),
        // The last of several.
        (format!("?token=wrong&token={TOKEN}"), FORM, String::new()),
    ] {
        let path = format!("{path}{query}");
        blog.server.send("POST", &path, &[("content-type", kind)], Some(&body)).expect(200, empty);
    }
    for scheme in ["Bearer", "bearer"] {
        let header = format!("{scheme} {TOKEN}");
        blog.server.send("GET", path, &[("authorization", &header)], None).expect(200, empty);
    }
    let form = form(&[("token", "wrong")]);
    let path = format!("{path}?token={TOKEN}");
    blog.server
        .send("POST", &path, &[("content-type", FORM)], Some(&form))
        .expect(403, AUTH_FAILED);
    // A GET has no body, whatever comes along.
    let headers = [("content-type", "text/plain")];
    blog.server.send("GET", &path, &headers, None).expect(200, empty);
}

#[test]
fn sessions_and_a_new_token_let_in_and_the_old_token_no_more() {
    let blog = blog();
    let bearer = format!("Bearer {}", blog.login());
    let read = |header: &str| {
        blog.server
            .send("GET", "/api/get_notifications/", &[("authorization", header)], None)
            .status
    };
    assert_eq!(read(&bearer), 200);
    blog.owner_form("/api/set_api/", &[("apikey", "another token")]).expect(200, SAVED);
    assert_eq!(read(&format!("Bearer {TOKEN}")), 403);
    assert_eq!(read("Bearer another token"), 200);
    assert_eq!(read(&bearer), 200);
}

#[test]
fn an_imported_hash_lets_its_token_in() {
    let blog = Blog::start();
    let bearer = format!("Bearer {}", blog.login());
    // The hash as another installation has it, in capitals.
    let hash = inkstone_accounts::TokenHash::of("abcdefghijkl").as_str().to_uppercase();
    let body = form(&[("name", "WEBHOOK_APIKEY"), ("content", &hash)]);
    let headers = [("authorization", bearer.as_str()), ("content-type", FORM)];
    blog.server.send("POST", "/api/set_value", &headers, Some(&body)).expect(200, SAVED);
    let read = |token: &str| blog.get(&format!("/pub/get_notifications?token={token}")).status;
    assert_eq!((read("abcdefghijkl"), read(&hash), read(&hash.to_lowercase())), (200, 403, 403));
}

#[test]
fn after_many_wrong_tokens_a_client_has_to_wait() {
    let blog = blog_with(|config| config.qexo.wrong_tokens_per_minute = 3.try_into().unwrap());
    let read = |address: &str, token: &str| {
        let path = format!("/pub/get_notifications?token={token}");
        blog.server.send("GET", &path, &[("x-forwarded-for", address)], None)
    };
    for _ in 0..9 {
        // Those that present none guess nothing, and right ones are no failure.
        read("192.0.2.1", "").expect(403, AUTH_FAILED);
        assert_eq!(read("192.0.2.1", TOKEN).status, 200);
    }
    for _ in 0..3 {
        read("192.0.2.1", "wrong").expect(403, AUTH_FAILED);
    }
    for token in ["wrong", TOKEN] {
        let answer = read("192.0.2.1", token).expect(429, &refusal("请求过于频繁,请稍后再试"));
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(answer.header("access-control-expose-headers"), "Retry-After");
    }
    read("192.0.2.1", "").expect(403, AUTH_FAILED);
    assert_eq!(read("192.0.2.2", TOKEN).status, 200);
    blog.get("/pub/status").expect(200, blog.get("/pub/status/").text());
}

#[test]
fn the_token_of_the_api_is_no_key_to_the_comment_panel() {
    let blog = blog();
    let headers = [("authorization", TOKEN)];
    assert_eq!(blog.server.send("GET", "/admin/comments/list", &headers, None).status, 401);
    blog.owner_form("/pub/notifications", &[("title", "a"), ("content", "b")]).expect(200, ADDED);
}
