//! Moving everything in and out over HTTP (contract qexo, section 11; checklist 16).

use inkstone_accounts::TokenHash;
use serde_json::{Value, json};

use super::support::{AUTH_FAILED, TOKEN, blog, blog_on, refusal};
use crate::{
    cwd::support::{Blog, Database, on_both_databases},
    support::Answer,
};

on_both_databases!(
    an_export_of_qexo_is_taken_as_it_is,
    what_is_exported_comes_back_the_same,
    merging_adds_and_importing_again_changes_nothing,
    replacing_removes_what_the_file_lacks,
    what_cannot_be_used_changes_nothing,
);

pub(crate) const EXPORT: &str = include_str!("export.json");

/// The token in clear that the file holds.
pub(crate) const OLD_TOKEN: &str = "q8w7e6r5t4y3";

fn migrate(blog: &Blog, token: &str, fields: &[(&str, &str)]) -> Answer {
    blog.form("/migrate/", &[fields, &[("token", token)]].concat())
}

#[track_caller]
fn import(blog: &Blog, token: &str, data: &str, mode: &str) -> Value {
    let answer = migrate(blog, token, &[("type", "import"), ("data", data), ("mode", mode)]);
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(true)), "{answer:?}");
    answer.json()
}

/// What is said of the rows of [`EXPORT`] that were not taken as they are.
const REPORT: [&str; 19] = [
    "Left out of settings, `content` is no text: 1 (item 8)",
    "Left out of settings, `content` is none that ALLOW_FRIEND can have: 1 (item 6)",
    "Left out of settings, unknown name: 1 (item 7)",
    "Left out of images, `url` is too long, or no address of the web: 1 (item 3)",
    "Left out of friends, `name` is no text: 1 (item 5)",
    "Left out of friends, `url` is too long, or runs code: 1 (item 3)",
    "Left out of friends, no object: 1 (item 6)",
    "Left out of pv, `number` is no whole number: 1 (item 5)",
    "Left out of pv, `url` is no address: 1 (item 4)",
    "Left out of posts, the index is made from the posts themselves: 1 (item 1)",
    "Changed in settings, a repeated name, of which the last counts: 1 (item 3)",
    "Changed in images, a `date` that is no number, now 0: 1 (item 4)",
    "Changed in friends, a `time` that is no number, now 0: 1 (item 4)",
    "Changed in custom, a repeated name, of which the last counts: 1 (item 2)",
    "Changed in uv, an address that occurs again: 1 (item 4)",
    "Changed in talks, likes that cannot be read, now none: 1 (item 3)",
    "Changed in talks, tags that cannot be read, now none: 1 (item 3)",
    "Changed in talks, values that cannot be read, now none: 1 (item 3)",
    "Custom fields in another language, shown as they are until you rewrite them: python",
];

#[track_caller]
fn export(blog: &Blog, token: &str) -> Value {
    let answer = blog.form("/migrate", &[("type", "export"), ("token", token)]);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-disposition"), r#"attachment; filename="qexo-export.json""#);
    answer.json()
}

fn an_export_of_qexo_is_taken_as_it_is(database: Database) {
    let blog = blog_on(database, |_| {});
    let said = import(&blog, TOKEN, EXPORT, "");
    let counts =
        |added: u64, replaced: u64| json!({ "added": added, "replaced": replaced, "removed": 0 });
    // The token, and since somebody was here the last activity.
    assert_eq!(said["imported"]["settings"]["added"], 3, "{said}");
    assert_eq!(said["imported"]["images"], counts(3, 0));
    assert_eq!(said["imported"]["friends"], counts(3, 0));
    assert_eq!(said["imported"]["notifications"], counts(2, 0));
    assert_eq!(said["imported"]["custom"], counts(3, 0));
    assert_eq!(said["imported"]["uv"], counts(4, 0));
    assert_eq!(said["imported"]["pv"], counts(2, 0));
    assert_eq!(said["imported"]["talks"], counts(3, 0));
    let report: Vec<&str> =
        said["report"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(report, REPORT);
    // The token of the old installation works on; the one it has replaced does not.
    let notices = |token: &str| blog.get(&format!("/pub/get_notifications?token={token}"));
    let listed = notices(OLD_TOKEN).json()["data"].clone();
    assert_eq!(listed[0]["time"], "1795212488.25");
    assert_eq!(listed[1]["time"], "1795212488.251");
    notices(TOKEN).expect(403, r#"{"msg":"Authentication Failed!","status":false}"#);
    let exported = export(&blog, OLD_TOKEN);
    let images = exported["images"].as_array().unwrap();
    let kept = |image: &Value| ["name", "size", "date", "deleteConfig"].map(|m| image[m].clone());
    assert_eq!(kept(&images[0]), ["d.png", "7", "0", r#"{"key":"d"}"#]);
    assert_eq!(kept(&images[1]), ["a.png", "128614", "1795212488.1", "{}"]);
    assert_eq!(kept(&images[2]), ["b.png", "12 KB?", "1795212488.11", r#"{"key": "b"}"#]);
    assert_eq!(images[1]["url"], "https://img.example/a.png?x=1&y=2");
    assert_eq!(images[1]["type"], "image/png");
    let listed = blog.get(&format!("/pub/get_images?token={OLD_TOKEN}")).json();
    let shown = |at: usize| ["size", "date", "time"].map(|m| listed["images"][at][m].clone());
    assert_eq!(shown(0), ["0 B", "2026-11-21 06:08:08", "1795212488.11"]);
    assert_eq!(shown(1), ["125.6 KB", "2026-11-21 06:08:08", "1795212488.1"]);
    let friends: Vec<_> = exported["friends"].as_array().unwrap().iter().collect();
    let named = |name: &str| friends.iter().find(|friend| friend["name"] == name).unwrap();
    assert_eq!(named("Ada")["time"], "1795212488.4817219");
    assert_eq!(named("Ada")["url"], "https://ada.example/?a=1&b=2");
    assert_eq!(named("Bob")["time"], "1795212488.48172191");
    assert_eq!((&named("Bob")["status"], &named("Kim")["time"]), (&json!(false), &json!("0")));
    let talks = exported["talks"].as_array().unwrap();
    let seen = |talk: &Value| [talk["tags"].clone(), talk["time"].clone(), talk["values"].clone()];
    assert_eq!(seen(&talks[0]), [json!(r#"["a","1"]"#), json!("1704599400"), json!("{}")]);
    assert_eq!(seen(&talks[1]), [json!(r#"["{broken"]"#), json!("1704599500"), json!("{}")]);
    assert_eq!(seen(&talks[2]), [json!("[]"), json!("1704599500"), json!("{}")]);
    assert_eq!(talks[0]["likes_count"], 3);
    assert!(!exported.to_string().contains("192.0.2"), "addresses are kept nowhere");
    assert!(!exported.to_string().contains(OLD_TOKEN), "nor is the token");
    // Who was there before is known, and the counters go on.
    let hit = |address: &str| {
        let headers = [("referer", "https://blog.example/a"), ("x-forwarded-for", address)];
        let answer = blog.server.send("GET", "/pub/statistic/", &headers, None).json();
        ["site_pv", "page_pv", "site_uv"].map(|name| answer[name].as_u64().unwrap())
    };
    assert_eq!(hit("192.0.2.1"), [10, 8, 4]);
    assert_eq!(hit("192.0.2.2"), [11, 9, 4]);
    assert_eq!(hit("192.0.2.3"), [12, 10, 5]);
}

fn what_is_exported_comes_back_the_same(database: Database) {
    let one = blog_on(database, |_| {});
    import(&one, TOKEN, EXPORT, "");
    let exported = settled(export(&one, OLD_TOKEN));
    for mode in ["replace", "merge"] {
        // Over itself, and into an installation with another key, which reads the same.
        import(&one, OLD_TOKEN, &exported.to_string(), mode);
        assert_eq!(settled(export(&one, OLD_TOKEN)), exported, "{mode}");
    }
    let other = blog_on(database, |_| {});
    import(&other, TOKEN, &exported.to_string(), "replace");
    assert_eq!(settled(export(&other, OLD_TOKEN)), exported);
}

fn merging_adds_and_importing_again_changes_nothing(database: Database) {
    let blog = blog_on(database, |_| {});
    let own = json!({
        "friends": [{ "name": "Own", "url": "https://own.example", "time": "5", "status": true }],
        "images": [{ "name": "own.png", "url": "/own.png", "size": "1", "date": "5" }],
        "custom": [{ "name": "own", "content": "x" }],
        "pv": [{ "url": "blog.example/a", "number": 100 }, { "url": "own.example", "number": 1 }],
        "uv": [{ "ip": "198.51.100.1" }, { "ip": "192.0.2.1" }],
        "talks": [{ "content": "own", "tags": "[]", "time": "5", "like": "[]" }],
    });
    import(&blog, TOKEN, &own.to_string(), "merge");
    import(&blog, TOKEN, EXPORT, "merge");
    let once = settled(export(&blog, OLD_TOKEN));
    for (list, count) in
        [("images", 4), ("friends", 4), ("custom", 4), ("uv", 5), ("pv", 3), ("talks", 4)]
    {
        assert_eq!(once[list].as_array().unwrap().len(), count, "{list}");
    }
    let again = import(&blog, OLD_TOKEN, EXPORT, "merge");
    for (list, moved) in again["imported"].as_object().unwrap() {
        assert_eq!((&moved["added"], &moved["removed"]), (&json!(0), &json!(0)), "{list}");
    }
    assert_eq!(settled(export(&blog, OLD_TOKEN)), once);
    let pages: Vec<_> = once["pv"].as_array().unwrap().iter().collect();
    assert!(pages.contains(&&json!({ "url": "blog.example/a", "number": 100 })), "{pages:?}");
}

fn replacing_removes_what_the_file_lacks(database: Database) {
    let blog = blog_on(database, |_| {});
    import(&blog, TOKEN, EXPORT, "");
    let before = settled(export(&blog, OLD_TOKEN));
    // One list, as Qexo's own page sends it; the others stay.
    let one = json!([{ "name": "New", "url": "https://new.example", "time": "9", "status": true }]);
    let one = one.to_string();
    let answer = migrate(&blog, OLD_TOKEN, &[("type", "import_friends"), ("data", &one)]);
    let moved = json!({ "friends": { "added": 1, "replaced": 0, "removed": 3 } });
    assert_eq!(answer.json()["imported"], moved);
    let after = settled(export(&blog, OLD_TOKEN));
    assert_eq!(after["friends"].as_array().unwrap().len(), 1);
    for list in ["settings", "images", "notifications", "custom", "uv", "pv", "talks"] {
        assert_eq!(after[list], before[list], "{list}");
    }
    // Settings without a token lock nobody out; an empty list empties.
    let data = json!({ "settings": [{ "name": "LANGUAGE", "content": "en_US" }], "talks": [] });
    import(&blog, OLD_TOKEN, &data.to_string(), "replace");
    let after = settled(export(&blog, OLD_TOKEN));
    let names: Vec<_> =
        after["settings"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["LANGUAGE", "WEBHOOK_APIKEY"]);
    assert_eq!(after["talks"], json!([]));
    // What holds nothing usable removes nothing.
    let data = json!({ "custom": [{ "content": "x" }], "friends": [1, null] }).to_string();
    let said = import(&blog, OLD_TOKEN, &data, "replace");
    assert_eq!(said["imported"], json!({}));
    assert_eq!(settled(export(&blog, OLD_TOKEN)), after);
}

fn what_cannot_be_used_changes_nothing(database: Database) {
    let blog = blog_on(database, |_| {});
    blog.owner_form("/api/change_lang", &[("lang", "zh_CN")]);
    import(
        &blog,
        TOKEN,
        &json!({ "friends": [], "talks": [
        { "content": "kept", "tags": "[]", "time": "5", "like": "[]" }
    ] })
        .to_string(),
        "",
    );
    let before = settled(export(&blog, TOKEN));
    let cut = &EXPORT[..EXPORT.len() / 2];
    let deep = format!(r#"{{"talks":[{}{}]}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let shape = r#"{"talks":[],"friends":5}"#;
    for data in ["", "nonsense", "[]", "{}", "5", cut, &deep, shape, r#"{"talks":[]} x"#] {
        let fields = [("type", "import"), ("data", data)];
        migrate(&blog, TOKEN, &fields).expect(200, &refusal("参数错误: data"));
    }
    for (fields, message) in [
        (&[("data", EXPORT)][..], "缺少参数: type"),
        (&[("type", "import")], "缺少参数: data"),
        (&[("type", "import_users"), ("data", "[]")], "参数错误: type"),
        (&[("type", "drop"), ("data", "[]")], "参数错误: type"),
        (&[("type", "import_talks"), ("data", "{}")], "参数错误: data"),
        (&[("type", "import"), ("data", EXPORT), ("mode", "both")], "参数错误: mode"),
    ] {
        migrate(&blog, TOKEN, fields).expect(200, &refusal(message));
    }
    migrate(&blog, "wrong", &[("type", "import"), ("data", EXPORT)]).expect(403, AUTH_FAILED);
    blog.form("/migrate", &[("type", "export")]).expect(403, AUTH_FAILED);
    assert_eq!(settled(export(&blog, TOKEN)), before);
}

#[test]
fn tokens_are_taken_in_clear_and_as_hashes() {
    let hash = TokenHash::of("another token").as_str().to_owned();
    for content in ["another token".to_owned(), hash.clone(), format!(" {} ", hash.to_uppercase())]
    {
        let blog = blog();
        let data = json!([{ "name": "WEBHOOK_APIKEY", "content": content }]).to_string();
        let fields = [("type", "import_settings"), ("data", data.as_str())];
        assert_eq!(migrate(&blog, TOKEN, &fields).json()["status"], true, "{content}");
        for path in ["/pub/get_notifications", "/pub/get_notifications/"] {
            let answer = blog.form(path, &[("token", "another token")]);
            assert_eq!(answer.status, 200, "{content}");
        }
        blog.form("/pub/get_notifications", &[("token", TOKEN)]).expect(403, AUTH_FAILED);
    }
}

#[test]
fn hostile_texts_and_numbers_are_kept_or_left_out() {
    let blog = blog();
    let texts = ["' OR 1=1 --", "<script>alert(1)</script>", "\u{202e}x", "a\u{0}b", "%00", "🦀"];
    let talks: Vec<Value> = texts
        .iter()
        .map(|text| json!({ "content": text, "tags": [text], "time": "5", "like": [text] }))
        .collect();
    let times = ["9".repeat(80), "-1".to_owned(), "1e9".to_owned(), String::new()];
    let friends: Vec<Value> = times
        .iter()
        .map(|time| json!({ "name": "x", "url": "https://x.example", "time": time }))
        .collect();
    let numbers = json!([
        { "url": "a.example", "number": u64::MAX },
        { "url": "b.example", "number": -1 },
        { "url": "c.example", "number": 1.5 },
    ]);
    let data = json!({ "talks": talks, "friends": friends, "pv": numbers });
    import(&blog, TOKEN, &data.to_string(), "");
    let exported = export(&blog, TOKEN);
    assert_eq!(exported["talks"].as_array().unwrap().len(), texts.len() - 1, "NUL is left out");
    let times: Vec<_> =
        exported["friends"].as_array().unwrap().iter().map(|friend| &friend["time"]).collect();
    assert_eq!(times, ["-1", "0", "0.1", "0.2"]);
    let most = (1_u64 << 53) - 1;
    assert_eq!(exported["pv"], json!([{ "url": "a.example", "number": most }]));
    blog.set_value("STATISTIC_ALLOW", "是");
    blog.set_value("STATISTIC_DOMAINS", "a.example");
    let headers = [("referer", "https://a.example/")];
    let counted = blog.server.send("GET", "/pub/statistic", &headers, None);
    assert_eq!(counted.json()["site_pv"], most + 1);
}

/// Without what changes with every call of the owner's.
fn settled(mut exported: Value) -> Value {
    let settings = exported["settings"].as_array_mut().unwrap();
    settings.retain(|row| row["name"] != "LAST_LOGIN");
    exported
}
