//! Mail servers that are down, slow, refuse, or accept late.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use inkstone_delivery::testing::{Act, Gate, ReceivedMail, SmtpBehaviour, SmtpStub, Stage};
use serde_json::{Value, json};

use super::super::support::{
    BOSS, MAIL_PASSWORD, OUTBOX, mailing, mailing_with, names_no_secret, post_as, set_mail,
    wait_for_message, wait_for_messages, wait_until,
};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(
    a_server_that_was_down_gets_its_mail,
    a_refusal_for_now_is_tried_again,
    a_refusal_for_good_is_given_up_with_the_servers_words,
    while_one_recipients_server_is_slow_others_get_their_mail,
    a_mail_that_waits_holds_up_the_next_to_the_same_recipient_and_nobody_else,
    a_wrong_password_is_corrected_and_the_mail_sent_by_hand,
);

/// The mail about a root comment.
fn about(id: i64) -> String {
    format!("subject={id}&channel=mail")
}

/// The mail about a root comment, as soon as it waits after a failure.
#[track_caller]
fn failing(blog: &Blog, id: i64) -> Value {
    let waits = |found: &[Value]| {
        found.iter().any(|found| found["state"] == "waiting" && !found["reason"].is_null())
    };
    wait_for_messages(blog, &about(id), waits)[0].clone()
}

#[track_caller]
fn sent(blog: &Blog, id: i64) -> Value {
    let sent = wait_for_message(blog, &about(id), "sent");
    assert_eq!((&sent["reason"], &sent["nextAttempt"]), (&Value::Null, &Value::Null));
    assert!(sent["finished"].is_i64(), "{sent}");
    sent
}

fn a_server_that_was_down_gets_its_mail(database: Database) {
    let (blog, mut stub) = mailing(database);
    stub.close();
    let id = blog.posted(json!({}));
    let found = failing(&blog, id);
    let reason = found["reason"].as_str().unwrap();
    assert!(reason.starts_with("cannot connect to the mail server: "), "{reason}");
    assert!(found["nextAttempt"].is_i64() && found["finished"].is_null(), "{found}");
    stub.reopen();
    stub.wait_for_mails(1);
    assert!(sent(&blog, id)["attempts"].as_i64().unwrap() >= 2);
    assert_eq!(stub.mails().len(), 1);
}

fn a_refusal_for_now_is_tried_again(database: Database) {
    let (blog, stub) = mailing(database);
    stub.always(SmtpBehaviour::answer(Stage::Recipient, "451 4.7.1 greylisted, come back"));
    let id = blog.posted(json!({}));
    assert_eq!(failing(&blog, id)["reason"], "451 4.7.1 greylisted, come back");
    stub.always(SmtpBehaviour::Accept);
    sent(&blog, id);
    assert_eq!(stub.mails().len(), 1);
}

#[test]
fn a_server_that_takes_too_long_is_left_and_asked_again() {
    let (blog, stub) = mailing_with(Database::Sqlite, |config| {
        config.mail.timeout_s = 1.try_into().unwrap();
    });
    stub.always(SmtpBehaviour::At(Stage::Recipient, Act::Silence));
    let id = blog.posted(json!({}));
    assert_eq!(failing(&blog, id)["reason"], "the mail server did not answer in time");
    stub.always(SmtpBehaviour::Accept);
    sent(&blog, id);
    assert_eq!(stub.mails().len(), 1);
}

#[test]
fn a_server_that_accepts_late_gets_the_mail_once_however_short_the_lease() {
    let (blog, stub) = mailing_with(Database::Sqlite, |config| {
        config.notifications.lease_ms = 1_000.try_into().unwrap();
    });
    let gate = Gate::new();
    stub.then(SmtpBehaviour::At(Stage::Body, Act::Wait(gate.clone())));
    let id = blog.posted(json!({}));
    stub.wait_for(Stage::Body, 1);
    // Longer than several leases: each time it was renewed.
    let first = leased_until(&blog);
    wait_until(|| (leased_until(&blog) > first + 1_500).then_some(()));
    assert_eq!(stub.mails(), []);
    gate.open();
    assert_eq!(sent(&blog, id)["attempts"], 1);
    assert_eq!((stub.mails().len(), stub.reached(Stage::Greeting)), (1, 1));
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = BigInt)]
    due_at: i64,
}

/// When the one lease that runs would end.
fn leased_until(blog: &Blog) -> i64 {
    let query = "SELECT due_at FROM outbox_queues WHERE lease IS NOT NULL";
    sql_query(query).get_result::<Due>(&mut blog.database()).unwrap().due_at
}

fn a_refusal_for_good_is_given_up_with_the_servers_words(database: Database) {
    let (blog, stub) = mailing(database);
    stub.then(SmtpBehaviour::answer(Stage::Recipient, "550 5.1.1 no such user here"));
    let refused = blog.posted(json!({}));
    let found = wait_for_message(&blog, &about(refused), "given_up");
    assert_eq!(found["reason"], "550 5.1.1 no such user here");
    assert_eq!((&found["attempts"], &found["nextAttempt"]), (&json!(1), &Value::Null));
    assert_eq!((&found["recipient"], found["finished"].is_i64()), (&json!(BOSS), true));
    let next = blog.posted(json!({ "post_slug": "/next" }));
    sent(&blog, next);
    let subjects: Vec<_> = stub.mails().iter().map(ReceivedMail::subject).collect();
    assert_eq!(subjects, ["新评论提醒 - /next"]);
}

/// Who got which mail, in order, from the beginning.
fn arrived(stub: &SmtpStub, count: usize) -> Vec<(String, String)> {
    let mails = stub.wait_for_mails(count);
    mails.iter().map(|mail| (mail.recipients.join(" "), mail.subject())).collect()
}

fn pair(recipient: &str, title: &str) -> (String, String) {
    (recipient.to_owned(), title.to_owned())
}

/// Comments by Ann and by Bob, about which nobody is mailed.
fn questions(blog: &Blog) -> [i64; 2] {
    set_mail(blog, &json!({ "globalEnabled": false }));
    let ids = [("Ann", "ann@x.io"), ("Bob", "bob@x.io")]
        .map(|(name, email)| post_as(blog, name, email, &json!({})));
    for id in ids {
        wait_for_message(blog, &about(id), "skipped");
    }
    set_mail(blog, &json!({ "globalEnabled": true }));
    ids
}

fn answer(blog: &Blog, parent: i64, title: &str) -> i64 {
    post_as(blog, "Cy", "cy@x.io", &json!({ "parent_id": parent, "post_title": title }))
}

fn while_one_recipients_server_is_slow_others_get_their_mail(database: Database) {
    let (blog, stub) = mailing(database);
    let [ann, bob] = questions(&blog);
    let gate = Gate::new();
    stub.then(SmtpBehaviour::At(Stage::Greeting, Act::Wait(gate.clone())));
    answer(&blog, ann, "1");
    stub.wait_for(Stage::Greeting, 1);
    let waiting = [2, 3].map(|number: i32| answer(&blog, ann, &number.to_string()));
    answer(&blog, bob, "4");
    let others = [pair("bob@x.io", "评论回复 - 4")];
    assert_eq!(arrived(&stub, 1), others);
    for id in waiting {
        let found = wait_for_message(&blog, &about(id), "waiting");
        assert_eq!(found["attempts"], 0, "one at a time to each recipient: {found}");
    }
    gate.open();
    let titles = ["1", "2", "3"].map(|title| pair("ann@x.io", &format!("评论回复 - {title}")));
    assert_eq!(arrived(&stub, 4), [&others[..], &titles].concat());
}

fn a_mail_that_waits_holds_up_the_next_to_the_same_recipient_and_nobody_else(database: Database) {
    let (blog, stub) = mailing_with(database, |config| {
        config.notifications.retry_ms = 3_600_000.try_into().unwrap();
        config.notifications.retry_max_ms = 3_600_000.try_into().unwrap();
    });
    let [ann, bob] = questions(&blog);
    stub.then(SmtpBehaviour::answer(Stage::Mail, "451 later"));
    let first = answer(&blog, ann, "1");
    let found = failing(&blog, first);
    let second = answer(&blog, ann, "2");
    answer(&blog, bob, "3");
    assert_eq!(arrived(&stub, 1), [pair("bob@x.io", "评论回复 - 3")]);
    assert_eq!(wait_for_message(&blog, &about(second), "waiting")["attempts"], 0);
    // By hand at once, and with it what waits behind it.
    let path = format!("{OUTBOX}/{}/retry", found["id"]);
    blog.admin("POST", &path, &Value::Null).expect(200, r#"{"retried":1}"#);
    let titles = ["1", "2"].map(|title| pair("ann@x.io", &format!("评论回复 - {title}")));
    assert_eq!(arrived(&stub, 3)[1..], titles);
}

fn a_wrong_password_is_corrected_and_the_mail_sent_by_hand(database: Database) {
    let (blog, stub) = mailing_with(database, |config| {
        config.notifications.attempts = 2.try_into().unwrap();
    });
    // Some servers repeat what they do not like.
    let line = format!("535 Login fail. {MAIL_PASSWORD} is wrong");
    stub.always(SmtpBehaviour::answer(Stage::Auth, &line));
    let id = blog.posted(json!({}));
    let found = wait_for_message(&blog, &about(id), "given_up");
    assert_eq!(found["reason"], "535 Login fail. *** is wrong");
    assert_eq!(found["attempts"], 2);
    names_no_secret(&blog.admin("GET", OUTBOX, &Value::Null));

    stub.always(SmtpBehaviour::Accept);
    set_mail(&blog, &json!({ "smtp": { "pass": "the right password" } }));
    let path = format!("{OUTBOX}/{}/retry", found["id"]);
    blog.admin("POST", &path, &Value::Null).expect(200, r#"{"retried":1}"#);
    assert_eq!(sent(&blog, id)["attempts"], 1, "all attempts again");
    let mails = stub.mails();
    let (_, password) = mails[0].login.clone().expect("a login");
    assert_eq!((mails.len(), password.as_str()), (1, "the right password"));
}
