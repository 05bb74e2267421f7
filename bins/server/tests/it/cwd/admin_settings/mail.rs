//! `email` and `email-notify`.

use serde_json::{Value, json};

use super::{
    super::support::{Blog, said},
    SAVED, merged, put_text, read, save,
};

const ADDRESS: &str = "/admin/settings/email";
const NOTIFY: &str = "/admin/settings/email-notify";
const MASK: &str = "********";

/// All that the panel's mail tab saves.
fn all() -> Value {
    json!({
        "globalEnabled": false,
        "smtp": {
            "host": "smtp.example",
            "port": 587,
            "user": "blog@x.io",
            "pass": "hunter2",
            "secure": false,
        },
        "templates": { "reply": "<p>${replyContent}</p>", "admin": "<p>${commentContent}</p>" },
    })
}

/// The same as it is shown: the password is masked.
fn shown() -> Value {
    let mut shown = all();
    shown["smtp"]["pass"] = json!(MASK);
    shown
}

#[test]
fn a_fresh_server_has_built_in_templates_and_no_password() {
    let blog = Blog::start();
    let mut notify = read(&blog, NOTIFY);
    let templates = notify["templates"].take();
    let smtp =
        json!({ "host": "smtp.qq.com", "port": 465, "user": "", "pass": "", "secure": true });
    assert_eq!(notify, json!({ "globalEnabled": true, "smtp": smtp, "templates": null }));
    assert_eq!(templates.as_object().unwrap().len(), 2);
    for (name, variables) in [
        (
            "reply",
            &["toName", "postTitle", "parentComment", "replyAuthor", "replyContent", "postUrl"][..],
        ),
        ("admin", &["postTitle", "postUrl", "commentAuthor", "commentContent"]),
    ] {
        for variable in variables {
            let text = templates[name].as_str().unwrap();
            assert!(text.contains(&format!("${{{variable}}}")), "{name}: {variable}");
        }
    }
    assert_eq!(read(&blog, ADDRESS), json!({ "email": null }));
}

#[test]
fn each_member_is_saved_on_its_own() {
    let blog = Blog::start();
    let fresh = read(&blog, NOTIFY);
    save(&blog, NOTIFY, &all()).expect(200, &said(SAVED));
    assert_eq!(read(&blog, NOTIFY), shown());
    for body in [
        json!({}),
        json!({ "smtp": {}, "templates": {} }),
        json!({ "smtp": null, "templates": null }),
        json!({ "smtp": { "user": "blog@x.io" } }),
        // What the panel sends back.
        shown(),
    ] {
        save(&blog, NOTIFY, &body).expect(200, &said(SAVED));
        assert_eq!(read(&blog, NOTIFY), shown(), "{body}");
    }
    for (group, name, empty) in [
        ("smtp", "host", json!(" ")),
        ("smtp", "port", json!("")),
        ("smtp", "user", json!("")),
        ("smtp", "pass", json!("")),
        ("templates", "reply", json!(" \n")),
        ("templates", "admin", Value::Null),
    ] {
        save(&blog, NOTIFY, &all()).expect(200, &said(SAVED));
        save(&blog, NOTIFY, &json!({ group: { name: empty } })).expect(200, &said(SAVED));
        let mut expected = shown();
        expected[group][name] = fresh[group][name].clone();
        assert_eq!(read(&blog, NOTIFY), expected, "{group} {name}");
    }
}

#[test]
fn flags_and_ports_have_several_spellings() {
    let blog = Blog::start();
    save(&blog, NOTIFY, &all()).expect(200, &said(SAVED));
    for (port, kept) in [(json!("25"), 25), (json!(" 465 "), 465), (json!(65_535), 65_535)] {
        save(&blog, NOTIFY, &json!({ "smtp": { "port": port } })).expect(200, &said(SAVED));
        assert_eq!(read(&blog, NOTIFY)["smtp"]["port"], kept);
    }
    for on in [json!(1), json!("1"), json!(true)] {
        let off = json!({ "globalEnabled": "0", "smtp": { "secure": 0 } });
        save(&blog, NOTIFY, &off).expect(200, &said(SAVED));
        let body = json!({ "globalEnabled": on, "smtp": { "secure": on } });
        save(&blog, NOTIFY, &body).expect(200, &said(SAVED));
        let now = read(&blog, NOTIFY);
        assert_eq!((&now["globalEnabled"], &now["smtp"]["secure"]), (&json!(true), &json!(true)));
    }
}

#[test]
fn the_password_never_leaves() {
    let blog = Blog::start();
    save(&blog, NOTIFY, &all()).expect(200, &said(SAVED));
    let answer = blog.admin("GET", NOTIFY, &Value::Null);
    assert!(answer.text().contains(MASK) && !answer.text().contains("hunter2"));
    // The mask in a cleared field is not taken for a password.
    save(&blog, NOTIFY, &json!({ "smtp": { "pass": "" } })).expect(200, &said(SAVED));
    save(&blog, NOTIFY, &json!({ "smtp": { "pass": MASK } })).expect(200, &said(SAVED));
    assert_eq!(read(&blog, NOTIFY)["smtp"]["pass"], "");
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let blog = Blog::start();
    save(&blog, NOTIFY, &all()).expect(200, &said(SAVED));
    for text in ["", "{", "[]", "null"] {
        put_text(&blog, NOTIFY, text).expect(400, &said("Invalid JSON body"));
        put_text(&blog, ADDRESS, text).expect(400, &said("Invalid JSON body"));
    }
    let long = "x".repeat(65_537);
    for (body, message) in [
        (json!({ "globalEnabled": "yes" }), "Invalid JSON body"),
        (json!({ "smtp": "smtp.example" }), "Invalid JSON body"),
        (json!({ "smtp": [] }), "Invalid JSON body"),
        (json!({ "templates": "<p>" }), "Invalid JSON body"),
        (json!({ "smtp": { "host": 1 } }), "Invalid JSON body"),
        (json!({ "smtp": { "port": 65_536 } }), "Invalid JSON body"),
        (json!({ "smtp": { "port": -1 } }), "Invalid JSON body"),
        (json!({ "smtp": { "port": "smtp" } }), "Invalid JSON body"),
        (json!({ "smtp": { "port": 1.5 } }), "Invalid JSON body"),
        (json!({ "smtp": { "pass": 1 } }), "Invalid JSON body"),
        (json!({ "templates": { "reply": ["<p>"] } }), "Invalid JSON body"),
        (json!({ "smtp": { "host": "x".repeat(4_097) } }), "内容过长"),
        (json!({ "templates": { "reply": long } }), "内容过长"),
    ] {
        let body = merged(&json!({ "globalEnabled": true }), &body);
        save(&blog, NOTIFY, &body).expect(400, &said(message));
        assert_eq!(read(&blog, NOTIFY), shown());
    }
}

#[test]
fn a_template_may_be_as_long_as_its_limit() {
    let blog = Blog::start();
    let longest = "\"".repeat(65_536);
    let body = json!({ "templates": { "reply": longest, "admin": longest } });
    save(&blog, NOTIFY, &body).expect(200, &said(SAVED));
    assert_eq!(read(&blog, NOTIFY)["templates"], body["templates"]);
}

#[test]
fn a_line_break_cannot_be_smuggled_into_the_head_of_a_mail() {
    let blog = Blog::start();
    let body = json!({ "smtp": { "host": "a\r\nb", "user": "x@x.io\nBcc: y@x.io" } });
    save(&blog, NOTIFY, &body).expect(200, &said(SAVED));
    let smtp = read(&blog, NOTIFY)["smtp"].take();
    assert_eq!((&smtp["host"], &smtp["user"]), (&json!("ab"), &json!("x@x.ioBcc: y@x.io")));
}

#[test]
fn the_older_address_is_kept_apart() {
    let blog = Blog::start();
    for email in [json!("old@x.io"), json!("new@x.io")] {
        save(&blog, ADDRESS, &json!({ "email": email })).expect(200, &said(SAVED));
        assert_eq!(read(&blog, ADDRESS), json!({ "email": email }));
    }
    for email in [json!("old"), json!("a@x"), json!(1), json!(["a@x.io"])] {
        save(&blog, ADDRESS, &json!({ "email": email })).expect(400, &said("邮箱格式不正确"));
    }
    save(&blog, ADDRESS, &json!({})).expect(400, &said("邮箱格式不正确"));
    assert_eq!(read(&blog, ADDRESS), json!({ "email": "new@x.io" }));
    assert_eq!(read(&blog, super::COMMENTS)["adminEmail"], Value::Null);
    save(&blog, ADDRESS, &json!({ "email": "" })).expect(200, &said(SAVED));
    assert_eq!(read(&blog, ADDRESS), json!({ "email": null }));
}
