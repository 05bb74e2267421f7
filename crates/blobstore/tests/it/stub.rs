//! A server that answers whatever a test wants.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use inkstone_blobstore::{Limits, S3Bucket, S3Config};
use inkstone_vocab::Timestamp;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_248_000_000);

/// Answers every connection by writing to it, after the head of a request has arrived.
pub(crate) struct Stub {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// `answer` gets the head of the request.
    pub(crate) fn start(mut answer: impl FnMut(&str, &mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                let head = head(&mut stream);
                answer(&head, &mut stream);
            }
        });
        Self { address, stop, thread: Some(thread) }
    }

    /// Answers always the same.
    pub(crate) fn answering(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self::start(move |_, stream| drop(stream.write_all(answer.as_bytes())))
    }

    pub(crate) fn bucket(&self) -> S3Bucket {
        self.bucket_with(&limits())
    }

    pub(crate) fn bucket_with(&self, limits: &Limits) -> S3Bucket {
        S3Bucket::new(&config(&format!("http://{}", self.address)), limits).unwrap()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        self.thread.take().unwrap().join().unwrap();
    }
}

pub(crate) fn config(endpoint: &str) -> S3Config {
    S3Config {
        endpoint: endpoint.parse().unwrap(),
        bucket: "blog".to_owned(),
        region: "auto".to_owned(),
        access_key_id: "AKIDTEST".to_owned(),
        secret_access_key: "hunter2".into(),
    }
}

/// Short, so that tests of them end soon.
pub(crate) fn limits() -> Limits {
    Limits {
        connect: Duration::from_millis(300),
        silence: Duration::from_millis(300),
        transfer: Duration::from_millis(900),
        ..Limits::default()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// An answer with everything that belongs to it.
pub(crate) fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}
