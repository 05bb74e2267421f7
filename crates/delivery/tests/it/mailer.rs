//! The channel on which mails travel: server first, then gateway.

use inkstone_delivery::{
    MailGateway, Mailer,
    testing::{Act, HttpBehaviour, HttpStub, SmtpBehaviour, SmtpStub, Stage},
};
use inkstone_notifications::{Channel as _, ChannelKind, DeliveryError, Leased};

use crate::support::{PASSWORD, assert_hidden, http, installation, leased, now, server};

const UNSUBSCRIBE: &str = "https://blog.example/unsubscribe?token=t";

#[test]
fn the_server_comes_first() {
    let (smtp, gateway) = (SmtpStub::start(), HttpStub::start());
    mailer(Some(&smtp), Some(&gateway)).deliver(&message()).unwrap();
    let mail = smtp.mails().remove(0);
    assert_eq!(mail.sender().0, "评论通知");
    assert_eq!(mail.subject(), "新评论提醒 - 你好");
    assert_eq!(mail.html(), "<p>A new <b>comment</b></p>");
    assert_eq!(mail.text(), "A new comment");
    assert_eq!(mail.header("Date"), "Sat, 21 Nov 2026 08:00:00 +0000");
    assert_eq!(mail.header("List-Unsubscribe"), format!("<{UNSUBSCRIBE}>"));
    assert_eq!(gateway.requests(), []);
}

#[test]
fn the_gateway_helps_when_there_is_no_server_or_it_fails() {
    let gateway = HttpStub::start();
    mailer(None, Some(&gateway)).deliver(&message()).unwrap();

    let smtp = SmtpStub::start();
    let failures = [(Stage::Auth, "535 Login fail"), (Stage::Recipient, "550 no such user")];
    for (stage, line) in failures {
        smtp.then(SmtpBehaviour::answer(stage, line));
        mailer(Some(&smtp), Some(&gateway)).deliver(&message()).unwrap();
    }
    assert_eq!(smtp.mails(), []);
    let requests = gateway.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    assert!(requests[0].text().contains("reader@example.net"));
}

#[test]
fn a_mail_that_perhaps_arrived_does_not_go_the_other_way_as_well() {
    let (smtp, gateway) = (SmtpStub::start(), HttpStub::start());
    smtp.then(SmtpBehaviour::At(Stage::Body, Act::HangUp));
    let outcome = mailer(Some(&smtp), Some(&gateway)).deliver(&message());
    assert!(matches!(outcome, Err(DeliveryError::Temporary { .. })), "{outcome:?}");
    assert_eq!(gateway.requests(), []);
}

#[test]
fn both_failures_are_told_and_last_only_when_both_do() {
    for (line, status, permanent) in [
        ("550 no such user", 422, true),
        ("550 no such user", 500, false),
        ("450 busy", 422, false),
        ("450 busy", 500, false),
    ] {
        let (smtp, gateway) = (SmtpStub::start(), HttpStub::start());
        smtp.then(SmtpBehaviour::answer(Stage::Recipient, line));
        gateway.then(HttpBehaviour::json(status, "no"));
        let error = mailer(Some(&smtp), Some(&gateway)).deliver(&message()).unwrap_err();
        let reason = format!("{line}; the mail gateway answered {status}: no");
        let expected = if permanent {
            DeliveryError::permanent(reason)
        } else {
            DeliveryError::temporary(reason)
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn without_either_the_owner_is_told_and_the_mail_waits() {
    let outcome = mailer(None, None).deliver(&message());
    assert_eq!(outcome, Err(DeliveryError::temporary("mail is not configured")));
}

#[test]
fn a_malformed_recipient_reaches_nobody() {
    let (smtp, gateway) = (SmtpStub::start(), HttpStub::start());
    let message = leased(ChannelKind::Mail, "nobody\r\nBcc: a@example.net", None);
    let outcome = mailer(Some(&smtp), Some(&gateway)).deliver(&message);
    assert!(matches!(outcome, Err(DeliveryError::Permanent { .. })), "{outcome:?}");
    assert_eq!(smtp.reached(Stage::Greeting), 0);
    assert_eq!(gateway.requests(), []);
}

#[test]
fn a_mailer_shows_no_secret() {
    let (smtp, gateway) = (SmtpStub::start(), HttpStub::start());
    let shown = format!("{:?}", mailer(Some(&smtp), Some(&gateway)));
    assert_hidden(PASSWORD, std::slice::from_ref(&shown));
    assert_hidden("gateway-token", &[shown]);
}

fn message() -> Leased {
    leased(ChannelKind::Mail, "reader@example.net", Some(UNSUBSCRIBE))
}

fn mailer(smtp: Option<&SmtpStub>, gateway: Option<&HttpStub>) -> Mailer {
    Mailer {
        smtp: smtp.map(server),
        gateway: gateway.map(|stub| MailGateway::new(http(), &stub.url(), "gateway-token".into())),
        installation: installation(),
        clock: now,
    }
}
