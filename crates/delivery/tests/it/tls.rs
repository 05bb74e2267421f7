//! Encrypted conversations.

use inkstone_delivery::{
    SmtpError, SmtpServer, Trust, TrustError,
    testing::{Act, Authority, Encryption, SmtpBehaviour, SmtpStub, SmtpStubSettings, Stage},
};
use inkstone_notifications::DeliveryError;

use crate::support::{SHORT, impatient, installation, mail, server};

#[test]
fn encryption_from_the_start() {
    let stub = SmtpStub::encrypted(Encryption::FromStart);
    let server = SmtpServer { secure: true, ..server(&stub) };
    server.send(&mail(&installation())).unwrap();
    let mail = stub.mails().remove(0);
    assert!(mail.encrypted && mail.login.is_some());
}

#[test]
fn encryption_is_switched_on_when_it_is_offered() {
    let stub = SmtpStub::encrypted(Encryption::StartTls);
    server(&stub).send(&mail(&installation())).unwrap();
    assert!(stub.mails()[0].encrypted);
    assert_eq!(stub.reached(Stage::Hello), 2);

    let stub = SmtpStub::start();
    server(&stub).send(&mail(&installation())).unwrap();
    assert!(!stub.mails()[0].encrypted);
    assert_eq!(stub.reached(Stage::StartTls), 0);
}

#[test]
fn no_password_goes_to_a_server_that_nobody_vouches_for() {
    for encryption in [Encryption::FromStart, Encryption::StartTls] {
        let stub = SmtpStub::encrypted(encryption);
        let unknown = SmtpServer { trust: Trust::public().unwrap(), ..secured(&stub, encryption) };
        refused(&stub, &unknown);

        let another = Trust::also(Authority::new().pem().as_bytes()).unwrap();
        refused(&stub, &SmtpServer { trust: another, ..secured(&stub, encryption) });

        let certificate_name = "elsewhere.example".to_owned();
        let settings = SmtpStubSettings { encryption, certificate_name, ..Default::default() };
        let stub = SmtpStub::with(settings);
        refused(&stub, &secured(&stub, encryption));
    }
}

#[test]
fn an_offer_of_encryption_that_is_not_kept_is_a_failure() {
    let stub = SmtpStub::encrypted(Encryption::StartTls);
    stub.then(SmtpBehaviour::answer(Stage::StartTls, "454 TLS not available"));
    let error = server(&stub).send(&mail(&installation())).unwrap_err();
    let reply = "454 TLS not available".to_owned();
    assert_eq!(error, SmtpError::Refused { reply, permanent: false });

    stub.then(SmtpBehaviour::At(Stage::StartTls, Act::HangUp));
    assert!(server(&stub).send(&mail(&installation())).is_err());
    assert_eq!(stub.reached(Stage::Auth), 0);
}

#[test]
fn words_put_in_before_encryption_begins_do_not_count() {
    let stub = SmtpStub::encrypted(Encryption::StartTls);
    let injected = b"220 go ahead\r\n250 AUTH PLAIN\r\n".to_vec();
    stub.always(SmtpBehaviour::At(Stage::StartTls, Act::Raw(injected)));
    let error = server(&stub).send(&mail(&installation())).unwrap_err();
    assert!(matches!(error, SmtpError::Tls(_)), "{error:?}");
}

#[test]
fn a_server_that_does_not_encrypt_where_it_must_gets_nothing() {
    let stub = SmtpStub::start();
    let server = SmtpServer { secure: true, ..server(&stub) };
    let error = server.send(&mail(&installation())).unwrap_err();
    assert!(matches!(error, SmtpError::Tls(_)), "{error:?}");
    assert_eq!(stub.reached(Stage::Hello), 0);
}

#[test]
fn a_handshake_that_never_happens_is_given_up_on() {
    let stub = SmtpStub::encrypted(Encryption::StartTls);
    let silent = b"220 go ahead\r\n".to_vec();
    stub.always(SmtpBehaviour::At(Stage::StartTls, Act::Raw(silent)));
    assert_eq!(impatient(&stub, SHORT).send(&mail(&installation())), Err(SmtpError::Timeout));
}

#[test]
fn further_authorities_must_be_certificates() {
    assert_eq!(Trust::also(b"").unwrap_err(), TrustError::NoCertificate);
    assert_eq!(Trust::also(b"not a certificate").unwrap_err(), TrustError::NoCertificate);
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(Trust::also(broken.as_bytes()), Err(TrustError::Malformed(_))));
    let two = format!("{}{}", Authority::new().pem(), Authority::new().pem());
    assert!(Trust::also(two.as_bytes()).is_ok());
}

fn secured(stub: &SmtpStub, encryption: Encryption) -> SmtpServer {
    SmtpServer { secure: encryption == Encryption::FromStart, ..server(stub) }
}

/// The server is not told anything that matters, and the owner is told why.
#[track_caller]
fn refused(stub: &SmtpStub, server: &SmtpServer) {
    let error = server.send(&mail(&installation())).unwrap_err();
    assert!(matches!(&error, SmtpError::Tls(why) if why.contains("certificate")), "{error:?}");
    assert!(matches!(error.into(), DeliveryError::Temporary { .. }));
    assert_eq!(stub.reached(Stage::Auth), 0);
}
