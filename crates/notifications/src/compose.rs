//! Comments and applications put into words for those who want to know.
//!
//! Everything may come from strangers, but for templates and the unsubscribe address. HTML is
//! sanitised before it comes here; texts need not be anything.

mod link;
mod mail;
mod telegram;

use inkstone_vocab::WebUrl;

pub use link::LinkNotice;
pub use mail::{ADMIN_TEMPLATE, AdminMail, REPLY_TEMPLATE, ReplyMail};
pub use telegram::{Review, TelegramNote};

use crate::words;

/// The page below which something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its title, if the client sent one.
    pub title: Option<&'a str>,
    /// Its name, which stands in for the title.
    pub slug: &'a str,
    /// Its address; one that is not `http` or `https` counts as none.
    pub url: Option<&'a str>,
}

impl Page<'_> {
    /// One line of at most `max` characters.
    fn title(&self, max: usize) -> String {
        let title = self.title.map(|title| words::line(title, max));
        title.filter(|title| !title.is_empty()).unwrap_or_else(|| words::line(self.slug, max))
    }

    fn link(&self) -> Option<WebUrl> {
        self.url.and_then(WebUrl::parse)
    }
}

/// What somebody said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// As sanitised HTML.
    pub html: &'a str,
    /// As text.
    pub text: &'a str,
}
