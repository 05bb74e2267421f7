//! Links to friends (contract qexo, 3.9 to 3.13; checklist 7).

mod clients;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{TOKEN, blog, blog_on, blog_with, refusal};
use crate::{
    cwd::support::{Blog, Database, at_once, encoded, on_both_databases},
    support::Answer,
};

on_both_databases!(
    friends_are_added_edited_and_removed,
    a_hundred_friends_have_a_hundred_times,
    a_change_is_seen_at_once,
);

const EDITED: &str = r#"{"msg":"修改成功!","status":true}"#;
const DELETED: &str = r#"{"msg":"删除成功!","status":true}"#;

impl Blog {
    /// What everybody sees.
    pub(crate) fn shown_friends(&self) -> Vec<Value> {
        listed(&self.get("/pub/friends/"))
    }

    /// What the owner sees, as a query finds it.
    pub(crate) fn all_friends(&self, query: &str) -> Vec<Value> {
        listed(&self.get(&format!("/pub/get_friends/?token={TOKEN}&{query}")))
    }

    /// Adds a friend; its time.
    #[track_caller]
    pub(crate) fn add_friend(&self, fields: &[(&str, &str)]) -> String {
        let answer = self.owner_form("/pub/add_friend/", fields);
        let Value::Object(members) = answer.json() else { panic!("{answer:?}") };
        assert_eq!(members.keys().collect::<Vec<_>>(), ["msg", "status", "time"], "{answer:?}");
        assert_eq!((&members["msg"], &members["status"]), (&json!("添加成功!"), &json!(true)));
        members["time"].as_str().unwrap().to_owned()
    }
}

#[track_caller]
fn listed(answer: &Answer) -> Vec<Value> {
    let Value::Object(mut members) = answer.json() else { panic!("{answer:?}") };
    assert_eq!((answer.status, &members["status"]), (200, &json!(true)), "{answer:?}");
    assert_eq!(members.len(), 2);
    members["data"].take().as_array().unwrap().clone()
}

fn names(friends: &[Value]) -> Vec<&str> {
    friends.iter().map(|friend| friend["name"].as_str().unwrap()).collect()
}

fn friends_are_added_edited_and_removed(database: Database) {
    let blog = blog_on(database, |_| {});
    blog.get("/pub/friends").expect(200, r#"{"data":[],"status":true}"#);
    let before = inkstone_server::clock::now().millis() / 1000;
    let ada = blog.add_friend(&[("name", "Ada"), ("url", "https://ada.example/?a=1&b='2'")]);
    assert!((before..before + 60).contains(&ada.parse().unwrap()), "{ada}");
    let mut shown = json!({
        "name": "Ada",
        "url": "https://ada.example/?a=1&b='2'",
        "image": "",
        "description": "",
        "time": ada,
    });
    assert_eq!(blog.shown_friends(), std::slice::from_ref(&shown));

    let whole = [
        ("name", "Bob"),
        ("url", "https://bob.example"),
        ("image", "https://bob.example/b.png"),
        ("description", "One\nTwo"),
        ("status", "隐藏"),
    ];
    let bob = blog.add_friend(&whole);
    assert_eq!(names(&blog.shown_friends()), ["Ada"]);
    let all = blog.all_friends("");
    assert_eq!(names(&all), ["Ada", "Bob"]);
    assert_eq!((&all[0]["status"], &all[1]["status"]), (&json!(true), &json!(false)));

    // Only what is sent changes, and never the name of all.
    let edit = |fields: &[(&str, &str)]| blog.owner_form("/pub/edit_friend", fields);
    edit(&[("time", &bob), ("status", "显示")]).expect(200, EDITED);
    let mut now_shown = all[1].clone();
    now_shown["status"] = json!(true);
    assert_eq!(blog.all_friends("")[1], now_shown);
    edit(&[("time", &ada), ("description", "New"), ("image", "/a.png")]).expect(200, EDITED);
    edit(&[("time", &ada), ("image", "")]).expect(200, EDITED);
    shown["description"] = json!("New");
    assert_eq!(blog.shown_friends()[0], shown);

    let unknown = refusal("友链不存在");
    let twin = |path: &str, fields: &[(&str, &str)]| blog.owner_form(path, fields);
    twin("/api/edit_friend/", &[("time", &bob), ("status", "off")]).expect(200, EDITED);
    twin("/api/del_friend", &[("time", &ada)]).expect(200, DELETED);
    twin("/pub/del_friend/", &[("time", &ada)]).expect(200, &unknown);
    for nonsense in ["", "0", &format!("{bob}.0"), "1e9", "' OR 1=1", "NaN", "１"] {
        for path in ["/pub/edit_friend", "/pub/del_friend"] {
            twin(path, &[("time", nonsense), ("name", "Mallory")]).expect(200, &unknown);
        }
    }
    assert_eq!(blog.shown_friends(), [Value::Null; 0]);
    assert_eq!(names(&blog.all_friends("")), ["Bob"]);

    let added = twin("/api/add_friend", &[("name", "Eve"), ("url", "x"), ("status", "hidden")]);
    assert_eq!(added.json()["status"], true);
    let clean = || blog.owner_form("/api/clean_friend/", &[]);
    blog.add_friend(&[("name", "Dan"), ("url", "https://dan.example")]);
    clean().expect(200, r#"{"msg":"成功清理了2条友链","status":true}"#);
    clean().expect(200, r#"{"msg":"无隐藏的友链","status":true}"#);
    assert_eq!(names(&blog.all_friends("")), ["Dan"]);
}

fn a_hundred_friends_have_a_hundred_times(database: Database) {
    let blog = blog_on(database, |_| {});
    let times = at_once(100, |number| {
        let name = format!("friend {number}");
        blog.add_friend(&[("name", &name), ("url", "https://same.example")])
    });
    assert_eq!(times.iter().collect::<BTreeSet<_>>().len(), 100);
    let shown = blog.shown_friends();
    let listed: Vec<i64> =
        shown.iter().map(|friend| friend["time"].as_str().unwrap().parse().unwrap()).collect();
    assert!(listed.is_sorted_by(|one, next| one < next), "{listed:?}");
    assert_eq!(names(&shown).into_iter().collect::<BTreeSet<_>>().len(), 100);
}

fn a_change_is_seen_at_once(database: Database) {
    let blog = blog_on(database, |_| {});
    let tag = || {
        let answer = blog.get("/pub/friends/");
        assert_eq!(answer.header("cache-control"), "public, max-age=60");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        answer.header("etag").to_owned()
    };
    let known = |tag: &str| {
        let headers = [("if-none-match", tag)];
        blog.server.send("GET", "/pub/friends/", &headers, None).status
    };
    let nobody = tag();
    assert_eq!(known(&nobody), 304);
    let ada = blog.add_friend(&[("name", "Ada"), ("url", "https://ada.example")]);
    assert_eq!(known(&nobody), 200);
    let somebody = tag();
    blog.owner_form("/pub/edit_friend", &[("time", &ada), ("name", "Lady Ada")])
        .expect(200, EDITED);
    assert_eq!(known(&somebody), 200);
    blog.owner_form("/pub/del_friend", &[("time", &ada)]).expect(200, DELETED);
    assert_eq!(known(&nobody), 304);
    let head = blog.server.send("HEAD", "/pub/friends", &[], None).expect(200, "");
    assert_eq!(head.header("etag"), nobody);
    let zipped = [("accept-encoding", "gzip")];
    for number in 0..10 {
        blog.add_friend(&[("name", &number.to_string()), ("url", "https://a.example")]);
    }
    let zipped = blog.server.send("GET", "/pub/friends/", &zipped, None);
    assert_eq!(zipped.header("content-encoding"), "gzip");
    let kept = blog.get(&format!("/pub/get_friends?token={TOKEN}"));
    assert_eq!(kept.header("cache-control"), "no-store", "what only the owner sees is not kept");
}

#[test]
fn whoever_is_said_to_be_shown_is() {
    let blog = blog();
    for (status, shown) in [
        ("显示", true),
        ("true", true),
        ("1", true),
        ("yes", true),
        ("ON", true),
        ("隐藏", false),
        ("false", false),
        ("0", false),
        ("", false),
        ("maybe", false),
    ] {
        let fields = [("name", status), ("url", "https://a.example"), ("status", status)];
        let time = blog.add_friend(&fields);
        let all = blog.all_friends("");
        let friend = all.iter().find(|friend| friend["time"] == json!(time)).unwrap();
        assert_eq!(friend["status"], shown, "{status}");
    }
    let headers = [("content-type", "application/json")];
    for (status, shown) in [(json!(true), true), (json!(1), true), (json!(false), false)] {
        let body = json!({ "token": TOKEN, "name": "a", "url": "b", "status": status }).to_string();
        let added = blog.server.send("POST", "/pub/add_friend", &headers, Some(&body)).json();
        let all = blog.all_friends("");
        let friend = all.iter().find(|friend| friend["time"] == added["time"]).unwrap();
        assert_eq!(friend["status"], shown, "{status}");
    }
}

#[test]
fn the_owner_finds_friends_by_what_they_say() {
    let blog = blog();
    for (name, description) in [("Ada", "Caf\u{e9}"), ("Bob", "50% off"), ("\u{c9}ve", "")] {
        let url = format!("https://{name}.example/");
        blog.add_friend(&[("name", name), ("url", &url), ("description", description)]);
    }
    for (keyword, found) in [
        ("", &["Ada", "Bob", "Éve"][..]),
        ("ADA.EX", &["Ada"]),
        ("cafe\u{301}", &["Ada"]),
        ("%", &["Bob"]),
        ("éVE", &["Éve"]),
        ("nobody", &[]),
    ] {
        assert_eq!(names(&blog.all_friends(&format!("s={}", encoded(keyword)))), found);
        let posted = blog.owner_form("/pub/get_friends/", &[("s", keyword)]);
        assert_eq!(names(&listed(&posted)), found, "{keyword}");
    }
}

#[test]
fn what_lacks_or_is_wrong_is_named() {
    let blog = blog();
    let long = "x".repeat(5_001);
    for (path, fields, message) in [
        ("/pub/add_friend", &[("url", "x")][..], "缺少参数: name"),
        ("/pub/add_friend", &[("name", "x")], "缺少参数: url"),
        ("/pub/add_friend", &[("name", &long), ("url", "x")], "参数错误: name"),
        ("/pub/add_friend", &[("name", "x"), ("url", " JavaScript:alert(1)")], "参数错误: url"),
        (
            "/pub/add_friend",
            &[("name", "x"), ("url", "x"), ("image", "data:text/html,x")],
            "参数错误: image",
        ),
        ("/pub/edit_friend", &[("name", "x")], "缺少参数: time"),
        ("/pub/edit_friend", &[("time", "1"), ("description", &long)], "参数错误: description"),
        ("/pub/del_friend", &[], "缺少参数: time"),
    ] {
        blog.owner_form(path, fields).expect(200, &refusal(message));
    }
    let headers = [("content-type", "application/json")];
    for (name, value) in [("name", json!(["a"])), ("status", json!({ "a": 1 }))] {
        let mut body = json!({ "token": TOKEN, "name": "a", "url": "b" });
        body[name] = value;
        let answer = blog.server.send("POST", "/pub/add_friend", &headers, Some(&body.to_string()));
        answer.expect(200, &refusal(&format!("参数错误: {name}")));
    }
    assert!(blog.all_friends("").is_empty());
}

#[test]
fn quotes_and_brackets_are_escaped_where_widgets_need_it() {
    let hostile = "<script>\"'&amp;`";
    let fields = [
        ("name", hostile),
        ("url", "https://a.example/?x=\"><b>&y='"),
        ("image", "\" onerror=alert(1) x=\""),
        ("description", "</style><svg onload=alert(1)>"),
    ];
    let escaped = [
        ("name", "&lt;script&gt;&quot;'&amp;`"),
        ("url", "https://a.example/?x=&quot;&gt;&lt;b&gt;&y='"),
        ("image", "&quot; onerror=alert(1) x=&quot;"),
        ("description", "&lt;/style&gt;&lt;svg onload=alert(1)&gt;"),
    ];
    let is = |friend: &Value, expected: &[(&str, &str)]| {
        for (member, text) in expected {
            assert_eq!(friend[member], *text);
        }
    };
    let blog = blog();
    blog.add_friend(&fields);
    is(&blog.shown_friends()[0], &escaped);
    is(&blog.all_friends("")[0], &fields);
    let plain = blog_with(|config| config.qexo.escape_friends = false);
    plain.add_friend(&fields);
    is(&plain.shown_friends()[0], &fields);
}
