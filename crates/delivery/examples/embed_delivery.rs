//! A program of its own that delivers a message, by mail and to a Telegram chat.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use inkstone_delivery::{
    HttpClient, HttpLimits, Installation, Mailer, SmtpLimits, SmtpServer, Targets, TelegramBot,
    Trust,
    testing::{HttpStub, SmtpBehaviour, SmtpStub, Stage},
};
use inkstone_notifications::{Channel, ChannelKind, Content, Event, EventKind, Leased, MessageId};
use inkstone_vocab::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    // A mail server that is busy at first, and something that resembles Telegram.
    let (mail_server, telegram) = (SmtpStub::start(), HttpStub::start());
    mail_server.then(SmtpBehaviour::answer(Stage::Recipient, "451 come back later"));

    let mailer = Mailer {
        smtp: Some(SmtpServer {
            host: mail_server.host(),
            port: mail_server.port(),
            user: "owner@blog.example".to_owned(),
            password: "application password".into(),
            secure: false,
            trust: Trust::public()?,
            limits: SmtpLimits::default(),
        }),
        gateway: None,
        installation: Installation::parse("blog.example").ok_or("no host name")?,
        clock: || Timestamp::from_millis(1_795_248_000_000),
    };
    let http = HttpClient::new(HttpLimits::default(), Targets::Any);
    let bot = TelegramBot::new(http, &telegram.url(), "123456:token".into());

    let mail = message(ChannelKind::Mail, "reader@example.net").ok_or("no number")?;
    println!("first attempt: {:?}", mailer.deliver(&mail));
    println!("second attempt: {:?}", mailer.deliver(&mail));
    for mail in mail_server.mails() {
        println!("arrived: {} {}", mail.header("Message-ID"), mail.subject());
    }

    let chat = message(ChannelKind::Telegram, "-1001").ok_or("no number")?;
    println!("to the chat: {:?}", bot.deliver(&chat));
    for request in telegram.requests() {
        println!("arrived: {}", request.text());
    }
    Ok(())
}

fn message(channel: ChannelKind, recipient: &str) -> Option<Leased> {
    Some(Leased {
        id: MessageId::new(1)?,
        event: Event { kind: EventKind::CommentPosted, subject: 3 },
        channel,
        recipient: recipient.to_owned(),
        content: Content {
            title: "A new comment".to_owned(),
            html: "<b>Somebody</b> commented".to_owned(),
            text: "Somebody commented".to_owned(),
            action: None,
        },
        attempt: 1,
    })
}
