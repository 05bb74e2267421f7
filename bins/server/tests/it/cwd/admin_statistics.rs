//! Contract cwd, 3.4: comments in numbers, and the sites there are.

use diesel::connection::SimpleConnection as _;
use inkstone_vocab::{Day, Timestamp};
use serde_json::{Value, json};

use super::support::{Blog, Database, on_both_databases, said};

const STATISTICS: &str = "/admin/stats/comments";
const SITES: &str = "/admin/stats/sites";
const ROUTES: [&str; 6] = [
    STATISTICS,
    SITES,
    "/admin/analytics/overview",
    "/admin/analytics/pages",
    "/admin/likes/list",
    "/admin/likes/stats",
];

/// What the owner reads, which must succeed.
#[track_caller]
pub(super) fn read(blog: &Blog, path: &str) -> Value {
    let answer = blog.admin("GET", path, &Value::Null);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

/// The present UTC day; a test that must not see it change asks before and after.
pub(super) fn today() -> Day {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap()).day()
}

/// Thirty days that end today, on which there was nothing until `total` today.
pub(super) fn thirty_days(today: Day, total: u64) -> Value {
    let days = Day::each(today.plus(-29)..=today);
    days.map(|day| {
        let total = if day == today { total } else { 0 };
        json!({ "date": day.to_string(), "total": total })
    })
    .collect()
}

/// Runs `read` within one UTC day.
pub(super) fn within_a_day<T>(read: impl Fn() -> T) -> (Day, T) {
    loop {
        let (before, value) = (today(), read());
        if before == today() {
            return (before, value);
        }
    }
}

on_both_databases!(comments_are_counted_by_status_and_site, sites_are_listed_once);

fn comments_are_counted_by_status_and_site(database: Database) {
    let blog = Blog::on(database);
    for (site, status) in [
        ("blog", "approved"),
        ("blog", "pending"),
        ("blog", "rejected"),
        ("", "approved"),
        ("default", "rejected"),
        ("another", "approved"),
    ] {
        let id = blog.posted(json!({ "site_id": site }));
        blog.set_status(id, status);
    }
    let domains = json!([
        { "domain": "blog", "total": 3, "approved": 1, "pending": 1, "rejected": 1 },
        { "domain": "default", "total": 2, "approved": 1, "pending": 0, "rejected": 1 },
        { "domain": "another", "total": 1, "approved": 1, "pending": 0, "rejected": 0 },
    ]);
    for (query, [total, approved, pending, rejected]) in [
        ("", [6, 3, 1, 2]),
        ("?siteId=blog", [3, 1, 1, 1]),
        ("?site_id=blog", [3, 1, 1, 1]),
        ("?siteId=default", [2, 1, 0, 1]),
        ("?siteId=nobody", [0, 0, 0, 0]),
    ] {
        let (today, found) = within_a_day(|| read(&blog, &format!("{STATISTICS}{query}")));
        let summary = json!({
            "total": total,
            "approved": approved,
            "pending": pending,
            "rejected": rejected,
        });
        let expected = json!({
            "summary": summary,
            "domains": domains,
            "last7Days": thirty_days(today, total),
        });
        assert_eq!(found, expected, "{query}");
    }
}

fn sites_are_listed_once(database: Database) {
    let blog = Blog::on(database);
    assert_eq!(read(&blog, SITES), json!({ "sites": [] }));
    blog.posted(json!({ "site_id": "comments" }));
    blog.posted(json!({ "site_id": "both" }));
    for site in ["visits", "both", "default"] {
        blog.post("/api/analytics/visit", &json!({ "postSlug": "/a", "siteId": site }))
            .expect(200, r#"{"success":true}"#);
    }
    blog.post("/api/like", &json!({ "postSlug": "/a", "siteId": "Likes" }));
    let sites = ["", "Likes", "both", "comments", "visits"];
    assert_eq!(read(&blog, SITES), json!({ "sites": sites }));
}

#[test]
fn a_blog_without_comments_has_a_series_all_the_same() {
    let blog = Blog::start();
    let (today, found) = within_a_day(|| read(&blog, STATISTICS));
    let expected = json!({
        "summary": { "total": 0, "approved": 0, "pending": 0, "rejected": 0 },
        "domains": [],
        "last7Days": thirty_days(today, 0),
    });
    assert_eq!(found, expected);
}

#[test]
fn comments_count_on_their_day_for_thirty_days() {
    let blog = Blog::start();
    for _ in 0..4 {
        blog.posted(json!({}));
    }
    let (today, found) = within_a_day(|| {
        let age = |id: u32, days: i64, millis: i64| {
            let at = today().plus(-days).start().millis() + millis;
            format!("UPDATE comments SET created = {at} WHERE id = {id};")
        };
        let changes = [age(1, 30, 86_399_999), age(2, 29, 0), age(3, 1, 86_399_999), age(4, 0, 0)];
        blog.database().batch_execute(&changes.concat()).unwrap();
        read(&blog, STATISTICS)
    });
    let mut expected = thirty_days(today, 1);
    expected[0]["total"] = 1.into();
    expected[28]["total"] = 1.into();
    assert_eq!(found["last7Days"], expected);
    assert_eq!(found["summary"]["total"], 4);
}

#[test]
fn statistics_are_for_the_owner() {
    let blog = Blog::start();
    for path in ROUTES {
        blog.get(path).expect(401, &said("Unauthorized"));
        let bogus = [("authorization", "Bearer bogus")];
        let answer = blog.server.send("GET", path, &bogus, None);
        answer.expect(401, &said("Token expired or invalid"));
        blog.admin("POST", path, &json!({})).expect(404, &said("Not Found"));
    }
}

#[test]
fn a_site_that_cannot_be_is_refused() {
    let blog = Blog::start();
    let long = "x".repeat(65);
    for path in ROUTES.into_iter().filter(|path| *path != SITES) {
        let answer = blog.admin("GET", &format!("{path}?siteId={long}"), &Value::Null);
        answer.expect(400, &said("无效的请求体"));
    }
}

#[test]
fn a_failure_of_the_server_is_told_in_fixed_words() {
    let blog = Blog::start();
    read(&blog, SITES);
    let lose = ["comments", "page_stats", "page_visit_daily", "page_likes", "settings"]
        .map(|table| format!("DROP TABLE {table};"));
    let mut database = blog.database();
    database.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
    database.batch_execute(&lose.concat()).unwrap();
    for (path, message) in ROUTES.into_iter().zip([
        "获取统计数据失败",
        "获取站点列表失败",
        "获取访问统计概览失败",
        "获取页面访问统计失败",
        "获取点赞记录失败",
        "获取点赞统计失败",
    ]) {
        blog.admin("GET", path, &Value::Null).expect(500, &said(message));
    }
    // Settings may be at hand without asking the database; saving them always asks it.
    for path in ["/admin/settings/telegram", "/admin/settings/s3"] {
        blog.admin("PUT", path, &json!({})).expect(500, &said("保存失败"));
    }
}
