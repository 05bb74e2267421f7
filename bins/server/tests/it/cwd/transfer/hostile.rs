//! Files that are broken, huge, or made to harm.

use serde_json::{Value, json};

use super::{
    super::support::{Blog, Database, on_both_databases, said},
    export, imported, row,
};
use crate::support::Answer;

on_both_databases! {
    what_databases_refuse_is_left_out,
    a_file_is_stored_whole_or_not_at_all,
}

const PATHS: [&str; 4] = [
    "/admin/comments/import",
    "/admin/import/config",
    "/admin/import/stats",
    "/admin/import/backup",
];

fn send(blog: &Blog, path: &str, body: &str) -> Answer {
    let token = format!("Bearer {}", blog.login());
    blog.server.send("POST", path, &[("authorization", &token)], Some(body))
}

/// NUL, halves of characters, numbers without end: in every text there is.
fn what_databases_refuse_is_left_out(database: Database) {
    let blog = Blog::on(database);
    let odd = "a\u{0}b\u{1}";
    let members = [
        "name",
        "email",
        "url",
        "ip_address",
        "device",
        "os",
        "browser",
        "ua",
        "content_text",
        "content_html",
        "post_title",
        "post_url",
    ];
    let mut comment = row(json!({ "post_slug": "/a" }));
    for member in members {
        comment[member] = odd.into();
    }
    let rows = json!({
        "comments": [comment, row(json!({ "id": 2, "post_slug": odd })), row(json!({ "id": 3, "site_id": odd }))],
        "settings": [{ "key": "comment_admin_badge", "value": odd }],
        "page_stats": [
            { "post_slug": "/a", "post_title": odd, "post_url": odd, "pv": 1 }, { "post_slug": odd },
        ],
        "page_visit_daily": [{ "date": "2024-01-01", "domain": odd, "count": 1 }],
        "likes": [{ "page_slug": "/a", "user_id": odd }, { "page_slug": odd, "user_id": "u" }],
    });
    blog.admin("POST", "/admin/import/backup", &rows)
        .expect(200, &said("导入结果： 评论 1 条; 配置 1 条; 统计数据 2 条;"));
    let exported = blog.admin("GET", "/admin/export/backup", &json!({})).text().to_owned();
    assert!(!exported.contains("\\u0000"), "{exported}");
    let extremes = r#"{
        "comments": [
            {"id": 1e400, "post_slug": "/a", "content_text": "x"},
            {"id": -1e300, "post_slug": "/b", "content_text": "cut \ud800", "likes": 18446744073709551615,
             "priority": 99999999999, "created": -9223372036854775808}
        ],
        "page_stats": [{"post_slug": "/b", "pv": 18446744073709551615, "created_at": -9223372036854775808}],
        "page_visit_daily": [{"date": "2024-01-02", "count": 1e999}],
        "likes": [{"page_slug": "/b", "user_id": "\udfff"}]
    }"#;
    send(&blog, "/admin/import/backup", extremes)
        .expect(200, &said("导入结果： 评论 1 条; 统计数据 1 条;"));
    assert_eq!(blog.list("post_slug=/b")["data"][0]["contentText"], "cut \u{fffd}");
}

/// A document that is broken at its end has been read almost to it.
fn a_file_is_stored_whole_or_not_at_all(database: Database) {
    let blog = Blog::on(database);
    let comments: Vec<Value> = (1..=50).map(|id| row(json!({ "id": id }))).collect();
    let backup = json!({ "comments": comments, "page_stats": [{ "post_slug": "/a", "pv": 3 }],
        "settings": [{ "key": "comment_admin_badge", "value": "x" }] })
    .to_string();
    for broken in [
        backup[..backup.len() - 1].to_owned(),
        format!("{backup}{{}}"),
        backup.replacen("\"page_stats\":[", "\"page_stats\":[nonsense,", 1),
        backup.replacen("\"settings\":[", "\"comments\":[],\"settings\":[", 1),
    ] {
        send(&blog, "/admin/import/backup", &broken).expect(400, &said("数据格式错误"));
    }
    let list = Value::from(comments).to_string();
    for broken in [&list[..list.len() - 1], &list.replacen("},{", "},{,", 1), "[[["] {
        send(&blog, "/admin/comments/import", broken).expect(400, &said("数据格式错误"));
    }
    assert_eq!(export(&blog, ""), json!([]));
    let backup = blog.admin("GET", "/admin/export/backup", &json!({})).json();
    assert_eq!((&backup["settings"], &backup["page_stats"]), (&json!([]), &json!([])));
}

#[test]
fn depth_is_no_danger() {
    let blog = Blog::start();
    let deep = format!("{}{}", "[".repeat(300_000), "]".repeat(300_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    send(&blog, "/admin/comments/import", &deep).expect(200, &imported(0));
    send(&blog, "/admin/import/config", &format!("[{deep}]"))
        .expect(400, &said("没有有效的配置数据"));
    for path in PATHS {
        let answer = send(
            &blog,
            path,
            &format!(r#"{{"comments":[{objects}],"likes":[{deep}],"x":{deep}}}"#),
        );
        assert!([200, 400].contains(&answer.status), "{path}: {answer:?}");
    }
    send(&blog, "/admin/import/stats", &format!(r#"{{"likes":{objects}}}"#))
        .expect(200, &said("成功导入 0 条统计数据"));
    assert_eq!(export(&blog, ""), json!([]));
}

#[test]
fn ten_megabytes_of_text_cost_one_comment() {
    let blog = Blog::start();
    let long = "<b>".repeat(10 * 1024 * 1024 / 3);
    let mut rows = vec![row(json!({ "id": 1 })), row(json!({ "id": 2, "parent_id": 3 }))];
    for member in ["content_text", "content_html"] {
        rows.push(row(json!({ "id": 3, member: long })));
    }
    blog.admin("POST", "/admin/comments/import", &rows.into()).expect(200, &imported(2));
    let names = json!([
        row(
            json!({ "id": 4, "name": "n".repeat(500_000), "ua": "u".repeat(500_000), "post_title": "t".repeat(500_000) })
        ),
        row(json!({ "id": 5, "post_slug": format!("/{}", "s".repeat(500_000)) })),
    ]);
    blog.admin("POST", "/admin/comments/import", &names).expect(200, &imported(1));
    let exported = export(&blog, "");
    assert_eq!(exported.as_array().unwrap().len(), 3);
    assert!(exported.to_string().len() < 10_000);
}

/// Wrong types cost the member, or the row, and never the file.
#[test]
fn wrong_types_cost_a_row_at_most() {
    let blog = Blog::start();
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!("x"),
        json!([1]),
        json!({ "a": 1 }),
    ];
    let whole = row(json!({}));
    let mut comments = Vec::new();
    for member in whole.as_object().unwrap().keys() {
        comments.extend(odd.iter().map(|value| {
            let mut comment = row(json!({ "id": null }));
            comment[member] = value.clone();
            comment
        }));
    }
    let rows = |template: Value| -> Vec<Value> {
        let members: Vec<String> = template.as_object().unwrap().keys().cloned().collect();
        let changed = |member: &String, value: &Value| {
            let mut row = template.clone();
            row[member] = value.clone();
            row
        };
        members
            .iter()
            .flat_map(|member| odd.iter().map(|value| changed(member, value)).collect::<Vec<_>>())
            .collect()
    };
    let backup = json!({
        "comments": comments,
        "settings": rows(json!({ "key": "comment_admin_badge", "value": "x" })),
        "page_stats": rows(json!({ "site_id": "", "post_slug": "/a", "pv": 1, "post_title": "t", "post_url": "u", "last_visit_at": 1, "created_at": 1, "updated_at": 1 })),
        "page_visit_daily": rows(json!({ "date": "2024-01-01", "site_id": "", "domain": "h", "count": 1, "created_at": 1, "updated_at": 1 })),
        "likes": rows(json!({ "site_id": "", "page_slug": "/a", "user_id": "u", "created_at": 1 })),
    });
    let answer = blog.admin("POST", "/admin/import/backup", &backup);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let exported = blog.admin("GET", "/admin/export/backup", &json!({})).json();
    assert!(exported["comments"].as_array().unwrap().len() > comments_at_least(&backup));
    let again = blog.admin("POST", "/admin/import/backup", &exported);
    assert_eq!(again.status, 200, "{}", again.text());
    for path in PATHS {
        for body in ["null", "true", "1", "\"x\"", "", "\u{feff}", "{\"a\"", "[1,"] {
            send(&blog, path, body).expect(400, &said("数据格式错误"));
        }
    }
}

/// Most of them are usable all the same.
fn comments_at_least(backup: &Value) -> usize {
    backup["comments"].as_array().unwrap().len() / 2
}
