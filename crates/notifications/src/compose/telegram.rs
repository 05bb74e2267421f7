//! Telegram messages (contract cwd, 11), in the HTML that Telegram reads.

use super::Page;
use crate::{
    message::Content,
    words::{self, escaped},
};

/// How long a message may be, in UTF-16 units. Telegram counts what is left when markup has been
/// read; here everything counts, so that there is never a doubt.
const MAX_UNITS: usize = 4096;

/// With these limits, and every character escaped, there is still room for what was said.
const MAX_TITLE_CHARS: usize = 100;
const MAX_NAME_CHARS: usize = 64;
const MAX_EMAIL_CHARS: usize = 128;
const MAX_LINK_UNITS: usize = 1024;

/// Whether a comment waits for the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// It waits: the message offers to approve it.
    Pending,
    /// It is public.
    Approved,
}

/// A message to the owner of whose pages one has a new comment.
#[derive(Clone, Copy, Debug)]
pub struct TelegramNote<'a> {
    /// The comment's number.
    pub comment: i64,
    /// The page of the comment.
    pub page: Page<'a>,
    /// Who wrote it.
    pub author: &'a str,
    /// Their mail address.
    pub email: &'a str,
    /// Whether it waits for the owner.
    pub review: Review,
    /// What it says.
    pub text: &'a str,
}

impl TelegramNote<'_> {
    /// The message in [`Content::html`], cut to what fits; the callback data of the button in
    /// [`Content::action`] while the comment waits.
    pub fn compose(&self) -> Content {
        let status = match self.review {
            Review::Pending => "待审核",
            Review::Approved => "已通过",
        };
        let head = format!(
            "<b>新评论</b>\n页面：{}\n作者：{}（{}）\n状态：{status}\n\n",
            self.title(),
            escaped(&words::line(self.author, MAX_NAME_CHARS)),
            escaped(&words::line(self.email, MAX_EMAIL_CHARS)),
        );
        let tail = format!("\n\n#ID:{}", self.comment);
        let room = MAX_UNITS.saturating_sub(units(&head) + units(&tail));
        let html = head + &cut(&words::lines(self.text), room) + &tail;
        let action = (self.review == Review::Pending).then(|| format!("approve:{}", self.comment));
        Content { html, action, ..Content::default() }
    }

    /// What takes the place of a message, of which Telegram returned the plain text `shown`, when
    /// its comment was approved.
    pub fn approved(shown: &str) -> String {
        let tail = "\n\n✅ 评论已批准";
        cut(&words::lines(shown), MAX_UNITS - units(tail)) + tail
    }

    fn title(&self) -> String {
        let title = escaped(&self.page.title(MAX_TITLE_CHARS));
        let link = self.page.link().map(|link| escaped(link.as_str()));
        match link.filter(|link| units(link) <= MAX_LINK_UNITS) {
            Some(link) => format!("<a href=\"{link}\">{title}</a>"),
            None => title,
        }
    }
}

/// `text` escaped, in `room` units; what is left out shows as `…`.
fn cut(text: &str, room: usize) -> String {
    let whole = escaped(text);
    if units(&whole) <= room {
        return whole;
    }
    let mut html = String::new();
    let mut left = room.saturating_sub(1);
    for c in text.chars() {
        let next = escaped(c.encode_utf8(&mut [0; 4]));
        let Some(less) = left.checked_sub(units(&next)) else { break };
        left = less;
        html.push_str(&next);
    }
    html.push('…');
    html
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
