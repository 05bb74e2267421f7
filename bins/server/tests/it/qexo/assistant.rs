//! An assistant's tools and a page's counter, exactly as they ask (contract qexo, section 12: C-MCP
//! and C-STAT; checklist 17).

use serde_json::{Value, json};

use super::support::{AUTH_FAILED, FORM, TOKEN, blog, form};
use crate::{cwd::support::Blog, support::Answer};

/// The tools as C-MCP implements them: slashes at the end, the token in the query of a GET and in
/// the form of a POST.
pub(super) struct Assistant<'a> {
    pub(super) blog: &'a Blog,
    pub(super) token: &'a str,
}

impl Assistant<'_> {
    pub(super) fn get(&self, name: &str, parameters: &[(&str, &str)]) -> Answer {
        let query = form(&[parameters, &[("token", self.token)]].concat());
        let path = format!("/pub/{name}/?{query}");
        self.blog.server.send("GET", &path, &[("accept", "application/json")], None)
    }

    pub(super) fn post(&self, name: &str, parameters: &[(&str, &str)]) -> Answer {
        let body = form(&[&[("token", self.token)], parameters].concat());
        let headers = [("accept", "application/json"), ("content-type", FORM)];
        self.blog.server.send("POST", &format!("/pub/{name}/"), &headers, Some(&body))
    }
}

/// What the assistant insists on: success, a header that says JSON, and `status`.
#[track_caller]
pub(super) fn accepted(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{answer:?}");
    assert!(answer.header("content-type").contains("json"), "{answer:?}");
    let json = answer.json();
    assert_eq!(json["status"], true, "{json}");
    json
}

#[test]
fn every_tool_that_needs_no_files_succeeds() {
    let blog = blog();
    let assistant = Assistant { blog: &blog, token: TOKEN };
    // The two calls that fail on the original: nothing optional is sent.
    let friend =
        accepted(&assistant.post("add_friend", &[("name", "Ada"), ("url", "https://a.b")]));
    let talk = accepted(&assistant.post("save_talk", &[("content", "你好 & hello")]));
    assert!(friend["msg"].is_string() && talk["msg"].is_string());
    // Everything optional is sent.
    let whole = [
        ("name", "Bob"),
        ("url", "https://bob.example/?a=1&b=2"),
        ("image", "https://bob.example/b.png"),
        ("description", "two\nlines"),
        ("status", "隐藏"),
    ];
    accepted(&assistant.post("add_friend", &whole));
    let tagged =
        [("content", "<p>x</p>"), ("tags", r#"["a","b"]"#), ("values", r#"{"city":"Oslo"}"#)];
    let second = accepted(&assistant.post("save_talk", &tagged));

    let found = accepted(&assistant.get("get_friends", &[("s", "")]));
    let lines: Vec<[&Value; 4]> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|friend| ["name", "url", "description", "status"].map(|name| &friend[name]))
        .collect();
    assert_eq!(
        json!(lines),
        json!([
            ["Ada", "https://a.b", "", true],
            ["Bob", "https://bob.example/?a=1&b=2", "two\nlines", false],
        ])
    );
    let found = accepted(&assistant.get("get_friends", &[("s", "BOB.EXAMPLE")]));
    assert_eq!(found["data"].as_array().unwrap().len(), 1);

    let talks = accepted(&assistant.get("talks", &[("page", "1"), ("limit", "10")]));
    assert_eq!(talks["count"], 2);
    let content = |number: usize| talks["data"][number]["content"].as_str().unwrap();
    // It shows the first characters of each.
    assert_eq!([content(0), content(1)], ["<p>x</p>", "你好 & hello"]);
    for item in talks["data"].as_array().unwrap() {
        assert!(item["time"].is_string() && item["like"].is_u64(), "{item}");
    }
    let status = accepted(&assistant.get("status", &[]));
    assert!(status["data"]["posts"].is_string() && status["data"]["last"].is_string());
    assert_ne!(status["data"]["last"], "", "writing is activity");

    for id in [&talk["id"], &second["id"]] {
        accepted(&assistant.post("del_talk", &[("id", id.as_str().unwrap())]));
    }
    for friend in found["data"].as_array().unwrap() {
        accepted(&assistant.post("del_friend", &[("time", friend["time"].as_str().unwrap())]));
    }
    let left = accepted(&assistant.get("get_friends", &[]));
    assert_eq!(left["data"][0]["name"], "Ada");
    assert_eq!(accepted(&assistant.get("talks", &[]))["count"], 0);
}

#[test]
fn an_assistant_with_a_wrong_token_is_told_so() {
    let blog = blog();
    let assistant = Assistant { blog: &blog, token: "wrong" };
    let friend = [("name", "Ada"), ("url", "https://a.b")];
    assistant.post("add_friend", &friend).expect(403, AUTH_FAILED);
    assistant.get("get_friends", &[]).expect(403, AUTH_FAILED);
    // What is public stays so, whatever comes along.
    accepted(&assistant.get("talks", &[("page", "1"), ("limit", "10")]));
    accepted(&assistant.get("status", &[]));
}

#[test]
fn the_counter_of_a_page_fills() {
    let blog = blog();
    let allowed = [("allow_statistic", "是"), ("statistic_domains", "blog.example")];
    assert_eq!(blog.owner_form("/api/set_statistic", &allowed).json()["status"], true);
    let visit = |page: &str| {
        let headers = [
            ("accept", "*/*"),
            ("origin", "https://blog.example"),
            ("referer", page),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-site", "cross-site"),
        ];
        let answer = blog.server.send("GET", "/pub/statistic/", &headers, None);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        answer
    };
    for expected in 1..=3 {
        let counted = accepted(&visit("https://blog.example/posts/a/"));
        assert_eq!(["site_pv", "page_pv"].map(|name| &counted[name]), [expected, expected]);
        assert_eq!(counted["site_uv"], 1);
    }
    // What is refused says why under `error`; the widget shows its own words.
    let refused = visit("https://other.example/");
    assert_eq!((refused.status, &refused.json()["error"]), (403, &json!("域名未验证")));
}
