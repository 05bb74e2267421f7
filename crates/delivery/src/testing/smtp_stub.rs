//! A mail server that behaves as a test says.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustls::ServerConfig;

use super::{
    Authority, Gate, ReceivedMail, listener::Listener, script::Script, smtp_session::Session,
};

/// A mail server on the loopback interface that keeps the mails it accepts.
///
/// Without further words it accepts everything from everybody. Every connection takes the next
/// behaviour of those given with [`then`](Self::then), or else the one given with
/// [`always`](Self::always).
#[derive(Debug)]
pub struct SmtpStub {
    listener: Option<Listener>,
    address: SocketAddr,
    authority_pem: String,
    shared: Arc<Shared>,
}

/// What is fixed when a stub starts.
#[derive(Clone, Debug)]
pub struct SmtpStubSettings {
    /// Whether and when conversations are encrypted.
    pub encryption: Encryption,
    /// For whom its certificate is.
    pub certificate_name: String,
    /// What it says it can do, `STARTTLS` aside.
    pub abilities: Vec<String>,
}

/// No encryption, a certificate for `127.0.0.1`, and both ways to log in.
impl Default for SmtpStubSettings {
    fn default() -> Self {
        Self {
            encryption: Encryption::None,
            certificate_name: "127.0.0.1".to_owned(),
            abilities: ["AUTH PLAIN LOGIN", "8BITMIME", "SMTPUTF8"].map(str::to_owned).into(),
        }
    }
}

/// Whether and when conversations are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Never.
    None,
    /// When the client asks for it.
    StartTls,
    /// From the start.
    FromStart,
}

/// A moment of a conversation: just before the stub answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// To being connected to.
    Greeting,
    /// To `EHLO`.
    Hello,
    /// To `STARTTLS`.
    StartTls,
    /// To `AUTH` and what belongs to it.
    Auth,
    /// To `MAIL`.
    Mail,
    /// To `RCPT`.
    Recipient,
    /// To `DATA`.
    Data,
    /// To a whole mail.
    Body,
}

/// What the stub does in some moment of a conversation instead of its usual answer.
#[derive(Clone, Debug)]
pub enum Act {
    /// Says this line. A refusal, unless it begins with `2`.
    Answer(String),
    /// Answers as usual as soon as the gate opens.
    Wait(Gate),
    /// Answers as usual and closes the connection.
    AnswerAndHangUp,
    /// Closes the connection.
    HangUp,
    /// Says nothing any more, and waits until the client gives up.
    Silence,
    /// Says one letter after the other, so far apart, until the client gives up.
    Drip(Duration),
    /// Says a line that never ends, as fast as the client listens.
    Flood,
    /// Sends these bytes, and then waits until the client gives up.
    Raw(Vec<u8>),
}

/// How the stub behaves on a connection.
#[derive(Clone, Debug)]
pub enum SmtpBehaviour {
    /// It accepts.
    Accept,
    /// It does something else in one moment, and otherwise accepts.
    At(Stage, Act),
}

impl SmtpBehaviour {
    /// Answers with `line` in some moment, such as `550 no such user`.
    pub fn answer(stage: Stage, line: &str) -> Self {
        Self::At(stage, Act::Answer(line.to_owned()))
    }
}

/// What happened, in this order.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    Reached(Stage),
    Accepted(Box<ReceivedMail>),
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) script: Script<SmtpBehaviour, Seen>,
    pub(super) settings: SmtpStubSettings,
    pub(super) tls: Arc<ServerConfig>,
}

impl SmtpStub {
    /// A stub that never encrypts.
    pub fn start() -> Self {
        Self::with(SmtpStubSettings::default())
    }

    /// A stub that encrypts as `encryption` says.
    pub fn encrypted(encryption: Encryption) -> Self {
        Self::with(SmtpStubSettings { encryption, ..SmtpStubSettings::default() })
    }

    /// A stub with settings.
    pub fn with(settings: SmtpStubSettings) -> Self {
        let authority = Authority::new();
        let tls = authority.server(&settings.certificate_name);
        let script = Script::new(SmtpBehaviour::Accept);
        let shared = Arc::new(Shared { script, settings, tls });
        let listener = listen(0, &shared);
        let address = listener.address();
        Self { listener: Some(listener), address, authority_pem: authority.pem(), shared }
    }

    /// Its host.
    pub fn host(&self) -> String {
        self.address.ip().to_string()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate of the authority that vouches for it.
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// How it behaves on the next connection for which nothing is said yet.
    pub fn then(&self, behaviour: SmtpBehaviour) {
        self.shared.script.then(behaviour);
    }

    /// How it behaves on all further connections for which nothing else is said.
    pub fn always(&self, behaviour: SmtpBehaviour) {
        self.shared.script.always(behaviour);
    }

    /// Refuses connections from now on.
    pub fn close(&mut self) {
        self.listener = None;
    }

    /// Takes connections again, at the same port.
    pub fn reopen(&mut self) {
        if self.listener.is_none() {
            self.listener = Some(listen(self.address.port(), &self.shared));
        }
    }

    /// The mails accepted so far, in that order. A mail counts just before the client is told.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        accepted(self.shared.script.seen())
    }

    /// The mails accepted, as soon as there are `count`.
    pub fn wait_for_mails(&self, count: usize) -> Vec<ReceivedMail> {
        let enough = |seen: &[Seen]| {
            seen.iter().filter(|seen| matches!(seen, Seen::Accepted(_))).count() >= count
        };
        accepted(self.shared.script.wait_until(enough))
    }

    /// How often a moment was reached so far; greetings count connections.
    pub fn reached(&self, stage: Stage) -> usize {
        times(&self.shared.script.seen(), stage)
    }

    /// Waits until a moment was reached `count` times.
    pub fn wait_for(&self, stage: Stage, count: usize) {
        self.shared.script.wait_until(|seen| times(seen, stage) >= count);
    }
}

fn listen(port: u16, shared: &Arc<Shared>) -> Listener {
    let shared = Arc::clone(shared);
    // A conversation ends when the client, or the behaviour, breaks it off.
    Listener::open(port, move |socket| drop(Session::run(socket, &shared)))
}

fn accepted(seen: Vec<Seen>) -> Vec<ReceivedMail> {
    seen.into_iter()
        .filter_map(|seen| match seen {
            Seen::Accepted(mail) => Some(*mail),
            Seen::Reached(_) => None,
        })
        .collect()
}

fn times(seen: &[Seen], stage: Stage) -> usize {
    seen.iter().filter(|seen| matches!(seen, Seen::Reached(found) if *found == stage)).count()
}
