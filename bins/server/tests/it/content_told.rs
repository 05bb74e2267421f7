//! What the doctor and the log tell of the repository, and that neither tells its token.

use std::net::TcpListener;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use inkstone_gitstore::testing::{HttpRemote, TOKEN as GIT_TOKEN};
use serde_json::{Value, json};

use crate::support::{Program, Serving, send};

fn provider(url: &str, token: &str, branch: &str) -> Value {
    let params = json!({ "url": url, "token": token, "branch": branch, "config": "Hexo" });
    json!({ "provider": "git", "params": params })
}

/// Takes the setting unseen.
fn set(serving: &Serving, api_token: &str, setting: &Value) {
    let body = json!({ "token": api_token, "force": "true", "provider": setting.to_string() });
    let headers = [("content-type", "application/json")];
    let address = serving.address.parse().unwrap();
    let answer = send(address, "POST", "/api/set_hexo", &headers, Some(&body.to_string()));
    assert_eq!(answer.json()["status"], true, "{answer:?}");
}

/// How the token looks in a header for basic authentication.
fn encoded(token: &str) -> String {
    BASE64_STANDARD.encode(format!("x-access-token:{token}"))
}

#[test]
fn the_doctor_says_why_a_repository_does_not_answer() {
    let program = Program::new(&[("INKSTONE__CONTENT__TIMEOUT_S", "5")]);
    let token = program.run(&["token", "create", "doctor"]).stdout.trim().to_owned();
    let run = program.run(&["doctor"]);
    assert!(run.stdout.contains("ok    No content provider is set"), "{run:?}");

    let (remote, empty) = (HttpRemote::new(), HttpRemote::new());
    remote.remote().check_out().push("_config.yml", "title: Blog\n");
    let commit = remote.remote().git(["rev-parse", "--short=10", "main"]);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (url, elsewhere) = (remote.url(), remote.url().replace("/blog.git", "/other.git"));
    for (setting, code, said) in [
        (provider(&url, GIT_TOKEN, "main"), 0, format!("answers; main is at {}.", commit.trim())),
        (provider(&empty.url(), GIT_TOKEN, "main"), 0, "answers, but is empty.".to_owned()),
        (provider(&url, "wr0ng-t0ken", "main"), 1, "token".to_owned()),
        (provider(&url, GIT_TOKEN, "gone"), 1, "gone".to_owned()),
        (provider(&elsewhere, GIT_TOKEN, "main"), 1, "no repository at this address".to_owned()),
        (provider(&format!("http://{nobody}/blog.git"), "", "main"), 1, "connect".to_owned()),
        (provider("http://no-such-host.invalid/b.git", "", "main"), 1, "host".to_owned()),
    ] {
        let serving = program.serve();
        set(&serving, &token, &setting);
        assert_eq!(serving.stop("TERM").code, Some(0));
        let run = program.run(&["doctor"]);
        let mut lines = run.stdout.lines();
        let line = lines.find(|line| line.contains("The repository")).unwrap_or_default();
        assert!(run.code == Some(code) && line.contains(&said), "{setting}: {line}\n{run:?}");
        for secret in [GIT_TOKEN, "wr0ng-t0ken"] {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
        }
    }
}

#[test]
fn no_level_tells_the_token_of_a_repository() {
    let remote = HttpRemote::new();
    remote.remote().check_out().push("_config.yml", "title: Blog\n");
    let program = Program::new(&[
        ("INKSTONE__LOG__FILTER", "trace"),
        ("INKSTONE__LOG__REQUESTS", "all"),
        ("INKSTONE__CONTENT__RETRY_S", "1"),
    ]);
    let token = program.run(&["token", "create", "log"]).stdout.trim().to_owned();
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let bearer = format!("Bearer {token}");
    let owner = [("authorization", bearer.as_str())];
    let save = |text: &str| {
        let body = json!({ "path": "a.md", "content": text }).to_string();
        send(address, "PUT", "/api/inkstone/content/file", &owner, Some(&body))
    };
    set(&serving, &token, &provider(&remote.url(), GIT_TOKEN, "main"));
    assert_eq!(save("delivered").status, 200);
    remote.set_down(true);
    assert_eq!(save("waits").status, 200);
    let state = send(address, "GET", "/api/inkstone/content", &owner, None);
    assert!(!state.text().contains(GIT_TOKEN), "{}", state.text());
    remote.set_down(false);
    set(&serving, &token, &provider(&remote.url(), "wr0ng-t0ken", "main"));
    assert!(save("refused").status < 500);
    let log = serving.stop("TERM").stderr;
    assert!(log.contains("TRACE") && log.contains("/api/inkstone/content/file"), "{log}");
    for secret in [GIT_TOKEN, "wr0ng-t0ken", &token, &encoded(GIT_TOKEN)] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
