//! Every route there is, and what none of them may give away (contract cwd, 4; design, section 7).

mod privacy;
pub(crate) mod qexo;
pub(crate) mod readmore;

use crate::support::{Answer, Program, send};

/// What an unknown route answers, in our own API and elsewhere.
pub(crate) const NOT_FOUND: [&str; 2] = [
    r#"{"message":"Not Found"}"#,
    r#"{"code":"route_unknown","message":"There is nothing here."}"#,
];

/// Every route of the server but those of the Qexo and readmore APIs. Whoever adds one adds it here, and a test of
/// it elsewhere.
pub(crate) const PUBLIC: [(&str, &str); 23] = [
    ("GET", "/"),
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/docs.css"),
    ("GET", "/docs.js"),
    ("GET", "/media/0123456789abcdef0123456789abcdef.png"),
    ("GET", "/robots.txt"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/api/comments"),
    ("POST", "/api/comments"),
    ("POST", "/api/comments/like"),
    ("DELETE", "/api/comments/like"),
    ("GET", "/api/like"),
    ("POST", "/api/like"),
    ("GET", "/api/config/comments"),
    ("POST", "/api/verify-admin"),
    ("POST", "/api/analytics/visit"),
    ("GET", "/api/analytics/pv"),
    ("POST", "/admin/login"),
    ("POST", "/api/telegram/webhook"),
    ("GET", "/api/inkstone/unsubscribe/x"),
    ("POST", "/api/inkstone/unsubscribe/x"),
];

/// What only the owner may ask of our own API.
pub(crate) const OURS: [(&str, &str); 11] = [
    ("GET", "/api/inkstone/content"),
    ("GET", "/api/inkstone/content/list"),
    ("GET", "/api/inkstone/content/file"),
    ("PUT", "/api/inkstone/content/file"),
    ("DELETE", "/api/inkstone/content/file"),
    ("GET", "/api/inkstone/content/history"),
    ("POST", "/api/inkstone/content/rename"),
    ("POST", "/api/inkstone/content/refresh"),
    ("GET", "/api/inkstone/outbox"),
    ("POST", "/api/inkstone/outbox/retry"),
    ("POST", "/api/inkstone/outbox/1/retry"),
];

/// What only the owner may ask of the CWD API.
pub(crate) const OWNERS: [(&str, &str); 43] = [
    ("GET", "/admin/comments/list"),
    ("PUT", "/admin/comments/status"),
    ("PUT", "/admin/comments/update"),
    ("DELETE", "/admin/comments/delete"),
    ("POST", "/admin/comments/block-ip"),
    ("POST", "/admin/comments/block-email"),
    ("GET", "/admin/settings/comments"),
    ("PUT", "/admin/settings/comments"),
    ("GET", "/admin/settings/features"),
    ("PUT", "/admin/settings/features"),
    ("GET", "/admin/settings/feature"),
    ("PUT", "/admin/settings/feature"),
    ("GET", "/admin/settings/admin-display"),
    ("PUT", "/admin/settings/admin-display"),
    ("GET", "/admin/settings/email"),
    ("PUT", "/admin/settings/email"),
    ("GET", "/admin/settings/email-notify"),
    ("PUT", "/admin/settings/email-notify"),
    ("POST", "/admin/settings/email-test"),
    ("GET", "/admin/settings/telegram"),
    ("PUT", "/admin/settings/telegram"),
    ("POST", "/admin/settings/telegram/setup"),
    ("POST", "/admin/settings/telegram/test"),
    ("GET", "/admin/settings/s3"),
    ("PUT", "/admin/settings/s3"),
    ("GET", "/admin/comments/export"),
    ("POST", "/admin/comments/import"),
    ("GET", "/admin/export/config"),
    ("POST", "/admin/import/config"),
    ("GET", "/admin/export/stats"),
    ("POST", "/admin/import/stats"),
    ("GET", "/admin/export/backup"),
    ("POST", "/admin/import/backup"),
    ("POST", "/admin/backup/s3"),
    ("DELETE", "/admin/backup/s3"),
    ("GET", "/admin/backup/s3/list"),
    ("GET", "/admin/backup/s3/download"),
    ("GET", "/admin/stats/comments"),
    ("GET", "/admin/stats/sites"),
    ("GET", "/admin/analytics/overview"),
    ("GET", "/admin/analytics/pages"),
    ("GET", "/admin/likes/list"),
    ("GET", "/admin/likes/stats"),
];

/// A route that is there answers something of its own, be it a refusal of an empty request.
fn is_routed(answer: &Answer) -> bool {
    answer.status != 404 || !NOT_FOUND.contains(&answer.text())
}

#[test]
fn exactly_these_routes_exist() {
    let program = Program::new(&[]);
    let token = program.run(&["token", "create", "coverage"]).stdout;
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let bearer = [("authorization", token.trim())];
    let routes = || PUBLIC.iter().chain(&OURS).chain(&OWNERS);
    for &(_, path) in routes() {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let expected = routes().any(|&route| route == (method, path));
            let answer = send(address, method, path, &bearer, None);
            assert_eq!(is_routed(&answer), expected, "{method} {path}: {answer:?}");
            // A server without mistakes has no answer of these.
            assert!(answer.status < 500, "{method} {path}: {answer:?}");
        }
    }
    for (method, path) in PUBLIC {
        let answer = send(address, method, path, &[], None);
        assert!(is_routed(&answer), "{method} {path}: {answer:?}");
        assert_ne!(answer.status, 401, "{method} {path}: {answer:?}");
    }
    for (method, path) in OWNERS {
        send(address, method, path, &[], None).expect(401, r#"{"message":"Unauthorized"}"#);
    }
    for (method, path) in OURS {
        let answer = send(address, method, path, &[], None);
        assert_eq!(answer.status, 401, "{method} {path}: {answer:?}");
        assert_eq!(answer.json()["code"], "token_missing", "{method} {path}");
    }
    assert_eq!(serving.stop("TERM").code, Some(0));
}
