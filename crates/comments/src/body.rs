//! What a comment says: Markdown in, sanitised HTML out (contract cwd, section 6).
//!
//! Clients assign the HTML to `innerHTML` as it is, so this module is the only barrier between a
//! stranger's text and the readers' browsers. Its work is divided so that one part alone decides
//! about safety:
//!
//! 1. `scripts` deletes script elements from the source;
//! 2. `markdown` renders what is left, and shows forbidden tags as text;
//! 3. `arrange` balances the tags and bounds their nesting;
//! 4. `sanitize` parses the result as a browser does, keeps what the allow-list names, and
//!    serialises the tree; 3 and 4 repeat until nothing changes.

mod addresses;
mod allowed;
mod arrange;
mod imported;
mod links;
mod markdown;
mod markup;
mod sanitize;
mod scripts;

pub(crate) use scripts::strip_scripts;

/// The most bytes that the HTML of a comment has. A comment of the greatest length reaches it by
/// hostile means only, such as a table of thousands of empty columns.
const MAX_HTML_BYTES: usize = 128 * 1024;

/// What a comment says, as its author wrote it and as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentBody {
    text: String,
    html: String,
}

impl CommentBody {
    /// The most characters that the Markdown source has.
    pub const MAX_CHARS: usize = 10_000;

    /// Renders `source`, which is Markdown with some HTML.
    ///
    /// # Errors
    ///
    /// [`BodyError::TooLong`] for more than [`MAX_CHARS`](Self::MAX_CHARS) characters, and
    /// [`BodyError::Empty`] when readers would see nothing.
    pub fn parse(source: &str) -> Result<Self, BodyError> {
        if source.chars().count() > Self::MAX_CHARS {
            return Err(BodyError::TooLong);
        }
        let text = strip_scripts(source);
        let html = render(&text);
        if markup::is_visible(&html) { Ok(Self { text, html }) } else { Err(BodyError::Empty) }
    }

    /// The source without script elements (the contract's `contentText`).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The sanitised HTML (the contract's `contentHtml`).
    pub fn html(&self) -> &str {
        &self.html
    }
}

/// Why a text cannot be a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// There is nothing that a reader would see.
    #[error("comment is empty")]
    Empty,
    /// There are more than [`CommentBody::MAX_CHARS`] characters.
    #[error("comment is too long")]
    TooLong,
}

/// Sanitises HTML of foreign origin by the rules for comments (contract cwd, 6.2).
///
/// Unlike in Markdown, forbidden tags vanish and only their text stays. What this function
/// returns, and what [`CommentBody::html`] returns, it returns unchanged when asked again.
pub fn sanitize_html(html: &str) -> String {
    // Forced attributes lengthen a tag to four times its size at most, escapes by five times.
    let limit = MAX_HTML_BYTES.max(html.len().saturating_mul(8));
    sanitize::settle(html, limit).unwrap_or_else(|| sanitize::plain(html))
}

fn render(text: &str) -> String {
    markdown::to_html(text, MAX_HTML_BYTES)
        .and_then(|html| sanitize::settle(&html, MAX_HTML_BYTES))
        .unwrap_or_else(|| sanitize::plain(text))
}
