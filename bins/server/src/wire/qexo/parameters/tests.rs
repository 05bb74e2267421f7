use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use futures_util::stream;

use super::*;

async fn read(query: &str, kind: &str, body: &str) -> Parameters {
    let mut headers = HeaderMap::new();
    if !kind.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
    }
    Parameters::read(query, &headers, pieces(body)).await.unwrap()
}

/// A body that arrives in pieces of seven bytes.
fn pieces(body: &str) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<> {
    let pieces: Vec<_> =
        body.as_bytes().chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

fn texts(parameters: &Parameters) -> Vec<(&str, String)> {
    let all = parameters.all().into_iter();
    all.map(|(name, value)| (name, value.text().unwrap_or_default().into_owned())).collect()
}

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=XX";

#[actix_web::test]
async fn a_form_is_a_form_however_it_is_announced() {
    for kind in [
        FORM,
        "application/x-www-form-urlencoded;",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLEncoded ; charset=UTF-8;",
        "text/plain",
        "text/plain;charset=UTF-8",
        "",
    ] {
        let parameters = read("", kind, "a=1&b=x+y%20z&a=2&c=%ff&d").await;
        assert_eq!(parameters.body("a"), Some(Parameter::Text("2")), "{kind}: the last wins");
        assert_eq!(parameters.body("b"), Some(Parameter::Text("x y z")));
        assert_eq!(parameters.body("c"), Some(Parameter::Text("\u{fffd}")));
        assert_eq!(parameters.body("d"), Some(Parameter::Text("")));
        assert_eq!(parameters.body("e"), None);
        assert!(!parameters.is_malformed());
    }
}

#[actix_web::test]
async fn what_looks_like_no_form_is_empty() {
    for (kind, body) in [
        ("text/plain", ""),
        ("text/plain", "Dear Sir, 1+1=2"),
        ("text/plain", r#"{"a":"b=c"}"#),
        ("", "=x"),
        ("application/octet-stream", "a=1"),
        ("text/html", "a=1"),
    ] {
        let parameters = read("", kind, body).await;
        assert!(parameters.all().is_empty() && !parameters.is_malformed(), "{kind}: {body}");
    }
}

#[actix_web::test]
async fn parts_of_text_are_fields_with_plain_line_ends() {
    let part = |head: &str, text: &str| {
        format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
    };
    let body = [
        part(r#"name="content""#, "one\r\ntwo\nthree\r\n"),
        part("name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png", "binary"),
        part(r#"name="标题""#, "文"),
        part(r#"name="a""#, "1"),
        part(r#"name="a""#, "2"),
        part(r#"name="none""#, ""),
        "--XX--\r\n".to_owned(),
    ]
    .concat();
    let parameters = read("", MULTIPART, &body).await;
    let expected =
        [("content", "one\ntwo\nthree\n"), ("标题", "文"), ("a", "1"), ("a", "2"), ("none", "")];
    assert_eq!(texts(&parameters), expected.map(|(name, text)| (name, text.to_owned())));
    assert_eq!(parameters.body("a"), Some(Parameter::Text("2")));
    assert!(!parameters.is_malformed());
}

#[actix_web::test]
async fn broken_parts_are_noticed() {
    let whole = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--\r\n";
    assert!(!read("", MULTIPART, whole).await.is_malformed());
    for (kind, body) in [
        (MULTIPART, "\r\n"),
        (MULTIPART, &whole[..whole.len() - 10]),
        (MULTIPART, "a=1"),
        ("multipart/form-data", whole),
        ("multipart/form-data; boundary=YY", whole),
    ] {
        assert!(read("", kind, body).await.is_malformed(), "{kind}: {body}");
    }
}

#[actix_web::test]
async fn members_of_an_object_are_fields() {
    let json = r#"{"s":"x","n":1.50,"b":true,"z":null,"l":["a"],"o":{"k":1},"s":"y","e":""}"#;
    let parameters = read("", "application/json; charset=utf-8", json).await;
    let text = |name| parameters.body(name).map(|value| value.text().map(Cow::into_owned));
    let is = |text: &str| Some(Some(text.to_owned()));
    assert_eq!([text("s"), text("n"), text("b")], [is("y"), is("1.5"), is("true")]);
    assert_eq!(
        [text("e"), text("z"), text("l"), text("o")],
        [is(""), None, Some(None), Some(None)]
    );
    assert_eq!(parameters.body("l"), Some(Parameter::Json(&serde_json::json!(["a"]))));
    assert_eq!(parameters.body("n").unwrap().as_str(), None);
    assert!(!parameters.is_malformed());
    for body in [" ", "[]", "1", "null", "{", "{}x", "{}{}", "\u{feff}{}", &"[".repeat(100_000)] {
        assert!(read("", "application/json", body).await.is_malformed(), "{body:.20}");
    }
}

#[actix_web::test]
async fn the_token_has_an_order_of_places() {
    let token = |query, kind, body| async move { read(query, kind, body).await.token() };
    let json = "application/json";
    for (query, kind, body, expected) in [
        ("token=q", FORM, "token=f", Some("f")),
        ("token=q", FORM, "token=", Some("q")),
        ("token=q", json, r#"{"token":"j"}"#, Some("q")),
        ("token=", json, r#"{"token":"j"}"#, Some("j")),
        ("", json, r#"{"token":7}"#, Some("7")),
        ("", json, r#"{"token":null}"#, None),
        ("", json, r#"{"token":["j"]}"#, None),
        ("token=q", json, r#"{"token":"j"}&token=t"#, Some("t")),
        ("", json, "{} \n&a=b&token=x%20y", Some("x y")),
        ("token=a&token=b", "", "", Some("b")),
        ("", FORM, "token=a&token=b", Some("b")),
        ("Token=q", FORM, "TOKEN=f", None),
    ] {
        let found = token(query, kind, body).await;
        assert_eq!(found.as_deref(), expected, "{query} {body}");
    }
}

#[actix_web::test]
async fn scripts_get_all_parameters_but_the_token() {
    let parameters = read("a=1&token=q&a=2", FORM, "a=3&token=f&b=4").await;
    let expected = [("a", "1"), ("a", "2"), ("a", "3"), ("b", "4")];
    assert_eq!(texts(&parameters), expected.map(|(name, text)| (name, text.to_owned())));
    let parameters = read("a=1", "application/json", r#"{"b":2,"c":null,"token":"j"}"#).await;
    let number = serde_json::json!(2);
    assert_eq!(parameters.all(), [("a", Parameter::Text("1")), ("b", Parameter::Json(&number))]);
}

#[actix_web::test]
async fn more_than_a_thousand_parameters_are_too_many() {
    let fields = |count: usize| "a=1&".repeat(count);
    let headers = HeaderMap::new();
    for (query, body, fits) in [
        (1_000, 0, true),
        (0, 1_000, true),
        (1_001, 0, false),
        (0, 1_001, false),
        (1, 1_000, false),
    ] {
        let read = Parameters::read(&fields(query), &headers, pieces(&fields(body))).await;
        assert_eq!(read.is_ok(), fits, "{query} {body}");
    }
}
