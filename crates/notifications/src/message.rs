//! An event put into words for somebody.

use std::fmt;

use inkstone_vocab::Timestamp;

use crate::event::Event;

/// The number of a message in the outbox; positive, in the order in which messages were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(i64);

impl MessageId {
    /// The message numbered `number`; `None` unless positive.
    pub const fn new(number: i64) -> Option<Self> {
        if number > 0 { Some(Self(number)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// On which way a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChannelKind {
    /// Mail; recipients are mail addresses.
    Mail,
    /// A Telegram bot; recipients are chats.
    Telegram,
    /// A service that reaches the owner; recipients are the names of services.
    Push,
}

impl ChannelKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Telegram, Self::Push];

    /// The name in databases and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Telegram => "telegram",
            Self::Push => "push",
        }
    }

    /// The kind with exactly this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a message says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// A mail's subject, a pushed message's title; one line. Unused by Telegram.
    pub title: String,
    /// A mail's HTML part; the text of a Telegram message in Telegram's HTML; what is pushed, in
    /// HTML.
    pub html: String,
    /// A mail's plain part. Unused by others.
    pub text: String,
    /// What the recipient can do: the address at which a mail is unsubscribed from, or the
    /// callback data of the button below a Telegram message.
    pub action: Option<String>,
}

/// A message to be written into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// What it tells.
    pub event: Event,
    /// On which way.
    pub channel: ChannelKind,
    /// To whom; empty when nobody is known.
    pub recipient: String,
    /// What it says, or why it is not wanted.
    pub wish: Wish,
}

/// Whether a message is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is to be sent.
    Send(Content),
    /// It is not; the reason names the setting that says so. Kept for the owner to see.
    Skip(String),
}

/// A message that is to be sent now, by whoever holds the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Its number, which is the same in every attempt.
    pub id: MessageId,
    /// What it tells.
    pub event: Event,
    /// On which way.
    pub channel: ChannelKind,
    /// To whom.
    pub recipient: String,
    /// What it says.
    pub content: Content,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

/// What has become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// It is to be sent, at once or later.
    Waiting,
    /// The other side took it.
    Sent,
    /// It will not be sent any more, unless by hand.
    GivenUp,
    /// A setting, or the recipient, does not want it.
    Skipped,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::GivenUp, Self::Skipped];

    /// The name in databases and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Skipped => "skipped",
        }
    }

    /// The state with exactly this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A message as the owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: MessageId,
    /// What it tells.
    pub event: Event,
    /// On which way.
    pub channel: ChannelKind,
    /// To whom; empty when nobody is known.
    pub recipient: String,
    /// A mail's subject, a pushed message's title; empty for others.
    pub title: String,
    /// What has become of it.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed, or why it is not wanted.
    pub reason: Option<String>,
    /// When it was written down.
    pub created: Timestamp,
    /// When it is tried next, while it waits.
    pub next_attempt: Option<Timestamp>,
    /// When it was sent, given up or skipped.
    pub finished: Option<Timestamp>,
}
