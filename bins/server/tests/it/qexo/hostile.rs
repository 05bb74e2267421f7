//! What no client sends (attack classes 5, 6, 8, 11, 13, 16 and 22).

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use super::support::{ADDED, FORM, TOKEN, blog, form};
use crate::support::{Program, send};

/// Sends bytes as they are; the whole answer.
fn exchange(address: std::net::SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // The server may close before it has read everything.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn no_bytes_break_it() {
    let blog = blog();
    let deep = format!("{}1{}", "[".repeat(40_000), "]".repeat(40_000));
    let bodies: [(&str, Vec<u8>); 12] = [
        (FORM, vec![0xff; 10_000]),
        (FORM, b"%=%&%zz=%0&=&==&&&".to_vec()),
        (FORM, vec![b'='; 10_000]),
        ("application/json", vec![0; 10_000]),
        ("application/json", deep.into_bytes()),
        ("application/json", b"{\"token\":\"\\ud800\"}".to_vec()),
        ("application/json", b"{\"title\":1e999}".to_vec()),
        ("application/json", b"\xef\xbb\xbf{}".to_vec()),
        ("multipart/form-data; boundary=", b"--\r\n\r\n----".to_vec()),
        ("multipart/form-data; boundary=XX", b"--XX\r\n\r\nx\r\n--XX--".to_vec()),
        ("multipart/form-data; boundary=XX", b"--XX\r\nContent-Disposition: \xff\r\n\r\n".to_vec()),
        ("multipart/form-data; boundary=ü", b"--XX--".to_vec()),
    ];
    for (kind, body) in bodies {
        for path in ["/pub/notifications", "/pub/status", "/api/set_value/", "/pub/statistic"] {
            let head = format!(
                "POST {path}?token={TOKEN} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                 content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let answer = exchange(blog.server.address, &[head.as_bytes(), &body].concat());
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(["200", "403"].contains(&status), "{path} {kind}: {answer}");
            assert!(answer.contains("application/json") && !answer.contains("<html"), "{answer}");
        }
    }
    assert!(blog.notices().is_empty());
}

#[test]
fn headers_of_any_kind_are_survived() {
    let blog = blog();
    for header in [
        "referer: \u{ff}\u{fe}",
        "referer: https://[::1",
        "referer: https://a:99999/",
        "content-type: \u{ff}",
        "content-type: multipart/form-data; boundary=\"",
        "authorization: Bearer \u{ff}",
        "authorization: \t",
        "content-length: 5",
    ] {
        let head = format!(
            "GET /pub/statistic HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n\r\nabcde"
        );
        let answer = exchange(blog.server.address, head.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 403 "), "{header}: {answer}");
    }
}

#[test]
fn members_that_nobody_asked_for_change_nothing() {
    let blog = blog();
    let fields = [
        ("title", "a"),
        ("content", "b"),
        ("time", "1"),
        ("timestamp", "1"),
        ("id", "7"),
        ("status", "false"),
        ("label", "c"),
    ];
    blog.owner_form("/pub/notifications", &fields).expect(200, ADDED);
    let notice = &blog.notices()[0];
    assert_eq!(notice["label"], "a");
    assert_ne!(notice["time"], "1");
}

#[test]
fn the_token_appears_in_no_log_and_no_answer() {
    let program = Program::new(&[
        ("INKSTONE__LOG__REQUESTS", "all"),
        ("INKSTONE__LOG__FILTER", "debug"),
        ("INKSTONE__OWNER__PASSWORD", "a good password"),
    ]);
    let token = program.run(&["token", "create", "qexo"]).stdout.trim().to_owned();
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let kind = [("content-type", FORM)];
    let bearer = format!("Bearer {token}");
    let body = form(&[("apikey", &token), ("token", &token)]);
    let notice = form(&[("title", "a"), ("content", "b"), ("token", &token)]);
    for answer in [
        send(address, "GET", &format!("/pub/get_notifications/?token={token}"), &[], None),
        send(address, "GET", &format!("/pub/nowhere?token={token}"), &[], None),
        send(address, "PUT", &format!("/pub/fix?token={token}"), &[], None),
        send(address, "GET", &format!("/pub/fix?x=1&token={token}"), &[], None),
        send(address, "POST", "/pub/notifications", &kind, Some(&notice)),
        send(address, "POST", "/api/set_api", &kind, Some(&body)),
        send(address, "GET", "/pub/get_notifications", &[("authorization", &bearer)], None),
        send(address, "GET", &format!("/pub/status?token={token}x"), &[], None),
        send(address, "GET", &format!("/pub/fix?token={token}x"), &[], None),
    ] {
        let whole = format!("{:?} {}", answer.headers, answer.text());
        assert!(!whole.contains(&token), "{whole}");
    }
    let run = serving.stop("TERM");
    assert!(run.stderr.matches("/pub/").count() >= 7, "requests are logged: {}", run.stderr);
    assert!(!run.stderr.contains(&token) && !run.stdout.contains(&token), "{run:?}");
    let file = std::fs::read(program.directory.path().join("data/inkstone.db")).unwrap();
    assert!(!file.windows(token.len()).any(|bytes| bytes == token.as_bytes()));
}
