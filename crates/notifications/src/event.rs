//! What happened.

/// Something that happened, of which people are told.
///
/// There is at most one message for each event, channel and recipient, however often it is
/// announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// What kind of thing happened.
    pub kind: EventKind,
    /// The number of what it happened to, such as a comment's.
    pub subject: i64,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A comment was posted; whether it is public is another matter.
    CommentPosted,
    /// A comment became public for the first time.
    CommentApproved,
    /// A notice was put into the owner's inbox.
    NoticeAdded,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::CommentPosted, Self::CommentApproved, Self::NoticeAdded];

    /// The name in databases and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CommentPosted => "comment_posted",
            Self::CommentApproved => "comment_approved",
            Self::NoticeAdded => "notice_added",
        }
    }

    /// The kind with exactly this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
