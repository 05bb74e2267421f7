//! What the real clients of talks and custom fields send, and what they read (contract qexo,
//! section 12; checklist 17).

use serde_json::{Value, json};

use super::{
    support::{FORM, TOKEN, blog},
    talks::talk,
};
use crate::{cwd::support::Blog, support::Answer};

/// What every script does with an answer: `response.ok`, then its JSON.
#[track_caller]
fn read(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("content-type").contains("json"), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), "*", "a page of another origin reads");
    let json = answer.json();
    assert_eq!(json["status"], true, "{json}");
    json
}

/// A blog with two talks; the ids as lists tell them.
fn talking() -> (Blog, [String; 2]) {
    let blog = blog();
    let older = talk(&blog, &[("content", "<p>older</p>"), ("tags", "[\"a\",\"b\"]")]);
    let values = r#"{"city":"Oslo","songName":"x","songUrl":"y","songImg":"z","singer":"w"}"#;
    let newer = talk(&blog, &[("content", "# newer"), ("values", values)]);
    (blog, [newer, older])
}

/// `item.tags.join()`, `item.time * 1000`, and the like, none of which is guarded.
#[track_caller]
fn read_talk(talk: &Value) {
    let time = talk["time"].as_str().unwrap();
    assert!(time.len() == 10 && time.parse::<u64>().is_ok(), "{time}");
    assert!(talk["content"].is_string() && talk["id"].is_string(), "{talk}");
    assert!(talk["tags"].as_array().unwrap().iter().all(Value::is_string), "{talk}");
    assert!(talk["like"].is_u64() && talk["liked"].is_boolean(), "{talk}");
    assert!(talk["values"].is_object(), "{talk}");
}

#[test]
fn lists_of_talks_are_read_by_all_their_scripts() {
    let (blog, ids) = talking();
    let text = [("content-type", "text/plain"), ("origin", "https://blog.example")];
    let json = [("accept", "application/json"), ("origin", "https://blog.example")];
    let plain = [("accept", "*/*"), ("origin", "https://blog.example")];
    let assistant = format!("/pub/talks/?page=1&limit=10&token={TOKEN}");
    for (client, path, headers) in [
        ("C-TALK", "/pub/talks/?page=1&limit=10", &text),
        // A base address with a slash at its end.
        ("C-TALK", "//pub/talks/?page=1&limit=10", &text),
        ("C-ICA", "/pub/talks/?page=1&limit=5", &text),
        ("C-STEL", "/pub/talks/?page=1&limit=10", &text),
        ("C-VOL", "/pub/talks/?page=1&limit=5", &text),
        ("C-KUI", "/pub/talks/?page=1&limit=8", &plain),
        ("C-MCP", &assistant, &json),
        ("C-OTHER React", "/pub/talks/?page=1&limit=30", &json),
        ("C-OTHER plain", "/pub/talks/?page=1&limit=20", &plain),
        ("C-OTHER cache", "/pub/talks", &plain),
    ] {
        let answer = read(&blog.server.send("GET", path, headers, None));
        assert_eq!(answer["count"], 2, "{client}");
        let talks = answer["data"].as_array().unwrap();
        talks.iter().for_each(read_talk);
        let shown: Vec<&str> = talks.iter().map(|talk| talk["id"].as_str().unwrap()).collect();
        assert_eq!(shown, ids, "{client}");
        assert_eq!(talks[1]["tags"], json!(["a", "b"]), "{client}");
        for value in ["city", "songName", "songUrl", "songImg", "singer"] {
            assert!(talks[0]["values"][value].is_string(), "{client}");
        }
    }
    // "More" is shown while `count` exceeds what was loaded.
    let second = read(&blog.server.send("GET", "/pub/talks/?page=2&limit=1", &text, None));
    assert_eq!((&second["count"], &second["data"][0]["id"]), (&json!(2), &json!(ids[1])));
}

#[test]
fn likes_toggle_for_all_their_scripts() {
    let (blog, [id, _]) = talking();
    let as_sent = format!("id={id}");
    let escaped = format!("id={}", id.replace('-', "%2D"));
    let with_charset = "application/x-www-form-urlencoded; charset=UTF-8";
    for (number, (client, kind, body)) in [
        ("C-TALK", FORM, &as_sent),
        ("C-STEL", FORM, &as_sent),
        ("C-VOL", "application/x-www-form-urlencoded;", &as_sent),
        ("C-KUI", with_charset, &escaped),
        ("C-OTHER React", FORM, &as_sent),
        ("C-OTHER plain", "application/x-www-form-urlencoded;charset=UTF-8", &as_sent),
    ]
    .into_iter()
    .enumerate()
    {
        let address = format!("192.0.2.{number}");
        let headers = [
            ("content-type", kind),
            ("x-forwarded-for", &address),
            ("origin", "https://blog.example"),
        ];
        for liked in [true, false] {
            let answer = blog.server.send("POST", "/pub/like_talk/", &headers, Some(body));
            let answer = read(&answer);
            assert_eq!(answer["action"], liked, "{client}");
            assert!(answer["msg"].is_string(), "{client}");
            let shown = blog.server.send("GET", "/pub/talks/", &headers[1..], None).json();
            let shown = &shown["data"][0];
            let is = (&json!(u64::from(liked)), &json!(liked));
            assert_eq!((&shown["like"], &shown["liked"]), is, "{client}");
        }
    }
}

#[test]
fn the_assistant_saves_lists_and_removes_talks() {
    let blog = blog();
    let headers = [("accept", "application/json"), ("content-type", FORM)];
    let post = |path: &str, body: &str| {
        let body = format!("token={TOKEN}&{body}");
        read(&blog.server.send("POST", path, &headers, Some(&body)))
    };
    // The call that fails on the original, and the long one.
    let first = post("/pub/save_talk/", "content=Hello+from+an+assistant%21");
    let second = "content=%E4%BD%A0%E5%A5%BD&tags=%5B%22a%22%5D&values=%7B%22city%22%3A%22x%22%7D";
    let second = post("/pub/save_talk/", second);
    let ids = [&second["id"], &first["id"]].map(|id| id.as_str().unwrap().to_owned());
    assert!([&first, &second].iter().all(|answer| answer["msg"] == "保存成功!"));

    let path = format!("/pub/talks/?page=1&limit=10&token={TOKEN}");
    let list = read(&blog.server.send("GET", &path, &headers[..1], None));
    let talks = list["data"].as_array().unwrap();
    assert_eq!(talks[0]["content"], "你好");
    assert_eq!(talks[1]["content"], "Hello from an assistant!");
    assert_eq!(talks[0]["tags"], json!(["a"]));
    for id in ids {
        assert_eq!(post("/pub/del_talk/", &format!("id={id}"))["msg"], "删除成功!");
    }
    assert_eq!(read(&blog.get("/pub/talks/"))["count"], 0);
}

#[test]
fn widgets_without_a_token_are_told_no_notice() {
    let blog = blog();
    let fields = [("name", "notice"), ("content", "2026")];
    assert_eq!(blog.owner_form("/pub/set_custom/", &fields).json()["status"], true);
    let answer = blog.get("/pub/get_custom/?key=notice");
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.json().get("data").is_none(), "{answer:?}");
    let answer = read(&blog.get(&format!("/pub/get_custom/?key=notice&token={TOKEN}")));
    assert_eq!(answer["data"], "2026\n");
}
