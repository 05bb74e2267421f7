//! Who may comment, and whether it shows at once.

use crate::{
    comment::{Author, Comment, Status, Submission},
    error::CommentError,
};

/// What the owner decided about comments.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Client addresses that may not comment.
    pub blocked_addresses: Vec<String>,
    /// Author addresses that may not comment, in any case.
    pub blocked_emails: Vec<String>,
    /// Whether comments wait for the owner.
    pub require_review: bool,
    /// How long a client waits between two comments, in milliseconds; 0 is not at all.
    pub interval_ms: i64,
    /// Who the owner is, when that is known.
    pub owner: Option<Owner>,
}

/// The owner as an author.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The address the owner comments with.
    pub email: String,
    /// Whether the owner's comments carry a badge.
    pub badge: bool,
    /// Whether the owner proves it with a key.
    pub has_key: bool,
}

/// What the block lists say to a submission that they let pass.
#[derive(Debug)]
pub enum Admission {
    /// It may be posted.
    Open(Admitted),
    /// It claims to come from the owner, who has a key.
    NeedsKey(Unproven),
}

/// A submission that may be posted.
#[derive(Debug)]
pub struct Admitted {
    pub(crate) submission: Submission,
    pub(crate) verified: bool,
}

/// A submission that may be posted by the owner alone.
#[derive(Debug)]
pub struct Unproven(Submission);

impl Unproven {
    /// To be called once the key was right.
    pub fn proven(self) -> Admitted {
        Admitted { submission: self.0, verified: true }
    }
}

impl Policy {
    /// Judges who posts: first the client's address, then the author's (contract cwd, 2.4).
    pub fn admit(&self, submission: Submission) -> Result<Admission, CommentError> {
        let address = submission.client.address.as_deref();
        if address.is_some_and(|address| self.blocked_addresses.iter().any(|b| b == address)) {
            return Err(CommentError::BlockedAddress);
        }
        let author = &submission.author;
        if self.blocked_emails.iter().any(|blocked| author.email.matches(blocked)) {
            return Err(CommentError::BlockedEmail);
        }
        Ok(if self.asks_for_key(author) {
            Admission::NeedsKey(Unproven(submission))
        } else {
            Admission::Open(Admitted { submission, verified: false })
        })
    }

    /// Whether `comment` is the owner's and says so: the address alone proves nothing once there
    /// is a key (contract cwd, 2.3).
    pub fn shows_badge(&self, comment: &Comment) -> bool {
        self.owner.as_ref().is_some_and(|owner| {
            owner.badge
                && same_mailbox(&owner.email, &comment.email)
                && (comment.verified || !owner.has_key)
        })
    }

    pub(crate) fn status_of(&self, admitted: &Admitted) -> Status {
        if self.require_review && !admitted.verified { Status::Pending } else { Status::Approved }
    }

    fn asks_for_key(&self, author: &Author) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.has_key && author.email.matches(&owner.email))
    }
}

fn same_mailbox(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
