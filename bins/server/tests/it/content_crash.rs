//! Saves that were answered are in the history, however the program ends.

use std::{
    sync::mpsc::{self, Sender},
    thread,
    time::Duration,
};

use inkstone_gitstore::testing::TestRemote;
use serde_json::json;

use crate::support::{Program, send};

const CLIENTS: usize = 3;
/// The program ends after so many answers, in the middle of others.
const ANSWERS: usize = 9;
const ROUNDS: usize = 20;

#[test]
fn what_was_saved_survives_a_kill() {
    let remote = TestRemote::new();
    remote.check_out().push("_config.yml", "title: Blog\n");
    let root = remote.path().parent().unwrap().to_str().unwrap().to_owned();
    let program = Program::new(&[]).with("INKSTONE__CONTENT__LOCAL_ROOTS", root);
    let token = program.run(&["token", "create", "crash"]).stdout.trim().to_owned();
    let mut answered = Vec::new();
    for round in 0..ROUNDS {
        let serving = program.serve();
        if round == 0 {
            set_provider(&serving.address, &token, &remote);
        }
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (tell, address) = (tell.clone(), serving.address.clone());
                let (token, name) = (token.as_str(), format!("{round}-{client}"));
                scope.spawn(move || save(&address, token, &name, &tell));
            }
            drop(tell);
            answered.extend(told.iter().take(ANSWERS));
            assert_eq!(serving.stop("KILL").code, None, "killed, not ended");
            answered.extend(told);
        });
        fsck(&program, &remote);
    }
    // What waits is delivered by the next start.
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let headers = [("authorization", format!("Bearer {token}"))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let save = json!({ "path": "last.md", "content": "last" }).to_string();
    let saved = send(address, "PUT", "/api/inkstone/content/file", &headers, Some(&save));
    assert_eq!(saved.status, 200, "{saved:?}");
    assert_eq!(serving.stop("TERM").code, Some(0));
    fsck(&program, &remote);
    let log = remote.git(["log", "--format=", "--name-only", "main"]);
    for name in &answered {
        assert!(log.contains(&format!("source/_posts/{name}.md")), "{name} is lost");
        let text = remote.git(["show", &format!("main:source/_posts/{name}.md")]);
        assert_eq!(&text, name);
    }
    assert!(answered.len() >= ROUNDS * ANSWERS, "{}", answered.len());
}

fn set_provider(address: &str, token: &str, remote: &TestRemote) {
    let params = json!({ "url": remote.path(), "branch": "main", "config": "Hexo" });
    let setting = json!({ "provider": "git", "params": params }).to_string();
    let body = json!({ "token": token, "provider": setting }).to_string();
    let headers = [("content-type", "application/json")];
    let address = address.parse().unwrap();
    let answer = send(address, "POST", "/api/set_hexo", &headers, Some(&body));
    assert!(answer.text().contains("true"), "{answer:?}");
}

/// Saves one post after the other until nobody answers any more.
fn save(address: &str, token: &str, client: &str, tell: &Sender<String>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)))
        .build()
        .into();
    for number in 0.. {
        let name = format!("{client}-{number}");
        let file = format!("source/_posts/{name}.md");
        let form = [("token", token), ("file", &file), ("content", &name)];
        let answer = agent.post(format!("http://{address}/pub/save")).send_form(form);
        let body = answer.and_then(|answer| answer.into_body().read_to_string());
        match body {
            Ok(body) if body.contains(r#""status":true"#) => {
                if tell.send(name).is_err() {
                    return;
                }
            }
            Ok(body) => panic!("{body}"),
            Err(_) => return,
        }
    }
}

/// Both repositories are sound.
fn fsck(program: &Program, remote: &TestRemote) {
    remote.git(["fsck", "--full", "--strict"]);
    let clones = program.directory.path().join("data/content");
    let entries = std::fs::read_dir(clones).unwrap().map(|entry| entry.unwrap().path());
    for clone in entries.filter(|path| path.extension().is_some_and(|end| end == "git")) {
        let git = std::process::Command::new("git")
            .args(["fsck", "--full", "--strict", "--no-dangling"])
            .current_dir(&clone)
            .output()
            .unwrap();
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    }
}
