use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use actix_web::{HttpResponse, web};
use inkstone_server::{
    body::{Body, BodyLimit},
    wire::cwd::Format,
};

use crate::support::Server;

const HEAD: &str = "POST /api/size HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
const TOO_LARGE: &str = r#"{"message":"请求体过大"}"#;

fn start() -> Server {
    async fn size(body: Body<Format>) -> HttpResponse {
        HttpResponse::Ok().body(body.bytes.len().to_string())
    }
    Server::start_with(
        |_| {},
        |app| {
            let large = BodyLimit { bytes: 100_000, ..BodyLimit::DEFAULT };
            let hasty = BodyLimit { time: Duration::from_millis(50), ..BodyLimit::DEFAULT };
            app.route("/api/size", web::post().to(size))
                .service(web::resource("/import").app_data(large).post(size))
                .service(web::resource("/api/hasty").app_data(hasty).post(size));
        },
    )
}

/// Sends a request as it is, and returns everything that comes back before the end.
fn exchange(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_limit_is_the_configured_one() {
    let server = start();
    let post = |path, bytes| server.send("POST", path, &[], Some(&"x".repeat(bytes)));
    post("/api/size", 0).expect(200, "0");
    post("/api/size", 65_536).expect(200, "65536");
    let refused = post("/api/size", 65_537).expect(413, TOO_LARGE);
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    post("/import", 65_537).expect(200, "65537");
    post("/import", 100_001).expect(413, TOO_LARGE);
}

#[test]
fn what_is_not_announced_is_counted() {
    let server = start();
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let answer = exchange(&server, &format!("{head}{}0\r\n\r\n", chunk.repeat(2)));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("65536"), "{answer}");
    let answer = exchange(&server, &format!("{head}{}1\r\nx\r\n0\r\n\r\n", chunk.repeat(2)));
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains(TOO_LARGE), "{answer}");
}

#[test]
fn a_huge_announcement_is_refused_before_it_arrives() {
    let server = start();
    let answer = exchange(&server, &format!("{HEAD}Content-Length: 9999999999\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains(TOO_LARGE), "{answer}");
}

#[test]
fn a_body_that_does_not_come_is_not_awaited() {
    let server = start();
    let head =
        "POST /api/hasty HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\nx";
    let answer = exchange(&server, head);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("access-control-allow-origin: *"), "{answer}");
}

#[test]
fn a_head_that_does_not_come_is_not_awaited() {
    let server =
        Server::start_with(|config| config.server.header_timeout_s = 1.try_into().unwrap(), |_| {});
    let answer = exchange(&server, "GET /healthz HTTP/1.1\r\nHost");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}
