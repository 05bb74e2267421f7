//! A mail server that takes everything and remembers for whom.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// How many mails came for each recipient. It runs until the program ends.
#[derive(Clone)]
pub(crate) struct Mailbox {
    address: SocketAddr,
    arrived: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Mailbox {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mailbox = Self { address: listener.local_addr()?, arrived: Arc::default() };
        let this = mailbox.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let this = this.clone();
                // A sender that dies in the middle has not sent.
                thread::spawn(move || drop(this.converse(&stream)));
            }
        });
        Ok(mailbox)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The recipients so far, and the mails for each.
    pub(crate) fn arrived(&self) -> BTreeMap<String, usize> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn converse(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let mut recipients = Vec::new();
        stream.write_all(b"220 ready\r\n")?;
        while let Some(line) = lines.next().transpose()? {
            let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match command.as_str() {
                "RCPT" => {
                    let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                    recipients.push(address.to_owned());
                    stream.write_all(b"250 noted\r\n")?;
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n")?;
                    loop {
                        match lines.next().transpose()? {
                            Some(line) if line == "." => break,
                            Some(_) => {}
                            None => return Ok(()),
                        }
                    }
                    let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
                    for recipient in recipients.drain(..) {
                        *arrived.entry(recipient).or_default() += 1;
                    }
                    drop(arrived);
                    stream.write_all(b"250 taken\r\n")?;
                }
                "QUIT" => return stream.write_all(b"221 bye\r\n"),
                _ => stream.write_all(b"250 fine\r\n")?,
            }
        }
        Ok(())
    }
}
