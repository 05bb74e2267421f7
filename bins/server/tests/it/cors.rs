//! Contract cwd, 1.3 and 1.4.

use crate::support::{Answer, Server};

#[track_caller]
fn is_shared(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-expose-headers"), "Content-Length");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[test]
fn preflights_succeed_on_every_path_and_for_everybody() {
    let server = Server::start();
    let asked = [
        ("origin", "https://blog.example"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "authorization"),
    ];
    for path in [
        "/api/comments",
        "/api/nowhere",
        "/admin/settings/comments",
        "/admin/nowhere/x",
        "//api//x",
    ] {
        for headers in [&asked[..], &[]] {
            let answer = server.send("OPTIONS", path, headers, None).expect(204, "");
            is_shared(&answer);
            for (name, value) in [
                ("access-control-allow-methods", "GET,POST,PUT,DELETE,OPTIONS"),
                (
                    "access-control-allow-headers",
                    "Content-Type,Authorization,X-CWD-Like-User,X-Site-Id",
                ),
                ("access-control-max-age", "600"),
                ("vary", "Access-Control-Request-Headers"),
            ] {
                assert_eq!(answer.header(name), value, "{path}");
            }
        }
    }
}

#[test]
fn unknown_routes_are_shared_too() {
    let server = Server::start();
    for (method, path) in [
        ("GET", "/api/nowhere"),
        ("PATCH", "/api/nowhere"),
        ("DELETE", "/api/"),
        ("GET", "/%61pi/nowhere"),
        ("GET", "/a%70i//nowhere"),
    ] {
        let answer = server.send(method, path, &[("origin", "null")], None);
        is_shared(&answer.expect(404, r#"{"message":"Not Found"}"#));
    }
}

#[test]
fn other_paths_are_not_shared() {
    let server = Server::start();
    for path in ["/healthz", "/readyz", "/nowhere", "/apix", "/administration"] {
        let answer = server.send("GET", path, &[("origin", "https://blog.example")], None);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    server.send("OPTIONS", "/healthz", &[], None).expect(404, r#"{"message":"Not Found"}"#);
}
