#![doc = include_str!("../README.md")]

mod avatar;
mod body;
mod comment;
#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod import;
#[cfg(feature = "testing")]
mod memory;
mod moderation;
mod news;
mod report;
mod repository;
mod service;
mod thread;
mod transfer;

pub use avatar::{DEFAULT_AVATAR_PREFIX, avatar_url, email_hash};
pub use body::{BodyError, CommentBody, sanitize_html};
pub use comment::{
    Author, AuthorName, AuthorNameError, Client, Comment, CommentId, Edit, NewComment, Status,
    Submission, UserAgent,
};
pub use error::CommentError;
pub use import::{
    Batch, DocumentError, Format, ImportOptions, MAX_ITEMS, Rows, Shape, Skip, Skipped,
    read_document, read_item,
};
#[cfg(feature = "testing")]
pub use memory::MemoryComments;
pub use moderation::{Admission, Admitted, Owner, Policy, Unproven};
pub use news::News;
pub use report::{CommentOverview, CommentReport, DailyComments, SiteTally, Tally};
pub use repository::{CommentRepository, Inserted, Liked, Listing, Touched, is_too_soon};
pub use service::{CommentObserver, Comments, Posted};
pub use thread::{Node, Place, Thread, places};
pub use transfer::{
    Action, CommentTransfer, Imported, ImportedComment, ImportedParent, MAX_KEPT_NUMBER, Plan,
    Planned, break_circles, top_down,
};
