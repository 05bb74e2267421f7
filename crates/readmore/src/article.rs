//! The remainders of articles, which the server keeps until a reader has a token.

use inkstone_vocab::{PageSlug, Timestamp};

/// What names an article within its blog: the path of its page, decoded, without a slash at its
/// end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticlePath(String);

impl ArticlePath {
    /// The path of a page's address, or a path itself; `None` for anything else.
    pub fn parse(page: &str) -> Option<Self> {
        let slug = PageSlug::parse(page)?;
        let bare = || slug.is_bare_path().then(|| slug.key());
        slug.path().or_else(bare).map(|path| Self(path.to_owned()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The rest of an article, as its blog's theme wants it: usually HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleContent(String);

impl ArticleContent {
    /// The most bytes.
    pub const MAX_BYTES: usize = 4 << 20;

    /// A text that is not blank, has no NUL, and 4 MiB at most.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= Self::MAX_BYTES && !text.contains('\0');
        (fits && !text.trim().is_empty()).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is known of a kept article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleInfo {
    /// What names it.
    pub path: ArticlePath,
    /// How many bytes are kept.
    pub bytes: u64,
    /// When they were given.
    pub updated: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_has_one_name_however_it_is_addressed() {
        for page in [
            "https://blog.example/posts/a%20b/",
            "https://blog.example/posts/a b?utm=1#top",
            "/posts/a%20b/",
            "/posts/a b",
        ] {
            assert_eq!(ArticlePath::parse(page).unwrap().as_str(), "/posts/a b", "{page}");
        }
        assert_eq!(ArticlePath::parse("https://blog.example").unwrap().as_str(), "/");
        for bad in ["", " ", "posts/a", "javascript:alert(1)", "/a\0"] {
            assert_eq!(ArticlePath::parse(bad), None, "{bad}");
        }
    }
}
