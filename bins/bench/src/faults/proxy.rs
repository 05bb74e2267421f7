//! A TCP proxy that can fail.

use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::net::sockopt::set_socket_linger;

/// How often its threads look whether anything has changed.
const LOOK: Duration = Duration::from_millis(10);

/// What the way is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Bytes pass.
    Open,
    /// Nobody listens; what was open is reset.
    Refused,
    /// Connections are accepted, and bytes stay where they are.
    Silent,
    /// Connections are accepted and reset, those that were open, too.
    Reset,
}

/// A way to `target`; closed when dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    target: SocketAddr,
    way: Mutex<Way>,
    /// Raised when everything that is open has to be reset.
    generation: AtomicU64,
    closed: AtomicBool,
}

impl Proxy {
    /// An open way to `target`.
    pub(crate) fn start(target: SocketAddr) -> anyhow::Result<Self> {
        let listener = listen("127.0.0.1:0".parse()?)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            target,
            way: Mutex::new(Way::Open),
            generation: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept(address, listener));
        Ok(Self { address, shared })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Changes the way.
    pub(crate) fn set(&self, way: Way) {
        *self.shared.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
        if matches!(way, Way::Refused | Way::Reset) {
            self.reset();
        }
    }

    /// Resets all connections.
    pub(crate) fn reset(&self) {
        self.shared.generation.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        self.reset();
    }
}

impl Shared {
    fn way(&self) -> Way {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(self: &Arc<Self>, address: SocketAddr, listener: TcpListener) {
        let mut listener = Some(listener);
        while !self.closed.load(Ordering::Relaxed) {
            if self.way() == Way::Refused {
                listener = None;
            } else if listener.is_none() {
                // The port may still be settling; the next round tries again.
                listener = listen(address).ok();
            }
            match listener.as_ref().map(TcpListener::accept) {
                // A client that is gone needs no connection.
                Some(Ok((client, _))) => drop(self.connect(client)),
                Some(Err(_)) | None => thread::sleep(LOOK),
            }
        }
    }

    fn connect(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        if self.way() == Way::Reset {
            return Ok(set_socket_linger(&client, Some(Duration::ZERO))?);
        }
        let generation = self.generation.load(Ordering::Relaxed);
        let (client, server) = (Arc::new(client), Arc::new(TcpStream::connect(self.target)?));
        for (from, to) in [(&client, &server), (&server, &client)] {
            from.set_nonblocking(false)?;
            from.set_nodelay(true)?;
            from.set_read_timeout(Some(LOOK))?;
            let (shared, from, to) = (Arc::clone(self), Arc::clone(from), Arc::clone(to));
            thread::spawn(move || shared.pump(&from, &to, generation));
        }
        Ok(())
    }

    fn is_current(&self, generation: u64) -> bool {
        self.generation.load(Ordering::Relaxed) == generation
    }

    /// Whether bytes got through; they wait while the way is silent.
    fn passes(&self, bytes: &[u8], mut to: &TcpStream, generation: u64) -> bool {
        while self.way() == Way::Silent && self.is_current(generation) {
            thread::sleep(LOOK);
        }
        self.is_current(generation) && to.write_all(bytes).is_ok()
    }

    /// Carries bytes until one side is gone, or everything is reset.
    fn pump(&self, mut from: &TcpStream, to: &TcpStream, generation: u64) {
        let mut bytes = [0; 16 * 1024];
        while self.is_current(generation) {
            match from.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) if self.passes(&bytes[..count], to, generation) => {}
                Err(error) if is_only_late(&error) => {}
                Ok(_) | Err(_) => break,
            }
        }
        if self.is_current(generation) {
            // The other direction may have something left to say.
            let _ = to.shutdown(Shutdown::Write);
        } else {
            // Closed so, and by the last of the two threads, a socket sends a reset.
            let _ = set_socket_linger(from, Some(Duration::ZERO));
            let _ = set_socket_linger(to, Some(Duration::ZERO));
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn is_only_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that says what it hears.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || io::copy(&mut &stream, &mut &stream));
            }
        });
        address
    }

    fn says(stream: &mut TcpStream) -> io::Result<u8> {
        let mut byte = [0];
        stream.write_all(b"x")?;
        stream.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    #[test]
    fn the_way_is_what_it_was_told_to_be() {
        let proxy = Proxy::start(echo()).unwrap();
        let connect = || TcpStream::connect(proxy.address);
        let mut open = connect().unwrap();
        assert_eq!(says(&mut open).unwrap(), b'x');

        proxy.set(Way::Silent);
        open.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        assert!(is_only_late(&says(&mut open).unwrap_err()));
        proxy.set(Way::Open);
        open.set_read_timeout(None).unwrap();
        let mut late = [0];
        open.read_exact(&mut late).unwrap();

        proxy.set(Way::Reset);
        let reset = open.read(&mut late).unwrap_err();
        assert_eq!(reset.kind(), io::ErrorKind::ConnectionReset);
        assert!(says(&mut connect().unwrap()).is_err());

        proxy.set(Way::Refused);
        while connect().is_ok() {}
        proxy.set(Way::Open);
        let mut again = loop {
            if let Ok(stream) = connect() {
                break stream;
            }
        };
        assert_eq!(says(&mut again).unwrap(), b'x');
    }
}
