//! Many at once: nothing is lost, and totals stay true (contract cwd, 15 and 16.7).

use std::{
    collections::BTreeSet,
    sync::mpsc::{self, Sender},
    thread,
};

use serde_json::{Value, json};

use super::support::{Blog, Database, PAGE, at_once, comment, on_both_databases, said};
use crate::support::Answer;

on_both_databases!(
    addresses_blocked_at_once_are_all_kept,
    settings_changed_at_once_are_all_kept,
    totals_agree_with_lists_whatever_happens_at_once,
    one_client_may_post_roots_and_answers_at_once,
);

fn read(blog: &Blog, path: &str) -> Value {
    let answer = blog.admin("GET", path, &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn addresses_blocked_at_once_are_all_kept(database: Database) {
    let blog = Blog::on(database);
    let addresses: BTreeSet<String> = (0..50).map(|last| format!("192.0.2.{last}")).collect();
    at_once(50, |number| {
        let body = json!({ "ip": format!("192.0.2.{number}") });
        let answer = blog.admin("POST", "/admin/comments/block-ip", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    });
    let settings = read(&blog, "/admin/settings/comments");
    let blocked: Vec<String> = serde_json::from_value(settings["blockedIps"].clone()).unwrap();
    assert_eq!(blocked.len(), 50);
    assert_eq!(blocked.into_iter().collect::<BTreeSet<_>>(), addresses);
}

/// Each client changes one member, again and again.
fn settings_changed_at_once_are_all_kept(database: Database) {
    const COMMENTS: &str = "/admin/settings/comments";
    const FEATURES: &str = "/admin/settings/features";
    const MAIL: &str = "/admin/settings/email-notify";
    let blog = Blog::on(database);
    let last = [
        (COMMENTS, json!({ "adminEmail": "boss@x.io" })),
        (COMMENTS, json!({ "adminBadge": "Boss" })),
        (COMMENTS, json!({ "requireReview": true })),
        (COMMENTS, json!({ "allowedDomains": ["a.example", "b.example"] })),
        (COMMENTS, json!({ "blockedEmails": ["spam@x.io"] })),
        (FEATURES, json!({ "enableCommentLike": false })),
        (FEATURES, json!({ "commentPlaceholder": "Say something" })),
        (MAIL, json!({ "globalEnabled": false })),
    ];
    at_once(last.len(), |number| {
        let (path, body) = &last[number];
        for _ in 0..5 {
            let answer = blog.admin("PUT", path, body);
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    });
    for (path, body) in last {
        let now = read(&blog, path);
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&now[name], value, "{name}");
        }
    }
}

fn totals_agree_with_lists_whatever_happens_at_once(database: Database) {
    let blog = Blog::on(database);
    let (judge, judged) = mpsc::channel();
    let (remove, removed) = mpsc::channel();
    thread::scope(|scope| {
        for writer in 0..4 {
            let (blog, moderators) = (&blog, [judge.clone(), remove.clone()]);
            scope.spawn(move || write(blog, writer, &moderators));
        }
        drop((judge, remove));
        let blog = &blog;
        scope.spawn(move || {
            for id in judged {
                judge_comment(blog, id);
            }
        });
        scope.spawn(move || {
            for id in removed.into_iter().filter(|id| id % 4 == 1) {
                let path = format!("/admin/comments/delete?id={id}");
                assert_eq!(blog.admin("DELETE", &path, &Value::Null).status, 200);
            }
        });
    });

    let (nested, flat) = (all(&blog, "true"), all(&blog, "false"));
    let replies = |root: &Value| root["replies"].as_array().unwrap().len();
    let shown = nested.comments.iter().map(|root| 1 + replies(root)).sum::<usize>();
    assert_eq!((nested.total, flat.total), (shown, flat.comments.len()));
    let approved = rows(&blog).iter().filter(|row| row["status"] == "approved").count();
    assert_eq!(flat.comments.len(), approved);
    assert!(shown > 0 && approved < blog.stored(), "both kinds are there");
}

/// Posts roots, and an answer to each whose root may be hidden or gone by then.
fn write(blog: &Blog, writer: usize, moderators: &[Sender<i64>]) {
    let tell = |answer: &Answer| {
        let id = answer.json()["id"].as_i64().unwrap();
        for moderator in moderators {
            moderator.send(id).unwrap();
        }
        id
    };
    let post =
        |changes| blog.post_from(&format!("192.0.2.{writer}"), "/api/comments", &comment(changes));
    for number in 0..6 {
        let root = post(json!({ "content": format!("{writer} {number}") }));
        assert_eq!(root.status, 200, "{}", root.text());
        let answer = post(json!({ "content": "answer", "parent_id": tell(&root) }));
        if answer.status == 200 {
            tell(&answer);
        } else {
            answer.expect(400, &said("父评论不存在"));
        }
    }
}

/// Lets it be, hides it, or hides it and shows it again; unless it is gone.
fn judge_comment(blog: &Blog, id: i64) {
    let statuses: &[&str] = match id % 3 {
        0 => &[],
        1 => &["rejected"],
        _ => &["pending", "approved"],
    };
    for status in statuses {
        let path = format!("/admin/comments/status?id={id}&status={status}");
        let answer = blog.admin("PUT", &path, &Value::Null);
        if answer.status != 200 {
            answer.expect(404, &said("Comment not found"));
        }
    }
}

/// Both need the page and the client's interval; whoever took them in another order than the rest
/// would make all of them wait.
fn one_client_may_post_roots_and_answers_at_once(database: Database) {
    let blog = Blog::on(database);
    let root = blog.posted(json!({}));
    at_once(8, |writer| {
        let parent = if writer % 2 == 0 { json!(null) } else { json!(root) };
        for _ in 0..5 {
            blog.posted(json!({ "parent_id": parent }));
        }
    });
    assert_eq!((all(&blog, "true").total, all(&blog, "false").total), (41, 41));
}

struct Listed {
    comments: Vec<Value>,
    /// What the list says of itself.
    total: usize,
}

fn all(blog: &Blog, nested: &str) -> Listed {
    let mut comments = Vec::new();
    for page in 1.. {
        let list = blog.list(&format!("post_slug={PAGE}&limit=5&nested={nested}&page={page}"));
        let slice = list["data"].as_array().unwrap();
        comments.extend(slice.iter().cloned());
        if slice.is_empty() {
            let total = list["pagination"]["totalCount"].as_u64().unwrap();
            return Listed { comments, total: total.try_into().unwrap() };
        }
    }
    unreachable!("some page is empty")
}

/// All comments, as the owner sees them.
fn rows(blog: &Blog) -> Vec<Value> {
    let page = |page| read(blog, &format!("/admin/comments/list?page={page}"));
    let rows = (1..).map(page).map(|list| list["data"].as_array().unwrap().clone());
    rows.take_while(|rows| !rows.is_empty()).flatten().collect()
}
