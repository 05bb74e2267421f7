//! Bytes that no client library would send.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use super::{
    hostile::{endpoints, generous},
    support::{Blog, Database, PAGE, on_both_databases, said},
};

on_both_databases!(bodies_that_are_no_json_are_refused, headers_of_any_kind_are_survived);

fn bodies_that_are_no_json_are_refused(database: Database) {
    let blog = Blog::on(database);
    let nested = ["[".repeat(30_000), "]".repeat(30_000)].concat();
    for (method, path, complete, message) in endpoints() {
        let complete = complete.to_string();
        let with = |value: &[u8]| {
            let start = complete.strip_suffix('}').unwrap().as_bytes();
            [start, b",\"x\":", value, b"}"].concat()
        };
        let head = format!("{method} {path} HTTP/1.1\r\n");
        for body in [
            complete.as_bytes()[..complete.len() - 1].to_vec(),
            [complete.as_bytes(), b"x"].concat(),
            [b"\xef\xbb\xbf", complete.as_bytes()].concat(),
            format!("[{complete}]").into_bytes(),
            complete.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            complete.replace('"', "'").into_bytes(),
            with(b"\"\xff\xfe\""),
            with(b"\"\xed\xa0\x80\""),
            with(b"\"\xf0\x9f\x92\""),
            with(b"\"\xc0\x80\""),
            with(b"\"\\ud800\""),
            with(b"\"\\udc00\\ud800\""),
            with(b"\"\\u00\""),
            with(b"\"\\x00\""),
            with(b"\"\0\""),
            with(b"\"\n\""),
            with(b"NaN"),
            with(b"1e999"),
            with(b"01"),
            with(b"-"),
            with(b"undefined"),
            with(b"1,"),
            with(nested.as_bytes()),
            with("{\"a\":[".repeat(10_000).as_bytes()),
            "[".repeat(60_000).into_bytes(),
            "{\"a\":".repeat(12_000).into_bytes(),
            vec![0; 1_000],
            vec![0xff; 1_000],
        ] {
            let (status, answer) = exchange(&blog, head.as_bytes(), &body);
            let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            assert!(status == 400 && answer.ends_with(&said(message)), "{path} {shown}: {answer}");
            assert!(answer.contains("access-control-allow-origin: *"), "{answer}");
        }
    }
    assert_eq!(blog.stored(), 0);
}

fn headers_of_any_kind_are_survived(database: Database) {
    let blog = generous(database);
    let values: [&[u8]; 12] = [
        b"",
        b" ",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        "文💩".as_bytes(),
        b"' OR 1=1 --",
        b"%00",
        b",,,",
        b"\t\t",
        b"for=\"[::1]\"",
        &[b'x'; 8_000],
        &[0xf0; 4_000],
    ];
    for name in [
        "X-CWD-Like-User",
        "X-Site-Id",
        "User-Agent",
        "X-Forwarded-For",
        "X-Real-IP",
        "Origin",
        "Content-Type",
        "Accept-Encoding",
        "If-None-Match",
        "Accept",
        "Cookie",
        "X-Request-Id",
    ] {
        for value in values {
            let header = [name.as_bytes(), b": ", value, b"\r\n"].concat();
            for (method, path, body, _) in endpoints() {
                let start = format!("{method} {path} HTTP/1.1\r\n");
                let head = [start.as_bytes(), &header].concat();
                let (status, answer) = exchange(&blog, &head, body.to_string().as_bytes());
                assert!([200, 400].contains(&status), "{path} {name} {value:?}: {answer}");
                assert!(
                    answer.contains("access-control-allow-origin: *"),
                    "{path} {name}: {answer}"
                );
            }
            let start = format!("GET /api/comments?post_slug={PAGE} HTTP/1.1\r\n");
            let (status, _) = exchange(&blog, &[start.as_bytes(), &header].concat(), b"");
            assert!([200, 304].contains(&status), "{name} {value:?}: {status}");
        }
    }
}

#[test]
fn a_head_without_end_is_cut_off() {
    let blog = Blog::start();
    let mut stream = TcpStream::connect(blog.server.address).unwrap();
    let start = b"GET /api/like?post_slug=/a HTTP/1.1\r\nHost: x\r\nX-Site-Id: ";
    stream.write_all(start).unwrap();
    // The server may hang up at any time from here, and then writing and reading fail.
    while stream.write_all(&[b'x'; 8_192]).is_ok() {}
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(blog.get("/api/like?post_slug=/a").status, 200);
}

/// Sends them, and returns the status and all that comes back.
fn exchange(blog: &Blog, head: &[u8], body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(blog.server.address).unwrap();
    let length = format!("Content-Length: {}\r\n\r\n", body.len());
    let fixed = b"Host: x\r\nConnection: close\r\n";
    stream.write_all(&[head, fixed, length.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no answer to {head:?}: {answer}")), answer)
}
