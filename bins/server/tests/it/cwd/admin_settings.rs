//! Contract cwd, 3.5 and 9.2, and what the panel's settings view needs (14.2).

mod mail;

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::support::{Blog, ids, said};
use crate::support::Answer;

const COMMENTS: &str = "/admin/settings/comments";
const FEATURES: &str = "/admin/settings/features";
const DISPLAY: &str = "/admin/settings/admin-display";
const SAVED: &str = "保存成功";

fn read(blog: &Blog, path: &str) -> Value {
    let answer = blog.admin("GET", path, &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn save(blog: &Blog, path: &str, body: &Value) -> Answer {
    blog.admin("PUT", path, body)
}

fn public(blog: &Blog) -> Value {
    blog.get("/api/config/comments").json()
}

/// A request of the owner with a body that need not be JSON.
fn put_text(blog: &Blog, path: &str, text: &str) -> Answer {
    let bearer = format!("Bearer {}", blog.login());
    blog.server.send("PUT", path, &[("authorization", &bearer)], Some(text))
}

/// What a server says whose owner has set nothing yet.
fn fresh_comments() -> Value {
    json!({
        "adminEmail": null,
        "adminBadge": null,
        "avatarPrefix": null,
        "adminEnabled": false,
        "allowedDomains": [],
        "requireReview": false,
        "blockedIps": [],
        "blockedEmails": [],
        "adminKey": null,
        "adminKeySet": false,
    })
}

/// All that the panel's first tab saves.
fn all_comments() -> Value {
    json!({
        "adminEmail": "Boss@x.io",
        "adminBadge": "Boss",
        "avatarPrefix": "https://avatars.example/avatar",
        "adminEnabled": true,
        "allowedDomains": ["a.example", "b.example"],
        "requireReview": true,
        "blockedIps": ["192.0.2.1", "2001:db8::1"],
        "blockedEmails": ["spam@x.io"],
    })
}

fn merged(base: &Value, changes: &Value) -> Value {
    let mut all = base.clone();
    all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    all
}

#[test]
fn a_fresh_server_has_the_defaults_of_the_contract() {
    let blog = Blog::start();
    assert_eq!(read(&blog, COMMENTS), fresh_comments());
    let features = json!({
        "enableCommentLike": true,
        "enableArticleLike": true,
        "enableImageLightbox": false,
    });
    assert_eq!(read(&blog, FEATURES), features);
    assert_eq!(read(&blog, "/admin/settings/feature"), features);
    assert_eq!(read(&blog, DISPLAY), json!({ "layoutTitle": "CWD 评论系统" }));
}

#[test]
fn the_panels_comment_tab_is_saved_and_read_back() {
    let blog = Blog::start();
    let all = all_comments();
    save(&blog, COMMENTS, &all).expect(200, &said(SAVED));
    let stored = merged(&fresh_comments(), &all);
    assert_eq!(read(&blog, COMMENTS), stored);
    // The panel sends back all but the key, which its field does not show.
    save(&blog, COMMENTS, &all).expect(200, &said(SAVED));
    assert_eq!(read(&blog, COMMENTS), stored);
}

#[test]
fn an_absent_member_stays_and_an_empty_one_is_cleared() {
    let blog = Blog::start();
    let fresh = fresh_comments();
    for (name, value) in all_comments().as_object().unwrap() {
        blog.set_settings(&all_comments());
        save(&blog, COMMENTS, &json!({})).expect(200, &said(SAVED));
        let full = merged(&fresh, &all_comments());
        let empties = match value {
            Value::String(_) => vec![json!(""), json!("  "), Value::Null],
            Value::Array(_) => vec![json!([]), json!(""), json!([" "]), Value::Null],
            _ => vec![json!(false), json!(0), json!("0"), json!("")],
        };
        for empty in empties {
            save(&blog, COMMENTS, &json!({ name: value })).expect(200, &said(SAVED));
            assert_eq!(read(&blog, COMMENTS), full, "{name}");
            save(&blog, COMMENTS, &json!({ name: empty })).expect(200, &said(SAVED));
            let cleared = merged(&full, &json!({ name: fresh[name] }));
            assert_eq!(read(&blog, COMMENTS), cleared, "{name}: {empty}");
        }
    }
}

#[test]
fn flags_and_lists_have_several_spellings() {
    let blog = Blog::start();
    for on in [json!(true), json!("1"), json!(1)] {
        blog.set_settings(&json!({ "adminEnabled": on, "requireReview": on }));
        let now = read(&blog, COMMENTS);
        assert_eq!((&now["adminEnabled"], &now["requireReview"]), (&json!(true), &json!(true)));
        blog.set_settings(&json!({ "adminEnabled": false, "requireReview": "0" }));
        assert_eq!(read(&blog, COMMENTS), fresh_comments());
    }
    for list in [
        json!(" a.example,b.example，c.example\nd.example  "),
        json!([" a.example ", "", "b.example", "c.example,d.example", "a.example"]),
    ] {
        blog.set_settings(&json!({ "allowedDomains": list }));
        let now = read(&blog, COMMENTS)["allowedDomains"].take();
        assert_eq!(now, json!(["a.example", "b.example", "c.example", "d.example"]), "{list}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let blog = Blog::start();
    blog.set_settings(&all_comments());
    let before = read(&blog, COMMENTS);
    for text in ["", "{", "[]", "null", "true", "\"x\""] {
        put_text(&blog, COMMENTS, text).expect(400, &said("Invalid JSON body"));
    }
    for (member, value, message) in [
        ("adminEmail", json!("boss"), "邮箱格式不正确"),
        ("adminEmail", json!("boss@x"), "邮箱格式不正确"),
        ("adminEmail", json!(["a@x.io"]), "Invalid JSON body"),
        ("adminBadge", json!(1), "Invalid JSON body"),
        ("adminBadge", json!("x".repeat(4_097)), "内容过长"),
        ("avatarPrefix", json!({}), "Invalid JSON body"),
        ("adminEnabled", json!("yes"), "Invalid JSON body"),
        ("adminEnabled", json!(2), "Invalid JSON body"),
        ("requireReview", json!([]), "Invalid JSON body"),
        ("allowedDomains", json!(1), "Invalid JSON body"),
        ("allowedDomains", json!(["a.example", 1]), "Invalid JSON body"),
        ("blockedIps", json!({ "0": "192.0.2.1" }), "Invalid JSON body"),
        ("blockedEmails", json!(["x".repeat(255)]), "内容过长"),
        ("adminKey", json!(1), "Invalid JSON body"),
    ] {
        // A good member beside a bad one is not saved either.
        let body = merged(&json!({ "requireReview": false }), &json!({ member: value }));
        save(&blog, COMMENTS, &body).expect(400, &said(message));
        assert_eq!(read(&blog, COMMENTS), before, "{member}");
    }
}

/// A list of the panel's grows by every block, and the panel sends back all of it.
#[test]
fn a_long_list_can_still_be_saved() {
    let blog = Blog::start();
    let address =
        |number: usize| format!("10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255);
    let most: Vec<String> = (0..10_000).map(address).collect();
    blog.set_settings(&json!({ "blockedIps": most }));
    assert_eq!(read(&blog, COMMENTS)["blockedIps"], json!(most));
    let more = json!({ "ip": address(10_000) });
    blog.admin("POST", "/admin/comments/block-ip", &more).expect(400, &said("内容过长"));
    let huge = format!("{{\"adminBadge\":\"{}\"}}", "x".repeat(5_000_000));
    put_text(&blog, COMMENTS, &huge).expect(413, &said("请求体过大"));
    // A stranger may send no more than elsewhere.
    let login = format!("{{\"name\":\"{}\"}}", "x".repeat(65_536));
    blog.server.send("POST", "/admin/login", &[], Some(&login)).expect(413, &said("请求体过大"));
}

#[test]
fn the_admin_key_is_kept_as_a_hash_and_never_shown() {
    let mut directory = None;
    let blog = Blog::start_with(|config| directory = Some(config.data_dir.clone()));
    let directory = directory.unwrap();
    let verify = |key: &str| blog.post("/api/verify-admin", &json!({ "adminToken": key })).status;
    assert_eq!(verify("anything"), 200, "no key is set");
    save(&blog, COMMENTS, &json!({ "adminKey": " open sesame " })).expect(200, &said(SAVED));
    assert_eq!((verify("open sesame"), verify("open  sesame")), (200, 401));
    let now = read(&blog, COMMENTS);
    assert_eq!((&now["adminKey"], &now["adminKeySet"]), (&Value::Null, &json!(true)));
    for path in [COMMENTS, FEATURES, DISPLAY, "/admin/settings/email-notify"] {
        let text = read(&blog, path).to_string();
        assert!(!text.contains("sesame") && !text.contains("argon2"), "{text}");
    }
    let config = public(&blog).to_string();
    assert!(!config.contains("sesame") && !config.contains("argon2"), "{config}");
    assert!(!holds(&directory, "open sesame"));
    assert!(holds(&directory, "$argon2id$"), "this would find it");

    // Absent and null leave it, the next one replaces it, and an empty one clears it.
    blog.set_settings(&json!({ "adminBadge": "Boss", "adminKey": null }));
    assert_eq!(verify("open sesame"), 200);
    blog.set_settings(&json!({ "adminKey": "mellon" }));
    assert_eq!((verify("mellon"), verify("open sesame")), (200, 401));
    blog.set_settings(&json!({ "adminKey": "  " }));
    assert_eq!(read(&blog, COMMENTS)["adminKeySet"], false);
    assert_eq!(verify("anything"), 200);
}

/// Whether any file in `directory` holds `text`.
fn holds(directory: &Path, text: &str) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

#[test]
fn features_are_saved_one_by_one() {
    let blog = Blog::start();
    let mut expected = read(&blog, FEATURES);
    for (path, body) in [
        (FEATURES, json!({ "enableCommentLike": false })),
        ("/admin/settings/feature", json!({ "enableArticleLike": false })),
        (FEATURES, json!({ "enableImageLightbox": true, "commentPlaceholder": " Say it " })),
        (FEATURES, json!({ "adminLanguage": "en-US" })),
        (FEATURES, json!({ "widgetLanguage": "auto", "visibleDomains": ["blog", ""] })),
        (FEATURES, json!({ "commentPlaceholder": "" })),
    ] {
        save(&blog, path, &body).expect(200, &said("保存成功！"));
        expected = merged(&expected, &body);
        if body["commentPlaceholder"] == " Say it " {
            expected["commentPlaceholder"] = json!("Say it");
        }
        if body.get("visibleDomains").is_some() {
            expected["visibleDomains"] = json!(["blog"]);
        }
        assert_eq!(read(&blog, FEATURES), expected, "{body}");
    }
    // Members of other types are left out, the rest is saved.
    let mixed = json!({
        "enableCommentLike": 1,
        "enableArticleLike": "true",
        "enableImageLightbox": false,
        "commentPlaceholder": 5,
        "adminLanguage": null,
        "visibleDomains": "blog",
    });
    save(&blog, FEATURES, &mixed).expect(200, &said("保存成功！"));
    expected["enableImageLightbox"] = json!(false);
    assert_eq!(read(&blog, FEATURES), expected);
    put_text(&blog, FEATURES, "[]").expect(400, &said("Invalid JSON body"));
    save(&blog, FEATURES, &json!({ "commentPlaceholder": "x".repeat(4_097) }))
        .expect(400, &said("内容过长"));
}

#[test]
fn the_title_of_the_panel_has_a_default() {
    let blog = Blog::start();
    for (title, shown) in [("My panel", "My panel"), ("  ", "CWD 评论系统"), ("a\nb", "ab")] {
        save(&blog, DISPLAY, &json!({ "layoutTitle": title })).expect(200, &said(SAVED));
        assert_eq!(read(&blog, DISPLAY), json!({ "layoutTitle": shown }));
        save(&blog, DISPLAY, &json!({})).expect(200, &said(SAVED));
        assert_eq!(read(&blog, DISPLAY), json!({ "layoutTitle": shown }));
    }
    save(&blog, DISPLAY, &json!({ "layoutTitle": 1 })).expect(400, &said("Invalid JSON body"));
    put_text(&blog, DISPLAY, "").expect(400, &said("Invalid JSON body"));
}

#[test]
fn readers_see_changed_settings_at_once() {
    let blog = Blog::start();
    let id = blog.posted(json!({ "email": "boss@x.io" }));
    let is_admin = || {
        let list = blog.list("post_slug=/posts/one");
        assert_eq!(ids(&list["data"]), [id]);
        list["data"][0]["isAdmin"].as_bool().unwrap()
    };
    let before = public(&blog);
    assert_eq!((is_admin(), &before["adminEmail"]), (false, &Value::Null));
    blog.set_settings(&json!({ "adminEmail": "Boss@x.io", "adminBadge": "Boss" }));
    assert!(!is_admin(), "the badge is off");
    assert_eq!(public(&blog)["adminEmail"], "Boss@x.io");
    blog.set_settings(&json!({ "adminEnabled": true }));
    assert!(is_admin());
    blog.set_settings(&json!({ "adminKey": "open sesame" }));
    assert!(!is_admin(), "written without the key");
    blog.set_features(&json!({ "enableArticleLike": false, "commentPlaceholder": "Say it" }));
    let now = public(&blog);
    assert_eq!(
        (&now["enableArticleLike"], &now["commentPlaceholder"]),
        (&json!(false), &json!("Say it"))
    );
    assert_eq!((&now["adminBadge"], &now["adminEnabled"]), (&json!("Boss"), &json!(true)));
}
