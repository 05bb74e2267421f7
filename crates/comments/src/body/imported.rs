//! Bodies that come from other systems: longer than what visitors may write, and HTML among them.

use super::{BodyError, CommentBody, markup, render, sanitize_html, scripts::strip_scripts};

impl CommentBody {
    /// The most bytes that a text from elsewhere has.
    pub const MAX_IMPORTED_BYTES: usize = 256 * 1024;

    /// Renders Markdown from elsewhere.
    ///
    /// # Errors
    ///
    /// Here and below: [`BodyError::TooLong`] for more than
    /// [`MAX_IMPORTED_BYTES`](Self::MAX_IMPORTED_BYTES), and [`BodyError::Empty`] when readers
    /// would see nothing.
    pub fn from_markdown(source: &str) -> Result<Self, BodyError> {
        limited(source)?;
        let text = strip_scripts(source);
        let html = render(&text);
        Self::visible(text, html)
    }

    /// Sanitises HTML from elsewhere, which stays the source, too.
    pub fn from_html(source: &str) -> Result<Self, BodyError> {
        Self::restored(source, source)
    }

    /// A source with the HTML that was made of it, which is sanitised once more. Without visible
    /// HTML the source is rendered.
    pub fn restored(source: &str, html: &str) -> Result<Self, BodyError> {
        limited(source)?;
        limited(html)?;
        let text = strip_scripts(source);
        let html = sanitize_html(&strip_scripts(html));
        if !markup::is_visible(&html) {
            return Self::from_markdown(source);
        }
        let text = if text.trim().is_empty() { html.clone() } else { text };
        Self::visible(text, html)
    }

    fn visible(text: String, html: String) -> Result<Self, BodyError> {
        // What is kept must be taken again when it comes back.
        limited(&html)?;
        if markup::is_visible(&html) { Ok(Self { text, html }) } else { Err(BodyError::Empty) }
    }
}

fn limited(text: &str) -> Result<(), BodyError> {
    if text.len() > CommentBody::MAX_IMPORTED_BYTES {
        return Err(BodyError::TooLong);
    }
    Ok(())
}
