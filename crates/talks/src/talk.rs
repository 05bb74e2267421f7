//! A talk, and how one changes.

use std::fmt;

use crate::{excerpt::excerpt, id::TalkId, tags::Tags, time::TalkTime, values::Values};

/// What the owner said, in HTML or Markdown, kept as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content(String);

impl Content {
    /// The most bytes of one: pictures may lie in the text itself.
    pub const MAX_BYTES: usize = 10 << 20;

    /// Keeps any text; `None` when it is too long or holds NUL, which not every store takes.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() <= Self::MAX_BYTES && !text.contains('\0')).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A short post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// What names it; never changes.
    pub id: TalkId,
    /// What it says.
    pub content: Content,
    /// What it is about.
    pub tags: Tags,
    /// What else a theme knows of it.
    pub values: Values,
    /// When it was made.
    pub time: TalkTime,
    /// How many visitors like it.
    pub likes: u64,
}

impl Talk {
    /// Whether `keyword` occurs in the content, a tag, or the values, in whichever case.
    pub fn mentions(&self, keyword: &str) -> bool {
        let keyword = keyword.to_lowercase();
        let contains = |text: &str| text.to_lowercase().contains(&keyword);
        contains(self.content.as_str())
            || self.tags.list().iter().any(|tag| contains(tag))
            || self.values.mention(&keyword)
    }
}

/// A talk to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTalk {
    /// What it says.
    pub content: Content,
    /// What it is about.
    pub tags: Tags,
    /// What else a theme knows of it.
    pub values: Values,
}

/// What the owner changes; `None` leaves what is there. Likes are never touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// What it says.
    pub content: Option<Content>,
    /// What it is about.
    pub tags: Option<Tags>,
    /// What else a theme knows of it.
    pub values: Option<Values>,
    /// When it was made.
    pub time: Option<TalkTime>,
}

/// A talk in the owner's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What names it.
    pub id: TalkId,
    /// How it begins: see [`excerpt`].
    pub excerpt: String,
    /// What it is about.
    pub tags: Tags,
    /// When it was made.
    pub time: TalkTime,
    /// How many visitors like it.
    pub likes: u64,
}

impl From<Talk> for Summary {
    fn from(talk: Talk) -> Self {
        let Talk { id, content, tags, values: _, time, likes } = talk;
        Self { id, excerpt: excerpt(content.as_str()), tags, time, likes }
    }
}
