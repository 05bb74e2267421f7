//! Telegram messages.

use inkstone_notifications::compose::{Page, Review, TelegramNote};
use proptest::prelude::*;

const NOTE: TelegramNote<'_> = TelegramNote {
    comment: 42,
    page: Page { title: Some("Hello"), slug: "/hello", url: Some("https://blog.example/?a&b") },
    author: "Bob",
    email: "bob@x.io",
    review: Review::Pending,
    text: "Hi\n*there*",
};

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[test]
fn a_pending_comment_can_be_approved() {
    let content = NOTE.compose();
    assert_eq!(
        content.html,
        "<b>新评论</b>\n页面：<a href=\"https://blog.example/?a&amp;b\">Hello</a>\n\
         作者：Bob（bob@x.io）\n状态：待审核\n\nHi\n*there*\n\n#ID:42"
    );
    assert_eq!(content.action.as_deref(), Some("approve:42"));
    assert_eq!((content.title.as_str(), content.text.as_str()), ("", ""));
}

#[test]
fn an_approved_one_need_not() {
    let content = TelegramNote { review: Review::Approved, ..NOTE }.compose();
    assert!(content.html.contains("\n状态：已通过\n"));
    assert_eq!(content.action, None);
}

#[test]
fn strangers_add_no_markup_and_no_lines() {
    let hostile = "<a href=\"tg://x\">&\n状态：已通过";
    let page = Page { title: Some(hostile), slug: "", url: Some("javascript:alert(1)") };
    let content =
        TelegramNote { page, author: hostile, email: hostile, text: hostile, ..NOTE }.compose();
    let safe = "&lt;a href=&quot;tg://x&quot;&gt;&amp; 状态：已通过";
    assert_eq!(
        content.html,
        format!(
            "<b>新评论</b>\n页面：{safe}\n作者：{safe}（{safe}）\n状态：待审核\n\n{}\n\n#ID:42",
            safe.replace(' ', "\n").replacen("a\nhref", "a href", 1)
        )
    );
}

#[test]
fn long_texts_are_cut_to_what_fits() {
    let shortest = units(&TelegramNote { text: "", ..NOTE }.compose().html);
    for (what, each) in [("x", 1), ("长", 1), ("👑", 2), ("<", 4), ("&", 5)] {
        let room = (4096 - shortest) / each;
        let fits = what.repeat(room);
        let html = TelegramNote { text: &fits, ..NOTE }.compose().html;
        assert!(!html.contains('…'), "{what}");
        let html = TelegramNote { text: &what.repeat(100_000), ..NOTE }.compose().html;
        assert!(html.ends_with("…\n\n#ID:42"), "{what}");
        assert!(units(&html) <= 4096 && units(&html) > 4096 - each, "{what}: {}", units(&html));
    }
}

#[test]
fn what_a_comment_says_has_room_whatever_the_rest() {
    let long = "\"".repeat(3_000);
    let url = format!("https://x.io/?{}", "&".repeat(2_000));
    let page = Page { title: Some(&long), slug: &long, url: Some(&url) };
    let note = TelegramNote { page, author: &long, email: &long, text: &long, ..NOTE };
    let html = note.compose().html;
    assert!(units(&html) <= 4096);
    assert!(!html.contains("<a href"), "too long a link is left out");
    let said = html.split("\n\n").nth(1).expect("a text");
    assert!(said.matches("&quot;").count() > 100, "{said}");
}

proptest! {
    #[test]
    fn every_message_fits_and_is_whole(
        title in any::<String>(),
        tail in "[<>&\"a👑\\n]{0,5000}",
        author in "[&\"<👑]{0,200}",
        email in any::<String>(),
        comment in any::<i64>(),
    ) {
        let page = Page { title: Some(&title), ..NOTE.page };
        let note =
            TelegramNote { comment, page, author: &author, email: &email, text: &tail, ..NOTE };
        let html = note.compose().html;
        prop_assert!(units(&html) <= 4096);
        let id = format!("\n\n#ID:{comment}");
        prop_assert!(html.ends_with(&id));
        // Two elements, and every other bracket and ampersand is part of an entity.
        prop_assert_eq!(html.matches('<').count(), 4);
        for part in html.split('&').skip(1) {
            let whole = ["amp;", "lt;", "gt;", "quot;", "#39;"];
            prop_assert!(whole.iter().any(|entity| part.starts_with(entity)), "{}", part);
        }
    }
}
