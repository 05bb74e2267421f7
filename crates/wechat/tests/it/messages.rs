//! What genuine requests become, and how they are answered.

use inkstone_wechat::testing::{self, Platform, Request};
use inkstone_wechat::{Message, Query, Refusal};

use crate::support::{
    ACCOUNT, FOLLOWER, KEY, SECONDS, TOKEN, account, delivered, encrypting, now, receive,
};

const QUERY: &str =
    "signature=e4c3f5ad95dfe2c6fc0d34bcec345748c154fafa&timestamp=1700000000&nonce=987654321";
const ENCRYPTED_QUERY: &str = "signature=ignored&timestamp=1700000000&nonce=987654321&openid=o\
    &encrypt_type=aes&msg_signature=c91d1131eb1a565deac53e55ee56340e65d61268";
const ENCRYPT: &str = "t3HMtzjTyzLUlMuBGlmNF7XNYEJNFmapxChtMKSskoQIONgbr9WXJ7x/xLIRp0FXkCGPquy6aX8\
    JGMdvIMEVZpoRuL7KlrDcg+uaiONUoJHFLdkhWu/OWhmSv1FmeBPWTR33q6QHJK1Xa3x3hTYSa0iyAt/gPwGWizyPaK4z\
    drxPJ8HTbNvO+FsUX4tI7f7Z3Qx8dJPn978iXlPzAKWnVDuwngTBaekikgOxT4IO9JO2ZcB89P52sj1mxOsn/+sXKDNHC\
    FCmDgtDOfXE9nFauJEomSyQjClzba7ZaxzvZWvRcVHHc+ZiztpwqUOqFPjFWHIDlQetZbgUqlL8PiZeZ2mJc/pMUpAxsk\
    OGkKHFhY2NNOZR4+CKJbA00Wa2PqXP";

fn subscribe() -> String {
    testing::event(FOLLOWER, ACCOUNT, "subscribe", SECONDS)
}

#[test]
fn a_plain_vector_is_read() {
    let delivery = receive(QUERY, &subscribe()).unwrap().unwrap();
    assert_eq!(delivery.message, Message::Subscribe);
    assert_eq!((delivery.follower.as_str(), delivery.account.as_str()), (FOLLOWER, ACCOUNT));
}

#[test]
fn an_encrypted_vector_is_read() {
    let body = format!("<xml><ToUserName>x</ToUserName><Encrypt>{ENCRYPT}</Encrypt></xml>");
    let delivery = receive(ENCRYPTED_QUERY, &body).unwrap().unwrap();
    assert_eq!((delivery.message, delivery.follower.as_str()), (Message::Subscribe, FOLLOWER));
}

#[test]
fn encryption_gives_the_vector() {
    assert_eq!(subscribe().len(), 239);
    let Request { query, body } = encrypting().delivery(&subscribe(), now());
    assert!(body.contains(ENCRYPT), "{body}");
    assert!(query.contains("msg_signature=c91d1131eb1a565deac53e55ee56340e65d61268"), "{query}");
}

#[test]
fn compatible_mode_reads_what_is_encrypted() {
    let Request { query, body } = encrypting().delivery(&subscribe(), now());
    let forged = "<xml><FromUserName>oEve</FromUserName><MsgType>event</MsgType>\
        <Event>unsubscribe</Event><CreateTime>1</CreateTime>";
    let delivery = receive(&query, &body.replacen("<xml>", forged, 1)).unwrap().unwrap();
    assert_eq!((delivery.message, delivery.follower.as_str()), (Message::Subscribe, FOLLOWER));
}

#[test]
fn messages_have_their_meaning() {
    let message = |xml: &str| delivered(xml).unwrap().message;
    let event = |name| message(&testing::event(FOLLOWER, ACCOUNT, name, SECONDS));
    assert_eq!(event("subscribe"), Message::Subscribe);
    assert_eq!(event("unsubscribe"), Message::Unsubscribe);
    for other in ["LOCATION", "CLICK", "VIEW", "SCAN", "TEMPLATESENDJOBFINISH", "Subscribe", ""] {
        assert_eq!(event(other), Message::Other, "{other}");
    }
    let text = |content| message(&testing::text(FOLLOWER, ACCOUNT, content, 1));
    assert_eq!(text("\u{3000}验证码 "), Message::Text("\u{3000}验证码 ".to_owned()));
    let picture = testing::text(FOLLOWER, ACCOUNT, "x", 1).replace("[text]", "[image]");
    assert_eq!(message(&picture), Message::Other);
    let names =
        format!("<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{FOLLOWER}</FromUserName>");
    assert_eq!(message(&format!("{names}</xml>")), Message::Other);
    let silent = format!("{names}<MsgType>text</MsgType></xml>");
    assert_eq!(message(&silent), Message::Text(String::new()));
    // A text that pretends to be an event is a text.
    let both = format!("{names}<MsgType>text</MsgType><Event>subscribe</Event></xml>");
    assert_eq!(message(&both), Message::Text(String::new()));
}

#[test]
fn impossible_names_are_nobody() {
    let long = "o".repeat(256);
    for bad in ["", " ", "o o", "o/o", "中", "<b>", "o\u{0}", long.as_str()] {
        let bad = bad.replace('<', "&lt;").replace('\u{0}', "&#1;");
        for xml in [
            format!("<xml><ToUserName>gh</ToUserName><FromUserName>{bad}</FromUserName></xml>"),
            format!("<xml><ToUserName>{bad}</ToUserName><FromUserName>o</FromUserName></xml>"),
        ] {
            assert_eq!(delivered(&xml), None, "{bad}");
        }
    }
    assert_eq!(delivered("<xml></xml>"), None);
    assert!(delivered(&testing::text(&"o".repeat(255), "g-_1", "x", 1)).is_some());
}

#[test]
fn replies_are_as_documented() {
    let delivery = receive(QUERY, &subscribe()).unwrap().unwrap();
    let reply = account().reply(&delivery, "欢迎关注", now(), &[0; 32]);
    assert_eq!(
        reply,
        "<xml><ToUserName><![CDATA[oFROM_1234567890abcdefghijkl]]></ToUserName>\
         <FromUserName><![CDATA[gh_0123456789ab]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[欢迎关注]]></Content></xml>"
    );
}

#[test]
fn an_encrypted_message_gets_an_encrypted_reply() {
    let text = "<a href=\"https://a.example/?b=1&c=2\">点击链接</a> ]]>";
    for platform in [Platform::plain(TOKEN), encrypting()] {
        let Request { query, body } = platform.delivery(&subscribe(), now());
        let delivery = receive(&query, &body).unwrap().unwrap();
        let reply = account().reply(&delivery, text, now(), &[9; 32]);
        assert_eq!(platform.read_reply(&reply).as_deref(), Some(text), "{reply}");
        assert_eq!(reply.contains("<Encrypt>"), query.contains("aes"));
        let other = account().reply(&delivery, text, now(), &[8; 32]);
        assert_eq!(reply == other, !query.contains("aes"), "the prefix hides equal replies");
    }
}

#[test]
fn the_address_is_verified_before_anything_is_echoed() {
    let echo = |query: &str| account().echo(&Query::parse(query)).map(str::to_owned);
    assert_eq!(echo(&format!("{QUERY}&echostr=5%2B5")), Ok("5+5".to_owned()));
    let longest = "中".repeat(256);
    assert_eq!(echo(&format!("{QUERY}&echostr={longest}")), Ok(longest.clone()));
    assert_eq!(echo(&format!("{QUERY}&echostr={longest}x")), Err(Refusal::Echo));
    assert_eq!(echo(QUERY), Err(Refusal::Missing("echostr")));
    assert_eq!(echo(&format!("{QUERY}&echostr=")), Err(Refusal::Missing("echostr")));
    let forged = QUERY.replace("e4c3", "e4c4");
    assert_eq!(echo(&format!("{forged}&echostr=1")), Err(Refusal::Signature));
    let query = Platform::plain(TOKEN).verification("1&2", now());
    assert_eq!(echo(&query), Ok("1&2".to_owned()));
    // The first value counts, so nothing can be appended.
    assert_eq!(echo(&format!("{query}&echostr=3")), Ok("1&2".to_owned()));
    let other = Platform::encrypted("other", "wx", KEY).unwrap().verification("1", now());
    assert_eq!(echo(&other), Err(Refusal::Signature));
}
