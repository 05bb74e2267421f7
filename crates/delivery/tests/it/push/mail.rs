//! Mail by the owner's own server.

use inkstone_delivery::{
    Notifier, Pusher,
    testing::{Encryption, HttpStub, SmtpBehaviour, SmtpStub, Stage},
};
use inkstone_notifications::DeliveryError;
use serde_json::{Value, json};

use super::{MESSAGE, pusher};
use crate::support::{PASSWORD, assert_hidden, server};

fn send(stub: &SmtpStub, params: &Value) -> Result<(), DeliveryError> {
    let http = HttpStub::start();
    let server = server(stub);
    let pusher = Pusher { trust: server.trust, smtp_limits: server.limits, ..pusher(&http) };
    let mut all = json!({
        "host": stub.host(), "port": stub.port(), "user": "owner@example.org",
        "password": PASSWORD,
    });
    let all = all.as_object_mut().unwrap();
    all.extend(params.as_object().unwrap().clone());
    pusher.push(Notifier::Smtp, all, &MESSAGE)
}

#[test]
fn the_owner_writes_to_themselves() {
    let stub = SmtpStub::start();
    send(&stub, &json!({})).unwrap();
    let mail = stub.mails().remove(0);
    assert_eq!(mail.login, Some(("owner@example.org".to_owned(), PASSWORD.to_owned())));
    assert_eq!(
        (mail.from.as_str(), mail.recipients.as_slice()),
        ("owner@example.org", &["owner@example.org".to_owned()][..])
    );
    assert_eq!(mail.sender(), ("Qexo".to_owned(), "owner@example.org".to_owned()));
    assert_eq!(mail.subject(), MESSAGE.title);
    assert_eq!(mail.html(), MESSAGE.content);
    assert_eq!(mail.text(), "站点名: **A**");
}

#[test]
fn sender_recipient_and_subject_may_be_others() {
    let stub = SmtpStub::start();
    let params = json!({
        "user": "apikey", "port": stub.port().to_string(), "ssl": "false",
        "From": "blog@example.org", "To": "boss@example.net", "subject": "News",
    });
    send(&stub, &params).unwrap();
    let mail = stub.mails().remove(0);
    assert_eq!(mail.login.as_ref().unwrap().0, "apikey");
    assert_eq!(
        (mail.from.as_str(), mail.recipient().as_str()),
        ("blog@example.org", "boss@example.net")
    );
    assert_eq!((mail.sender().1.as_str(), mail.subject().as_str()), ("blog@example.org", "News"));
}

#[test]
fn encryption_from_the_start() {
    let stub = SmtpStub::encrypted(Encryption::FromStart);
    for ssl in [json!("true"), json!(true), json!(1)] {
        send(&stub, &json!({ "ssl": ssl })).unwrap();
    }
    assert!(stub.mails().iter().all(|mail| mail.encrypted));
    assert_eq!(stub.mails().len(), 3);
}

#[test]
fn refusals_are_told_without_the_password() {
    let stub = SmtpStub::start();
    for (stage, line, permanent) in [
        (Stage::Auth, format!("535 no {PASSWORD} here"), false),
        (Stage::Recipient, "550 no such user".to_owned(), true),
        (Stage::Recipient, "450 busy".to_owned(), false),
    ] {
        stub.then(SmtpBehaviour::answer(stage, &line));
        let error = send(&stub, &json!({})).unwrap_err();
        assert_eq!(matches!(error, DeliveryError::Permanent { .. }), permanent, "{line}");
        assert_hidden(PASSWORD, &[format!("{error:?}")]);
    }
    for (params, reason) in [
        (json!({ "port": "smtp" }), "the notifier's parameter port is not a port"),
        (json!({ "To": "a@x.io\r\nBcc: b@x.io" }), "the recipient is not a mail address"),
        (json!({ "From": "nobody" }), "the sender is not a mail address"),
        (json!({ "password": "" }), "the notifier's parameter password is not set"),
    ] {
        assert_eq!(send(&stub, &params), Err(DeliveryError::temporary(reason)));
    }
    assert_eq!(stub.mails(), []);
}
