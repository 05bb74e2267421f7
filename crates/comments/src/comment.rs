//! What a comment is, stored and about to be.

use std::fmt;

use inkstone_vocab::{EmailAddress, PageSlug, SiteId, Timestamp, VisitorId, WebUrl};

use crate::body::{CommentBody, strip_scripts};

/// The number of a comment; positive, unique on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommentId(pub(crate) i64);

impl CommentId {
    /// The comment numbered `number`; `None` unless positive.
    pub const fn new(number: i64) -> Option<Self> {
        if number > 0 { Some(Self(number)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for CommentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Whether a comment is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Everybody may read it.
    Approved,
    /// It waits for the owner.
    Pending,
    /// The owner refused it.
    Rejected,
}

impl Status {
    /// The name in contracts and databases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
        }
    }

    /// The status with exactly this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Approved, Self::Pending, Self::Rejected].into_iter().find(|s| s.as_str() == name)
    }
}

/// The name under which somebody comments: not blank, without script elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuthorName(String);

impl AuthorName {
    /// The most characters a name has (contract cwd, 1.6).
    pub const MAX_CHARS: usize = 50;

    /// Removes script elements, control characters and surrounding space.
    pub fn parse(text: &str) -> Result<Self, AuthorNameError> {
        // Control characters go first: they could hide an element until it is whole.
        let visible: String = text.chars().filter(|c| !c.is_control()).collect();
        let name = strip_scripts(&visible);
        let name = name.trim();
        if name.is_empty() {
            return Err(AuthorNameError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(AuthorNameError::TooLong);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no author's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorNameError {
    /// Nothing is left of it.
    #[error("author name is empty")]
    Empty,
    /// It has more than [`AuthorName::MAX_CHARS`] characters.
    #[error("author name is longer than {} characters", AuthorName::MAX_CHARS)]
    TooLong,
}

/// Who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name shown.
    pub name: AuthorName,
    /// Never shown to readers.
    pub email: EmailAddress,
    /// Where the name links to.
    pub website: Option<WebUrl>,
}

/// Where a comment comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The client's address in clear, for the owner alone; `None` when unknown.
    pub address: Option<String>,
    /// What stands for the client where its frequency is limited.
    pub key: VisitorId,
    /// The program it uses.
    pub agent: UserAgent,
}

/// What a `User-Agent` header says, as far as it was understood; unknown parts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserAgent {
    /// The header itself.
    pub header: String,
    /// Operating system and version.
    pub os: String,
    /// Browser and version.
    pub browser: String,
    /// Model, or kind of device.
    pub device: String,
}

/// A comment that somebody wants to post, parsed and not yet judged.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The site named by the client. When it names none, a reply joins the site of its parent and
    /// a root the unnamed site.
    pub site: Option<SiteId>,
    /// The page, as the client names it.
    pub slug: PageSlug,
    /// Where the page is.
    pub url: Option<WebUrl>,
    /// What the page is called.
    pub title: Option<String>,
    /// Who posts.
    pub author: Author,
    /// What they say.
    pub body: CommentBody,
    /// The number of the comment it answers. Any number may be given; one that is not shown on
    /// the same page is refused.
    pub parent: Option<i64>,
    /// Where it comes from.
    pub client: Client,
}

/// A comment to be stored.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// What was sent.
    pub submission: Submission,
    /// Whether it is public at once.
    pub status: Status,
    /// Whether the author proved to be the owner.
    pub verified: bool,
}

/// A stored comment. Texts are as they were stored; older data may not obey today's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: CommentId,
    /// When it was posted.
    pub created: Timestamp,
    /// The site it belongs to.
    pub site: SiteId,
    /// The page as the client named it, decoded.
    pub slug: String,
    /// Where the page is.
    pub url: Option<String>,
    /// What the page is called.
    pub title: Option<String>,
    /// The author's name.
    pub name: String,
    /// The author's address.
    pub email: String,
    /// Where the author's name links to.
    pub website: Option<String>,
    /// The source text.
    pub text: String,
    /// The sanitised HTML.
    pub html: String,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// How many visitors like it.
    pub likes: u64,
    /// Comments with a higher priority come first; 1 is ordinary, more is pinned.
    pub priority: u32,
    /// Whether it is public.
    pub status: Status,
    /// Whether its author proved to be the owner, or it was imported.
    pub verified: bool,
    /// The client's address, for the owner alone.
    pub address: Option<String>,
    /// The program it was posted with.
    pub agent: UserAgent,
}

/// What the owner makes of a stored comment.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The author's name.
    pub name: AuthorName,
    /// The author's address; its shape is the caller's business, since stored ones may lack it.
    pub email: String,
    /// Where the author's name links to.
    pub website: Option<WebUrl>,
    /// The text.
    pub body: CommentBody,
    /// A new status, or the old one.
    pub status: Option<Status>,
    /// A new priority from 1, or the old one.
    pub priority: Option<u32>,
    /// Another page; its replies on the old page follow.
    pub slug: Option<PageSlug>,
    /// `Some(None)` clears the page's address, `None` keeps it.
    pub url: Option<Option<WebUrl>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_before_they_are_measured() {
        let parse = |text: &str| AuthorName::parse(text).map(|name| name.as_str().to_owned());
        assert_eq!(parse(" Ada\u{0}\n ").as_deref(), Ok("Ada"));
        assert_eq!(parse("<script>x</script>Bob").as_deref(), Ok("Bob"));
        assert_eq!(parse("<scr\u{1}ipt>x</scr\u{1}ipt>Eve").as_deref(), Ok("Eve"));
        assert_eq!(parse(" <script></script> "), Err(AuthorNameError::Empty));
        assert_eq!(parse(&"名".repeat(50)).as_deref(), Ok("名".repeat(50).as_str()));
        assert_eq!(parse(&"名".repeat(51)), Err(AuthorNameError::TooLong));
    }

    #[test]
    fn statuses_have_exact_names() {
        assert_eq!(Status::parse("approved"), Some(Status::Approved));
        assert_eq!(Status::parse("Approved"), None);
        assert_eq!(Status::parse(""), None);
    }
}
