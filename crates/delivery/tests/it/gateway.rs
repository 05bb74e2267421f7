//! The service that sends mails.

use inkstone_delivery::{
    GatewayError, MailGateway,
    testing::{HttpBehaviour, HttpStub},
};
use inkstone_notifications::DeliveryError;

use crate::support::{assert_hidden, http};

const TOKEN: &str = "gateway-token-4711";

#[test]
fn a_mail_is_posted_as_the_contract_says() {
    let stub = HttpStub::start();
    gateway(&stub).send("reader@example.net", "你好 \"quoted\"", "<p>\n</p>").unwrap();
    let request = stub.requests().remove(0);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/mail?key=in-the-url"));
    assert_eq!(request.header("x-auth-token"), Some(TOKEN));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.text(),
        r#"{"to":["reader@example.net"],"subject":"你好 \"quoted\"","html":"<p>\n</p>"}"#
    );
}

#[test]
fn answers_are_temporary_or_permanent() {
    for (status, permanent) in [
        (200, None),
        (202, None),
        (301, Some(false)),
        (400, Some(true)),
        (401, Some(false)),
        (403, Some(false)),
        (404, Some(false)),
        (413, Some(true)),
        (422, Some(true)),
        (429, Some(false)),
        (500, Some(false)),
        (503, Some(false)),
    ] {
        let stub = HttpStub::start();
        stub.always(HttpBehaviour::json(status, "no\u{0} thanks"));
        let outcome = gateway(&stub).send("reader@example.net", "s", "h");
        let reason = format!("the mail gateway answered {status}: no thanks");
        let expected = match permanent {
            None => Ok(()),
            Some(true) => Err(DeliveryError::permanent(reason)),
            Some(false) => Err(DeliveryError::temporary(reason)),
        };
        assert_eq!(outcome.map_err(DeliveryError::from), expected);
    }
}

#[test]
fn a_busy_gateway_says_for_how_long() {
    let stub = HttpStub::start();
    for (header, expected) in
        [("120", Some(120_000)), ("-5", Some(0)), ("99999999999", Some(86_400_000)), ("soon", None)]
    {
        stub.then(HttpBehaviour::Answer {
            status: 503,
            headers: vec![("Retry-After".to_owned(), header.to_owned())],
            body: Vec::new(),
        });
        let error = gateway(&stub).send("reader@example.net", "s", "h").unwrap_err();
        let DeliveryError::Temporary { retry_after_ms, .. } = error.into() else { panic!() };
        assert_eq!(retry_after_ms, expected, "{header}");
    }
}

#[test]
fn neither_token_nor_address_is_shown() {
    let stub = HttpStub::start();
    let gateway = gateway(&stub);
    let url = format!("{}/mail?key=in-the-url", stub.url());
    stub.always(HttpBehaviour::json(500, &format!("{url} does not know {TOKEN}")));
    let refused = gateway.send("reader@example.net", "s", "h").unwrap_err();
    drop(stub);
    let away = gateway.send("reader@example.net", "s", "h").unwrap_err();
    assert!(matches!(away, GatewayError::Http(_)));
    let shown = [gateway_texts(&gateway), error_texts(&refused), error_texts(&away)];
    assert_hidden(TOKEN, &shown);
    assert_hidden("in-the-url", &shown);

    for token in ["line\r\nX-Evil: 1", "nul\0"] {
        let stub = HttpStub::start();
        let gateway = MailGateway::new(http(), &stub.url(), token.into());
        let error = gateway.send("reader@example.net", "s", "h").unwrap_err();
        assert_hidden(token, &[error_texts(&error)]);
        assert_eq!(stub.requests(), []);
    }
}

fn gateway_texts(gateway: &MailGateway) -> String {
    format!("{gateway:?}")
}

fn error_texts(error: &GatewayError) -> String {
    format!("{error:?} {error} {:?}", DeliveryError::from(error.clone()))
}

fn gateway(stub: &HttpStub) -> MailGateway {
    MailGateway::new(http(), &format!("{}/mail?key=in-the-url", stub.url()), TOKEN.into())
}
