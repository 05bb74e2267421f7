//! Every endpoint of the Qexo API. Whoever adds one moves or adds its line here.

use std::{fs, path::Path};

use crate::support::{Program, send};

const READ: &[&str] = &["GET", "HEAD", "POST"];
const REPAIR: &[&str] = &["GET", "POST"];
const WRITE: &[&str] = &["POST"];

/// What everybody may call.
pub(crate) const OPEN: [(&str, &[&str]); 9] = [
    ("/api/webhook", REPAIR),
    ("/pub/status", READ),
    ("/pub/statistic", READ),
    ("/pub/friends", READ),
    ("/pub/ask_friend", WRITE),
    ("/pub/ask_friend_challenge", READ),
    ("/pub/talks", READ),
    ("/pub/like_talk", WRITE),
    ("/api/auth", WRITE),
];

/// What takes the token.
pub(crate) const GUARDED: [(&str, &[&str]); 59] = [
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
    ("/pub/get_images", READ),
    ("/api/upload", WRITE),
    ("/api/delete_img", WRITE),
    ("/api/set_image_host", WRITE),
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
                let kind = answer.header("content-type");
                assert!(kind.starts_with("application/json"), "{method} {path}: {answer:?}");
                let shared = if path.starts_with("/migrate") { "" } else { "*" };
                assert_eq!(answer.header("access-control-allow-origin"), shared, "{path}");
            }
        }
    }
    for (path, methods) in GUARDED {
        let refused = send(address, methods[0], path, &[], None);
        // It is told under both keys by one of them (Q-07).
        assert_eq!(refused.status, 403, "{path}: {refused:?}");
        assert!(refused.text().contains(r#""msg":"鉴权错误!""#), "{path}: {refused:?}");
    }
    for (path, methods) in OPEN {
        let answer = send(address, methods[0], path, &[], None);
        assert_ne!(answer.text(), AUTH_FAILED, "{path}");
    }
    assert_eq!(serving.stop("TERM").code, Some(0));
}

/// The tests that `docs/wire/qexo.md` names in its tables.
#[test]
fn the_documented_tests_exist() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(server.join("../../docs/wire/qexo.md")).unwrap();
    let browser = fs::read_to_string(server.join("tests/browser/qexo.test.js")).unwrap();
    let named: Vec<(&str, &str)> =
        document.split('`').skip(1).step_by(2).filter_map(|code| code.rsplit_once("::")).collect();
    assert!(named.len() > 40, "{named:?}");
    for (module, test) in named {
        let exists = if module == "browser" {
            browser.contains(&format!("test({test:?}, "))
        } else {
            let file = server.join("tests/it").join(module.replace("::", "/"));
            let source = fs::read_to_string(file.with_extension("rs")).unwrap();
            source.contains(&format!("fn {test}("))
        };
        assert!(exists, "{module}::{test}");
    }
}
