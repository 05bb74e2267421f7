//! The XML of replies.

use inkstone_vocab::Timestamp;

use crate::envelope::{Envelope, PREFIX_BYTES};
use crate::message::Delivery;
use crate::signature::sign;

/// A text from the account to the follower, with the two names swapped.
pub(crate) fn plain(delivery: &Delivery, text: &str, now: Timestamp) -> String {
    let (follower, account) = (&delivery.follower, &delivery.account);
    let (seconds, content) = (seconds(now), cdata(text));
    format!(
        "<xml><ToUserName><![CDATA[{follower}]]></ToUserName>\
         <FromUserName><![CDATA[{account}]]></FromUserName><CreateTime>{seconds}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content>{content}</Content></xml>"
    )
}

/// `reply` sealed and signed; the first half of `random` goes before it, the second is the nonce.
pub(crate) fn sealed(
    envelope: &Envelope,
    token: &str,
    reply: &str,
    now: Timestamp,
    random: &[u8; 2 * PREFIX_BYTES],
) -> String {
    let mut prefix = [0; PREFIX_BYTES];
    let (head, tail) = random.split_at(PREFIX_BYTES);
    prefix.copy_from_slice(head);
    let encrypt = envelope.seal(prefix, reply);
    let (timestamp, nonce) = (seconds(now).to_string(), base16ct::lower::encode_string(tail));
    let signature = sign([token, &timestamp, &nonce, &encrypt]);
    format!(
        "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
         <MsgSignature><![CDATA[{signature}]]></MsgSignature>\
         <TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )
}

fn seconds(now: Timestamp) -> i64 {
    now.millis().div_euclid(1000)
}

/// A CDATA section cannot contain its own end, nor characters that XML does not know.
fn cdata(text: &str) -> String {
    let known: String = text.chars().filter(|&character| is_xml(character)).collect();
    format!("<![CDATA[{}]]>", known.replace("]]>", "]]]]><![CDATA[>"))
}

fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::xml;

    fn content(text: &str) -> String {
        let wrapped = format!("<xml><Content>{}</Content></xml>", cdata(text));
        xml::read(&wrapped).unwrap().content.unwrap()
    }

    #[test]
    fn a_text_cannot_leave_its_section() {
        for text in ["]]>", "]]]]>>", "a]]></Content><x/>", "<a href=\"x?a&b\">中文</a>", "]]", ">"]
        {
            assert_eq!(content(text), text);
        }
        assert_eq!(content("a\u{0}\u{1b}b\u{ffff}\tc\n"), "ab\tc\n");
    }

    proptest! {
        #[test]
        fn every_text_arrives(text in "[\\]>a-z&<中\n\t]*") {
            prop_assert_eq!(content(&text), text);
        }
    }
}
