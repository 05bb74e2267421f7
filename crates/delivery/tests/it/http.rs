//! The client for requests that leave the machine keeps its limits.

use std::{env, process::Command, time::Duration};

use inkstone_delivery::{
    HttpClient, HttpError, HttpLimits, Targets,
    testing::{HttpBehaviour, HttpStub},
};

use crate::support::{A_WHILE, SHORT, http, limits};

#[test]
fn an_answer_is_an_answer_whatever_its_status() {
    let stub = HttpStub::start();
    stub.then(HttpBehaviour::json(418, "teapot"));
    let answer = http().post_json(&stub.url(), &[("X-Key", "v")], b"{}").unwrap();
    assert_eq!((answer.status, &answer.body[..]), (418, &b"teapot"[..]));
    let request = stub.requests().remove(0);
    assert_eq!(request.header("x-key"), Some("v"));
    assert!(request.header("user-agent").unwrap().starts_with("inkstone/"));
}

#[test]
fn a_form_arrives_as_it_was_meant() {
    let stub = HttpStub::start();
    let fields = [("secret", "a&b=c+d %"), ("response", "你\n\""), ("empty", "")];
    assert_eq!(http().post_form(&stub.url(), &fields).unwrap().status, 200);
    let request = stub.requests().remove(0);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let arrived: Vec<(String, String)> =
        url::form_urlencoded::parse(&request.body).into_owned().collect();
    assert_eq!(arrived, fields.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

#[test]
fn redirects_are_not_followed() {
    let (stub, elsewhere) = (HttpStub::start(), HttpStub::start());
    for status in [301, 302, 303, 307, 308] {
        stub.then(HttpBehaviour::Answer {
            status,
            headers: vec![("Location".to_owned(), elsewhere.url())],
            body: Vec::new(),
        });
        assert_eq!(http().post_json(&stub.url(), &[], b"{}").unwrap().status, status);
    }
    assert_eq!(elsewhere.requests(), []);
}

#[test]
fn a_silent_server_is_given_up_on() {
    let stub = HttpStub::start();
    stub.then(HttpBehaviour::Silence);
    assert_eq!(brief(SHORT).post_json(&stub.url(), &[], b"{}"), Err(HttpError::Timeout));
}

#[test]
fn a_body_ends_where_the_limits_do() {
    let stub = HttpStub::start();
    stub.then(HttpBehaviour::Drip(Duration::from_millis(10)));
    assert_eq!(brief(A_WHILE).post_json(&stub.url(), &[], b"{}").unwrap().status, 200);

    stub.then(HttpBehaviour::Flood(200));
    let client = HttpClient::new(HttpLimits { max_answer_bytes: 1000, ..limits() }, Targets::Any);
    assert_eq!(client.post_json(&stub.url(), &[], b"{}").unwrap().body.len(), 1000);
}

#[test]
fn what_does_not_speak_http_is_a_failure() {
    let stub = HttpStub::start();
    for bytes in [&b"220 mail\r\n"[..], b"", b"\0\xff\0", b"HTTP/1.1 abc\r\n\r\n"] {
        stub.then(HttpBehaviour::Raw(bytes.to_vec()));
        assert!(http().post_json(&stub.url(), &[], b"{}").is_err());
    }
    stub.then(HttpBehaviour::Raw(format!("HTTP/1.1 200 OK\r\nX: {}", "a".repeat(99_999)).into()));
    assert!(http().post_json(&stub.url(), &[], b"{}").is_err());
    stub.then(HttpBehaviour::HangUp);
    assert!(http().post_json(&stub.url(), &[], b"{}").is_err());
}

#[test]
fn addresses_of_strangers_lead_to_the_public_internet_only() {
    let stub = HttpStub::start();
    let port = stub.url().rsplit_once(':').unwrap().1.to_owned();
    let client = HttpClient::new(limits(), Targets::PublicOnly);
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
    ] {
        let url = format!("http://{host}:{port}/");
        let error = client.post_json(&url, &[], b"{}").unwrap_err();
        // What the system cannot resolve leads nowhere either.
        let unknown = matches!(error, HttpError::Unreachable(_)) && !host.starts_with("127.0");
        assert!(error == HttpError::NotPublic || unknown, "{host}: {error:?}");
    }
    assert_eq!(stub.requests(), []);
}

#[test]
fn malformed_addresses_fail_without_being_repeated() {
    for url in
        ["", "secret-path", "ftp://127.0.0.1/secret-path", "http:///secret-path", "http://a b"]
    {
        let error = http().post_json(url, &[], b"{}").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret-path"), "{error:?}");
    }
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let proxy = HttpStub::start();
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", "http::an_answer_is_an_answer_whatever_its_status"]);
    for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "http_proxy"] {
        again.env(name, proxy.url());
    }
    let output = again.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(proxy.requests(), []);
}

fn brief(total: Duration) -> HttpClient {
    HttpClient::new(HttpLimits { total, ..limits() }, Targets::Any)
}
