//! Servers that are broken or mean: no worker waits for them for ever, nor fills its memory.

use std::time::Duration;

use inkstone_delivery::{
    SmtpError, SmtpServer,
    testing::{Act, SmtpBehaviour, SmtpStub, Stage},
};
use inkstone_notifications::DeliveryError;

use crate::support::{A_WHILE, SHORT, brief, impatient, installation, mail, server};

const BEFORE_THE_MAIL: [Stage; 6] =
    [Stage::Greeting, Stage::Hello, Stage::Auth, Stage::Mail, Stage::Recipient, Stage::Data];

#[test]
fn a_silent_server_is_given_up_on() {
    for stage in BEFORE_THE_MAIL {
        let error = fail(|stub| impatient(stub, SHORT), stage, Act::Silence);
        assert_eq!(error, SmtpError::Timeout, "{stage:?}");
        assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    }
    let error = fail(|stub| brief(stub, A_WHILE), Stage::Body, Act::Silence);
    assert!(matches!(error, SmtpError::Unconfirmed(_)), "{error:?}");
}

#[test]
fn a_server_that_drips_is_given_up_on() {
    // Each byte comes well within the limit of a command, so only the whole can run out.
    let drip = Act::Drip(Duration::from_millis(10));
    for stage in BEFORE_THE_MAIL {
        let error = fail(|stub| brief(stub, SHORT), stage, drip.clone());
        assert_eq!(error, SmtpError::Timeout, "{stage:?}");
    }
    let error = fail(|stub| brief(stub, A_WHILE), Stage::Body, drip);
    assert!(matches!(error, SmtpError::Unconfirmed(_)), "{error:?}");
}

#[test]
fn an_endless_line_is_not_read_to_its_end() {
    for stage in BEFORE_THE_MAIL {
        let error = fail(server, stage, Act::Flood);
        let SmtpError::Nonsense(said) = &error else { panic!("{stage:?}: {error:?}") };
        assert!(said.starts_with("2222") && said.chars().count() <= 301, "{said}");
        assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    }
}

#[test]
fn endless_lines_are_not_read_to_their_end() {
    let endless = "250-more\r\n".repeat(100_000);
    let error = fail(server, Stage::Hello, Act::Raw(endless.into()));
    assert!(matches!(error, SmtpError::Nonsense(_)), "{error:?}");
}

#[test]
fn what_is_no_mail_server_is_quoted_briefly_and_safely() {
    for (said, expected) in [
        (&b"* OK IMAP4 ready\r\n"[..], "* OK IMAP4 ready"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        (b"\0\0\0\x01\xff\xfe\x80binary\n", "binary"),
        (b"220-a\r\n550 b\r\n", "220-a 550 b"),
        (b"\r\n", ""),
        (b"354 go ahead\r\n", "354 go ahead"),
        (b"220\x1b]0;title\x07 \xe2\x80\xaehello\0\r\n", "220]0;title hello"),
    ] {
        let error = fail(server, Stage::Greeting, Act::Raw(said.to_vec()));
        assert_eq!(error, SmtpError::Nonsense(expected.to_owned()));
    }
}

#[test]
fn a_long_refusal_is_cut() {
    let line = format!("550 {}\u{1b}[31m\0", "不".repeat(3_000));
    let stub = SmtpStub::start();
    stub.always(SmtpBehaviour::answer(Stage::Recipient, &line));
    let error = server(&stub).send(&mail(&installation())).unwrap_err();
    let SmtpError::Refused { reply, permanent: true } = error else { panic!("{error:?}") };
    assert!(reply.starts_with("550 不") && reply.ends_with("不…"), "{reply}");
    assert_eq!(reply.chars().count(), 301);
}

#[test]
fn a_port_that_is_no_port_and_a_host_that_is_no_host_fail() {
    let stub = SmtpStub::start();
    for host in ["", "no such host", "host.invalid", "a\r\nb"] {
        let server = SmtpServer { host: host.to_owned(), ..server(&stub) };
        let error = server.send(&mail(&installation())).unwrap_err();
        assert!(matches!(error, SmtpError::Unreachable(_)), "{host}: {error:?}");
    }
}

/// The failure when the server behaves strangely in some moment.
#[track_caller]
fn fail(server: fn(&SmtpStub) -> SmtpServer, stage: Stage, act: Act) -> SmtpError {
    let stub = SmtpStub::start();
    stub.always(SmtpBehaviour::At(stage, act));
    let error = server(&stub).send(&mail(&installation())).unwrap_err();
    assert_eq!(stub.mails(), []);
    error
}
