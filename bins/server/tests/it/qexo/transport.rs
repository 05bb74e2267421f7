//! Paths, methods and headers (contract qexo, 1.1, 1.2, 1.6 to 1.8; checklist 1).

use super::support::{AUTH_FAILED, TOKEN, blog, refusal, refusal_twice};
use crate::support::Answer;

const NOT_FOUND: &str = r#"{"msg":"Not Found","status":false}"#;

#[track_caller]
fn is_shared(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{answer:?}");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("access-control-expose-headers"), "Retry-After");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-frame-options"), "");
}

#[test]
fn every_answer_is_json_that_everybody_may_read() {
    let blog = blog();
    for (method, path, status) in [
        ("GET", "/pub/status".to_owned(), 200),
        ("GET", "/pub/status/".to_owned(), 200),
        ("GET", "//pub///status//".to_owned(), 200),
        ("POST", "/pub/status".to_owned(), 200),
        ("GET", format!("//pub/get_notifications/?token={TOKEN}"), 200),
        ("POST", format!("/pub/notifications?token={TOKEN}"), 200),
        ("GET", "/pub/get_notifications".to_owned(), 403),
        ("GET", "/pub/statistic".to_owned(), 403),
        ("GET", "/pub/nowhere".to_owned(), 404),
        ("GET", format!("/pub/notifications?token={TOKEN}"), 405),
        ("DELETE", "/pub/status".to_owned(), 405),
    ] {
        let answer = blog.server.send(method, &path, &[("origin", "https://blog.example")], None);
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert!(answer.header("content-type").starts_with("application/json"), "{path}");
        assert!(answer.json()["status"].is_boolean(), "{path}: {answer:?}");
        is_shared(&answer);
    }
}

#[test]
fn unknown_paths_are_not_found() {
    let blog = blog();
    for path in [
        "/pub/",
        "/pub/nowhere",
        "/pub/nowhere/",
        "/pub/status/x",
        "/pub/status//x",
        "/pub/Status",
        // Those of older versions.
        "/pub/save_post",
        "/pub/save_draft/",
        "/pub/new",
        "/pub/delete_post",
        "/pub/get_update",
        "/pub/waline",
        "/pub/last",
        "/pub/upload",
    ] {
        for method in ["GET", "POST", "PUT", "HEAD"] {
            let answer = blog.server.send(method, path, &[], None);
            let body = if method == "HEAD" { "" } else { NOT_FOUND };
            is_shared(&answer.expect(404, body));
        }
    }
}

#[test]
fn preflights_succeed_on_every_path() {
    let blog = blog();
    for path in ["/pub/status", "/pub/notifications/", "/pub/nowhere", "//pub//talks"] {
        let answer = blog.server.send("OPTIONS", path, &[], None).expect(204, "");
        is_shared(&answer);
        for (name, value) in [
            ("access-control-allow-methods", "GET, POST, HEAD, OPTIONS"),
            (
                "access-control-allow-headers",
                "accept, authorization, content-type, x-requested-with",
            ),
            ("access-control-max-age", "86400"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
    }
}

/// Routing decodes what need not have been encoded, and so does whatever depends on the path.
#[test]
fn encoded_paths_are_those_they_stand_for() {
    let blog = blog();
    for (path, status) in [
        ("/%70ub/status", 200),
        ("/p%75b/stat%75s/", 200),
        ("//%70ub//status", 200),
        ("/%70ub/get_notifications", 403),
        ("/%70%75%62/nowhere", 404),
    ] {
        let answer = blog.get(path);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert!(answer.json()["status"].is_boolean(), "{path}: {answer:?}");
        is_shared(&answer);
        is_shared(&blog.server.send("OPTIONS", path, &[], None).expect(204, ""));
    }
    // A slash that is encoded separates nothing.
    let answer = blog.get("/pub%2Fstatus");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (404, ""));
    // What only reads is no activity, however it is spelled.
    let path = format!("/%70ub/get_notifications?token={TOKEN}");
    let before = blog.get("/pub/status").json();
    assert_eq!(blog.get(&path).status, 200);
    assert_eq!(blog.get("/pub/status").json(), before);
    // And in the panel a talk is published, elsewhere it is saved.
    for (path, said) in [("/%61pi/save_talk", "发布成功!"), ("/%70ub/save_talk", "保存成功!")]
    {
        assert_eq!(blog.owner_form(path, &[("content", "a")]).json()["msg"], said);
    }
}

#[test]
fn wrong_methods_are_told_the_right_ones() {
    let blog = blog();
    let error = refusal("Error!");
    let query = format!("?token={TOKEN}");
    for (path, wrong, allowed) in [
        ("/pub/notifications", &["GET", "HEAD", "PUT", "DELETE", "BREW"][..], "POST, OPTIONS"),
        ("/pub/fix/", &["HEAD", "PUT", "DELETE", "PATCH"], "GET, POST, OPTIONS"),
        ("/pub/get_notifications", &["PUT", "DELETE", "PATCH"], "GET, HEAD, POST, OPTIONS"),
        ("/pub/status", &["PUT", "DELETE", "PATCH"], "GET, HEAD, POST, OPTIONS"),
        ("/api/clear_notifications", &["GET", "PUT"], "POST, OPTIONS"),
    ] {
        for method in wrong {
            let answer = blog.server.send(method, &format!("{path}{query}"), &[], None);
            let answer = answer.expect(405, if *method == "HEAD" { "" } else { &error });
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        }
    }
    let answer = blog.server.send("PUT", "/pub/statistic", &[], None);
    answer.expect(405, &refusal_twice("Error!"));
    blog.server.send("PUT", "/pub/fix", &[], None).expect(403, AUTH_FAILED);
}

#[test]
fn a_head_is_a_get_without_a_body() {
    let blog = blog();
    for path in ["/pub/status", &format!("/pub/get_notifications/?token={TOKEN}")] {
        let whole = blog.get(path);
        let head = blog.server.send("HEAD", path, &[], None).expect(200, "");
        assert_eq!(head.header("content-length"), whole.bytes.len().to_string(), "{path}");
        assert_eq!(head.header("content-type"), whole.header("content-type"));
    }
}

#[test]
fn it_can_be_switched_off() {
    let blog = crate::cwd::support::Blog::start_with(|config| config.qexo.enabled = false);
    for path in ["/pub/status", "/pub/fix", "/api/fix", "/api/get_notifications"] {
        assert_eq!(blog.get(path).status, 404, "{path}");
    }
}

#[test]
fn failures_of_the_server_tell_nothing_of_it() {
    let blog = blog();
    diesel::connection::SimpleConnection::batch_execute(&mut blog.database(), "DROP TABLE inbox")
        .unwrap();
    let answer = blog.get(&format!("/pub/get_notifications?token={TOKEN}"));
    is_shared(&answer.expect(500, &refusal("服务器内部错误")));
}
