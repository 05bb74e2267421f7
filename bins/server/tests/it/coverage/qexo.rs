//! Every endpoint of the Qexo API. Whoever adds one moves or adds its line here.

use crate::support::{Program, send};

const READ: &[&str] = &["GET", "HEAD", "POST"];
const REPAIR: &[&str] = &["GET", "POST"];
const WRITE: &[&str] = &["POST"];

/// What everybody may call.
const OPEN: [(&str, &[&str]); 2] = [("/pub/status", READ), ("/pub/statistic", READ)];

/// What takes the token.
const GUARDED: [(&str, &[&str]); 15] = [
    ("/pub/fix", REPAIR),
    ("/pub/get_notifications", READ),
    ("/pub/notifications", WRITE),
    ("/api/fix", REPAIR),
    ("/api/get_notifications", READ),
    ("/api/del_notifications", WRITE),
    ("/api/clear_notifications", WRITE),
    ("/api/set_api", WRITE),
    ("/api/set_statistic", WRITE),
    ("/api/set_onepush", WRITE),
    ("/api/test_onepush", WRITE),
    ("/api/change_lang", WRITE),
    ("/api/set_value", WRITE),
    ("/api/new_value", WRITE),
    ("/api/del_value", WRITE),
];

/// The contract's other endpoints.
const TO_COME: [&str; 22] = [
    "save",
    "delete",
    "create_webhook",
    "get_posts",
    "get_pages",
    "get_configs",
    "get_images",
    "friends",
    "get_friends",
    "add_friend",
    "edit_friend",
    "del_friend",
    "ask_friend",
    "talks",
    "like_talk",
    "save_talk",
    "del_talk",
    "get_all_talks",
    "get_custom",
    "set_custom",
    "new_custom",
    "del_custom",
];

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
