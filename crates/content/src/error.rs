//! Why content was not read or changed.

use inkstone_vocab::{Fault, FaultKind};

use crate::{
    front_matter::FrontMatterError, path::ContentPath, path::PathError, source::SourceError,
};

/// Why content was not read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// The path, or the one made from a name, is not allowed.
    #[error(transparent)]
    Path(#[from] PathError),
    /// No file has this path.
    #[error("file does not exist")]
    NotFound,
    /// A document that would be made is there already.
    #[error("file exists already")]
    Exists(ContentPath),
    /// The file is not text in UTF-8, and would be damaged by an editor.
    #[error("file is not text")]
    NotText,
    /// The layout of the site has no place for this, such as drafts.
    #[error("layout of the site has no place for this")]
    NoPlace,
    /// The file is not one of the kind that was asked for, such as a draft.
    #[error("file is not of this kind")]
    OtherKind,
    /// The front matter was not changed.
    #[error(transparent)]
    FrontMatter(#[from] FrontMatterError),
    /// The source did not do what it was asked to.
    #[error(transparent)]
    Source(SourceError),
}

impl From<SourceError> for ContentError {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::NotFound(_) => Self::NotFound,
            other => Self::Source(other),
        }
    }
}

impl Fault for ContentError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Path(error) => error.kind(),
            Self::NotFound => FaultKind::NotFound,
            Self::Exists(_) => FaultKind::Conflict,
            Self::NotText | Self::NoPlace | Self::OtherKind | Self::FrontMatter(_) => {
                FaultKind::Invalid
            }
            Self::Source(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Path(error) => error.code(),
            Self::NotFound => "content_not_found",
            Self::Exists(_) => "content_exists",
            Self::NotText => "content_not_text",
            Self::NoPlace => "content_no_place",
            Self::OtherKind => "content_other_kind",
            Self::FrontMatter(FrontMatterError::Unreadable) => "front_matter_unreadable",
            Self::FrontMatter(FrontMatterError::Unsafe) => "front_matter_unsafe",
            Self::Source(error) => error.code(),
        }
    }
}
