//! Every endpoint of the Qexo API. Whoever adds one moves or adds its line here.

use crate::support::{Program, send};

const READ: &[&str] = &["GET", "HEAD", "POST"];
const REPAIR: &[&str] = &["GET", "POST"];
const WRITE: &[&str] = &["POST"];

/// What everybody may call.
const OPEN: [(&str, &[&str]); 8] = [
    ("/api/webhook", REPAIR),
    ("/pub/status", READ),
    ("/pub/statistic", READ),
    ("/pub/friends", READ),
    ("/pub/ask_friend", WRITE),
    ("/pub/ask_friend_challenge", READ),
    ("/pub/talks", READ),
    ("/pub/like_talk", WRITE),
];

/// What takes the token.
const GUARDED: [(&str, &[&str]); 55] = [
    ("/pub/fix", REPAIR),
    ("/pub/get_posts", READ),
    ("/pub/get_pages", READ),
    ("/pub/get_configs", READ),
    ("/pub/save", WRITE),
    ("/pub/delete", WRITE),
    ("/pub/create_webhook", WRITE),
    ("/pub/get_notifications", READ),
    ("/pub/notifications", WRITE),
    ("/pub/get_friends", READ),
    ("/pub/add_friend", WRITE),
    ("/pub/edit_friend", WRITE),
    ("/pub/del_friend", WRITE),
    ("/pub/save_talk", WRITE),
    ("/pub/del_talk", WRITE),
    ("/pub/get_all_talks", READ),
    ("/pub/get_custom", READ),
    ("/pub/set_custom", WRITE),
    ("/pub/new_custom", WRITE),
    ("/pub/del_custom", WRITE),
    ("/api/save", WRITE),
    ("/api/delete", WRITE),
    ("/api/create_webhook", WRITE),
    ("/api/set_hexo", WRITE),
    ("/api/purge", WRITE),
    ("/api/save_post", WRITE),
    ("/api/save_page", WRITE),
    ("/api/save_draft", WRITE),
    ("/api/publish", WRITE),
    ("/api/unpublish", WRITE),
    ("/api/new_post", WRITE),
    ("/api/new_page", WRITE),
    ("/api/rename", WRITE),
    ("/api/fix", REPAIR),
    ("/api/get_notifications", READ),
    ("/api/del_notifications", WRITE),
    ("/api/clear_notifications", WRITE),
    ("/api/add_friend", WRITE),
    ("/api/edit_friend", WRITE),
    ("/api/del_friend", WRITE),
    ("/api/clean_friend", WRITE),
    ("/api/set_api", WRITE),
    ("/api/set_statistic", WRITE),
    ("/api/set_onepush", WRITE),
    ("/api/test_onepush", WRITE),
    ("/api/change_lang", WRITE),
    ("/api/set_value", WRITE),
    ("/api/new_value", WRITE),
    ("/api/del_value", WRITE),
    ("/api/save_talk", WRITE),
    ("/api/del_talk", WRITE),
    ("/api/set_custom", WRITE),
    ("/api/new_custom", WRITE),
    ("/api/del_custom", WRITE),
    ("/migrate", WRITE),
];

/// The contract's other endpoints.
const TO_COME: [&str; 1] = ["get_images"];

const AUTH_FAILED: &str = r#"{"msg":"鉴权错误!","status":false}"#;
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

#[test]
fn exactly_these_endpoints_exist() {
    let program = Program::new(&[]);
    let token = program.run(&["token", "create", "coverage"]).stdout;
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let owner = [("authorization", bearer.as_str())];
    for (path, methods) in OPEN.iter().chain(&GUARDED) {
        for end in ["", "/"] {
            let path = format!("{path}{end}");
            for method in METHODS {
                let answer = send(address, method, &path, &owner, None);
                let known = methods.contains(&method);
                assert_eq!(answer.status == 405, !known, "{method} {path}: {answer:?}");
                assert!(![404, 500].contains(&answer.status), "{method} {path}: {answer:?}");
            }
        }
    }
    for (path, methods) in GUARDED {
        send(address, methods[0], path, &[], None).expect(403, AUTH_FAILED);
    }
    for (path, methods) in OPEN {
        let answer = send(address, methods[0], path, &[], None);
        assert_ne!(answer.text(), AUTH_FAILED, "{path}");
    }
    for name in TO_COME {
        let answer = send(address, "POST", &format!("/pub/{name}"), &owner, None);
        answer.expect(404, r#"{"msg":"Not Found","status":false}"#);
    }
    assert_eq!(serving.stop("TERM").code, Some(0));
}
