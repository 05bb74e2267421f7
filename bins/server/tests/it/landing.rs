use serde_json::{Value, json};

use crate::support::Server;

#[test]
fn programs_get_the_version_document() {
    let server = Server::start();
    for headers in [&[][..], &[("accept", "*/*")], &[("accept", "application/json")]] {
        let answer = server.send("GET", "/", headers, None);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("vary"), "Accept");
        assert_eq!(
            serde_json::from_slice::<Value>(&answer.bytes).unwrap(),
            json!({
                "version": "0.1.11",
                "data": "Inkstone is running",
                "server": "inkstone",
                "serverVersion": env!("CARGO_PKG_VERSION"),
            })
        );
    }
}

#[test]
fn the_version_is_configured() {
    let server = Server::start_with(|config| config.cwd.version = "0.2.0".into(), |_| {});
    assert!(server.get("/").text().contains(r#""version":"0.2.0""#));
}

#[test]
fn browsers_get_a_page_that_loads_nothing() {
    let server = Server::start();
    let accept = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let answer = server.send("GET", "/", &accept, None);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.header("content-security-policy").starts_with("default-src 'none';"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("vary"), "Accept");
    let page = answer.text();
    assert!(page.contains("prefers-color-scheme: dark"));
    for external in ["src=", "http:", "https:", "<script", "@import", "url("] {
        assert!(!page.contains(external), "{external}");
    }
}
