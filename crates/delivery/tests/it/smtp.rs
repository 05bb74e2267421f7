//! What becomes of a mail, and of failures.

use std::thread;

use inkstone_delivery::{
    Mail, SmtpError, SmtpServer,
    testing::{Act, Gate, SmtpBehaviour, SmtpStub, SmtpStubSettings, Stage},
};
use inkstone_notifications::DeliveryError;

use crate::support::{A_WHILE, PASSWORD, impatient, installation, mail, server};

#[test]
fn a_login_is_made_in_the_way_the_server_offers() {
    for (offer, login) in [
        ("AUTH PLAIN LOGIN", true),
        ("AUTH LOGIN", true),
        ("AUTH CRAM-MD5 LOGIN", true),
        ("auth plain", true),
        ("SIZE 1000", false),
    ] {
        let stub = offering(&[offer]);
        server(&stub).send(&mail(&installation())).unwrap();
        let expected = login.then(|| ("owner@example.org".to_owned(), PASSWORD.to_owned()));
        assert_eq!(stub.mails()[0].login, expected, "{offer}");
    }
    let stub = offering(&["AUTH CRAM-MD5 XOAUTH2"]);
    assert_eq!(server(&stub).send(&mail(&installation())), Err(SmtpError::NoLogin));
    assert_eq!(stub.reached(Stage::Mail), 0);
}

#[test]
fn refusals_are_temporary_or_permanent_as_their_code_and_moment_say() {
    for (stage, line, permanent) in [
        (Stage::Greeting, "554 no service for you", false),
        (Stage::Greeting, "421 too busy", false),
        (Stage::Hello, "502 what?", false),
        (Stage::Auth, "535 Login fail. Please enter your authorization code", false),
        (Stage::Auth, "534 5.7.9 application-specific password required", false),
        (Stage::Auth, "454 temporary authentication failure", false),
        (Stage::Mail, "451 later", false),
        (Stage::Mail, "553 not your address", true),
        (Stage::Mail, "530 5.7.0 authentication required", false),
        (Stage::Recipient, "450 mailbox busy", false),
        (Stage::Recipient, "550 5.1.1 no such user", true),
        (Stage::Data, "451 later", false),
        (Stage::Data, "554 no", true),
        (Stage::Body, "452 full", false),
        (Stage::Body, "552 too big", true),
    ] {
        let stub = SmtpStub::start();
        stub.then(SmtpBehaviour::answer(stage, line));
        let error = server(&stub).send(&mail(&installation())).unwrap_err();
        assert_eq!(error, SmtpError::Refused { reply: line.to_owned(), permanent }, "{stage:?}");
        let expected =
            if permanent { DeliveryError::permanent(line) } else { DeliveryError::temporary(line) };
        assert_eq!(DeliveryError::from(error), expected);
        assert_eq!(stub.mails(), []);
        // The next attempt meets a server in a better mood.
        server(&stub).send(&mail(&installation())).unwrap();
        assert_eq!(stub.mails().len(), 1);
    }
}

#[test]
fn a_reply_of_several_lines_is_shown_as_one() {
    let stub = SmtpStub::start();
    stub.always(SmtpBehaviour::answer(
        Stage::Auth,
        "535-Login fail.\r\n535 Please log in with your authorization code",
    ));
    let error = server(&stub).send(&mail(&installation())).unwrap_err();
    assert_eq!(error.to_string(), "535 Login fail. Please log in with your authorization code");
}

#[test]
fn a_server_that_is_away_is_a_passing_failure() {
    let mut stub = SmtpStub::start();
    let server = server(&stub);
    stub.close();
    let error = server.send(&mail(&installation())).unwrap_err();
    assert!(matches!(error, SmtpError::Unreachable(_)), "{error:?}");
    assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    stub.reopen();
    server.send(&mail(&installation())).unwrap();
    assert_eq!(stub.mails().len(), 1);
}

#[test]
fn a_connection_that_breaks_is_a_passing_failure() {
    let before = [Stage::Greeting, Stage::Hello, Stage::Auth, Stage::Mail, Stage::Recipient];
    for stage in before.into_iter().chain([Stage::Data]) {
        let stub = SmtpStub::start();
        stub.then(SmtpBehaviour::At(stage, Act::HangUp));
        let error = server(&stub).send(&mail(&installation())).unwrap_err();
        assert!(matches!(error, SmtpError::Broken(_)), "{stage:?}: {error:?}");
        assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    }
}

#[test]
fn a_mail_that_was_accepted_is_sent_even_if_the_connection_drops() {
    let stub = SmtpStub::start();
    stub.then(SmtpBehaviour::At(Stage::Body, Act::AnswerAndHangUp));
    assert_eq!(server(&stub).send(&mail(&installation())), Ok(()));
    assert_eq!(stub.mails().len(), 1);
}

#[test]
fn a_mail_without_confirmation_may_or_may_not_have_arrived() {
    let stub = SmtpStub::start();
    stub.then(SmtpBehaviour::At(Stage::Body, Act::HangUp));
    let error = server(&stub).send(&mail(&installation())).unwrap_err();
    assert!(matches!(error, SmtpError::Unconfirmed(_)), "{error:?}");
    assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
}

#[test]
fn a_mail_accepted_late_is_sent() {
    let stub = SmtpStub::start();
    let gate = Gate::new();
    stub.then(SmtpBehaviour::At(Stage::Body, Act::Wait(gate.clone())));
    let server = impatient(&stub, A_WHILE);
    let patient = server.clone();
    let sending = thread::spawn(move || patient.send(&mail(&installation())));
    stub.wait_for(Stage::Body, 1);
    // Another mail, sent later, is given up on meanwhile: the answer to the first takes longer
    // than any command may.
    stub.then(SmtpBehaviour::At(Stage::Greeting, Act::Silence));
    assert_eq!(server.send(&mail(&installation())), Err(SmtpError::Timeout));
    assert_eq!(stub.mails(), []);
    gate.open();
    assert_eq!(sending.join().unwrap(), Ok(()));
    assert_eq!(stub.mails().len(), 1);
}

#[test]
fn mails_sent_at_once_do_not_mix() {
    let stub = SmtpStub::start();
    thread::scope(|scope| {
        for number in 1..=8 {
            let server = server(&stub);
            scope.spawn(move || {
                let recipient = format!("reader{number}@example.net");
                let installation = installation();
                let mail = Mail { recipient: &recipient, text: &recipient, ..mail(&installation) };
                server.send(&mail).unwrap();
            });
        }
    });
    let mails = stub.mails();
    assert_eq!(mails.len(), 8);
    for mail in mails {
        assert_eq!(mail.recipients, [mail.text()]);
    }
}

#[test]
fn addresses_in_other_scripts_need_a_server_that_takes_them() {
    let installation = installation();
    let local = Mail { recipient: "读者@例子.测试", ..mail(&installation) };
    let domain = Mail { recipient: "reader@例子.测试", ..mail(&installation) };

    let stub = SmtpStub::start();
    server(&stub).send(&local).unwrap();
    server(&stub).send(&domain).unwrap();
    let mails = stub.mails();
    assert_eq!(mails[0].recipients, ["读者@xn--fsqu00a.xn--0zwm56d"]);
    assert_eq!(mails[0].recipient(), "读者@xn--fsqu00a.xn--0zwm56d");
    assert_eq!(mails[0].parameters, "SMTPUTF8");
    assert_eq!(mails[1].recipients, ["reader@xn--fsqu00a.xn--0zwm56d"]);
    assert_eq!(mails[1].parameters, "");

    let stub = offering(&["AUTH PLAIN"]);
    assert_eq!(server(&stub).send(&local), Err(SmtpError::NotInternational));
    assert_eq!(stub.reached(Stage::Mail), 0);
    server(&stub).send(&domain).unwrap();
}

#[test]
fn the_password_is_nowhere_but_in_the_login() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    let stub = SmtpStub::start();
    let server = server(&stub);
    let plain = STANDARD.encode(format!("\0owner@example.org\0{PASSWORD}"));
    let echo = format!("501 5.5.2 cannot decode {plain} for {PASSWORD}");
    stub.then(SmtpBehaviour::answer(Stage::Auth, &echo));
    let error = server.send(&mail(&installation())).unwrap_err();
    assert_eq!(error.to_string(), "501 5.5.2 cannot decode *** for ***");
    stub.then(SmtpBehaviour::At(Stage::Hello, Act::Raw(format!("{PASSWORD}\r\n").into())));
    let nonsense = server.send(&mail(&installation())).unwrap_err();
    crate::support::assert_hidden(
        PASSWORD,
        &[format!("{server:?}"), format!("{error:?}"), format!("{nonsense:?} {nonsense}")],
    );
}

#[test]
fn an_address_in_brackets_is_an_address() {
    let stub = SmtpStub::start();
    let server = SmtpServer { host: format!("[{}]", stub.host()), ..server(&stub) };
    assert_eq!(server.send(&mail(&installation())), Ok(()));
}

fn offering(abilities: &[&str]) -> SmtpStub {
    let abilities = abilities.iter().map(|&ability| ability.to_owned()).collect();
    SmtpStub::with(SmtpStubSettings { abilities, ..SmtpStubSettings::default() })
}
