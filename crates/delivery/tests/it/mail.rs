//! What a mail looks like when it arrives.

use inkstone_delivery::{
    Mail, SmtpError, SmtpServer,
    testing::{ReceivedMail, SmtpStub},
};

use proptest::prelude::*;

use crate::support::{installation, leased, mail, now, server};

#[test]
fn a_mail_arrives_as_it_was_written() {
    let installation = installation();
    let received = arrive(&mail(&installation));
    assert_eq!(received.sender(), ("评论通知".to_owned(), "owner@example.org".to_owned()));
    assert_eq!(received.from, "owner@example.org");
    assert_eq!(received.recipient(), "reader@example.net");
    assert_eq!(received.recipients, ["reader@example.net"]);
    assert_eq!(received.subject(), "评论回复 - 你好");
    assert_eq!(received.content_type(), "multipart/alternative");
    assert_eq!(received.html(), "<p>Somebody <b>answered</b>: 你好</p>\r\n");
    assert_eq!(received.text(), "Somebody answered: 你好\r\n");
    assert_eq!(received.header("Date"), "Sat, 21 Nov 2026 08:00:00 +0000");
    assert_eq!(received.header("Auto-Submitted"), "auto-generated");
    assert_eq!(received.header("MIME-Version"), "1.0");
    assert_eq!(received.headers("List-Unsubscribe"), Vec::<String>::new());
    assert_eq!(received.headers("List-Unsubscribe-Post"), Vec::<String>::new());
    assert_eq!(received.hello, "blog.example");
    assert!(received.raw.is_ascii());
}

#[test]
fn a_test_mail_says_what_the_contract_says() {
    let installation = installation();
    let received = arrive(&Mail::test("reader@example.net", &installation, now()));
    assert_eq!(received.sender(), ("Test".to_owned(), "owner@example.org".to_owned()));
    assert_eq!(received.subject(), "CWD Comments 邮件配置测试");
    assert!(received.text().contains("测试邮件") && received.html().contains("测试邮件"));
}

#[test]
fn a_repeated_mail_can_be_recognised() {
    let installation = installation();
    let message = leased(inkstone_notifications::ChannelKind::Mail, "reader@example.net", None);
    let first = Mail::notification(&message, &installation, now());
    let again = Mail { at: now().plus_millis(60_000), ..first };
    let id = |mail: &Mail<'_>| arrive(mail).header("Message-ID");
    let identity = id(&first);
    assert!(identity.starts_with("<7.") && identity.ends_with("@blog.example>"), "{identity}");
    assert_eq!(id(&again), identity);
    assert_ne!(id(&Mail { number: 8, ..first }), identity);
    assert_ne!(id(&Mail { html: "<p>restored from a backup</p>", ..first }), identity);
}

#[test]
fn a_mail_that_can_be_unsubscribed_from_says_so() {
    let installation = installation();
    let address = "https://blog.example/api/unsubscribe?token=a-b_c";
    let received = arrive(&Mail { unsubscribe: Some(address), ..mail(&installation) });
    assert_eq!(received.header("List-Unsubscribe"), format!("<{address}>"));
    assert_eq!(received.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
}

#[test]
fn nobody_adds_headers_or_recipients() {
    let installation = installation();
    let plain = arrive(&mail(&installation)).header_names();
    for evil in [
        "x\r\nBcc: victim@example.net",
        "x\nBcc: victim@example.net\n\n<b>body</b>",
        "x\rBcc: victim@example.net",
        "=?utf-8?q?x=0D=0ABcc:_victim@example.net?=",
        "你好\r\n\r\n.\r\nMAIL FROM:<a@example.net>",
    ] {
        let received = arrive(&Mail { subject: evil, ..mail(&installation) });
        assert_eq!(received.header_names(), plain, "{evil}");
        assert_eq!(received.recipients, ["reader@example.net"]);
        assert!(!received.subject().contains(['\r', '\n']), "{:?}", received.subject());
        let received = arrive(&Mail { sender: evil, ..mail(&installation) });
        assert_eq!(received.header_names(), plain, "{evil}");
        let received = arrive(&Mail { unsubscribe: Some(evil), ..mail(&installation) });
        assert_eq!(received.header_names(), plain, "{evil}");
    }
}

#[test]
fn malformed_addresses_reach_no_server() {
    let installation = installation();
    let stub = SmtpStub::start();
    let server = server(&stub);
    for evil in [
        "reader@example.net\r\nRCPT TO:<victim@example.net>",
        "reader@example.net>\r\nDATA",
        "reader@example.net> SIZE=1",
        "<reader@example.net>",
        "a@example.net,b@example.net",
        "reader",
        "",
    ] {
        let to_evil = Mail { recipient: evil, ..mail(&installation) };
        assert_eq!(server.send(&to_evil), Err(SmtpError::Recipient), "{evil}");
        let from_evil = SmtpServer { user: evil.to_owned(), ..server.clone() };
        assert_eq!(from_evil.send(&mail(&installation)), Err(SmtpError::Sender), "{evil}");
    }
    assert_eq!(stub.reached(inkstone_delivery::testing::Stage::Greeting), 0);
}

#[test]
fn bodies_arrive_exactly() {
    let installation = installation();
    let long = format!("{}。\n{}", "一".repeat(100_000), "a".repeat(2_000_000));
    for body in [
        "",
        "\n",
        ".\n..\n.hidden\n.",
        "From here\n",
        "trailing space \nand\ttabs\t\n",
        "=3D =?utf-8?q?x?= -- \n--=_boundary--\n",
        "control \u{0} \u{1b}[31m \u{7f} characters",
        "emoji 👩‍👩‍👧 and \u{202e}direction",
        &long,
    ] {
        let received = arrive(&Mail { html: body, text: body, ..mail(&installation) });
        let sent = body.replace('\n', "\r\n");
        assert!(received.html() == sent, "{body:.60}");
        assert!(received.text() == sent, "{body:.60}");
        let lines = received.raw.split(|&byte| byte == b'\n');
        assert!(lines.map(<[u8]>::len).max() <= Some(999), "{body:.60}");
        assert!(received.raw.is_ascii() && !received.raw.contains(&0));
    }
    let mixed = arrive(&Mail { text: "a\rb\r\nc\n", ..mail(&installation) });
    assert_eq!(mixed.text(), "a\r\nb\r\nc\r\n");
}

#[test]
fn long_subjects_arrive_and_fit_their_lines() {
    let installation = installation();
    for subject in ["你好".repeat(150), "a".repeat(300), "word ".repeat(60).trim().to_owned()] {
        let received = arrive(&Mail { subject: &subject, ..mail(&installation) });
        assert_eq!(received.subject(), subject);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn whatever_a_mail_says_it_arrives_and_nothing_else_does(
        sender in any::<String>(),
        subject in any::<String>(),
        html in any::<String>(),
        text in "(?s)[a-z\\r\\n\\t .=\u{0}你]{0,300}",
        unsubscribe in any::<String>(),
    ) {
        let installation = installation();
        let plain = mail(&installation);
        let received = arrive(&Mail {
            sender: &sender,
            subject: &subject,
            html: &html,
            text: &text,
            unsubscribe: Some(&unsubscribe),
            ..plain
        });
        let crlf = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        prop_assert_eq!(received.html(), crlf(&html));
        prop_assert_eq!(received.text(), crlf(&text));
        prop_assert_eq!(received.header_names(), arrive(&plain).header_names());
        prop_assert_eq!(&received.recipients[..], ["reader@example.net"]);
        prop_assert!(received.raw.is_ascii() && !received.raw.contains(&0));
    }
}

/// The mail as it arrives.
#[track_caller]
fn arrive(mail: &Mail<'_>) -> ReceivedMail {
    let stub = SmtpStub::start();
    server(&stub).send(mail).unwrap();
    stub.mails().remove(0)
}
