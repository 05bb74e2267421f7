//! The conversation of an SMTP stub with one client.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{ServerConnection, StreamOwned};

use super::{
    ReceivedMail,
    smtp_stub::{Act, Encryption, Seen, Shared, SmtpBehaviour, Stage},
};

/// A conversation with one client.
pub(super) struct Session<'a> {
    stream: BufReader<Box<dyn ReadWrite>>,
    socket: TcpStream,
    shared: &'a Shared,
    behaviour: SmtpBehaviour,
    /// What is known of the mail so far.
    mail: ReceivedMail,
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

impl<'a> Session<'a> {
    /// Talks until one side has enough.
    pub(super) fn run(socket: TcpStream, shared: &'a Shared) -> io::Result<()> {
        let mail = ReceivedMail {
            hello: String::new(),
            login: None,
            encrypted: false,
            from: String::new(),
            parameters: String::new(),
            recipients: Vec::new(),
            raw: Vec::new(),
        };
        let stream: Box<dyn ReadWrite> = Box::new(socket.try_clone()?);
        let behaviour = shared.script.behaviour();
        let mut session =
            Session { stream: BufReader::new(stream), socket, shared, behaviour, mail };
        if shared.settings.encryption == Encryption::FromStart {
            session.encrypt()?;
        }
        session.answer(Stage::Greeting, "220 stub.example ESMTP")?;
        while session.command()? {}
        Ok(())
    }

    /// Hears and answers one command; `false` after the last.
    fn command(&mut self) -> io::Result<bool> {
        let line = self.line()?;
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(rest)?,
            "STARTTLS" => {
                if self.answer(Stage::StartTls, "220 go ahead")? {
                    self.encrypt()?;
                }
            }
            "AUTH" => self.log_in(rest)?,
            "MAIL" => {
                let (from, parameters) = path(rest);
                self.mail.from = from;
                self.mail.parameters = parameters;
                self.mail.recipients.clear();
                self.answer(Stage::Mail, "250 sender")?;
            }
            "RCPT" => {
                let (recipient, _) = path(rest);
                self.mail.recipients.push(recipient);
                self.answer(Stage::Recipient, "250 recipient")?;
            }
            "DATA" => {
                if self.answer(Stage::Data, "354 go ahead")? {
                    self.body()?;
                }
            }
            "QUIT" => {
                self.say("221 bye")?;
                return Ok(false);
            }
            _ => self.say("500 what?")?,
        }
        Ok(true)
    }

    fn hello(&mut self, name: &str) -> io::Result<()> {
        name.clone_into(&mut self.mail.hello);
        let settings = &self.shared.settings;
        let offer = settings.encryption == Encryption::StartTls && !self.mail.encrypted;
        let mut lines = vec!["stub.example"];
        lines.extend(offer.then_some("STARTTLS"));
        lines.extend(settings.abilities.iter().map(String::as_str));
        let last = lines.len() - 1;
        let reply: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }))
            .collect();
        self.answer(Stage::Hello, &reply.join("\r\n")).map(drop)
    }

    fn log_in(&mut self, arguments: &str) -> io::Result<()> {
        let login = if let Some(response) = arguments.strip_prefix("PLAIN ") {
            let response = decode(response)?;
            let mut fields = response.split('\0').skip(1).map(str::to_owned);
            fields.next().zip(fields.next())
        } else {
            self.say(&format!("334 {}", STANDARD.encode("Username:")))?;
            let user = self.line()?;
            self.say(&format!("334 {}", STANDARD.encode("Password:")))?;
            Some((decode(&user)?, decode(&self.line()?)?))
        };
        if self.answer(Stage::Auth, "235 welcome")? {
            self.mail.login = login;
        }
        Ok(())
    }

    fn body(&mut self) -> io::Result<()> {
        self.mail.raw.clear();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                break;
            }
            self.mail.raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        self.answer(Stage::Body, "250 accepted").map(drop)
    }

    /// Answers in the way that is scripted for this moment; whether it was not a refusal.
    fn answer(&mut self, stage: Stage, usual: &str) -> io::Result<bool> {
        self.shared.script.record(Seen::Reached(stage));
        let act = match &self.behaviour {
            SmtpBehaviour::At(at, act) if *at == stage => Some(act.clone()),
            SmtpBehaviour::At(..) | SmtpBehaviour::Accept => None,
        };
        match act {
            None => self.settle(stage, usual),
            Some(Act::Answer(line)) => self.settle(stage, &line),
            Some(Act::Wait(gate)) => {
                gate.pass();
                self.settle(stage, usual)
            }
            Some(Act::AnswerAndHangUp) => {
                self.settle(stage, usual)?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Some(Act::HangUp) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Act::Silence) => self.listen(),
            Some(Act::Raw(bytes)) => {
                self.send(&bytes)?;
                self.listen()
            }
            Some(Act::Drip(pause)) => loop {
                self.send(b"2")?;
                thread::sleep(pause);
            },
            Some(Act::Flood) => loop {
                self.send(&[b'2'; 4096])?;
            },
        }
    }

    fn settle(&mut self, stage: Stage, line: &str) -> io::Result<bool> {
        let good = line.starts_with(['2', '3']);
        if stage == Stage::Body && good {
            self.shared.script.record(Seen::Accepted(Box::new(self.mail.clone())));
        }
        self.say(line)?;
        Ok(good)
    }

    /// Listens until the client gives up.
    fn listen<T>(&mut self) -> io::Result<T> {
        io::copy(&mut self.stream, &mut io::sink())?;
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    fn encrypt(&mut self) -> io::Result<()> {
        let connection = ServerConnection::new(Arc::clone(&self.shared.tls));
        let connection = connection.map_err(io::Error::other)?;
        let stream = StreamOwned::new(connection, self.socket.try_clone()?);
        self.stream = BufReader::new(Box::new(stream));
        self.mail.encrypted = true;
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        self.send(format!("{line}\r\n").as_bytes())
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }
}

/// The address between angle brackets, and what follows it.
fn path(text: &str) -> (String, String) {
    let (_, rest) = text.split_once('<').unwrap_or_default();
    let (address, parameters) = rest.split_once('>').unwrap_or_default();
    (address.to_owned(), parameters.trim().to_owned())
}

fn decode(text: &str) -> io::Result<String> {
    let bytes = STANDARD.decode(text).map_err(io::Error::other)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
