//! A mail as it arrived.

use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders as _};

/// A mail that an SMTP stub accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// As what the client introduced itself.
    pub hello: String,
    /// Who logged in, and with which password; `None` without a login.
    pub login: Option<(String, String)>,
    /// Whether the conversation was encrypted.
    pub encrypted: bool,
    /// The address in `MAIL FROM`.
    pub from: String,
    /// What followed it, such as `SMTPUTF8`.
    pub parameters: String,
    /// The addresses in `RCPT TO`.
    pub recipients: Vec<String>,
    /// Headers and body as they were sent, the dots that SMTP adds taken away.
    pub raw: Vec<u8>,
}

impl ReceivedMail {
    /// The headers named `name` as they were sent, unfolded.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let unfold = |text: &str| text.replace("\r\n", "").trim().to_owned();
        self.parsed()
            .headers_raw()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| unfold(value))
            .collect()
    }

    /// The one header named `name`, as it was sent, unfolded.
    pub fn header(&self, name: &str) -> String {
        let mut found = self.headers(name);
        assert_eq!(found.len(), 1, "one header {name}");
        found.remove(0)
    }

    /// The names of all headers, in their order.
    pub fn header_names(&self) -> Vec<String> {
        self.parsed().headers_raw().map(|(name, _)| name.to_owned()).collect()
    }

    /// Its subject, decoded.
    pub fn subject(&self) -> String {
        self.parsed().subject().expect("a subject").to_owned()
    }

    /// The name and the address it seems to come from, decoded.
    pub fn sender(&self) -> (String, String) {
        let message = self.parsed();
        let sender = message.from().and_then(|from| from.first()).expect("a sender");
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        (text(sender.name()), text(sender.address()))
    }

    /// The address it seems to go to, decoded.
    pub fn recipient(&self) -> String {
        let message = self.parsed();
        let recipient = message.to().and_then(|to| to.first()).expect("a recipient");
        recipient.address().unwrap_or_default().to_owned()
    }

    /// Its HTML, decoded, lines ending as they were sent.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// Its plain text, decoded, lines ending as they were sent.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// Its content type, without parameters.
    pub fn content_type(&self) -> String {
        content_type(self.parsed().root_part())
    }

    fn part(&self, kind: &str) -> String {
        let message = self.parsed();
        let mut parts = message.parts.iter().filter(|part| content_type(part) == kind);
        let part = parts.next().expect("a part of that kind");
        assert!(parts.next().is_none(), "one part {kind}");
        part.text_contents().expect("a part of text").to_owned()
    }

    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.raw).expect("a mail")
    }
}

fn content_type(part: &mail_parser::MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else {
        assert!(!part.headers.iter().any(|header| header.name == HeaderName::ContentType));
        return String::new();
    };
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
}
