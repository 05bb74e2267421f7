//! What the running program writes to standard error.

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
