//! Bytes to and from a server, each within a deadline.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
};

use rustls::{ClientConnection, StreamOwned, pki_types::ServerName};

use super::{SmtpError, Trust};
use crate::{deadline::Deadline, reason, resolve::resolve};

/// A connection on which no single read or write outlasts the deadline, however slowly the bytes
/// come.
pub(super) struct Timed {
    socket: TcpStream,
    until: Deadline,
}

/// A connection, plain or encrypted.
pub(super) enum Stream {
    Plain(Timed),
    Encrypted(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Stream {
    /// Connects to the first address of a host that can be connected to.
    pub(super) fn connect(host: &str, port: u16, until: Deadline) -> Result<Self, SmtpError> {
        let unreachable = |error: io::Error| match error.kind() {
            io::ErrorKind::TimedOut => SmtpError::Timeout,
            _ => SmtpError::Unreachable(reason::clean(&error.to_string(), &[])),
        };
        let mut failure = io::ErrorKind::NotFound.into();
        for address in resolve(host, port, until).map_err(unreachable)? {
            let left = until.left().map_err(unreachable)?;
            match TcpStream::connect_timeout(&address, left) {
                Ok(socket) => {
                    socket.set_nodelay(true).map_err(unreachable)?;
                    return Ok(Self::Plain(Timed { socket, until }));
                }
                Err(error) => failure = error,
            }
        }
        Err(unreachable(failure))
    }

    /// Encrypts what follows.
    pub(super) fn encrypt(
        self,
        host: &str,
        trust: &Trust,
        until: Deadline,
    ) -> Result<Self, SmtpError> {
        let Self::Plain(mut timed) = self else {
            return Ok(self);
        };
        let failed = |text: &str| SmtpError::Tls(reason::clean(text, &[]));
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| failed("certificates cannot name this host"))?;
        let mut connection = ClientConnection::new(trust.config(), name)
            .map_err(|error| failed(&error.to_string()))?;
        timed.until = until;
        while connection.is_handshaking() {
            connection.complete_io(&mut timed).map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut => SmtpError::Timeout,
                _ => failed(&error.to_string()),
            })?;
        }
        Ok(Self::Encrypted(Box::new(StreamOwned::new(connection, timed))))
    }

    /// Until when the following reads and writes may last.
    pub(super) fn limit(&mut self, until: Deadline) {
        match self {
            Self::Plain(timed) => timed.until = until,
            Self::Encrypted(stream) => stream.sock.until = until,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(timed) => timed.read(buffer),
            Self::Encrypted(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(timed) => timed.write(buffer),
            Self::Encrypted(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(timed) => timed.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.until.left()?))?;
        self.socket.read(buffer).map_err(timed_out)
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.until.left()?))?;
        self.socket.write(buffer).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// Sockets say "would block" when their time is up; rustls would then simply try again.
fn timed_out(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}
