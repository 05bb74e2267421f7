//! The mail about a new root comment.

use std::{fs, path::PathBuf};

use inkstone_delivery::testing::{Encryption, SmtpStub};
use inkstone_server::config::Optional;
use serde_json::{Value, json};

use super::super::support::{
    BOSS, MAIL_PASSWORD, SENDER, blog_with, mailing, messages, post_as, set_mail, settled_mails,
    smtp, wait_for_message, wait_until, words,
};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(
    a_root_comment_is_mailed_to_the_owner,
    a_comment_that_waits_is_mailed_at_once_and_once,
);

fn a_root_comment_is_mailed_to_the_owner(database: Database) {
    let (blog, stub) = mailing(database);
    let id = post_as(
        &blog,
        "Ann",
        "ann@x.io",
        &json!({
            "post_title": "Hello & bye",
            "post_url": "https://blog.example/one",
            "content": "**Hi** there\nyou",
        }),
    );
    let mail = &stub.wait_for_mails(1)[0];
    assert_eq!((mail.from.as_str(), &mail.recipients), (SENDER, &vec![BOSS.to_owned()]));
    assert_eq!(mail.login, Some((SENDER.to_owned(), MAIL_PASSWORD.to_owned())));
    assert_eq!(mail.sender(), ("评论通知".to_owned(), SENDER.to_owned()));
    assert_eq!(mail.recipient(), BOSS);
    assert_eq!(mail.subject(), "新评论提醒 - Hello & bye");
    assert_eq!(mail.content_type(), "multipart/alternative");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.hello.ends_with(".talk.example"), "{}", mail.hello);
    assert!(mail.header("Message-ID").ends_with(&format!("@{}>", mail.hello)), "{mail:?}");
    // The owner switches such mails off where they are switched on.
    assert!(mail.headers("List-Unsubscribe").is_empty());
    let (html, text) = words(mail);
    assert_eq!(
        text,
        "《Hello & bye》收到了一条新评论。\n\nAnn 说：\n> **Hi** there\n> you\n\n\
         打开页面：https://blog.example/one\n"
    );
    for part in [
        "《Hello &amp; bye》",
        "<strong>Ann</strong>",
        "<p><strong>Hi</strong> there<br>you</p>",
        "<a href=\"https://blog.example/one\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("${"), "{html}");

    let sent = wait_for_message(&blog, &format!("subject={id}&channel=mail"), "sent");
    assert_eq!(sent["recipient"], BOSS);
    assert_eq!(sent["title"], "新评论提醒 - Hello & bye");
    // Answers are for those who were answered.
    post_as(&blog, "Ann", "ann@x.io", &json!({ "parent_id": id }));
    let mails = settled_mails(&blog, &stub);
    assert_eq!(mails.len(), 1, "{mails:?}");
}

fn a_comment_that_waits_is_mailed_at_once_and_once(database: Database) {
    let (blog, stub) = mailing(database);
    blog.set_settings(&json!({ "requireReview": true }));
    let id = blog.posted(json!({}));
    assert_eq!(stub.wait_for_mails(1)[0].subject(), "新评论提醒 - /posts/one");
    for status in ["approved", "rejected", "approved"] {
        blog.set_status(id, status);
    }
    assert_eq!(settled_mails(&blog, &stub).len(), 1);
}

/// What became of the mail about a new root comment: its recipient and the reason.
fn fate(blog: &Blog) -> (Value, Value) {
    let id = blog.posted(json!({}));
    let query = format!("subject={id}&channel=mail");
    let state = |state: &str| messages(blog, &format!("{query}&state={state}")).pop();
    let found = wait_until(|| state("skipped").or_else(|| state("sent")));
    (found["recipient"].clone(), found["reason"].clone())
}

#[test]
fn the_owners_address_is_where_they_comment_from_or_else_the_older_setting() {
    let (blog, stub) = mailing(Database::Sqlite);
    assert_eq!(fate(&blog), (json!(BOSS), Value::Null));
    let older = |address: &str| {
        let body = json!({ "email": address });
        assert_eq!(blog.admin("PUT", "/admin/settings/email", &body).status, 200);
    };
    older("older@x.io");
    assert_eq!(fate(&blog), (json!(BOSS), Value::Null));
    blog.set_settings(&json!({ "adminEmail": "" }));
    assert_eq!(fate(&blog), (json!("older@x.io"), Value::Null));
    let nobody = json!("neither comment_admin_email nor admin_notify_email is an address");
    older("");
    assert_eq!(fate(&blog), (json!(""), nobody.clone()));
    // As older servers let it be stored.
    let imported = json!([{ "key": "admin_notify_email", "value": "nonsense" }]);
    assert_eq!(blog.admin("POST", "/admin/import/config", &imported).status, 200);
    assert_eq!(fate(&blog), (json!(""), nobody));
    assert_eq!(stub.mails().len(), 3);
}

#[test]
fn what_is_not_wanted_is_recorded_with_the_setting_that_says_so() {
    let (blog, stub) = mailing(Database::Sqlite);
    set_mail(&blog, &json!({ "globalEnabled": false }));
    assert_eq!(fate(&blog), (json!(BOSS), json!("email_notify_enabled is off")));
    set_mail(&blog, &json!({ "globalEnabled": true, "smtp": { "pass": "" } }));
    let unset = json!("no mail server is set (email_smtp_user, email_smtp_pass)");
    assert_eq!(fate(&blog), (json!(BOSS), unset.clone()));
    set_mail(&blog, &json!({ "smtp": { "pass": MAIL_PASSWORD, "user": "" } }));
    assert_eq!(fate(&blog), (json!(BOSS), unset));
    assert_eq!(settled_mails(&blog, &stub), []);
}

#[test]
fn the_owners_template_is_filled_in_and_nothing_in_it_is_taken_for_markup() {
    let (blog, stub) = mailing(Database::Sqlite);
    let template = "<title>${postTitle}</title><i title=\"${commentAuthor}\">${commentAuthor}</i>\
                    [${postUrl}]${commentContent}[${toName}${nothing}] $1 ${ }";
    set_mail(&blog, &json!({ "templates": { "admin": template } }));
    let hostile = json!({
        "post_title": "</title>\r\nBcc: victim@x.io\r\n\r\n<script>${commentContent}",
        "post_url": "javascript:alert(1)",
        "content": "<img src=x onerror=alert(1)> ${postTitle}\n\n.\n\nQUIT",
    });
    post_as(&blog, "\"><b>${postTitle}\u{202e}", "ann@x.io", &hostile);
    let mail = &stub.wait_for_mails(1)[0];
    let title = "</title>Bcc: victim@x.io<script>${commentContent}";
    assert_eq!(mail.subject(), format!("新评论提醒 - {title}"));
    assert_eq!((&mail.recipients, mail.headers("Bcc")), (&vec![BOSS.to_owned()], vec![]));
    let (html, text) = words(mail);
    let title = "&lt;/title&gt;Bcc: victim@x.io&lt;script&gt;${commentContent}";
    let author = "&quot;&gt;&lt;b&gt;${postTitle}";
    assert!(
        html.starts_with(&format!(
            "<title>{title}</title><i title=\"{author}\">{author}</i>[]<p> ${{postTitle}}</p>\n"
        )),
        "{html}"
    );
    assert!(html.ends_with("[] $1 ${ }"), "{html}");
    assert!(html.contains("\n<p>.</p>\n<p>QUIT</p>\n"), "{html}");
    assert!(text.contains("\n> .\n> \n> QUIT\n"), "{text}");

    set_mail(&blog, &json!({ "templates": { "admin": " " } }));
    post_as(&blog, "Ann", "ann@x.io", &json!({ "post_slug": "/二 =?utf-8?q?x?=" }));
    let mail = &stub.wait_for_mails(2)[1];
    assert_eq!(mail.subject(), "新评论提醒 - /二 = ?utf-8?q?x?=");
    assert!(words(mail).0.contains("收到了一条新评论"), "the built-in template");
}

#[test]
fn imported_comments_are_nobodys_news() {
    let (blog, stub) = mailing(Database::Sqlite);
    let rows = json!([
        { "id": 1, "post_slug": "/one", "name": "Ann", "email": "ann@x.io", "content_text": "1" },
        { "id": 2, "post_slug": "/one", "name": "Bob", "email": "bob@x.io", "content_text": "2",
          "parent_id": 1 },
    ]);
    assert_eq!(blog.admin("POST", "/admin/comments/import", &rows).status, 200);
    assert_eq!(settled_mails(&blog, &stub), []);
    assert_eq!((messages(&blog, "subject=1"), messages(&blog, "subject=2")), (vec![], vec![]));
}

#[test]
fn mails_travel_encrypted_when_the_operator_trusts_the_servers_authority() {
    for (encryption, secure) in [(Encryption::FromStart, true), (Encryption::StartTls, false)] {
        let stub = SmtpStub::encrypted(encryption);
        let directory = tempfile::tempdir().unwrap();
        let file: PathBuf = directory.path().join("authority.pem");
        fs::write(&file, stub.authority_pem()).unwrap();
        let blog = blog_with(Database::Sqlite, |config| {
            config.mail.ca_file = Optional::from(Some(file));
        });
        let mut server = smtp(&stub);
        server["secure"] = json!(secure);
        set_mail(&blog, &json!({ "smtp": server }));
        blog.set_settings(&json!({ "adminEmail": BOSS }));
        blog.posted(json!({}));
        let mail = &stub.wait_for_mails(1)[0];
        assert!(mail.encrypted && mail.login.is_some(), "{encryption:?}");
    }
}
