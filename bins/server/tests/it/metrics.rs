use std::net::{SocketAddr, TcpListener};

use actix_web::{HttpResponse, web};
use inkstone_server::{app::Application, config::Config, installation::Installation};

use crate::support::{Server, config, send};

/// A server with a route that only the calling test uses: all tests of this process share figures.
fn start(route: &'static str) -> Server {
    Server::start_with(
        |config| config.metrics.listen = Some(SocketAddr::from(([127, 0, 0, 1], 0))).into(),
        move |app| {
            app.route(route, web::to(|| async { HttpResponse::Ok().finish() }));
        },
    )
}

#[test]
fn requests_are_counted_by_route() {
    let server = start("/counted/{id}");
    for id in 0..3 {
        server.get(&format!("/counted/{id}"));
    }
    server.send("BREW", "/counted/3", &[], None);
    let figures = send(server.metrics.unwrap(), "GET", "/metrics", &[], None);
    assert!(figures.header("content-type").starts_with("text/plain"));
    let figures = figures.text();
    let lines: Vec<&str> =
        figures.lines().filter(|line| line.contains(r#"route="/counted/{id}""#)).collect();
    for line in [
        r#"inkstone_http_requests_total{route="/counted/{id}",method="GET",status="200"} 3"#,
        r#"inkstone_http_requests_total{route="/counted/{id}",method="other",status="200"} 1"#,
        r#"inkstone_http_request_seconds_count{route="/counted/{id}"} 4"#,
        r#"inkstone_http_request_seconds_bucket{route="/counted/{id}",le="+Inf"} 4"#,
    ] {
        assert!(lines.contains(&line), "{line} not in {lines:#?}");
    }
}

#[test]
fn panics_are_counted() {
    async fn panics() -> HttpResponse {
        panic!("expected by a test")
    }
    let server = Server::start_with(
        |config| config.metrics.listen = Some(SocketAddr::from(([127, 0, 0, 1], 0))).into(),
        |app| {
            app.route("/panics", web::put().to(panics));
        },
    );
    server.send("PUT", "/panics", &[], None);
    let figures = send(server.metrics.unwrap(), "GET", "/metrics", &[], None);
    assert!(figures.text().contains(r#"route="panicked",method="PUT",status="500"} 1"#));
}

#[test]
fn paths_that_match_no_route_share_one_name() {
    let server = start("/unmatched-test");
    server.get("/no-such-path-in-figures");
    server.send("POST", "/healthz", &[], None);
    let figures = send(server.metrics.unwrap(), "GET", "/metrics", &[], None);
    assert!(!figures.text().contains("no-such-path-in-figures"));
    assert!(figures.text().contains(r#"route="unmatched",method="GET",status="404""#));
}

#[test]
fn figures_have_a_listener_of_their_own_or_none() {
    let server = start("/listener-test");
    server.get("/metrics").expect(404, r#"{"message":"Not Found"}"#);
    assert_ne!(server.metrics.unwrap().port(), server.address.port());
    assert_eq!(Server::start().metrics, None);
}

#[test]
fn only_the_default_port_may_be_taken() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = config(&directory);
    // If the bind fails, another program has taken the port, which serves as well.
    let default: SocketAddr = "127.0.0.1:9464".parse().unwrap();
    let _taken = TcpListener::bind(default);
    config.metrics.listen = Some(default).into();
    let build = |config: &Config| Application::build(config, Installation::open(config).unwrap());
    assert_eq!(build(&config).unwrap().metrics_address(), None);

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    config.metrics.listen = Some(taken.local_addr().unwrap()).into();
    let Err(error) = build(&config) else { panic!("it listens on a port that is taken") };
    assert!(error.to_string().contains("metrics.listen"), "{error}");
}
