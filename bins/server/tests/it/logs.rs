//! What the running program writes to standard error.

use std::fs;

use inkstone_delivery::testing::HttpStub;
use serde_json::json;

use crate::support::{Program, send};

fn log_of(variables: &[(&'static str, &'static str)], requests: &[(&str, &str)]) -> String {
    let program = Program::new(variables);
    let serving = program.serve();
    for (path, id) in requests {
        let headers = [
            ("x-request-id", *id),
            ("authorization", "Bearer token-secret"),
            ("cookie", "cookie-secret"),
        ];
        send(serving.address.parse().unwrap(), "GET", path, &headers, None);
    }
    serving.stop("TERM").stderr
}

const REQUESTS: [(&str, &str); 2] =
    [("/healthz?key=query-secret", "good-1"), ("/nowhere?key=query-secret", "bad-1")];

#[test]
fn requests_are_logged_as_configured() {
    for (which, good, bad) in [("off", false, false), ("errors", false, true), ("all", true, true)]
    {
        let log = log_of(&[("INKSTONE__LOG__REQUESTS", which)], &REQUESTS);
        assert_eq!((log.contains("good-1"), log.contains("bad-1")), (good, bad), "{which}: {log}");
        assert!(!log.contains("secret"), "{log}");
    }
}

#[test]
fn json_lines_are_json() {
    let variables = [("INKSTONE__LOG__FORMAT", "json"), ("INKSTONE__LOG__REQUESTS", "all")];
    let log = log_of(&variables, &REQUESTS);
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let line = lines.iter().find(|line| line["request_id"] == "bad-1").expect(&log);
    assert_eq!((&line["path"], &line["status"]), (&"/nowhere".into(), &404.into()));
}

#[test]
fn no_level_tells_a_bots_token() {
    let telegram = HttpStub::start();
    let program = Program::new(&[
        ("INKSTONE__LOG__FILTER", "trace"),
        ("INKSTONE__OWNER__PASSWORD", "correct horse battery staple"),
    ]);
    let file = program.directory.path().join("inkstone.toml");
    fs::write(file, format!("[telegram]\napi_url = '{}'\n", telegram.url())).unwrap();
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let login = json!({ "name": "admin", "password": "correct horse battery staple" });
    let answer = send(address, "POST", "/admin/login", &[], Some(&login.to_string())).json();
    let bearer = format!("Bearer {}", answer["data"]["key"].as_str().unwrap());
    let owner = [("authorization", bearer.as_str())];
    let settings = json!({ "botToken": "7:bot-secret", "chatId": "42", "notifyEnabled": true });
    let settings = settings.to_string();
    send(address, "PUT", "/admin/settings/telegram", &owner, Some(&settings));
    let said = send(address, "POST", "/admin/settings/telegram/test", &owner, Some("{}"));
    assert_eq!(said.status, 200, "{}", said.text());
    assert!(telegram.requests()[0].path.contains("7:bot-secret"));
    let log = serving.stop("TERM").stderr;
    assert!(log.contains("TRACE") && log.contains("ureq"), "{log}");
    assert!(!log.contains("bot-secret"), "{log}");
}
