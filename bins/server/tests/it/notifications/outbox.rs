//! The owner's view of messages: what was sent, what waits, what was given up and why.

use inkstone_delivery::testing::{ReceivedMail, SmtpBehaviour, Stage};
use serde_json::{Value, json};

use super::support::{
    BOSS, OUTBOX, mailing, mailing_with, messages, outbox, post_as, set_mail, wait_for_message,
    wait_for_messages,
};
use crate::cwd::support::{Blog, Database, encoded, on_both_databases};

on_both_databases!(
    messages_are_shown_with_all_that_is_known_of_them,
    filters_choose_and_pages_cut,
    filters_that_no_message_has_are_refused,
    a_message_is_tried_again_by_hand,
    everything_given_up_is_tried_again_at_once,
    when_too_many_wait_further_ones_are_given_up_at_once,
);

fn refused(code: &str, message: &str) -> String {
    json!({ "code": code, "message": message }).to_string()
}

fn not_retriable() -> String {
    refused(
        "message_not_retriable",
        "There is no such message, or it was sent, is not wanted, or is being sent just now.",
    )
}

/// The numbers that no test can know, checked and taken out.
fn without_numbers(message: &Value) -> Value {
    let mut message = message.clone();
    for name in ["id", "created", "finished"] {
        let number = message.as_object_mut().unwrap().remove(name);
        let number = number.and_then(|number| number.as_i64()).expect(name);
        assert!(number > 0, "{name}");
    }
    message
}

fn messages_are_shown_with_all_that_is_known_of_them(database: Database) {
    let (blog, stub) = mailing(database);
    assert_eq!(outbox(&blog, ""), json!({ "messages": [], "page": 1, "limit": 50, "total": 0 }));
    let root = blog.posted(json!({ "post_title": "One" }));
    wait_for_message(&blog, &format!("subject={root}&channel=mail"), "sent");
    stub.always(SmtpBehaviour::answer(Stage::Recipient, "550 no"));
    let reply = post_as(&blog, "Bob", "bob@x.io", &json!({ "parent_id": root }));
    wait_for_message(&blog, &format!("subject={reply}&channel=mail"), "given_up");

    let list = outbox(&blog, "");
    assert_eq!((&list["page"], &list["limit"], &list["total"]), (&1.into(), &50.into(), &4.into()));
    let mut shown = messages(&blog, "");
    let numbers = |name: &str| -> Vec<i64> {
        shown.iter().map(|message| message[name].as_i64().unwrap()).collect()
    };
    let ids = numbers("id");
    assert!(ids.is_sorted_by(|newer, older| newer > older), "newest first: {ids:?}");
    for (created, finished) in numbers("created").into_iter().zip(numbers("finished")) {
        assert!(finished >= created);
    }
    // Of one event, the channels have no order that matters.
    shown.sort_by_key(|message| {
        (message["subject"].as_i64(), message["channel"].as_str().map(str::to_owned))
    });
    let off = "telegram_notify_enabled is off";
    let telegram = |subject: i64| {
        json!({
            "event": "comment_posted", "subject": subject, "channel": "telegram", "recipient": "",
            "title": "", "state": "skipped", "attempts": 0, "reason": off, "nextAttempt": null,
        })
    };
    let expected = [
        json!({
            "event": "comment_posted", "subject": root, "channel": "mail", "recipient": BOSS,
            "title": "新评论提醒 - One", "state": "sent", "attempts": 1, "reason": null,
            "nextAttempt": null,
        }),
        telegram(root),
        json!({
            "event": "comment_approved", "subject": reply, "channel": "mail",
            "recipient": "a@x.io", "title": "评论回复 - One", "state": "given_up",
            "attempts": 1, "reason": "550 no", "nextAttempt": null,
        }),
        telegram(reply),
    ];
    assert_eq!(shown.iter().map(without_numbers).collect::<Vec<_>>(), expected);
}

fn filters_choose_and_pages_cut(database: Database) {
    let (blog, _stub) = mailing(database);
    let roots: Vec<i64> = (0..3).map(|_| blog.posted(json!({}))).collect();
    let all_sent = |found: &[Value]| found.len() == 3;
    wait_for_messages(&blog, "channel=mail&state=sent", all_sent);
    let total = |query: &str| outbox(&blog, query)["total"].as_i64().unwrap();
    for (query, expected) in [
        ("", 6),
        ("state=sent", 3),
        ("state=skipped", 3),
        ("state=waiting", 0),
        ("state=given_up", 0),
        ("channel=telegram", 3),
        ("event=comment_posted", 6),
        ("event=comment_approved", 0),
        ("recipient=boss%40x.io", 3),
        ("recipient=boss", 0),
        ("recipient=%27%20OR%201%3D1%20--", 0),
        ("subject=-1", 0),
        ("state=sent&channel=telegram", 0),
        ("state=&channel=&event=&subject=&recipient=&unknown=1", 6),
    ] {
        assert_eq!(total(query), expected, "{query}");
    }
    assert_eq!(total(&format!("subject={}&channel=mail&state=sent", roots[1])), 1);

    let all: Vec<Value> = messages(&blog, "");
    for (query, page, limit, slice) in [
        ("limit=2", 1, 2, &all[..2]),
        ("limit=2&page=2", 2, 2, &all[2..4]),
        ("limit=4&page=2", 2, 4, &all[4..]),
        ("limit=4&page=3", 3, 4, &[][..]),
        ("limit=1000", 1, 200, &all[..]),
        ("limit=0", 1, 1, &all[..1]),
        ("limit=x&page=x", 1, 50, &all[..]),
        ("page=-1", 1, 50, &all[..]),
    ] {
        let expected = json!({ "messages": slice, "page": page, "limit": limit, "total": 6 });
        assert_eq!(outbox(&blog, query), expected, "{query}");
    }
    assert_eq!(messages(&blog, "page=4294967295&limit=200"), [""; 0]);
}

fn filters_that_no_message_has_are_refused(database: Database) {
    let blog = Blog::on(database);
    let text = "state, channel, event, subject or recipient has a value that no message has.";
    for query in [
        "state=lost",
        "state=Sent",
        "channel=pigeon",
        "event=comment",
        "subject=x",
        "subject=1.5",
        "subject=9223372036854775808",
        "recipient=%00",
        "recipient=a%00b",
    ] {
        let answer = blog.admin("GET", &format!("{OUTBOX}?{query}"), &Value::Null);
        answer.expect(400, &refused("outbox_filter_invalid", text));
    }
    let odd = format!("recipient={}", encoded("\u{202e}'\"\\%_\u{1f600}"));
    assert_eq!(messages(&blog, &odd), [""; 0]);
    assert_eq!(messages(&blog, "recipient=%FF%FE"), [""; 0]);
}

#[test]
fn only_the_owner_looks_and_retries() {
    let blog = Blog::start();
    let missing = "This needs the owner's token in the Authorization header.";
    let invalid = "The token is unknown or has expired.";
    for (method, path) in [
        ("GET", OUTBOX.to_owned()),
        ("GET", format!("{OUTBOX}?state=lost")),
        ("POST", format!("{OUTBOX}/retry")),
        ("POST", format!("{OUTBOX}/1/retry")),
        ("POST", format!("{OUTBOX}/x/retry")),
    ] {
        let answer = blog.send(method, &path, &[], &Value::Null);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.expect(401, &refused("token_missing", missing));
        let bogus = [("authorization", "Bearer bogus")];
        let answer = blog.send(method, &path, &bogus, &Value::Null);
        answer.expect(401, &refused("token_invalid", invalid));
        let preflight = blog.send("OPTIONS", &path, &[], &Value::Null);
        assert_eq!(preflight.status, 204);
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
    }
    let answer = blog.admin("GET", OUTBOX, &Value::Null);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "no-store");
    for (method, path) in
        [("GET", "/api/inkstone/nowhere"), ("DELETE", OUTBOX), ("POST", "/api/inkstone/outbox/1")]
    {
        let answer = blog.admin(method, path, &Value::Null);
        answer.expect(404, &refused("route_unknown", "There is nothing here."));
    }
}

/// The number of the mail about a comment.
fn mail_about(blog: &Blog, comment: i64, state: &str) -> i64 {
    let query = format!("subject={comment}&channel=mail");
    wait_for_message(blog, &query, state)["id"].as_i64().unwrap()
}

fn a_message_is_tried_again_by_hand(database: Database) {
    let (blog, stub) = mailing(database);
    stub.then(SmtpBehaviour::answer(Stage::Body, "554 spam"));
    let comment = blog.posted(json!({}));
    let id = mail_about(&blog, comment, "given_up");
    let retry = |id: &str| blog.admin("POST", &format!("{OUTBOX}/{id}/retry"), &Value::Null);
    retry(&id.to_string()).expect(200, r#"{"retried":1}"#);
    assert_eq!(mail_about(&blog, comment, "sent"), id);
    assert_eq!(stub.mails().len(), 1);
    // Sent, not wanted, unknown, or no number at all.
    let skipped = messages(&blog, "state=skipped")[0]["id"].to_string();
    for id in [
        &id.to_string(),
        &skipped,
        &(id + 1000).to_string(),
        "0",
        "-1",
        "x",
        "1e3",
        "9223372036854775807",
        "9223372036854775808",
        "%00",
        "1%27--",
        "..%2f1",
    ] {
        retry(id).expect(409, &not_retriable());
    }
    assert_eq!((stub.mails().len(), stub.reached(Stage::Greeting)), (1, 2));
}

fn everything_given_up_is_tried_again_at_once(database: Database) {
    let (blog, stub) = mailing(database);
    stub.always(SmtpBehaviour::answer(Stage::Recipient, "550 no"));
    let root = blog.posted(json!({}));
    let reply = post_as(&blog, "Bob", "bob@x.io", &json!({ "parent_id": root }));
    let second = blog.posted(json!({ "post_slug": "/two" }));
    for comment in [root, reply, second] {
        mail_about(&blog, comment, "given_up");
    }
    let retry = || blog.admin("POST", &format!("{OUTBOX}/retry"), &Value::Null);
    stub.always(SmtpBehaviour::Accept);
    retry().expect(200, r#"{"retried":3}"#);
    let mails = stub.wait_for_mails(3);
    let owners = mails.iter().filter(|mail| mail.recipients == [BOSS]);
    let subjects: Vec<String> = owners.map(ReceivedMail::subject).collect();
    assert_eq!(subjects, ["新评论提醒 - /posts/one", "新评论提醒 - /two"], "in their order");
    wait_for_messages(&blog, "state=sent", |found| found.len() == 3);
    retry().expect(200, r#"{"retried":0}"#);
    assert_eq!(stub.mails().len(), 3);
}

fn when_too_many_wait_further_ones_are_given_up_at_once(database: Database) {
    let (blog, stub) = mailing_with(database, |config| {
        config.notifications.max_waiting = 2.try_into().unwrap();
        config.notifications.retry_ms = 3_600_000.try_into().unwrap();
        config.notifications.retry_max_ms = 3_600_000.try_into().unwrap();
    });
    stub.always(SmtpBehaviour::answer(Stage::Mail, "451 later"));
    for _ in 0..4 {
        blog.posted(json!({}));
    }
    let lost = wait_for_messages(&blog, "state=given_up", |found| found.len() == 2);
    for message in &lost {
        assert_eq!(message["reason"], "too many messages were waiting");
        assert_eq!(message["attempts"], 0);
    }
    assert_eq!(messages(&blog, "state=waiting").len(), 2);
    // What is not wanted does not wait.
    set_mail(&blog, &json!({ "globalEnabled": false }));
    let unwanted = blog.posted(json!({}));
    wait_for_message(&blog, &format!("subject={unwanted}&channel=mail"), "skipped");
    // Nothing is lost: it can be sent by hand.
    stub.always(SmtpBehaviour::Accept);
    let retry = |path: &str| blog.admin("POST", &format!("{OUTBOX}/{path}"), &Value::Null);
    retry("retry").expect(200, r#"{"retried":2}"#);
    let first = messages(&blog, "state=waiting").pop().expect("the oldest waits");
    retry(&format!("{}/retry", first["id"])).expect(200, r#"{"retried":1}"#);
    assert_eq!(stub.wait_for_mails(4).len(), 4);
}
