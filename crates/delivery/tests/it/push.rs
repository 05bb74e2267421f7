//! Services that reach the owner: what each is asked, and what its answers mean.

mod answers;
mod mail;
mod requests;

use inkstone_delivery::{
    Notifier, PushAddresses, PushMessage, Pusher, SmtpLimits, Trust, testing::HttpStub,
};
use inkstone_notifications::DeliveryError;
use serde_json::Value;

use crate::support::{http, installation, now};

const MESSAGE: PushMessage<'static> =
    PushMessage {
        title: "Qexo 消息: 友链 & co", content: "站点名: <b>A</b><br>", number: 7
    };

#[test]
fn services_have_the_names_of_qexo() {
    for notifier in Notifier::ALL {
        assert_eq!(Notifier::parse(notifier.as_str()), Some(notifier));
    }
    assert_eq!(Notifier::parse(" pushDeer "), Some(Notifier::PushDeer));
    for unknown in ["", "Pushover", "关闭", "Server"] {
        assert_eq!(Notifier::parse(unknown), None, "{unknown}");
    }
}

/// Everything is at the stub.
fn pusher(stub: &HttpStub) -> Pusher {
    let url = stub.url();
    Pusher {
        http: http(),
        addresses: PushAddresses {
            bark: url.clone(),
            dingtalk: url.clone(),
            pushdeer: url.clone(),
            pushplus: url.clone(),
            qmsg: url.clone(),
            serverchan: url.clone(),
            serverchan_turbo: format!("{url}/"),
            telegram: url.clone(),
            wecom: format!("{url}/mirror/"),
        },
        trust: Trust::public().unwrap(),
        smtp_limits: SmtpLimits::default(),
        installation: installation(),
        clock: now,
    }
}

fn push(stub: &HttpStub, notifier: Notifier, params: &Value) -> Result<(), DeliveryError> {
    let params = filled(stub, params);
    pusher(stub).push(notifier, params.as_object().unwrap(), &MESSAGE)
}

/// The parameters with the stub's address in place of `STUB`.
fn filled(stub: &HttpStub, params: &Value) -> Value {
    let text = params.to_string().replace("STUB", &stub.url());
    serde_json::from_str(&text).unwrap()
}
