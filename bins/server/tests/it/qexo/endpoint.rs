//! What every endpoint gets without doing anything for it.

use inkstone_server::wire::qexo::{Answer, Call, Endpoint, Message, Parameter, serve};
use serde_json::{Map, json};

use super::support::{FORM, refusal, refusal_twice};
use crate::support::Server;

async fn panics(_: Call) -> Answer {
    panic!("expected by a test: secret")
}

/// How long the text `content` is, and in which order `s` is looked for.
async fn measure(call: Call) -> Answer {
    let content = call.required("content")?.len();
    let s = call.query_first("s")?.map(std::borrow::Cow::into_owned);
    let names: Vec<String> = call
        .parameters()
        .all()
        .into_iter()
        .filter(|(_, value)| matches!(value, Parameter::Text(text) if text.len() < 10))
        .map(|(name, _)| name.to_owned())
        .collect();
    let data = json!({ "content": content, "s": s, "names": names });
    Ok(call.done_with(&Message::GetSuccess, Map::from_iter([("data".to_owned(), data)])))
}

fn server() -> Server {
    Server::start_with(
        |_| {},
        |app| {
            serve(app, Endpoint::read("panics").open().with_both_keys(), panics);
            serve(app, Endpoint::write("panics_admin").open().admin(), panics);
            serve(app, Endpoint::write("measure").open().with_article(), measure);
        },
    )
}

#[test]
fn a_panic_is_an_answer_in_its_shape() {
    let server = server();
    let answer = server.send("POST", "/api/panics_admin/", &[], None);
    answer.expect(500, &refusal("服务器内部错误"));
    for method in ["GET", "POST"] {
        let answer = server.send(method, "/pub/panics", &[], None);
        let answer = answer.expect(500, &refusal_twice("服务器内部错误"));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("content-type").starts_with("application/json"));
    }
    assert_eq!(server.get("/pub/status").status, 200);
}

#[test]
fn an_article_may_have_ten_mebibytes() {
    let server = server();
    let send = |query: &str, body: &str| {
        let path = format!("/pub/measure{query}");
        server.send("POST", &path, &[("content-type", FORM)], Some(body))
    };
    let body = format!("content={}", "x".repeat(10_485_760 - 8));
    assert_eq!(send("", &body).json()["data"]["content"], 10_485_760 - 8);
    send("", &format!("{body}x")).expect(413, &refusal("参数错误: body"));
    let data = |query: &str, body: &str| send(query, body).json()["data"].clone();
    for (query, body, s) in [
        ("?s=q", "s=b&content=", Some("q")),
        ("?s=", "s=b&content=", Some("b")),
        ("?s=p&s=q", "content=", Some("q")),
        ("", "s=&content=", None),
    ] {
        assert_eq!(data(query, body)["s"], json!(s), "{query} {body}");
    }
    assert_eq!(data("?a=1&token=x", "content=&b=2")["names"], json!(["a", "content", "b"]));
}
