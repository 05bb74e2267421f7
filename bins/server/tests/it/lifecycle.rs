use std::{io::Write as _, net::TcpStream};

use crate::support::{Program, Server, Slow, send};

#[test]
fn a_stopping_server_finishes_what_it_has_begun() {
    let (slow, route) = Slow::route();
    let server = Server::start_with(|_| {}, route);
    let address = server.address;
    let client = std::thread::spawn(move || send(address, "GET", "/slow", &[], None));
    slow.begun.recv().unwrap();
    // An idle connection must not hold anybody up.
    let mut idle = TcpStream::connect(address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    server.ask_to_stop();
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    slow.go_on.send(()).unwrap();
    client.join().unwrap().expect(200, "done");
    server.join().unwrap();
}

#[test]
fn signals_end_the_program_with_success() {
    for signal in ["TERM", "INT"] {
        let program = Program::new(&[]);
        let serving = program.serve();
        let address = serving.address.parse().unwrap();
        send(address, "GET", "/readyz", &[], None).expect(200, r#"{"status":"ready"}"#);
        let run = serving.stop(signal);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
}

#[test]
fn before_it_stops_a_balancer_is_told() {
    let program = Program::new(&[("INKSTONE__SERVER__DRAIN_S", "3600")]);
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    serving.signal("TERM");
    let ready = || send(address, "GET", "/readyz", &[], None);
    while ready().status == 200 {
        std::thread::yield_now();
    }
    ready().expect(503, r#"{"reason":"the server is about to stop","status":"unavailable"}"#);
    send(address, "GET", "/healthz", &[], None).expect(200, r#"{"status":"ok"}"#);
    // Asked twice, it waits no longer.
    assert_eq!(serving.stop("TERM").code, Some(0));
}

#[test]
fn a_database_that_is_served_with_another_key_says_so() {
    const WARNING: &str = "not the one that this database was served with before";
    let key = |digit: &str| digit.repeat(64);
    let program = Program::new(&[]).with("INKSTONE__SERVER__KEY", key("1"));
    let warned = |program: &Program| program.serve().stop("TERM").stderr.contains(WARNING);
    assert!(!warned(&program), "the first start");
    assert!(!warned(&program), "the same key");
    // The later value of a variable counts.
    let program = program.with("INKSTONE__SERVER__KEY", key("2"));
    assert!(warned(&program), "another key");
    assert!(!warned(&program), "is the known one from then on");
}
