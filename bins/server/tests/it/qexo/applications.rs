//! Strangers who ask to be linked (contract qexo, 3.14 and section 12; checklist 8 and 17).

use diesel::connection::SimpleConnection as _;
use serde_json::{Value, json};

use super::support::{FORM, blog, blog_on, blog_with, form, refusal};
use crate::{
    cwd::support::{Blog, Database, at_once, on_both_databases},
    support::Answer,
};

on_both_databases!(an_application_waits_and_is_announced, one_waits_for_each_address);

pub(crate) const ADA: [(&str, &str); 4] = [
    ("name", "Ada & Co"),
    ("url", "https://ada.example/?a=1&b=2"),
    ("image", "https://ada.example/a.png"),
    ("description", "Notes on <engines>"),
];
const CLOSED: &str = "友链申请未开启";

impl Blog {
    pub(crate) fn open_applications(&self) {
        self.set_value("ALLOW_FRIEND", "是");
    }

    pub(crate) fn ask_friend(&self, fields: &[(&str, &str)]) -> Answer {
        self.form("/pub/ask_friend/", fields)
    }
}

/// The time of an application that was taken.
#[track_caller]
pub(crate) fn asked(answer: &Answer) -> String {
    let Value::Object(members) = answer.json() else { panic!("{answer:?}") };
    assert_eq!(members.keys().collect::<Vec<_>>(), ["msg", "status", "time"], "{answer:?}");
    assert_eq!((answer.status, &members["status"]), (200, &json!(true)));
    assert_eq!(members["msg"], "申请成功!");
    members["time"].as_str().unwrap().to_owned()
}

fn an_application_waits_and_is_announced(database: Database) {
    let blog = blog_on(database, |_| {});
    blog.ask_friend(&ADA).expect(403, &refusal(CLOSED));
    blog.get("/pub/ask_friend_challenge").expect(403, &refusal(CLOSED));
    blog.set_value("ALLOW_FRIEND", "否");
    blog.ask_friend(&ADA).expect(403, &refusal(CLOSED));
    assert!(blog.all_friends("").is_empty() && blog.notices().is_empty());

    blog.open_applications();
    let time = asked(&blog.ask_friend(&ADA));
    assert!(blog.shown_friends().is_empty());
    let all = blog.all_friends("");
    assert_eq!(all.len(), 1);
    let mut expected: Value = ADA.into_iter().map(|(name, text)| (name, json!(text))).collect();
    expected["time"] = json!(time);
    expected["status"] = json!(false);
    assert_eq!(all[0], expected);
    let notices = blog.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0]["label"], "友链申请 Ada &amp; Co");
    assert_eq!(
        notices[0]["content"],
        "站点名: Ada &amp; Co<br>链接: https://ada.example/?a=1&amp;b=2<br>\
         图片: https://ada.example/a.png<br>简介: Notes on &lt;engines&gt;<br>"
    );

    // The owner agrees.
    let edit = [("time", time.as_str()), ("status", "显示")];
    assert_eq!(blog.owner_form("/pub/edit_friend", &edit).json()["status"], true);
    let shown = &blog.shown_friends()[0];
    assert_eq!(shown["url"], "https://ada.example/?a=1&b=2");
    assert_eq!(shown["description"], "Notes on &lt;engines&gt;");
}

fn one_waits_for_each_address(database: Database) {
    let blog =
        blog_on(database, |config| config.qexo.ask_friend_per_hour = 100.try_into().unwrap());
    blog.open_applications();
    let times = at_once(10, |number| {
        let name = format!("Ada {number}");
        asked(&blog.ask_friend(&[&[("name", name.as_str())], &ADA[1..]].concat()))
    });
    assert!(times.iter().all(|time| *time == times[0]), "{times:?}");
    assert_eq!((blog.all_friends("").len(), blog.notices().len()), (1, 1));
    let renewed = [("name", "Lady Ada"), ADA[1], ADA[2]];
    assert_eq!(asked(&blog.ask_friend(&renewed)), times[0]);
    let waiting = &blog.all_friends("")[0];
    assert_eq!((&waiting["name"], &waiting["description"]), (&json!("Lady Ada"), &json!("")));
    assert_eq!(blog.notices().len(), 1, "asking again tells the owner nothing new");
    let others = at_once(10, |number| {
        let url = format!("https://{number}.example");
        asked(&blog.ask_friend(&[ADA[0], ("url", &url), ADA[2]]))
    });
    assert_eq!(others.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
    assert_eq!((blog.all_friends("").len(), blog.notices().len()), (11, 11));
}

#[test]
fn what_strangers_may_not_send_is_refused() {
    let blog = blog_with(|config| config.qexo.ask_friend_per_hour = 1_000.try_into().unwrap());
    blog.open_applications();
    let long = |chars: usize| "x".repeat(chars);
    let far = format!("https://a.example/{}", long(2_048));
    for (name, text, message) in [
        ("name", "", "缺少参数: name"),
        ("name", " \u{0}\n", "缺少参数: name"),
        ("name", &long(101), "参数错误: name"),
        ("url", "", "缺少参数: url"),
        ("url", "javascript:alert(1)", "参数错误: url"),
        ("url", "java\tscript:alert(1)", "参数错误: url"),
        ("url", "data:text/html,x", "参数错误: url"),
        ("url", "//a.example", "参数错误: url"),
        ("url", "ada", "参数错误: url"),
        ("url", &far, "参数错误: url"),
        ("image", "", "缺少参数: image"),
        ("image", "/a.png", "参数错误: image"),
        ("image", "data:image/png;base64,AAAA", "参数错误: image"),
        ("description", &long(501), "参数错误: description"),
    ] {
        let fields = ADA.map(|field| if field.0 == name { (name, text) } else { field });
        blog.ask_friend(&fields).expect(200, &refusal(message));
    }
    for absent in ["name", "url", "image"] {
        let fields: Vec<_> = ADA.into_iter().filter(|(name, _)| *name != absent).collect();
        blog.ask_friend(&fields).expect(200, &refusal(&format!("缺少参数: {absent}")));
    }
    let headers = [("content-type", "application/json")];
    let mut body: Value = ADA.into_iter().map(|(name, text)| (name, json!(text))).collect();
    body["url"] = json!({ "$ne": 1 });
    let answer = blog.server.send("POST", "/pub/ask_friend", &headers, Some(&body.to_string()));
    answer.expect(200, &refusal("参数错误: url"));
    assert!(blog.all_friends("").is_empty() && blog.notices().is_empty());
}

#[test]
fn what_strangers_send_is_harmless_wherever_it_comes_out() {
    let blog = blog();
    blog.open_applications();
    let hostile = "\"'><img src=x onerror=alert(1)>`);}</style><script>alert(1)</script>\u{202e}";
    let address = format!("https://evil.example/{hostile}\\ \t");
    let fields =
        [("name", hostile), ("url", &address), ("image", &address), ("description", hostile)];
    let more = [("status", "显示"), ("time", "1"), ("id", "7")];
    let time = asked(&blog.ask_friend(&[&fields[..], &more].concat()));
    assert_ne!(time, "1");
    assert!(blog.shown_friends().is_empty(), "a stranger does not decide who is shown");
    let edit = [("time", time.as_str()), ("status", "显示")];
    assert_eq!(blog.owner_form("/pub/edit_friend", &edit).json()["status"], true);

    let shown = &blog.shown_friends()[0];
    for (member, text) in shown.as_object().unwrap() {
        assert!(!text.as_str().unwrap().contains(['<', '>', '"']), "{member}: {text}");
    }
    for member in ["url", "image"] {
        let text = shown[member].as_str().unwrap();
        assert!(text.starts_with("https://evil.example/%22%27%3E%3Cimg"), "{text}");
        assert!(!text.contains(['\'', '(', ')', '`', '\\', ' ', '\t']), "{text}");
    }
    assert_eq!(shown["name"].as_str().unwrap().matches("&lt;").count(), 4);

    let notice = &blog.notices()[0];
    let content = notice["content"].as_str().unwrap();
    assert_eq!(content.matches('<').count(), content.matches("<br>").count());
    assert_eq!(content.matches("<br>").count(), 4);
    assert!(!content.contains(['"', '\'']));
    assert!(!notice["label"].as_str().unwrap().contains(['<', '>', '"', '\'']));
}

#[test]
fn five_in_an_hour_are_enough() {
    let blog = blog();
    blog.open_applications();
    let ask = |number: usize, address: &str| {
        let url = format!("https://{number}.example");
        let body = form(&[ADA[0], ("url", &url), ADA[2]]);
        let headers = [("content-type", FORM), ("x-forwarded-for", address)];
        blog.server.send("POST", "/pub/ask_friend", &headers, Some(&body))
    };
    for number in 0..5 {
        asked(&ask(number, "2001:db8::1"));
    }
    for address in ["2001:db8::1", "2001:db8::ffff:2"] {
        let refused = ask(5, address).expect(429, &refusal("请求过于频繁,请稍后再试"));
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=720).contains(&wait), "{wait}");
        assert_eq!(refused.header("access-control-allow-origin"), "*");
    }
    asked(&ask(6, "192.0.2.1"));
    assert_eq!(blog.all_friends("").len(), 6);
}

#[test]
fn no_more_wait_than_anybody_can_look_at() {
    let blog = blog();
    blog.open_applications();
    let many = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers
                    WHERE n < 1000)
                INSERT INTO friends (time, position, name, url, image, description, shown,
                                     application)
                SELECT n, n * 1000000000, 'x', 'https://x.example', '', '', FALSE, 'key ' || n
                FROM numbers";
    blog.database().batch_execute(many).unwrap();
    blog.ask_friend(&ADA).expect(429, &refusal("请求过于频繁,请稍后再试"));
    assert!(blog.notices().is_empty());
    blog.owner_form("/api/clean_friend", &[])
        .expect(200, r#"{"msg":"成功清理了1000条友链","status":true}"#);
    asked(&blog.ask_friend(&ADA));
}

/// C-FR apply (with and without `verify`), its jQuery page, and the forms of many blogs.
#[test]
fn clients_are_served_as_they_ask() {
    let blog = blog();
    blog.open_applications();
    let origin = ("origin", "https://blog.example");
    let jquery = [
        ("content-type", "application/x-www-form-urlencoded; charset=UTF-8"),
        ("accept", "*/*"),
        origin,
    ];
    let fetch = [("content-type", FORM), origin];
    for (number, (headers, rest)) in [
        (&fetch[..], "&description=hi+there"),
        (&fetch, "&description=&verify=03AGdBq24"),
        (&jquery, "&description=a%20b&verify="),
    ]
    .into_iter()
    .enumerate()
    {
        let body = format!(
            "name=A+%E4%BD%A0&url=https%3A%2F%2F{number}.example&image=https%3A%2F%2Fa.b%2Fc{rest}"
        );
        let answer = blog.server.send("POST", "/pub/ask_friend/", headers, Some(&body));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.json()["msg"].is_string());
        asked(&answer);
    }
    let all = blog.all_friends("");
    let described: Vec<&Value> = all.iter().map(|friend| &friend["description"]).collect();
    assert_eq!(described, ["hi there", "", "a b"]);
    assert_eq!(all[0]["name"], "A 你");
}
