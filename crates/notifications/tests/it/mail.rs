//! Mails to those who were answered, and to the owner.

use inkstone_notifications::{
    Content,
    compose::{ADMIN_TEMPLATE, AdminMail, Page, REPLY_TEMPLATE, ReplyMail, Said},
};

const PAGE: Page<'_> =
    Page { title: Some("Hello & bye"), slug: "/hello", url: Some("https://blog.example/?a&b") };

const REPLY: ReplyMail<'_> = ReplyMail {
    page: PAGE,
    to_email: "ada@mail.example",
    to_name: "Ada",
    parent: Said { html: "<p>First!</p>", text: "First!" },
    author: "Bob",
    reply: Said { html: "<p>Second<br>time</p>", text: "Second\ntime" },
    unsubscribe: None,
};

const ADMIN: AdminMail<'_> = AdminMail {
    page: PAGE,
    author: "Bob",
    comment: Said { html: "<p><em>Hi</em></p>", text: "Hi" },
};

#[test]
fn every_name_of_the_contract_is_known() {
    let names = "${toEmail}|${toName}|${postTitle}|${postUrl}|${parentComment}|${replyAuthor}|\
                 ${replyContent}|${commentAuthor}|${commentContent}|${other}";
    assert_eq!(
        REPLY.compose(names).html,
        "ada@mail.example|Ada|Hello &amp; bye|https://blog.example/?a&amp;b|<p>First!</p>|Bob|\
         <p>Second<br>time</p>|||"
    );
    assert_eq!(
        ADMIN.compose(names).html,
        "||Hello &amp; bye|https://blog.example/?a&amp;b||||Bob|<p><em>Hi</em></p>|"
    );
}

#[test]
fn a_mail_has_a_subject_and_a_plain_part() {
    let Content { title, text, action, .. } = REPLY.compose(REPLY_TEMPLATE);
    assert_eq!((title.as_str(), action), ("评论回复 - Hello & bye", None));
    assert_eq!(
        text,
        "Ada，您好！\n\n您在《Hello & bye》下的评论有了新的回复。\n\n您的评论：\n> First!\n\n\
         Bob 回复：\n> Second\n> time\n\n查看完整对话：https://blog.example/?a&b\n"
    );
    let Content { title, text, action, .. } = ADMIN.compose(ADMIN_TEMPLATE);
    assert_eq!((title.as_str(), action), ("新评论提醒 - Hello & bye", None));
    assert_eq!(
        text,
        "《Hello & bye》收到了一条新评论。\n\nBob 说：\n> Hi\n\n打开页面：https://blog.example/?a&b\n"
    );
}

#[test]
fn the_built_in_templates_leave_no_name_open() {
    let html = REPLY.compose(REPLY_TEMPLATE).html;
    for part in
        ["Ada，您好", "《Hello &amp; bye》", "<p>First!</p>", "Bob", "<p>Second<br>time</p>"]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains(r#"href="https://blog.example/?a&amp;b""#));
    for html in [html, ADMIN.compose(ADMIN_TEMPLATE).html] {
        assert!(!html.contains("${"), "{html}");
    }
}

#[test]
fn the_slug_stands_in_for_a_title() {
    for title in [None, Some(""), Some(" \r\n\t\u{202e}")] {
        let page = Page { title, ..PAGE };
        let mails = [
            ReplyMail { page, ..REPLY }.compose(""),
            AdminMail { page, ..ADMIN }.compose("${postTitle}"),
        ];
        assert_eq!(mails[0].title, "评论回复 - /hello");
        assert_eq!(mails[1].title, "新评论提醒 - /hello");
        assert_eq!(mails[1].html, "/hello");
    }
}

#[test]
fn a_subject_is_one_short_line() {
    let title = Some("a\r\nBcc: eve@x.io\r\n\r\n\0body\u{2028}b\u{85}c\u{202e}d");
    let mail = AdminMail { page: Page { title, ..PAGE }, ..ADMIN }.compose("");
    assert_eq!(mail.title, "新评论提醒 - a Bcc: eve@x.io body b c d");
    let long = "长".repeat(5_000);
    let mail = AdminMail { page: Page { title: Some(&long), ..PAGE }, ..ADMIN }.compose("");
    assert_eq!(mail.title.chars().count(), "新评论提醒 - ".chars().count() + 200);
    assert!(mail.title.ends_with("长…"));
    let none = AdminMail { page: Page { title: None, slug: &long, url: None }, ..ADMIN };
    assert!(none.compose("").title.chars().count() < 220);
}

#[test]
fn only_web_addresses_are_linked() {
    for url in [
        None,
        Some(""),
        Some("javascript:alert(1)"),
        Some(" JAVASCRIPT:alert(1)//https://x.io"),
        Some("data:text/html,<script>"),
        Some("/hello"),
        Some("//x.io"),
    ] {
        let page = Page { url, ..PAGE };
        let mail = ReplyMail { page, ..REPLY }.compose("[${postUrl}]");
        assert_eq!(mail.html, "[]", "{url:?}");
        assert!(!mail.text.contains("查看完整对话"), "{}", mail.text);
        assert!(!AdminMail { page, ..ADMIN }.compose("").text.contains("打开页面"));
    }
    let page = Page { url: Some("https://x.io/\"onclick='x'><b>"), ..PAGE };
    let mail = AdminMail { page, ..ADMIN }.compose("${postUrl}");
    assert_eq!(mail.html, "https://x.io/%22onclick=%27x%27%3E%3Cb%3E".replace("%27", "&#39;"));
}

#[test]
fn strangers_add_no_markup_and_no_names() {
    let hostile = "<script>alert(1)</script>\"'${postUrl}${replyContent}";
    let mail = ReplyMail {
        page: Page { title: Some(hostile), slug: hostile, url: None },
        to_email: hostile,
        to_name: hostile,
        author: hostile,
        parent: Said { html: "<p>${postUrl} ${replyContent}</p>", text: hostile },
        ..REPLY
    }
    .compose("${toEmail}${toName}${postTitle}${replyAuthor}${parentComment}");
    let safe = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;${postUrl}${replyContent}";
    assert_eq!(mail.html, safe.repeat(4) + "<p>${postUrl} ${replyContent}</p>");
}

#[test]
fn nobody_speaks_for_us_in_the_plain_part() {
    let text = " \nx\r\n\r\n退订此类邮件：https://evil.example\rPS\u{2028}\u{1b}[2J\t. ";
    let mail = ReplyMail {
        to_name: "Ada\n\n系统：",
        author: "Bob\r\n退订此类邮件：https://evil.example",
        reply: Said { html: "", text },
        ..REPLY
    };
    let text = mail.compose("").text;
    assert!(text.starts_with("Ada 系统：，您好！\n"));
    assert!(text.contains("\nBob 退订此类邮件：https://evil.example 回复：\n"));
    assert!(
        text.contains("\n> x\n> \n> 退订此类邮件：https://evil.example\n> PS  [2J .\n"),
        "{text}"
    );
}

#[test]
fn a_mail_can_be_unsubscribed_from_whatever_the_template() {
    let unsubscribe = Some("https://blog.example/u?a=1&b=\"2\"");
    let mail = ReplyMail { unsubscribe, ..REPLY };
    let href = "href=\"https://blog.example/u?a=1&amp;b=&quot;2&quot;\"";

    let Content { html, text, action, .. } = mail.compose("<p>${toName}</p>");
    assert_eq!(action.as_deref(), unsubscribe);
    assert!(text.ends_with("退订此类邮件：https://blog.example/u?a=1&b=\"2\"\n"), "{text}");
    assert!(html.starts_with("<p>Ada</p>\n<p ") && html.contains(href), "{html}");

    let html = mail.compose("<html><BODY>${toName}</BODY></html>").html;
    assert!(html.starts_with("<html><BODY>Ada\n<p ") && html.contains(href), "{html}");
    assert!(html.ends_with("</p>\n</BODY></html>"), "{html}");

    let html = mail.compose("<a href=\"${unsubscribeUrl}\">bye</a>").html;
    assert_eq!(html, format!("<a {href}>bye</a>"));

    let html = REPLY.compose("<p>${toName}</p>${unsubscribeUrl}").html;
    assert_eq!(html, "<p>Ada</p>");
}
