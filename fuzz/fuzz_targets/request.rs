//! Whole requests of strangers to a whole server: whatever they send, it is not the server's
//! failure.
//!
//! The first line of an input is method, target and content type, the rest is the body. The server
//! runs in this process, on a database of its own in the system's directory for temporary files.

#![no_main]

use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::Duration;

use inkstone_server::app::Application;
use inkstone_server::config::Loaded;
use inkstone_server::installation::Installation;
use libfuzzer_sys::{Corpus, fuzz_target};
use ureq::http::{Request, header};

const SETTINGS: &str = r#"
[server]
listen = "127.0.0.1:0"
workers = 1
trusted_proxies = ["127.0.0.1/32"]
[metrics]
listen = ""
[log]
requests = "off"
[limits]
comment_interval_ms = 0
"#;

static SERVER: LazyLock<SocketAddr> = LazyLock::new(start);
static AGENT: LazyLock<ureq::Agent> = LazyLock::new(|| {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into()
});

fuzz_target!(|input: &[u8]| -> Corpus { run(input).map_or(Corpus::Reject, |()| Corpus::Keep) });

/// `None` when the input is no request that a client could send.
fn run(input: &[u8]) -> Option<()> {
    let (head, body) = input.split_at_checked(input.iter().position(|byte| *byte == b'\n')?)?;
    let mut head = str::from_utf8(head).ok()?.splitn(3, ' ');
    let (method, target, kind) = (head.next()?, head.next()?, head.next()?);
    let request = Request::builder()
        .method(method)
        .uri(format!("http://{}{target}", *SERVER))
        .header(header::CONTENT_TYPE, kind)
        .header("x-forwarded-for", stranger())
        .body(body[1..].to_vec())
        .ok()?;
    if request.uri().authority()?.as_str() != SERVER.to_string() || method == "CONNECT" {
        return None;
    }
    let mut response = AGENT.run(request).ok()?;
    let status = response.status();
    let text = response.body_mut().read_to_vec().ok()?;
    assert!(!status.is_server_error(), "{status} {}", String::from_utf8_lossy(&text));
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) && !text.is_empty()
    {
        serde_json::from_slice::<serde_json::Value>(&text).unwrap();
    }
    Some(())
}

/// An address that nobody had before, so that no budget stands in the way.
fn stranger() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let [_, a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

fn start() -> SocketAddr {
    let directory = std::env::temp_dir().join("inkstone-fuzz");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir(&directory).unwrap();
    let file = directory.join("inkstone.toml");
    fs::write(&file, SETTINGS).unwrap();
    let mut config = Loaded::load(Some(&file), []).unwrap().config;
    config.data_dir = directory.join("data");
    let (started, starting) = mpsc::channel();
    thread::spawn(move || {
        let installation = Installation::open(&config).unwrap();
        installation.ensure_owner(&config).unwrap();
        let application = Application::build(&config, installation).unwrap();
        started.send(application.address()).unwrap();
        application.run().unwrap();
    });
    starting.recv().unwrap()
}
