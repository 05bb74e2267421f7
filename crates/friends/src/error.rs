//! Why friends were not changed or read.

use std::fmt;

use inkstone_vocab::{Fault, FaultKind, RepositoryError};

/// Why friends were not changed or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FriendError {
    /// No friend has this name.
    #[error("friend does not exist")]
    NotFound,
    /// An application lacks this.
    #[error("{0} is empty")]
    Blank(Field),
    /// This is too long, or not what it should be.
    #[error("{0} is invalid")]
    Invalid(Field),
    /// More applications wait than the owner can look at.
    #[error("too many applications are waiting")]
    TooManyApplications,
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// A part of a friend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// What the site is called.
    Name,
    /// Where it is.
    Url,
    /// A picture for it.
    Image,
    /// What it is about.
    Description,
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "name",
            Self::Url => "url",
            Self::Image => "image",
            Self::Description => "description",
        })
    }
}

impl Fault for FriendError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound => FaultKind::NotFound,
            Self::Blank(_) | Self::Invalid(_) => FaultKind::Invalid,
            Self::TooManyApplications => FaultKind::RateLimited,
            Self::Repository(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "friend_not_found",
            Self::Blank(Field::Name) => "friend_name_blank",
            Self::Blank(Field::Url) => "friend_url_blank",
            Self::Blank(Field::Image) => "friend_image_blank",
            Self::Blank(Field::Description) => "friend_description_blank",
            Self::Invalid(Field::Name) => "friend_name_invalid",
            Self::Invalid(Field::Url) => "friend_url_invalid",
            Self::Invalid(Field::Image) => "friend_image_invalid",
            Self::Invalid(Field::Description) => "friend_description_invalid",
            Self::TooManyApplications => "too_many_friend_applications",
            Self::Repository(error) => error.code(),
        }
    }
}
