//! The other side: requests as WeChat's servers send them, for tests.

use inkstone_vocab::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded::Serializer;

use crate::envelope::Envelope;
use crate::signature::{sign, verify};
use crate::xml;

/// WeChat's side of an account.
pub struct Platform {
    token: SecretString,
    envelope: Option<Envelope>,
}

/// The query and the body of a `POST`.
#[derive(Clone, Debug)]
pub struct Request {
    /// What follows the `?`.
    pub query: String,
    /// The XML.
    pub body: String,
}

/// The nonce of every request; WeChat's are random.
const NONCE: &str = "987654321";

/// What every envelope begins with; WeChat's are random.
const PREFIX: &[u8; 16] = b"0123456789ABCDEF";

impl Platform {
    /// Sends plain messages, signed with `token`.
    pub fn plain(token: &str) -> Self {
        Self { token: token.into(), envelope: None }
    }

    /// Sends encrypted messages. `None` when the key is none.
    pub fn encrypted(token: &str, app_id: &str, encoding_aes_key: &str) -> Option<Self> {
        let envelope = Envelope::new(app_id.to_owned(), encoding_aes_key)?;
        Some(Self { token: token.into(), envelope: Some(envelope) })
    }

    /// The query of the `GET` that verifies the address of the endpoint.
    pub fn verification(&self, echo: &str, now: Timestamp) -> String {
        let mut query = self.signed_query(now);
        query.append_pair("echostr", echo);
        query.finish()
    }

    /// The `POST` that delivers the message `xml`.
    pub fn delivery(&self, xml: &str, now: Timestamp) -> Request {
        match &self.envelope {
            None => Request { query: self.signed_query(now).finish(), body: xml.to_owned() },
            Some(envelope) => self.enveloped(&envelope.seal(*PREFIX, xml), now),
        }
    }

    /// The `POST` of `encrypt`, signed as an envelope whatever it is.
    pub fn enveloped(&self, encrypt: &str, now: Timestamp) -> Request {
        let signature = sign([self.token.expose_secret(), &seconds(now), NONCE, encrypt]);
        let mut query = self.signed_query(now);
        query.append_pair("encrypt_type", "aes").append_pair("msg_signature", &signature);
        let body = format!(
            "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\
             <Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        );
        Request { query: query.finish(), body }
    }

    /// An envelope that holds `plain`, whatever that is, with zeroes up to a whole block; empty
    /// for a platform that does not encrypt.
    pub fn envelope_of(&self, plain: &[u8]) -> String {
        let mut blocks = plain.to_vec();
        blocks.resize(plain.len().next_multiple_of(PREFIX.len()), 0);
        self.envelope.as_ref().map(|envelope| envelope.encrypt(&blocks)).unwrap_or_default()
    }

    /// The text of a reply, if it is one that WeChat would accept.
    pub fn read_reply(&self, body: &str) -> Option<String> {
        let Some(envelope) = &self.envelope else {
            return xml::read(body).ok()?.content;
        };
        let field = |name| between(body, &format!("<{name}>"), &format!("</{name}>"));
        let cdata = |name| between(field(name)?, "<![CDATA[", "]]>");
        let (encrypt, timestamp) = (cdata("Encrypt")?, field("TimeStamp")?);
        let parts = [self.token.expose_secret(), timestamp, cdata("Nonce")?, encrypt];
        verify(cdata("MsgSignature")?, parts).ok()?;
        xml::read(&envelope.open(encrypt).ok()?).ok()?.content
    }

    fn signed_query(&self, now: Timestamp) -> Serializer<'static, String> {
        let timestamp = seconds(now);
        let signature = sign([self.token.expose_secret(), &timestamp, NONCE]);
        let mut query = Serializer::new(String::new());
        query.append_pair("signature", &signature).append_pair("timestamp", &timestamp);
        query.append_pair("nonce", NONCE);
        query
    }
}

/// A text message, which only its number tells from another with the same words.
pub fn text(follower: &str, account: &str, content: &str, msg_id: u64) -> String {
    let rest = format!("<Content><![CDATA[{content}]]></Content><MsgId>{msg_id}</MsgId>");
    message(follower, account, 1_700_000_000, "text", &rest)
}

/// An event (`subscribe`, `unsubscribe` or another) at `create_time`, in seconds since the epoch.
pub fn event(follower: &str, account: &str, name: &str, create_time: i64) -> String {
    let rest = format!("<Event><![CDATA[{name}]]></Event>");
    message(follower, account, create_time, "event", &rest)
}

fn message(from: &str, to: &str, create_time: i64, msg_type: &str, rest: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{to}]]></ToUserName>\
         <FromUserName><![CDATA[{from}]]></FromUserName><CreateTime>{create_time}</CreateTime>\
         <MsgType><![CDATA[{msg_type}]]></MsgType>{rest}</xml>"
    )
}

fn seconds(now: Timestamp) -> String {
    now.millis().div_euclid(1000).to_string()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}
