//! Leaving readers alone: the link below every mail to them, without a login.

use inkstone_delivery::testing::{ReceivedMail, SmtpBehaviour, SmtpStub, Stage};
use serde_json::{Value, json};

use super::support::{
    PUBLIC, mailing, mailing_with, messages, path_of, post_as, settled_mails, wait_for_message,
    wait_for_messages,
};
use crate::{
    cwd::support::{Blog, Database, on_both_databases},
    support::Answer,
};

on_both_databases!(
    one_click_in_the_mail_program_ends_the_mails,
    what_waits_is_not_sent_to_whoever_unsubscribed_meanwhile,
);

const UNSUBSCRIBE: &str = "/api/inkstone/unsubscribe/";

/// A blog on which Ann was answered, and the address by which her mail lets her unsubscribe.
struct Reader {
    blog: Blog,
    stub: SmtpStub,
    root: i64,
    path: String,
}

impl Reader {
    fn on(database: Database) -> Self {
        let (blog, stub) = mailing(database);
        let root = post_as(&blog, "Ann", "ann@x.io", &json!({}));
        let reader = Self { blog, stub, root, path: String::new() };
        reader.answer();
        let link = reader.mails()[0].header("List-Unsubscribe");
        let path = path_of(link.trim_matches(['<', '>'])).to_owned();
        Self { path, ..reader }
    }

    fn answer(&self) -> i64 {
        post_as(&self.blog, "Bob", "bob@x.io", &json!({ "parent_id": self.root }))
    }

    /// The mails to Ann so far.
    fn mails(&self) -> Vec<ReceivedMail> {
        let mails = settled_mails(&self.blog, &self.stub);
        mails.into_iter().filter(|mail| mail.recipients == ["ann@x.io"]).collect()
    }

    fn send(&self, method: &str, body: Option<&str>) -> Answer {
        self.at(&self.path, method, body)
    }

    fn at(&self, path: &str, method: &str, body: Option<&str>) -> Answer {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.blog.server.send(method, path, &form, body)
    }
}

/// A page of ours that says `title`; nothing on it, nor about it, tells who asks.
#[track_caller]
fn is_page(answer: &Answer, status: u16, title: &str) {
    let text = answer.text();
    assert_eq!(answer.status, status, "{text}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("set-cookie").is_empty());
    assert!(text.contains(&format!("<h1>{title}</h1>")), "{text}");
    for foreign in ["ann", "Ann", "x.io", "<script", "http", "{title", "{text", "{form"] {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
}

fn one_click_in_the_mail_program_ends_the_mails(database: Database) {
    let reader = Reader::on(database);
    is_page(&reader.send("POST", Some("List-Unsubscribe=One-Click")), 200, "Unsubscribed");
    let reply = reader.answer();
    let query = format!("subject={reply}&channel=mail");
    let skipped = wait_for_message(&reader.blog, &query, "skipped");
    assert_eq!(skipped["reason"], "the recipient has unsubscribed");
    // The same person, however they write their address.
    let other = post_as(&reader.blog, "Ann", "ANN@x.IO", &json!({}));
    let reply = post_as(&reader.blog, "Bob", "bob@x.io", &json!({ "parent_id": other }));
    wait_for_message(&reader.blog, &format!("subject={reply}&channel=mail"), "skipped");
    assert_eq!(reader.mails().len(), 1);
    // Nobody else.
    let reply = post_as(&reader.blog, "Bob", "bob@x.io", &json!({}));
    let reply = post_as(&reader.blog, "Cy", "cy@x.io", &json!({ "parent_id": reply }));
    wait_for_message(&reader.blog, &format!("subject={reply}&channel=mail"), "sent");
    is_page(&reader.send("GET", None), 200, "Unsubscribed");
}

#[test]
fn programs_that_look_at_links_change_nothing() {
    let reader = Reader::on(Database::Sqlite);
    for _ in 0..2 {
        is_page(&reader.send("GET", None), 200, "Unsubscribe");
    }
    // With and without a prefix, a form without an address posts to where it is.
    let page = reader.send("GET", None);
    let form = "<form method=\"post\"><button name=\"action\" value=\"unsubscribe\">";
    assert!(page.text().contains(form), "{}", page.text());
    for (method, body) in [("HEAD", None), ("PUT", Some("action=unsubscribe")), ("DELETE", None)] {
        let answer = reader.send(method, body);
        assert!(answer.status == 404 || method == "HEAD", "{method}: {answer:?}");
    }
    let reply = reader.answer();
    wait_for_message(&reader.blog, &format!("subject={reply}&channel=mail"), "sent");
    assert_eq!(reader.mails().len(), 2);
}

#[test]
fn the_button_unsubscribes_and_the_other_subscribes_again() {
    let reader = Reader::on(Database::Sqlite);
    for _ in 0..2 {
        let page = reader.send("POST", Some("action=unsubscribe"));
        is_page(&page, 200, "Unsubscribed");
        assert!(page.text().contains("<button name=\"action\" value=\"subscribe\">"));
    }
    for _ in 0..2 {
        let page = reader.send("POST", Some("action=subscribe"));
        is_page(&page, 200, "Subscribed again");
        assert!(page.text().contains("<button name=\"action\" value=\"unsubscribe\">"));
    }
    is_page(&reader.send("GET", None), 200, "Unsubscribe");
    reader.answer();
    assert_eq!(reader.mails().len(), 2);
    // A program that sends something else, or nothing, wants what the header promises.
    for body in ["", "x", "{}", "action=subscribed"] {
        is_page(&reader.send("POST", Some("action=subscribe")), 200, "Subscribed again");
        is_page(&reader.send("POST", Some(body)), 200, "Unsubscribed");
    }
    let boundary = "multipart/form-data; boundary=b";
    let body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n\
                One-Click\r\n--b--\r\n";
    is_page(&reader.send("POST", Some("action=subscribe")), 200, "Subscribed again");
    let headers = [("content-type", boundary)];
    let answer = reader.blog.server.send("POST", &reader.path, &headers, Some(body));
    is_page(&answer, 200, "Unsubscribed");
}

#[test]
fn forged_links_do_not_work() {
    let reader = Reader::on(Database::Sqlite);
    let other = Reader::on(Database::Sqlite);
    let token = reader.path.strip_prefix(UNSUBSCRIBE).expect("the path of the link").to_owned();
    let (recipient, signature) = token.split_once('.').expect("two parts");
    let flipped = if signature.starts_with('0') { "1" } else { "0" };
    let others = other.path.strip_prefix(UNSUBSCRIBE).unwrap();
    assert_ne!(others, token, "every server has its own key");
    for forged in [
        recipient,
        &format!("{recipient}."),
        &format!(".{signature}"),
        &format!("{signature}.{recipient}"),
        &format!("{recipient}.{flipped}{}", &signature[1..]),
        &format!("{recipient}.{}", &signature[..31]),
        &format!("{token}0"),
        &format!("{token}.{token}"),
        &format!("{token}%00"),
        &token.to_uppercase(),
        others,
        "ann%40x.io",
        "..%2f..%2fadmin",
        "%FF",
        "%3Cscript%3E",
        "x",
    ] {
        let path = format!("{UNSUBSCRIBE}{forged}");
        is_page(&reader.at(&path, "GET", None), 404, "This link does not work");
        let answer = reader.at(&path, "POST", Some("List-Unsubscribe=One-Click"));
        is_page(&answer, 404, "This link does not work");
        assert!(!answer.text().contains("<form"));
    }
    is_page(&reader.send("GET", None), 200, "Unsubscribe");
}

#[test]
fn a_link_outlives_the_server_and_needs_no_token_of_the_owner() {
    let Reader { blog, stub, root, path } = Reader::on(Database::Sqlite);
    let blog = blog.restart();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = blog.server.send("POST", &path, &form, Some("List-Unsubscribe=One-Click"));
    is_page(&answer, 200, "Unsubscribed");
    let reply = post_as(&blog, "Bob", "bob@x.io", &json!({ "parent_id": root }));
    wait_for_message(&blog, &format!("subject={reply}&channel=mail"), "skipped");
    // The list of who wants no mail names nobody.
    let exported = blog.admin("GET", "/admin/export/config", &Value::Null);
    assert!(!exported.text().contains("ann@x.io"));
    assert_eq!(messages(&blog, "recipient=ann%40x.io&state=sent").len(), 1);
    drop(stub);
}

#[test]
fn without_a_public_address_there_is_no_link_to_offer() {
    let (blog, stub) = mailing_with(Database::Sqlite, |config| {
        config.server.public_url = None.into();
    });
    let root = post_as(&blog, "Ann", "ann@x.io", &json!({}));
    post_as(&blog, "Bob", "bob@x.io", &json!({ "parent_id": root }));
    let mails = settled_mails(&blog, &stub);
    let mail = mails.iter().find(|mail| mail.recipients == ["ann@x.io"]).expect("a mail to Ann");
    assert!(mail.headers("List-Unsubscribe").is_empty());
    let whole = mail.html() + mail.text().as_str();
    assert!(!whole.contains("unsubscribe") && !whole.contains(PUBLIC), "{whole}");
}

fn what_waits_is_not_sent_to_whoever_unsubscribed_meanwhile(database: Database) {
    let reader = Reader::on(database);
    let busy = SmtpBehaviour::answer(Stage::Recipient, "451 4.7.1 come back");
    reader.stub.always(busy);
    let answer = reader.answer();
    let query = format!("subject={answer}&event=comment_approved");
    wait_for_messages(&reader.blog, &query, |found| {
        found.iter().any(|found| found["attempts"].as_u64() >= Some(1))
    });
    is_page(&reader.send("POST", None), 200, "Unsubscribed");
    reader.stub.always(SmtpBehaviour::Accept);
    let given_up = wait_for_message(&reader.blog, &query, "given_up");
    assert_eq!(given_up["reason"], "the recipient has unsubscribed");
    assert_eq!(reader.mails().len(), 1);
}
