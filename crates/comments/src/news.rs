//! What people are to be told of.

use crate::comment::CommentId;

/// A change that people are to be told of. It is recorded in the transaction of the change, and
/// kept until it is forgotten; how people are told is the caller's business.
///
/// The comment may be changed or removed while its news is read: whoever passes it on looks at
/// the comment first, and passes over one that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// By which it is forgotten; positive, and never used again.
    pub number: i64,
    /// The comment it is about.
    pub comment: CommentId,
    /// The comment was posted, whatever its status.
    pub posted: bool,
    /// The comment is approved for the first time in its life: at once, when it was posted as
    /// well, or now.
    pub approved: bool,
}
