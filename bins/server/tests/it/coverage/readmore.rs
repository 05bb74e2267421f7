//! Every endpoint of the readmore API. Whoever adds one adds its line here.

use crate::support::{Program, send};

const GET: &[&str] = &["GET"];
const READ: &[&str] = &["GET", "HEAD"];
const POST: &[&str] = &["POST"];

/// What everybody may call.
pub(crate) const OPEN: [(&str, &[&str]); 7] = [
    ("", READ),
    ("/captcha/generate", &["GET", "HEAD", "POST"]),
    ("/captcha/validate", POST),
    ("/token/validate", POST),
    ("/browse/add", POST),
    ("/article/read", POST),
    ("/wechat/receive", &["GET", "POST"]),
];

/// What only the owner may.
pub(crate) const OWNERS: [(&str, &[&str]); 7] = [
    ("/token/revoke", POST),
    ("/browse/list", GET),
    ("/browse/statistics", GET),
    ("/subscriber/list", GET),
    ("/article/save", POST),
    ("/article/delete", POST),
    ("/article/list", GET),
];

const FORBIDDEN: &str = r#"{"code":403,"msg":"Illegal source"}"#;
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

#[test]
fn exactly_these_endpoints_exist() {
    let program = Program::new(&[
        ("BLOG_ID", "blog"),
        ("WECHAT_APP_TOKEN", "t"),
        ("INKSTONE__SERVER__PUBLIC_URL", "https://api.example"),
        ("INKSTONE__READMORE__GATE", "true"),
        ("INKSTONE__READMORE__APP_ALIAS", "true"),
    ]);
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    for (name, methods) in OPEN.iter().chain(&OWNERS) {
        for path in ["/api/readmore", "/app/api/readmore"] {
            for end in ["", "/"] {
                let path = format!("{path}{name}{end}");
                for method in METHODS {
                    let answer = send(address, method, &path, &[], None);
                    let known = methods.contains(&method);
                    assert_eq!(answer.status == 405, !known, "{method} {path}: {answer:?}");
                    assert!(![404, 500].contains(&answer.status), "{method} {path}: {answer:?}");
                    assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
                }
            }
        }
    }
    for (name, methods) in OWNERS {
        let path = format!("/api/readmore{name}");
        send(address, methods[0], &path, &[], Some("{}")).expect(403, FORBIDDEN);
    }
    for name in ["/captcha", "/token", "/browse", "/wechat", "/subscriber/add", "/captcha/list"] {
        let path = format!("/api/readmore{name}");
        send(address, "POST", &path, &[], None).expect(404, r#"{"code":404,"msg":"Not Found"}"#);
    }
    assert_eq!(serving.stop("TERM").code, Some(0));
}
