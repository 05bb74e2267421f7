//! What a start refuses, and what the doctor says (contract readmore, 8.1).

use std::fs;

use serde_json::json;

use super::support::{BLOG, KEY};
use crate::support::{Program, send};

fn program(settings: &str) -> Program {
    let program = Program::new(&[("INKSTONE__OWNER__PASSWORD", "a good password")]);
    fs::write(program.directory.path().join("inkstone.toml"), settings).unwrap();
    program
}

#[test]
fn the_variables_of_the_original_server_are_enough() {
    let program =
        Program::new(&[("BLOG_ID", BLOG), ("TOKEN_SIGN_KEY", KEY), ("CAPTCHA_LENGTH", "8")]);
    let serving = program.serve();
    let body = json!({ "blogId": BLOG }).to_string();
    let address = serving.address.parse().unwrap();
    let answer = send(address, "POST", "/api/readmore/captcha/generate", &[], Some(&body)).json();
    assert_eq!(answer["data"]["code"].as_str().unwrap().len(), 8);
    let printed = program.run(&["config", "print"]).stdout;
    assert!(!printed.contains(KEY) && printed.contains("sign_key = \"********\""), "{printed}");
    assert_eq!(serving.stop("TERM").code, Some(0));
}

#[test]
fn settings_that_cannot_work_are_named() {
    for (settings, said) in [
        ("[readmore]\nblogs = ['b']\nsign_key = 'c2hvcnQ'\n", "shorter than 64 bytes"),
        ("[readmore]\nblogs = ['b']\n[wechat]\napp_token = 't'\n", "server.public_url"),
        (
            "[server]\npublic_url = 'https://x.example'\n[readmore]\nblogs = ['b']\n\
             [wechat]\napp_token = 't'\napp_id = 'wx1'\nencoding_aes_key = 'secret-but-short'\n",
            "43 letters and digits",
        ),
        (
            "[server]\npublic_url = 'https://x.example'\n[readmore]\nblogs = ['b']\n\
             [wechat]\napp_token = 't'\nencoding_aes_key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'\n",
            "app id",
        ),
    ] {
        let run = program(settings).run(&[]);
        assert_eq!(run.code, Some(1), "{settings}: {run:?}");
        assert!(run.stderr.contains(said), "{settings}: {}", run.stderr);
        assert!(!run.stderr.contains("secret-but-short") && !run.stderr.contains("c2hvcnQ"));
        let doctor = program(settings).run(&["doctor"]);
        assert_eq!(doctor.code, Some(1), "{settings}: {doctor:?}");
    }
}

#[test]
fn the_doctor_warns_of_what_is_easily_forgotten() {
    let careless = program(
        "[server]\npublic_url = 'http://x.example'\n[readmore]\nblogs = ['b']\n\
         [wechat]\napp_token = 't'\n",
    );
    let said = careless.run(&["doctor"]).stdout;
    for warning in ["require_open_id", "allowed_origins", "not encrypted"] {
        let line = said.lines().find(|line| line.contains(warning));
        assert!(line.is_some_and(|line| line.starts_with("warn")), "{warning}: {said}");
    }
    let careful = program(
        "[server]\npublic_url = 'https://x.example'\n[readmore]\nrequire_open_id = true\n\
         [[readmore.blogs]]\nid = 'b'\nallowed_origins = ['https://blog.example']\n\
         [wechat]\napp_token = 't'\n",
    );
    let said = careful.run(&["doctor"]).stdout;
    assert!(!said.contains("require_open_id") && !said.contains("allowed_origins"), "{said}");
    assert!(said.contains("Locked articles"), "{said}");
    assert!(!program("").run(&["doctor"]).stdout.contains("Locked articles"));
    // A start says the same in the log.
    let serving = careless.serve();
    let log = serving.stop("TERM").stderr;
    assert!(log.contains("require_open_id") && log.contains("allowed_origins"), "{log}");
}
