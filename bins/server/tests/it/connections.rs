//! Connections of which nothing comes.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::mpsc::{self, Sender},
    thread,
    time::Duration,
};

use actix_web::{
    HttpResponse,
    web::{self, Bytes, ServiceConfig},
};
use futures_util::stream;
use inkstone_server::config::Config;

use crate::support::{Server, Slow, send};

/// Much longer than the server's patience, which is three seconds here.
const FOREVER: Duration = Duration::from_mins(1);

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

fn start(extend: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Server {
    let configure = |config: &mut Config| {
        for seconds in [
            &mut config.server.header_timeout_s,
            &mut config.server.keep_alive_s,
            &mut config.server.body_timeout_s,
        ] {
            *seconds = 1.try_into().unwrap();
        }
    };
    Server::start_with(configure, extend)
}

/// A connection that has sent `text`.
fn connect(server: &Server, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(FOREVER)).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

/// Waits until the server has closed the connection.
#[track_caller]
fn expect_end(mut stream: TcpStream) {
    let mut answers = Vec::new();
    let ended = stream.read_to_end(&mut answers);
    assert!(ended.is_ok(), "{ended:?} after {}", String::from_utf8_lossy(&answers));
}

#[test]
fn a_further_head_that_never_ends_ends_the_connection() {
    let server = start(|_| {});
    for rest in ["G", "GET /healthz HTTP/1.1\r\nhost: x\r\n"] {
        expect_end(connect(&server, &format!("{REQUEST}{rest}")));
    }
    let mut trickling = connect(&server, REQUEST);
    trickling.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut byte = [0; 1024];
    // Every byte is one more than before, and no progress.
    for sent in 0.. {
        assert!(sent < 600, "it is still open");
        let read = trickling.read(&mut byte);
        if matches!(read, Ok(0)) || trickling.write_all(b"x").is_err() {
            break;
        }
    }
}

/// Tells when it is dropped.
struct Told(Sender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.send(()).unwrap();
    }
}

#[test]
fn an_answer_that_nobody_reads_ends_the_connection() {
    let (dropped, told) = mpsc::channel();
    let server = start(move |app| {
        let dropped = dropped.clone();
        let endless = move || {
            let told = Told(dropped.clone());
            let chunks = stream::unfold(told, |told| async {
                let chunk = Ok::<_, actix_web::Error>(Bytes::from(vec![b'x'; 65_536]));
                Some((chunk, told))
            });
            async { HttpResponse::Ok().streaming(Box::pin(chunks)) }
        };
        app.route("/endless", web::get().to(endless));
    });
    let _unread = connect(&server, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n");
    told.recv_timeout(FOREVER).expect("the answer is given up");
}

#[test]
fn a_request_may_take_longer_than_its_client() {
    let (slow, route) = Slow::route();
    let server = start(route);
    let address = server.address;
    let client = thread::spawn(move || send(address, "GET", "/slow", &[], None));
    slow.begun.recv().unwrap();
    // It began later, and is given up all the same.
    expect_end(connect(&server, &format!("{REQUEST}G")));
    slow.go_on.send(()).unwrap();
    client.join().unwrap().expect(200, "done");
}

#[test]
fn requests_that_come_at_once_are_answered_one_after_the_other() {
    const COUNT: usize = 5_000;
    let server = start(|_| {});
    let stream = connect(&server, "");
    let mut sending = stream.try_clone().unwrap();
    let last = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let comment = "POST /api/comments HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    let requests = format!("{REQUEST}{comment}").repeat(COUNT / 2) + last;
    let sender = thread::spawn(move || sending.write_all(requests.as_bytes()).unwrap());
    let mut answers = String::new();
    (&stream).read_to_string(&mut answers).unwrap();
    sender.join().unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), COUNT / 2 + 1);
    assert_eq!(answers.matches("HTTP/1.1 400 Bad Request").count(), COUNT / 2);
}
