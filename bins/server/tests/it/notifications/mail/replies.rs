//! The mail to whoever was answered, when the answer is public.

use inkstone_delivery::testing::{ReceivedMail, SmtpStub};
use serde_json::{Value, json};

use super::super::support::{
    MAIL_PASSWORD, PUBLIC, SENDER, mailing, messages, post_as, set_mail, settled_mails,
    wait_for_message, words,
};
use crate::cwd::support::{Blog, Database, PAGE, on_both_databases};

on_both_databases!(
    whoever_was_answered_gets_a_mail,
    an_answer_that_waits_is_mailed_when_it_is_approved_and_once,
);

const ANN: (&str, &str) = ("Ann", "ann@x.io");
const BOB: (&str, &str) = ("Bob", "bob@x.io");

fn post(blog: &Blog, (name, email): (&str, &str), changes: &Value) -> i64 {
    post_as(blog, name, email, changes)
}

fn reply(blog: &Blog, who: (&str, &str), parent: i64) -> i64 {
    post(blog, who, &json!({ "parent_id": parent, "content": "An answer" }))
}

/// To whom the mails about answers went, in order.
#[track_caller]
fn answered(blog: &Blog, stub: &SmtpStub) -> Vec<String> {
    let mails = settled_mails(blog, stub);
    let replies = mails.iter().filter(|mail| mail.subject().starts_with("评论回复 - "));
    replies.map(|mail| mail.recipients.join(" ")).collect()
}

/// Why nobody is mailed about an answer.
#[track_caller]
fn reason(blog: &Blog, reply: i64) -> Value {
    let query = format!("subject={reply}&event=comment_approved");
    wait_for_message(blog, &query, "skipped")["reason"].clone()
}

fn whoever_was_answered_gets_a_mail(database: Database) {
    let (blog, stub) = mailing(database);
    let page = json!({ "post_title": "One", "post_url": "https://blog.example/one" });
    let mut question = page.clone();
    question["content"] = json!("*First*");
    let root = post(&blog, ANN, &question);
    let mut answer = page;
    answer["content"] = json!("<script>x</script>Second & last");
    answer["parent_id"] = json!(root);
    let second = post(&blog, BOB, &answer);
    let mails = stub.wait_for_mails(2);
    let mail = mails.iter().find(|mail| mail.recipients == ["ann@x.io"]).expect("a mail to Ann");
    assert_eq!(mail.sender(), ("评论通知".to_owned(), SENDER.to_owned()));
    assert_eq!(mail.subject(), "评论回复 - One");
    let link = mail.header("List-Unsubscribe");
    let link = link.strip_prefix('<').and_then(|link| link.strip_suffix('>')).expect("a link");
    assert!(link.starts_with(&format!("{PUBLIC}/api/inkstone/unsubscribe/")), "{link}");
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let (html, text) = words(mail);
    assert_eq!(
        text,
        format!(
            "Ann，您好！\n\n您在《One》下的评论有了新的回复。\n\n您的评论：\n> *First*\n\n\
             Bob 回复：\n> Second & last\n\n查看完整对话：https://blog.example/one\n\n\
             退订此类邮件：{link}\n"
        )
    );
    for part in [
        "Ann，您好！",
        "<p><em>First</em></p>",
        "<strong>Bob</strong>",
        "<p>Second &amp; last</p>",
        "<a href=\"https://blog.example/one\"",
        &format!("<a href=\"{link}\""),
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    // Nobody else's address travels with it.
    let raw = String::from_utf8_lossy(&mail.raw).into_owned() + html.as_str() + text.as_str();
    assert!(!raw.contains("bob@x.io") && !raw.contains("127.0.0.1"), "{raw}");
    // The direct parent's author, not the first one's.
    reply(&blog, ("Cy", "cy@x.io"), second);
    assert_eq!(answered(&blog, &stub), ["ann@x.io", "bob@x.io"]);
}

fn an_answer_that_waits_is_mailed_when_it_is_approved_and_once(database: Database) {
    let (blog, stub) = mailing(database);
    let root = post(&blog, ANN, &json!({}));
    blog.set_settings(&json!({ "requireReview": true }));
    let [by_status, by_update, never, removed] = [1, 2, 3, 4].map(|_| reply(&blog, BOB, root));
    assert_eq!(answered(&blog, &stub), [""; 0]);
    for id in [by_status, by_update, never, removed] {
        assert_eq!(messages(&blog, &format!("subject={id}&event=comment_approved")), [""; 0]);
    }

    blog.set_status(by_status, "approved");
    assert_eq!(answered(&blog, &stub), ["ann@x.io"]);
    let update = |id: i64, status: &str| {
        let body = json!({
            "id": id, "name": "Bob", "email": "bob@x.io", "content": "Edited", "status": status,
        });
        assert_eq!(blog.admin("PUT", "/admin/comments/update", &body).status, 200);
    };
    update(by_update, "approved");
    assert_eq!(answered(&blog, &stub), ["ann@x.io"; 2]);
    let edited = stub.mails().into_iter().filter(|mail| words(mail).1.contains("> Edited"));
    assert_eq!(edited.count(), 1, "what it says now");

    // Never again, whatever the owner does.
    for id in [by_status, by_update] {
        for status in ["rejected", "approved", "pending", "approved"] {
            blog.set_status(id, status);
        }
        update(id, "pending");
        update(id, "approved");
    }
    blog.set_status(never, "rejected");
    let path = format!("/admin/comments/delete?id={removed}");
    assert_eq!(blog.admin("DELETE", &path, &Value::Null).status, 200);
    assert_eq!(answered(&blog, &stub), ["ann@x.io"; 2]);
}

#[test]
fn nobody_is_told_of_their_own_answers() {
    let (blog, stub) = mailing(Database::Sqlite);
    let root = post(&blog, ANN, &json!({}));
    let own = reply(&blog, ("Ann again", "ANN@X.io"), root);
    assert_eq!(reason(&blog, own), "the author answers themselves");
    assert_eq!(answered(&blog, &stub), [""; 0]);
}

#[test]
fn nobody_is_told_across_pages_or_of_what_is_not_public() {
    let (blog, stub) = mailing(Database::Sqlite);
    let root = post(&blog, ANN, &json!({}));
    blog.set_settings(&json!({ "requireReview": true }));
    let waiting = post(&blog, ANN, &json!({}));
    blog.set_settings(&json!({ "requireReview": false }));
    for (parent, slug, site) in [
        (root, "/posts/two", ""),
        (root, PAGE, "elsewhere"),
        (waiting, PAGE, ""),
        (root + 1000, PAGE, ""),
    ] {
        let relay = json!({
            "post_slug": slug, "site_id": site, "parent_id": parent,
            "name": "Mallory", "email": "m@x.io", "content": "Buy",
        });
        let answer = blog.post_comment(relay);
        assert_eq!(answer.status, 400, "{parent} {slug} {site}: {}", answer.text());
    }
    assert_eq!(answered(&blog, &stub), [""; 0]);
}

#[test]
fn what_is_not_wanted_is_recorded_with_its_reason() {
    let (blog, stub) = mailing(Database::Sqlite);
    let root = post(&blog, ANN, &json!({}));
    set_mail(&blog, &json!({ "globalEnabled": false }));
    let off = reply(&blog, BOB, root);
    assert_eq!(reason(&blog, off), "email_notify_enabled is off");
    // What was not wanted is not sent later.
    set_mail(&blog, &json!({ "globalEnabled": true, "smtp": { "user": "" } }));
    let unset = reply(&blog, BOB, root);
    assert_eq!(reason(&blog, unset), "no mail server is set (email_smtp_user, email_smtp_pass)");
    set_mail(&blog, &json!({ "smtp": { "user": SENDER, "pass": MAIL_PASSWORD } }));
    assert_eq!(answered(&blog, &stub), [""; 0]);
    // Other systems let people comment without an address.
    let row = json!([{ "id": 900, "post_slug": PAGE, "name": "Old", "content_text": "old" }]);
    assert_eq!(blog.admin("POST", "/admin/comments/import", &row).status, 200);
    let nobody = reply(&blog, BOB, 900);
    assert_eq!(reason(&blog, nobody), "whoever was answered gave no address");
    assert_eq!(answered(&blog, &stub), [""; 0]);
}

#[test]
fn an_answer_without_a_title_has_that_of_what_it_answers() {
    let (blog, stub) = mailing(Database::Sqlite);
    let root = post(&blog, ANN, &json!({ "post_title": "One", "content": "A question" }));
    let blank = json!({ "post_title": "  ", "parent_id": root, "content": "An answer" });
    post(&blog, BOB, &blank);
    let titled = json!({ "post_title": "Two", "parent_id": root, "content": "Another" });
    post(&blog, BOB, &titled);
    let untitled = post(&blog, ANN, &json!({ "content": "No title" }));
    reply(&blog, BOB, untitled);
    let mut subjects: Vec<String> = stub
        .wait_for_mails(5)
        .iter()
        .filter(|mail| mail.recipients == ["ann@x.io"])
        .map(ReceivedMail::subject)
        .collect();
    subjects.sort();
    let slug = format!("评论回复 - {PAGE}");
    assert_eq!(subjects, [slug.as_str(), "评论回复 - One", "评论回复 - Two"]);
}

#[test]
fn the_owners_template_has_every_name_of_the_contract() {
    let (blog, stub) = mailing(Database::Sqlite);
    let template = "<body>${toEmail}|${toName}|${postTitle}|${postUrl}|${parentComment}|\
                    ${replyAuthor}|${replyContent}|${commentAuthor}</body></html>";
    set_mail(&blog, &json!({ "templates": { "reply": template } }));
    let root = post(&blog, ("<Ann>", "ann@x.io"), &json!({ "content": "A & B" }));
    let page = json!({
        "parent_id": root, "content": "C", "post_title": "T\"",
        "post_url": "https://blog.example/?a&b",
    });
    post(&blog, ("Bob\r\n<b>", "bob@x.io"), &page);
    let mails = stub.wait_for_mails(2);
    let mail = mails.iter().find(|mail| mail.recipients == ["ann@x.io"]).expect("a mail to Ann");
    let html = words(mail).0;
    let filled = "<body>ann@x.io|&lt;Ann&gt;|T&quot;|https://blog.example/?a&amp;b|\
                  <p>A &amp; B</p>\n|Bob&lt;b&gt;|<p>C</p>\n|";
    let rest = html.strip_prefix(filled).unwrap_or_else(|| panic!("{html}"));
    // The way out is added where it shows.
    let link = mail.header("List-Unsubscribe");
    let link = link.trim_matches(['<', '>']);
    assert!(rest.contains(&format!("<a href=\"{link}\"")) && rest.ends_with("</body></html>"));

    set_mail(&blog, &json!({ "templates": { "reply": "[${unsubscribeUrl}]" } }));
    reply(&blog, BOB, root);
    let mails = stub.wait_for_mails(3);
    assert_eq!(words(&mails[2]).0, format!("[{link}]"));
}
