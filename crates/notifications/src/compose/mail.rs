//! Mails (contract cwd, 10).

use super::{Page, Said};
use crate::{
    message::Content,
    template::{Value, render},
    words,
};

/// The built-in template of mails to those who were answered.
pub const REPLY_TEMPLATE: &str = include_str!("../templates/reply.html");

/// The built-in template of mails to the owner.
pub const ADMIN_TEMPLATE: &str = include_str!("../templates/admin.html");

/// The most characters of a title and a name.
const MAX_LINE_CHARS: usize = 200;

/// A mail to the author of a comment that was answered.
#[derive(Clone, Copy, Debug)]
pub struct ReplyMail<'a> {
    /// The page of both comments.
    pub page: Page<'a>,
    /// The address to which it goes.
    pub to_email: &'a str,
    /// The name of whom it goes to.
    pub to_name: &'a str,
    /// The comment that was answered.
    pub parent: Said<'a>,
    /// Who answered.
    pub author: &'a str,
    /// The answer.
    pub reply: Said<'a>,
    /// The address at which such mails are unsubscribed from, if there is one.
    pub unsubscribe: Option<&'a str>,
}

impl ReplyMail<'_> {
    /// The mail in the owner's template, or in [`REPLY_TEMPLATE`].
    ///
    /// Names in it: `toEmail`, `toName`, `postTitle`, `postUrl`, `parentComment` (HTML),
    /// `replyAuthor`, `replyContent` (HTML), and `unsubscribeUrl`; without the last one a link is
    /// added at the end.
    pub fn compose(&self, template: &str) -> Content {
        let title = self.page.title(MAX_LINE_CHARS);
        let link = self.page.link();
        let link = link.as_ref().map_or("", |link| link.as_str());
        let (name, author) = (one_line(self.to_name), one_line(self.author));
        let unsubscribe = self.unsubscribe.unwrap_or_default();
        let values = [
            ("toEmail", Value::Text(self.to_email)),
            ("toName", Value::Text(&name)),
            ("postTitle", Value::Text(&title)),
            ("postUrl", Value::Text(link)),
            ("parentComment", Value::Html(self.parent.html)),
            ("replyAuthor", Value::Text(&author)),
            ("replyContent", Value::Html(self.reply.html)),
            ("unsubscribeUrl", Value::Text(unsubscribe)),
        ];
        let footed = self.unsubscribe.is_some() && !template.contains("${unsubscribeUrl}");
        let html = if footed { with_footer(template, &values) } else { render(template, &values) };
        let mut text = format!(
            "{name}，您好！\n\n您在《{title}》下的评论有了新的回复。\n\n您的评论：\n{}\n\n\
             {author} 回复：\n{}\n",
            quoted(self.parent.text),
            quoted(self.reply.text),
        );
        text += &addressed("查看完整对话", link);
        text += &addressed("退订此类邮件", unsubscribe);
        Content {
            title: format!("评论回复 - {title}"),
            html,
            text,
            action: self.unsubscribe.map(str::to_owned),
        }
    }
}

/// A mail to the owner of whose pages one has a new comment.
#[derive(Clone, Copy, Debug)]
pub struct AdminMail<'a> {
    /// The page of the comment.
    pub page: Page<'a>,
    /// Who wrote it.
    pub author: &'a str,
    /// The comment.
    pub comment: Said<'a>,
}

impl AdminMail<'_> {
    /// The mail in the owner's template, or in [`ADMIN_TEMPLATE`].
    ///
    /// Names in it: `postTitle`, `postUrl`, `commentAuthor`, `commentContent` (HTML).
    pub fn compose(&self, template: &str) -> Content {
        let title = self.page.title(MAX_LINE_CHARS);
        let link = self.page.link();
        let link = link.as_ref().map_or("", |link| link.as_str());
        let author = one_line(self.author);
        let values = [
            ("postTitle", Value::Text(&title)),
            ("postUrl", Value::Text(link)),
            ("commentAuthor", Value::Text(&author)),
            ("commentContent", Value::Html(self.comment.html)),
        ];
        let said = quoted(self.comment.text);
        let mut text = format!("《{title}》收到了一条新评论。\n\n{author} 说：\n{said}\n");
        text += &addressed("打开页面", link);
        Content {
            title: format!("新评论提醒 - {title}"),
            html: render(template, &values),
            text,
            action: None,
        }
    }
}

const FOOTER: &str = r#"
<p style="margin: 24px 0; text-align: center; font-size: 12px; color: #888;">
  <a href="${unsubscribeUrl}" style="color: #888;">退订此类邮件</a>
</p>
"#;

/// The footer goes to the end of what shows.
fn with_footer(template: &str, values: &[(&str, Value<'_>)]) -> String {
    let end = template.to_ascii_lowercase().rfind("</body").unwrap_or(template.len());
    let (body, rest) = template.split_at(end);
    [body, FOOTER, rest].map(|part| render(part, values)).concat()
}

fn one_line(name: &str) -> String {
    words::line(name, MAX_LINE_CHARS)
}

/// Marked line by line, so that nobody's words pass for ours.
fn quoted(text: &str) -> String {
    let text = words::lines(text);
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// A line with an address, if there is one.
fn addressed(what: &str, address: &str) -> String {
    if address.is_empty() { String::new() } else { format!("\n{what}：{address}\n") }
}
