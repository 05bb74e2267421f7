//! A mail, and the bytes that stand for it.

use std::time::{Duration, SystemTime};

use inkstone_notifications::Leased;
use inkstone_vocab::{EmailAddress, Timestamp, WebUrl};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use sha2::{Digest as _, Sha256};
use url::Host;

use crate::{installation::Installation, smtp::SmtpError};

/// A mail.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// Whom it seems to come from; one line.
    pub sender: &'a str,
    /// The address it comes from; the server's user unless given.
    pub from: Option<&'a str>,
    /// The address it goes to.
    pub recipient: &'a str,
    /// Its subject; line breaks and other control characters become spaces.
    pub subject: &'a str,
    /// Its words in HTML.
    pub html: &'a str,
    /// The same words as plain text.
    pub text: &'a str,
    /// Where one request ends all further mails (RFC 8058); ignored unless `http` or `https`.
    pub unsubscribe: Option<&'a str>,
    /// A number that it keeps when it is sent again.
    pub number: i64,
    /// Which installation sends it.
    pub installation: &'a Installation,
    /// When it is sent.
    pub at: Timestamp,
}

/// The sender's name of notifications (contract cwd, 10).
const NOTIFIER: &str = "评论通知";

/// Longer subjects and names end there.
const MAX_LINE_CHARS: usize = 400;

/// Longer addresses to unsubscribe at do not fit into a header line, which cannot be folded
/// there.
const MAX_UNSUBSCRIBE_BYTES: usize = 900;

/// The last instant a `Date` can name, in seconds.
const LAST_DATE: u64 = 253_402_300_799;

impl<'a> Mail<'a> {
    /// The mail that carries a message of the outbox.
    pub fn notification(
        message: &'a Leased,
        installation: &'a Installation,
        at: Timestamp,
    ) -> Self {
        Self {
            sender: NOTIFIER,
            from: None,
            recipient: &message.recipient,
            subject: &message.content.title,
            html: &message.content.html,
            text: &message.content.text,
            unsubscribe: message.content.action.as_deref(),
            number: message.id.get(),
            installation,
            at,
        }
    }

    /// The mail by which an owner sees that mails arrive (contract cwd, 10).
    pub fn test(recipient: &'a str, installation: &'a Installation, at: Timestamp) -> Self {
        Self {
            sender: "Test",
            from: None,
            recipient,
            subject: "CWD Comments 邮件配置测试",
            html: "<p>这是一封测试邮件。您能读到它，说明邮件通知已经可以使用。</p>\n",
            text: "这是一封测试邮件。您能读到它，说明邮件通知已经可以使用。\n",
            unsubscribe: None,
            number: at.millis(),
            installation,
            at,
        }
    }

    /// What a mail server is told about it when `user` sends it.
    pub(crate) fn prepare(&self, user: &str) -> Result<Prepared, SmtpError> {
        let from = address(self.from.unwrap_or(user)).ok_or(SmtpError::Sender)?;
        let to = address(self.recipient).ok_or(SmtpError::Recipient)?;
        let identity = self.identity();
        let builder = Message::builder()
            .from(Mailbox::new(Some(one_line(self.sender)), from.clone()))
            .to(Mailbox::new(None, to.clone()))
            .subject(self.subject_line())
            .date(self.date())
            .raw_header(header(
                "Message-ID",
                format!("<{}.{identity}@{}>", self.number, self.installation.as_str()),
            ))
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        let builder = match self.unsubscribe.and_then(unsubscribe) {
            Some(address) => {
                builder.raw_header(header("List-Unsubscribe", format!("<{address}>"))).raw_header(
                    header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
                )
            }
            None => builder,
        };
        let parts = MultiPart::alternative()
            .boundary(format!("=_{identity}"))
            .singlepart(part(ContentType::TEXT_PLAIN, self.text))
            .singlepart(part(ContentType::TEXT_HTML, self.html));
        let message = builder.multipart(parts).map_err(|_| SmtpError::Recipient)?;
        let international =
            !(from.as_ref() as &str).is_ascii() || !(to.as_ref() as &str).is_ascii();
        Ok(Prepared {
            from: from.to_string(),
            to: to.to_string(),
            international,
            bytes: message.formatted(),
        })
    }

    /// The subject as one line.
    pub(crate) fn subject_line(&self) -> String {
        one_line(self.subject)
    }

    /// The same for the same mail, in every attempt. More than the number, because a restored
    /// backup hands out numbers again.
    fn identity(&self) -> String {
        let mut hash = Sha256::new();
        for field in [self.recipient, self.subject, self.html, self.text] {
            hash.update(field.len().to_be_bytes());
            hash.update(field);
        }
        let first = hash.finalize().iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte));
        format!("{first:016x}")
    }

    fn date(&self) -> SystemTime {
        let seconds = u64::try_from(self.at.millis() / 1000).unwrap_or(0);
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_DATE))
    }
}

/// What a mail server is told.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Whether an address is not ASCII, which not every server takes.
    pub(crate) international: bool,
    /// Headers and body; lines end in CRLF, bodies are ASCII.
    pub(crate) bytes: Vec<u8>,
}

/// A valid address, its domain in ASCII.
fn address(text: &str) -> Option<Address> {
    let text = EmailAddress::parse(text)?;
    let (user, domain) = text.as_str().rsplit_once('@')?;
    let domain =
        if domain.is_ascii() { domain.to_owned() } else { Host::parse(domain).ok()?.to_string() };
    Address::new(user, domain).ok()
}

/// A text for a header, which ends where its line does.
fn one_line(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = line.take(MAX_LINE_CHARS).collect();
    // What looks encoded would be decoded by whoever shows it.
    line.trim().replace("=?", "= ?")
}

fn unsubscribe(address: &str) -> Option<String> {
    let address = String::from(url::Url::parse(WebUrl::parse(address)?.as_str()).ok()?);
    let fits = address.len() <= MAX_UNSUBSCRIBE_BYTES;
    let clean = address.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,".contains(&byte));
    (fits && clean).then_some(address)
}

/// A header of printable ASCII.
fn header(name: &'static str, value: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let part = SinglePart::builder().header(kind);
    // The other encodings pass control characters on as they are, which mail servers do not.
    if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        part.header(ContentTransferEncoding::Base64).body(text)
    } else {
        part.body(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_mail_is_the_same_bytes() {
        let installation = Installation::parse("blog.example").unwrap();
        let mail = Mail::test("reader@example.org", &installation, Timestamp::from_millis(1));
        let bytes = |mail: Mail<'_>| mail.prepare("owner@example.org").unwrap().bytes;
        assert_eq!(bytes(mail), bytes(mail));
        let identity = mail.identity();
        assert_ne!(Mail { subject: "another", ..mail }.identity(), identity);
        assert_ne!(Mail { recipient: "other@example.org", ..mail }.identity(), identity);
        assert_eq!(Mail { at: Timestamp::from_millis(9), ..mail }.identity(), identity);
    }

    #[test]
    fn any_instant_has_a_date() {
        let installation = Installation::parse("blog.example").unwrap();
        for millis in [i64::MIN, -1, 0, i64::MAX] {
            let at = Timestamp::from_millis(millis);
            assert!(
                Mail::test("r@example.org", &installation, at).prepare("o@example.org").is_ok()
            );
        }
    }

    #[test]
    fn domains_become_ascii_and_malformed_addresses_nothing() {
        for (text, expected) in [
            ("Owner@Example.org", Some("Owner@Example.org")),
            ("读者@例子.测试", Some("读者@xn--fsqu00a.xn--0zwm56d")),
            ("a@x.io\r\nBcc: b@x.io", None),
            ("<a@x.io>", None),
            ("a@x.io>", None),
            ("a b@x.io", None),
            ("a@", None),
            ("", None),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), expected);
        }
    }

    #[test]
    fn only_web_addresses_unsubscribe() {
        for (address, expected) in [
            ("https://blog.example/u?t=1", Some("https://blog.example/u?t=1")),
            ("https://blog.example/退订", Some("https://blog.example/%E9%80%80%E8%AE%A2")),
            ("https://blog.example/a,b", None),
            ("mailto:a@x.io", None),
            ("https://blog.example/\r\nBcc: b@x.io", None),
        ] {
            let found = unsubscribe(address);
            assert!(found.as_deref() == expected || !found.is_some_and(|it| it.contains('\r')));
        }
        assert_eq!(unsubscribe(&format!("https://x.io/{}", "a".repeat(900))), None);
    }
}
