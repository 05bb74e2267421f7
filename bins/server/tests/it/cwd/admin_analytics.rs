//! Contract cwd, 3.4: visits in numbers, D-23 and D-25.

use diesel::connection::SimpleConnection as _;
use inkstone_vocab::Day;
use serde_json::{Value, json};

use super::{
    admin_statistics::{read, thirty_days, today, within_a_day},
    support::{Blog, Database, on_both_databases},
};

const OVERVIEW: &str = "/admin/analytics/overview";
const PAGES: &str = "/admin/analytics/pages";

#[track_caller]
fn visit(blog: &Blog, page: &Value) {
    blog.post("/api/analytics/visit", page).expect(200, r#"{"success":true}"#);
}

on_both_databases!(visits_count_for_their_site_alone);

fn visits_count_for_their_site_alone(database: Database) {
    let blog = Blog::on(database);
    visit(&blog, &json!({ "postSlug": "/a", "siteId": "blog" }));
    visit(&blog, &json!({ "postSlug": "/a", "siteId": "blog", "postUrl": "https://h.io/a" }));
    visit(&blog, &json!({ "postSlug": "/a", "siteId": "default" }));
    visit(&blog, &json!({ "postSlug": "/b" }));
    visit(&blog, &json!({ "postSlug": "https://h.io/b" }));
    blog.post("/api/like", &json!({ "postSlug": "/liked", "siteId": "blog" }));
    for (query, views, pages) in [
        ("", 5, 4),
        ("?siteId=blog", 2, 1),
        ("?siteId=default", 3, 3),
        ("?site_id=", 3, 3),
        ("?siteId=nobody", 0, 0),
    ] {
        let (today, found) = within_a_day(|| read(&blog, &format!("{OVERVIEW}{query}")));
        let expected = json!({
            "totalPv": views,
            "totalPages": pages,
            "todayPv": views,
            "yesterdayPv": 0,
            "weekPv": views,
            "lastWeekPv": 0,
            "monthPv": views,
            "lastMonthPv": 0,
            "last30Days": thirty_days(today, views),
        });
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn pages_come_by_views_and_by_time() {
    let blog = Blog::start();
    for page in [
        json!({ "postSlug": "/twice", "postTitle": "Twice", "postUrl": "https://h.io/twice" }),
        json!({ "postSlug": "/twice/" }),
        json!({ "postSlug": "/other", "siteId": "blog" }),
    ] {
        visit(&blog, &page);
    }
    blog.database()
        .batch_execute(
            "UPDATE page_stats SET last_visit_at = 1795248000123 WHERE post_slug = '/twice';
             UPDATE page_stats SET last_visit_at = 1795248000124 WHERE post_slug = '/other';",
        )
        .unwrap();
    let twice = json!({
        "postSlug": "/twice",
        "postTitle": "Twice",
        "postUrl": "https://h.io/twice",
        "pv": 2,
        "lastVisitAt": 1_795_248_000_123_i64,
    });
    let other = json!({
        "postSlug": "/other",
        "postTitle": null,
        "postUrl": null,
        "pv": 1,
        "lastVisitAt": 1_795_248_000_124_i64,
    });
    let (by_views, by_latest) = (json!([twice, other]), json!([other, twice]));
    for (query, chosen) in [
        ("", &by_views),
        ("?order=pv", &by_views),
        ("?order=latest", &by_latest),
        ("?order=nonsense", &by_views),
    ] {
        let expected =
            json!({ "items": chosen, "itemsByPv": by_views, "itemsByLatest": by_latest });
        assert_eq!(read(&blog, &format!("{PAGES}{query}")), expected, "{query}");
    }
    let expected = json!({ "items": [other], "itemsByPv": [other], "itemsByLatest": [other] });
    assert_eq!(read(&blog, &format!("{PAGES}?siteId=blog")), expected);
}

#[test]
fn twenty_pages_are_enough() {
    let blog = Blog::start();
    for number in 0..22 {
        visit(&blog, &json!({ "postSlug": format!("/{number}") }));
    }
    let found = read(&blog, PAGES);
    for list in ["items", "itemsByPv", "itemsByLatest"] {
        assert_eq!(found[list].as_array().unwrap().len(), 20, "{list}");
    }
}

#[test]
fn a_page_that_was_only_liked_has_no_visit() {
    let blog = Blog::start();
    blog.post("/api/like", &json!({ "postSlug": "/liked" }));
    let page = json!({
        "postSlug": "/liked",
        "postTitle": null,
        "postUrl": null,
        "pv": 0,
        "lastVisitAt": null,
    });
    let expected = json!({ "items": [page], "itemsByPv": [page], "itemsByLatest": [page] });
    assert_eq!(read(&blog, PAGES), expected);
    assert_eq!(read(&blog, OVERVIEW)["totalPages"], 0);
}

#[test]
fn weeks_begin_on_monday_and_months_on_the_first() {
    let blog = Blog::start();
    let (today, found) = within_a_day(|| {
        let today = today();
        let days = Day::each(today.plus(-99)..=today)
            .map(|day| format!("('{day}', '', '', 1, 0, 0)"))
            .collect::<Vec<_>>()
            .join(",");
        let columns = "date, site_id, domain, count, created_at, updated_at";
        blog.database()
            .batch_execute(&format!(
                "DELETE FROM page_visit_daily; DELETE FROM page_stats;
                 INSERT INTO page_visit_daily ({columns}) VALUES {days};
                 INSERT INTO page_stats
                   (site_id, post_slug, slug_key, pv, created_at, updated_at)
                   VALUES ('', '/a', '/a', 100, 0, 0);"
            ))
            .unwrap();
        read(&blog, OVERVIEW)
    });
    let day_of_month: u64 = today.to_string()[8..].parse().unwrap();
    let yesterday_of_month: u64 = today.month_start().plus(-1).to_string()[8..].parse().unwrap();
    let weekday = Day::each(today.monday()..=today).count();
    let mut series = thirty_days(today, 1);
    series.as_array_mut().unwrap().iter_mut().for_each(|day| day["total"] = 1.into());
    let expected = json!({
        "totalPv": 100,
        "totalPages": 1,
        "todayPv": 1,
        "yesterdayPv": 1,
        "weekPv": weekday,
        "lastWeekPv": 7,
        "monthPv": day_of_month,
        "lastMonthPv": yesterday_of_month,
        "last30Days": series,
    });
    assert_eq!(found, expected);
}

#[test]
fn imported_visits_without_days_count_for_today() {
    let blog = Blog::start();
    visit(&blog, &json!({ "postSlug": "/a" }));
    blog.database()
        .batch_execute("UPDATE page_stats SET pv = 7; DELETE FROM page_visit_daily;")
        .unwrap();
    let (today, found) = within_a_day(|| read(&blog, OVERVIEW));
    for (name, views) in [("totalPv", 7), ("todayPv", 7), ("weekPv", 7), ("monthPv", 7)] {
        assert_eq!(found[name], views, "{name}");
    }
    assert_eq!(found["last30Days"], thirty_days(today, 7));
}

#[test]
fn the_present_has_no_more_visits_than_all_time() {
    let blog = Blog::start();
    visit(&blog, &json!({ "postSlug": "/a" }));
    blog.database().batch_execute("UPDATE page_visit_daily SET count = 9").unwrap();
    let (_, found) = within_a_day(|| read(&blog, OVERVIEW));
    for name in ["totalPv", "todayPv", "weekPv", "monthPv"] {
        assert_eq!(found[name], 1, "{name}");
    }
}
