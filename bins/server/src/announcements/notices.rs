//! Notices in the owner's inbox, of which a push service tells.

use inkstone_delivery::Notifier;
use inkstone_notifications::{
    ChannelKind, Content, Event, EventKind, NewMessage, NoticeNews, Wish,
};
use inkstone_settings::QexoSettings;

use super::{Announcements, skip};
use crate::{channels::UNSUPPORTED, failure::Failure, wire::qexo::Message};

impl Announcements {
    /// Writes the messages about up to `limit` notices; how many there were.
    pub(super) fn announce_notices(&self, limit: u32) -> Result<usize, Failure> {
        let news = self.inbox.news(limit)?;
        if news.is_empty() {
            return Ok(0);
        }
        let settings = self.settings.all()?;
        let messages: Vec<NewMessage> =
            news.iter().map(|news| message(news, &settings.qexo)).collect();
        self.enqueue(&messages)?;
        let numbers: Vec<i64> = news.iter().map(|news| news.number).collect();
        self.inbox.forget_news(&numbers)?;
        Ok(news.len())
    }
}

/// Of the notifier only its name: what it needs to know is read when the message is sent.
fn message(news: &NoticeNews, settings: &QexoSettings) -> NewMessage {
    let wish = match &settings.notifier {
        None => skip("no notifier is set (ONEPUSH)"),
        Some(notifier) if Notifier::parse(&notifier.name).is_none() => skip(UNSUPPORTED),
        Some(_) => {
            let about = Message::QexoMessage.text(settings.language);
            Wish::Send(Content {
                title: format!("{about}: {}", news.notice.label),
                html: news.notice.content.clone(),
                ..Content::default()
            })
        }
    };
    let recipient = settings.notifier.as_ref().map(|notifier| notifier.name.clone());
    NewMessage {
        event: Event { kind: EventKind::NoticeAdded, subject: news.number },
        channel: ChannelKind::Push,
        recipient: recipient.unwrap_or_default(),
        wish,
    }
}
