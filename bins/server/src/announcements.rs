//! What happened, put into words for everybody who should know: comments (contract cwd, 10 and
//! 11), and notices (contract qexo, 6.3).

mod notices;

use actix_web::web::Data;
use inkstone_comments::{Comment, CommentError, CommentId, News, Status};
use inkstone_notifications::{
    ChannelKind, Event, EventKind, Leased, NewMessage, Overflow, Wish,
    compose::{
        ADMIN_TEMPLATE, AdminMail, Page, REPLY_TEMPLATE, ReplyMail, Review, Said, TelegramNote,
    },
};
use inkstone_settings::AllSettings;
use inkstone_vocab::EmailAddress;

use crate::{
    channels::Channels,
    clock,
    config::{Config, PublicUrl, ServerKey},
    failure::Failure,
    owner_settings::OwnerSettings,
    services::{Comments, Inbox, Outbox, Services},
    unsubscription::{path, recipient_key},
};

/// Writes news into the outbox.
#[derive(Clone)]
pub struct Announcements {
    comments: Data<Comments>,
    inbox: Data<Inbox>,
    outbox: Data<Outbox>,
    settings: Data<OwnerSettings>,
    channels: Data<Channels>,
    key: Data<ServerKey>,
    public_url: Data<PublicUrl>,
    max_waiting: u64,
}

impl Announcements {
    /// Announcements of what these services know.
    pub fn new(config: &Config, services: &Services) -> Self {
        Self {
            comments: services.comments.clone(),
            inbox: services.inbox.clone(),
            outbox: services.outbox.clone(),
            settings: services.settings.clone(),
            channels: services.channels.clone(),
            key: services.key.clone(),
            public_url: services.public_url.clone(),
            max_waiting: config.notifications.max_waiting.get().into(),
        }
    }

    /// Writes the messages about up to `limit` pieces of news of each kind; how many there were at
    /// most. Should it break off, the next call begins again, and messages that are known are not
    /// written twice.
    pub fn announce(&self, limit: u32) -> Result<usize, Failure> {
        // What fails with one kind holds up no other.
        let comments = self.announce_comments(limit);
        let notices = self.announce_notices(limit)?;
        Ok(comments?.max(notices))
    }

    fn announce_comments(&self, limit: u32) -> Result<usize, Failure> {
        let news = self.comments.news(limit)?;
        if news.is_empty() {
            return Ok(0);
        }
        let settings = self.settings.all()?;
        let mut messages = Vec::new();
        for news in &news {
            messages.extend(self.about(news, &settings)?);
        }
        self.enqueue(&messages)?;
        let numbers: Vec<i64> = news.iter().map(|news| news.number).collect();
        self.comments.forget_news(&numbers)?;
        Ok(news.len())
    }

    /// Whether a message is still to be sent: whoever was answered may have unsubscribed while it
    /// waited.
    pub fn is_wanted(&self, message: &Leased) -> Result<bool, Failure> {
        match (message.event.kind, EmailAddress::parse(&message.recipient)) {
            (EventKind::CommentApproved, Some(address)) => {
                Ok(!self.outbox.is_unsubscribed(&recipient_key(&self.key, &address))?)
            }
            _ => Ok(true),
        }
    }

    fn enqueue(&self, messages: &[NewMessage]) -> Result<(), Failure> {
        let overflow =
            Overflow { max_waiting: self.max_waiting, reason: "too many messages were waiting" };
        self.outbox.enqueue(messages, overflow, clock::now())?;
        Ok(())
    }

    fn about(&self, news: &News, settings: &AllSettings) -> Result<Vec<NewMessage>, Failure> {
        // Removed before anybody was told: then nobody need be.
        let Some(comment) = self.find(news.comment)? else { return Ok(Vec::new()) };
        let parent = match comment.parent {
            Some(parent) => self.find(parent)?,
            None => None,
        };
        let page = page(&comment, parent.as_ref());
        let mut messages = Vec::new();
        if news.posted {
            if comment.parent.is_none() {
                messages.push(self.owner_mail(&comment, page, settings));
            }
            messages.push(telegram(&comment, page, settings));
        }
        if let Some(parent) = &parent
            && news.approved
            && comment.status == Status::Approved
        {
            messages.push(self.reply_mail(&comment, parent, page, settings)?);
        }
        Ok(messages)
    }

    fn find(&self, id: CommentId) -> Result<Option<Comment>, Failure> {
        match self.comments.find(id) {
            Ok(comment) => Ok(Some(comment)),
            Err(CommentError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn owner_mail(&self, comment: &Comment, page: Page<'_>, settings: &AllSettings) -> NewMessage {
        let address = settings.owner_address();
        let wish = match &address {
            _ if !settings.mail.enabled => skip("email_notify_enabled is off"),
            None => skip("neither comment_admin_email nor admin_notify_email is an address"),
            _ if !self.channels.can_mail(settings) => skip(NO_MAIL),
            Some(_) => {
                let template = settings.mail.template_admin.as_deref().unwrap_or(ADMIN_TEMPLATE);
                let mail = AdminMail { page, author: &comment.name, comment: said(comment) };
                Wish::Send(mail.compose(template))
            }
        };
        let recipient = address.map_or_else(String::new, |address| address.as_str().to_owned());
        message(EventKind::CommentPosted, comment, ChannelKind::Mail, recipient, wish)
    }

    fn reply_mail(
        &self,
        reply: &Comment,
        parent: &Comment,
        page: Page<'_>,
        settings: &AllSettings,
    ) -> Result<NewMessage, Failure> {
        let wish = match EmailAddress::parse(&parent.email) {
            _ if !settings.mail.enabled => skip("email_notify_enabled is off"),
            None => skip("whoever was answered gave no address"),
            Some(to) if to.matches(&reply.email) => skip("the author answers themselves"),
            _ if !self.channels.can_mail(settings) => skip(NO_MAIL),
            Some(to) => self.wish_of_answered(reply, parent, page, &to, settings)?,
        };
        let (kind, channel) = (EventKind::CommentApproved, ChannelKind::Mail);
        Ok(message(kind, reply, channel, parent.email.trim().to_owned(), wish))
    }

    fn wish_of_answered(
        &self,
        reply: &Comment,
        parent: &Comment,
        page: Page<'_>,
        to: &EmailAddress,
        settings: &AllSettings,
    ) -> Result<Wish, Failure> {
        let recipient = recipient_key(&self.key, to);
        if self.outbox.is_unsubscribed(&recipient)? {
            return Ok(skip("the recipient has unsubscribed"));
        }
        let unsubscribe = self.public_url.join(&path(&self.key, &recipient));
        let mail = ReplyMail {
            page,
            to_email: to.as_str(),
            to_name: &parent.name,
            parent: said(parent),
            author: &reply.name,
            reply: said(reply),
            unsubscribe: unsubscribe.as_deref(),
        };
        let template = settings.mail.template_reply.as_deref().unwrap_or(REPLY_TEMPLATE);
        Ok(Wish::Send(mail.compose(template)))
    }
}

const NO_MAIL: &str = "no mail server is set (email_smtp_user, email_smtp_pass)";

fn telegram(comment: &Comment, page: Page<'_>, settings: &AllSettings) -> NewMessage {
    let telegram = &settings.telegram;
    let chat = telegram.chat_id.clone().unwrap_or_default();
    let wish = match telegram.bot_token {
        _ if !telegram.enabled => skip("telegram_notify_enabled is off"),
        Some(_) if !chat.is_empty() => {
            let note = TelegramNote {
                comment: comment.id.get(),
                page,
                author: &comment.name,
                email: &comment.email,
                review: match comment.status {
                    Status::Approved => Review::Approved,
                    Status::Pending | Status::Rejected => Review::Pending,
                },
                text: &comment.text,
            };
            Wish::Send(note.compose())
        }
        _ => skip("telegram_bot_token or telegram_chat_id is not set"),
    };
    message(EventKind::CommentPosted, comment, ChannelKind::Telegram, chat, wish)
}

fn message(
    kind: EventKind,
    comment: &Comment,
    channel: ChannelKind,
    recipient: String,
    wish: Wish,
) -> NewMessage {
    NewMessage { event: Event { kind, subject: comment.id.get() }, channel, recipient, wish }
}

fn skip(reason: &str) -> Wish {
    Wish::Skip(reason.to_owned())
}

/// The page of a comment. What answers another may lack the title, which is then the other's.
fn page<'a>(comment: &'a Comment, parent: Option<&'a Comment>) -> Page<'a> {
    let title =
        |comment: &'a Comment| comment.title.as_deref().filter(|title| !title.trim().is_empty());
    Page {
        title: title(comment).or_else(|| parent.and_then(title)),
        slug: &comment.slug,
        url: comment.url.as_deref(),
    }
}

fn said(comment: &Comment) -> Said<'_> {
    Said { html: &comment.html, text: &comment.text }
}
