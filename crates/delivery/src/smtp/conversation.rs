//! Commands and replies.

use std::{
    io::{self, Read as _, Write as _},
    sync::Arc,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    SmtpError, SmtpLimits, Trust,
    reply::{Reply, ReplyLine},
    stream::Stream,
};
use crate::{deadline::Deadline, reason};

/// The most bytes of a reply, with all its lines; what servers can do fits ten times.
const MAX_REPLY_BYTES: usize = 16 * 1024;

/// A conversation with a server.
pub(super) struct Conversation {
    stream: Stream,
    /// What was read and is not part of a reply yet.
    pending: Vec<u8>,
    /// What the server can do.
    abilities: Option<Reply>,
    limits: SmtpLimits,
    until: Deadline,
    /// What no error may say.
    secrets: Arc<[SecretString]>,
}

impl Conversation {
    pub(super) fn connect(
        host: &str,
        port: u16,
        limits: SmtpLimits,
        until: Deadline,
        secrets: Arc<[SecretString]>,
    ) -> Result<Self, SmtpError> {
        let stream = Stream::connect(host, port, until.within(limits.connect))?;
        Ok(Self { stream, pending: Vec::new(), abilities: None, limits, until, secrets })
    }

    /// Encrypts what follows. What the server said in clear does not count any more.
    pub(super) fn encrypt(self, host: &str, trust: &Trust) -> Result<Self, SmtpError> {
        if !self.pending.is_empty() {
            // Somebody in between could have put words into the encrypted conversation.
            return Err(SmtpError::Tls("the server spoke before encryption began".to_owned()));
        }
        let stream = self.stream.encrypt(host, trust, self.until.within(self.limits.command))?;
        Ok(Self { stream, abilities: None, ..self })
    }

    pub(super) fn greeting(&mut self) -> Result<(), SmtpError> {
        self.stream.limit(self.until.within(self.limits.command));
        self.expect(220).map(|_| ())
    }

    pub(super) fn hello(&mut self, name: &str) -> Result<(), SmtpError> {
        self.say(&format!("EHLO {name}"))?;
        self.abilities = Some(self.expect(250)?);
        Ok(())
    }

    /// Whether the server can do something.
    pub(super) fn offers(&self, keyword: &str) -> bool {
        self.offer(keyword).is_some()
    }

    /// In which ways the server can do something; `None` when it cannot.
    pub(super) fn offer(&self, keyword: &str) -> Option<Vec<String>> {
        self.abilities.as_ref()?.offer(keyword)
    }

    /// Says `line`, and expects `code`.
    pub(super) fn command(&mut self, line: &str, code: u16) -> Result<(), SmtpError> {
        self.say(line)?;
        self.expect(code).map(|_| ())
    }

    /// Sends a mail after `DATA`.
    pub(super) fn body(&mut self, bytes: &[u8]) -> Result<(), SmtpError> {
        self.stream.limit(self.until);
        self.write(&stuffed(bytes))?;
        self.expect(250).map(|_| ()).map_err(|error| match error {
            SmtpError::Timeout | SmtpError::Broken(_) | SmtpError::Nonsense(_) => {
                SmtpError::Unconfirmed(error.to_string())
            }
            refused => refused,
        })
    }

    /// Says good-bye. What becomes of that does not matter: the server has the mail.
    pub(super) fn leave(mut self) {
        let _ = self.say("QUIT");
    }

    fn say(&mut self, line: &str) -> Result<(), SmtpError> {
        debug_assert!(!line.contains(['\r', '\n', '\0']), "a command is one line");
        self.stream.limit(self.until.within(self.limits.command));
        self.write(format!("{line}\r\n").as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SmtpError> {
        let written = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
        written.map_err(|error| self.broken(&error))
    }

    fn expect(&mut self, code: u16) -> Result<Reply, SmtpError> {
        let reply = self.reply()?;
        let line = self.clean(&reply.line());
        match reply.code {
            found if found == code => Ok(reply),
            // Such as 251, a forwarded recipient.
            found if found / 100 == 2 && code / 100 == 2 => Ok(reply),
            400.. => Err(SmtpError::Refused { reply: line, permanent: false }),
            _ => Err(SmtpError::Nonsense(line)),
        }
    }

    fn reply(&mut self) -> Result<Reply, SmtpError> {
        let mut texts: Vec<String> = Vec::new();
        let mut length = 0;
        loop {
            let text = self.line(MAX_REPLY_BYTES - length)?;
            length += text.len() + 1;
            let last = ReplyLine::parse(&text).map(|line| line.last);
            let nonsense = last.is_none() || length >= MAX_REPLY_BYTES;
            texts.push(text);
            if nonsense {
                return Err(SmtpError::Nonsense(self.clean(&texts.join(" "))));
            }
            if last == Some(true) {
                let lines: Vec<_> =
                    texts.iter().filter_map(|text| ReplyLine::parse(text)).collect();
                return Reply::new(&lines)
                    .ok_or_else(|| SmtpError::Nonsense(self.clean(&texts.join(" "))));
            }
        }
    }

    /// The next line, without its end.
    fn line(&mut self, most: usize) -> Result<String, SmtpError> {
        let mut searched = 0;
        loop {
            if let Some(found) = self.pending[searched..].iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.pending.drain(..=searched + found).collect();
                let line = String::from_utf8_lossy(&line);
                return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
            }
            searched = self.pending.len();
            if searched >= most {
                let text = String::from_utf8_lossy(&self.pending);
                return Err(SmtpError::Nonsense(self.clean(&text)));
            }
            let mut buffer = [0; 1024];
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(self.broken(&io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.pending.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    fn broken(&self, error: &io::Error) -> SmtpError {
        match error.kind() {
            io::ErrorKind::TimedOut => SmtpError::Timeout,
            io::ErrorKind::InvalidData => SmtpError::Tls(self.clean(&error.to_string())),
            _ => SmtpError::Broken(self.clean(&error.to_string())),
        }
    }

    fn clean(&self, text: &str) -> String {
        let secrets: Vec<&str> = self.secrets.iter().map(SecretString::expose_secret).collect();
        reason::clean(text, &secrets)
    }
}

/// A mail with its end marked: a line of one dot, which no line of the mail is.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(bytes.len() + bytes.len() / 64 + 8);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(b".\r\n");
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        for (mail, expected) in [
            ("", "\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
            (".a\r\n..\r\n", "..a\r\n...\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&stuffed(mail.as_bytes())), expected);
        }
    }
}
