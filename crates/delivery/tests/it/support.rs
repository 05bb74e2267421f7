//! What the tests send, and through what.

use std::time::Duration;

use inkstone_delivery::{
    HttpClient, HttpLimits, Installation, Mail, SmtpLimits, SmtpServer, Targets, Trust,
    testing::SmtpStub,
};
use inkstone_notifications::{ChannelKind, Content, Event, EventKind, Leased, MessageId};
use inkstone_vocab::Timestamp;

/// Turns up nowhere but where it belongs.
pub(crate) const PASSWORD: &str = "correct-horse-battery";

/// Long enough for what must happen.
const PATIENT: Duration = Duration::from_secs(30);

/// Short enough to wait for it to run out.
pub(crate) const SHORT: Duration = Duration::from_millis(200);

/// Longer than what must happen before takes even on a busy machine.
pub(crate) const A_WHILE: Duration = Duration::from_secs(1);

/// 2026-11-21T08:00:00Z.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_795_248_000_000)
}

pub(crate) fn installation() -> Installation {
    Installation::parse("blog.example").unwrap()
}

pub(crate) fn server(stub: &SmtpStub) -> SmtpServer {
    SmtpServer {
        host: stub.host(),
        port: stub.port(),
        user: "owner@example.org".to_owned(),
        password: PASSWORD.into(),
        secure: false,
        trust: Trust::also(stub.authority_pem().as_bytes()).unwrap(),
        limits: SmtpLimits { connect: PATIENT, command: PATIENT, total: PATIENT },
    }
}

/// The same, but it waits for no answer longer than `command`.
pub(crate) fn impatient(stub: &SmtpStub, command: Duration) -> SmtpServer {
    let limits = SmtpLimits { connect: PATIENT, command, total: PATIENT };
    SmtpServer { limits, ..server(stub) }
}

/// The same, but it waits no longer than `total` for everything together.
pub(crate) fn brief(stub: &SmtpStub, total: Duration) -> SmtpServer {
    let limits = SmtpLimits { connect: PATIENT, command: PATIENT, total };
    SmtpServer { limits, ..server(stub) }
}

pub(crate) fn http() -> HttpClient {
    HttpClient::new(limits(), Targets::Any)
}

pub(crate) fn limits() -> HttpLimits {
    HttpLimits { connect: PATIENT, total: PATIENT, max_answer_bytes: 64 * 1024 }
}

pub(crate) fn mail(installation: &Installation) -> Mail<'_> {
    Mail {
        sender: "评论通知",
        from: None,
        recipient: "reader@example.net",
        subject: "评论回复 - 你好",
        html: "<p>Somebody <b>answered</b>: 你好</p>\n",
        text: "Somebody answered: 你好\n",
        unsubscribe: None,
        number: 7,
        installation,
        at: now(),
    }
}

pub(crate) fn leased(channel: ChannelKind, recipient: &str, action: Option<&str>) -> Leased {
    Leased {
        id: MessageId::new(7).unwrap(),
        event: Event { kind: EventKind::CommentPosted, subject: 3 },
        channel,
        recipient: recipient.to_owned(),
        content: Content {
            title: "新评论提醒 - 你好".to_owned(),
            html: "<p>A new <b>comment</b></p>".to_owned(),
            text: "A new comment".to_owned(),
            action: action.map(str::to_owned),
        },
        attempt: 1,
    }
}

/// A secret that must not turn up in what is shown or logged.
#[track_caller]
pub(crate) fn assert_hidden(secret: &str, shown: &[String]) {
    for shown in shown {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}
