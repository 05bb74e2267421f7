//! Sentences about the blog's source.

use std::borrow::Cow;

/// Something about the blog's source that a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentMessage {
    /// The file was changed by somebody else; with where our version is kept.
    FileConflict(Option<String>),
    /// Something is there already.
    FileExists,
    /// The file is of another kind, or the layout has no place for it.
    FileUnsuitable,
    /// A change could not be delivered: the label of the notice about it.
    ConflictLabel,
    /// The notice.
    ConflictFound {
        /// Which file.
        path: String,
        /// Where our version is kept.
        kept: Option<String>,
    },
    /// Everything that was remembered is forgotten.
    PurgeSuccess,
    /// `Done`, as webhooks are answered in every language.
    Done,
    /// A webhook without a token.
    NoToken,
    /// A webhook with a wrong token.
    NoPermission,
}

impl ContentMessage {
    pub(super) fn chinese(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::FileConflict(None) => "文件已被他人修改,请重新加载后再保存",
            Self::FileConflict(Some(kept)) => {
                return format!("文件已被他人修改,您的版本保存在 {kept}").into();
            }
            Self::FileExists => "文件已存在",
            Self::FileUnsuitable => "该文件不支持此操作",
            Self::ConflictLabel => "文章冲突",
            Self::ConflictFound { path, kept: None } => {
                return format!("{path} 已被他人修改,您的修改未能提交").into();
            }
            Self::ConflictFound { path, kept: Some(kept) } => {
                return format!("{path} 已被他人修改,您的修改保存在 {kept}").into();
            }
            Self::PurgeSuccess => "清除全部缓存成功",
            Self::Done => "Done",
            Self::NoToken => "No token",
            Self::NoPermission => "No permission",
        })
    }

    pub(super) fn english(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::FileConflict(None) => "Somebody else has changed the file; load it again",
            Self::FileConflict(Some(kept)) => {
                return format!("Somebody else has changed the file; yours is kept in {kept}")
                    .into();
            }
            Self::FileExists => "File exists already",
            Self::FileUnsuitable => "The file does not allow this",
            Self::ConflictLabel => "Conflict",
            Self::ConflictFound { path, kept: None } => {
                return format!("Somebody else has changed {path}; your change was not delivered")
                    .into();
            }
            Self::ConflictFound { path, kept: Some(kept) } => {
                return format!("Somebody else has changed {path}; your change is kept in {kept}")
                    .into();
            }
            Self::PurgeSuccess => "All caches cleared",
            Self::Done => "Done",
            Self::NoToken => "No token",
            Self::NoPermission => "No permission",
        })
    }
}
