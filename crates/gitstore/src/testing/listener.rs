//! A port that connections come in at, each on a thread of its own.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// Where nothing moves for so long, the test is over.
const FORGOTTEN: Duration = Duration::from_mins(2);

/// A port that connections come in at until it is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    address: SocketAddr,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens on a free port, or on one that was used before.
    pub(super) fn open(port: u16, serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a port");
        let address = listener.local_addr().expect("a bound port has an address");
        let closing = Arc::new(AtomicBool::new(false));
        let closed = Arc::clone(&closing);
        let thread = thread::spawn(move || {
            let serve = Arc::new(serve);
            for stream in listener.incoming().map_while(Result::ok) {
                if closed.load(Ordering::SeqCst) {
                    break;
                }
                let serve = Arc::clone(&serve);
                let quiet = stream.set_read_timeout(Some(FORGOTTEN));
                quiet.and_then(|()| stream.set_nodelay(true)).expect("a new connection");
                thread::spawn(move || serve(stream));
            }
        });
        Self { address, closing, thread: Some(thread) }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Wakes the thread up; when that fails it is gone already.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
