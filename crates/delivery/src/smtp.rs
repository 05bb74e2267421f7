//! Handing mails to an SMTP server.
//!
//! lettre writes the mails; the conversation is ours, because lettre's has no limit on the length
//! of a reply line nor on the whole conversation, so that one hostile or broken server could hold
//! a worker, and its memory, forever.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use inkstone_notifications::DeliveryError;
use secrecy::{ExposeSecret as _, SecretString};

use self::{conversation::Conversation, reply::Reply};
use crate::{
    deadline::Deadline,
    mail::{Mail, Prepared},
};

mod conversation;
mod reply;
mod stream;
mod trust;

pub use trust::{Trust, TrustError};

/// A server that takes mails.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Its host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whom to log in as; also the address of mails that name no other.
    pub user: String,
    /// The password to log in with.
    pub password: SecretString,
    /// Whether TLS is on from the start. Otherwise it is switched on when the server offers that
    /// (STARTTLS), and then no mail goes without it.
    pub secure: bool,
    /// Whose certificates are believed.
    pub trust: Trust,
    /// How long it may take.
    pub limits: SmtpLimits,
}

/// How long a server may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmtpLimits {
    /// To be found and to be connected to.
    pub connect: Duration,
    /// To answer a command. Its answer to the mail itself may take until `total`: who gives up
    /// there does not know whether the mail arrives.
    pub command: Duration,
    /// Everything together.
    pub total: Duration,
}

/// Ten, thirty and ninety seconds.
impl Default for SmtpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(30),
            total: Duration::from_secs(90),
        }
    }
}

/// Why a server did not take a mail. The texts name no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// The user, or the sender that a mail names, is no mail address, so nobody can be the sender.
    #[error("the sender is not a mail address")]
    Sender,
    /// The recipient is no mail address.
    #[error("the recipient is not a mail address")]
    Recipient,
    /// There is no connection.
    #[error("cannot connect to the mail server: {0}")]
    Unreachable(String),
    /// There is no encrypted connection, such as with a certificate that nobody trusts.
    #[error("no secure connection to the mail server: {0}")]
    Tls(String),
    /// The server took too long.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection to the mail server broke: {0}")]
    Broken(String),
    /// What answers is no mail server, or a broken one.
    #[error("the mail server answered nonsense: {0}")]
    Nonsense(String),
    /// The server wants a login of a kind that is not known here.
    #[error("the mail server offers no known way to log in (PLAIN, LOGIN)")]
    NoLogin,
    /// An address is not ASCII, and the server does not take such (SMTPUTF8).
    #[error("the mail server takes no addresses in other scripts")]
    NotInternational,
    /// The server refused; the text is its reply, from the code on.
    #[error("{reply}")]
    Refused {
        /// What it said.
        reply: String,
        /// Whether it would say so again.
        permanent: bool,
    },
    /// The server has the whole mail and did not say what becomes of it.
    #[error("the mail server has the mail and did not confirm it: {0}")]
    Unconfirmed(String),
}

impl From<SmtpError> for DeliveryError {
    fn from(error: SmtpError) -> Self {
        let reason = error.to_string();
        match error {
            SmtpError::Recipient
            | SmtpError::NotInternational
            | SmtpError::Refused { permanent: true, .. } => Self::permanent(reason),
            SmtpError::Sender
            | SmtpError::Unreachable(_)
            | SmtpError::Tls(_)
            | SmtpError::Timeout
            | SmtpError::Broken(_)
            | SmtpError::Nonsense(_)
            | SmtpError::NoLogin
            | SmtpError::Refused { permanent: false, .. }
            | SmtpError::Unconfirmed(_) => Self::temporary(reason),
        }
    }
}

impl SmtpServer {
    /// Hands a mail over. Once this has returned `Ok` the server is responsible for it.
    pub fn send(&self, mail: &Mail<'_>) -> Result<(), SmtpError> {
        let prepared = mail.prepare(&self.user)?;
        let mut conversation = self.greet(mail.installation.as_str())?;
        self.log_in(&mut conversation)?;
        transfer(&mut conversation, &prepared)?;
        conversation.leave();
        Ok(())
    }

    /// A conversation in which the server has introduced itself, encrypted where that is asked
    /// for or possible.
    fn greet(&self, name: &str) -> Result<Conversation, SmtpError> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let until = Deadline::after(self.limits.total);
        let mut conversation =
            Conversation::connect(host, self.port, self.limits, until, self.echoes())?;
        if self.secure {
            conversation = conversation.encrypt(host, &self.trust)?;
        }
        conversation.greeting()?;
        conversation.hello(name)?;
        if !self.secure && conversation.offers("STARTTLS") {
            conversation.command("STARTTLS", 220)?;
            conversation = conversation.encrypt(host, &self.trust)?;
            conversation.hello(name)?;
        }
        Ok(conversation)
    }

    /// A server that offers no login at all, such as a relay in the same network, is not asked for
    /// one; if it wants one nevertheless it refuses the mail.
    fn log_in(&self, conversation: &mut Conversation) -> Result<(), SmtpError> {
        let Some(mechanisms) = conversation.offer("AUTH") else {
            return Ok(());
        };
        let knows = |name: &str| mechanisms.iter().any(|word| word.eq_ignore_ascii_case(name));
        let password = self.password.expose_secret();
        if knows("PLAIN") {
            let response = STANDARD.encode(format!("\0{}\0{password}", self.user));
            conversation.command(&format!("AUTH PLAIN {response}"), 235)
        } else if knows("LOGIN") {
            conversation.command("AUTH LOGIN", 334)?;
            conversation.command(&STANDARD.encode(&self.user), 334)?;
            conversation.command(&STANDARD.encode(password), 235)
        } else {
            Err(SmtpError::NoLogin)
        }
    }

    /// The password in every form in which a server could repeat it.
    fn echoes(&self) -> Arc<[SecretString]> {
        let password = self.password.expose_secret();
        let plain = STANDARD.encode(format!("\0{}\0{password}", self.user));
        [plain, STANDARD.encode(password), password.to_owned()].map(SecretString::from).into()
    }
}

/// What a server that refuses everybody who is not logged in says; the owner can correct that.
const LOGIN_CODES: &[u16] = &[530, 534, 535, 538];

fn transfer(conversation: &mut Conversation, mail: &Prepared) -> Result<(), SmtpError> {
    let international = match (mail.international, conversation.offers("SMTPUTF8")) {
        (false, _) => "",
        (true, true) => " SMTPUTF8",
        (true, false) => return Err(SmtpError::NotInternational),
    };
    let from = format!("MAIL FROM:<{}>{international}", mail.from);
    conversation.command(&from, 250).map_err(lasting)?;
    conversation.command(&format!("RCPT TO:<{}>", mail.to), 250).map_err(lasting)?;
    conversation.command("DATA", 354).map_err(lasting)?;
    conversation.body(&mail.bytes).map_err(lasting)
}

/// A refusal of this mail, as opposed to one of everybody, lasts when its code says so.
fn lasting(error: SmtpError) -> SmtpError {
    match error {
        SmtpError::Refused { reply, .. } => {
            let code = Reply::code_of(&reply);
            let permanent = code >= 500 && !LOGIN_CODES.contains(&code);
            SmtpError::Refused { reply, permanent }
        }
        other => other,
    }
}
