//! Every view loads, with all that it reads.

use serde_json::{Value, json};

use super::{Panel, busy};
use crate::cwd::support::{Database, on_both_databases};

on_both_databases!(
    the_frame_loads,
    the_comments_load,
    the_statistics_load,
    the_most_visited_and_liked_pages_load,
    the_settings_load,
);

#[track_caller]
fn all_numbers(object: &Value, members: &[&str]) {
    for member in members {
        assert!(object[member].is_u64(), "{member} in {object}");
    }
}

#[track_caller]
fn all_texts(object: &Value, members: &[&str]) {
    for member in members {
        assert!(object[member].is_string(), "{member} in {object}");
    }
}

#[track_caller]
fn series(days: &Value, figure: &str) {
    let days = days.as_array().unwrap();
    assert_eq!(days.len(), 30);
    assert!(days.iter().all(|day| day["date"].is_string() && day[figure].is_u64()));
    assert!(days.windows(2).all(|pair| pair[0]["date"].as_str() < pair[1]["date"].as_str()));
}

fn the_frame_loads(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    // The frame of every view.
    assert_eq!(panel.get("/admin/stats/sites")["sites"], json!(["", "notes"]));
    assert_eq!(blog.get("/").json()["version"], "0.1.11");
    all_texts(&panel.get("/admin/settings/admin-display"), &["layoutTitle"]);
}

fn the_comments_load(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    let comments = panel.get("/admin/comments/list?page=1");
    assert_eq!(
        (&comments["pagination"]["page"], &comments["pagination"]["total"]),
        (&json!(1), &json!(1))
    );
    for row in comments["data"].as_array().unwrap() {
        all_numbers(row, &["id", "created", "priority", "likes"]);
        all_texts(
            row,
            &[
                "name",
                "email",
                "avatar",
                "ipAddress",
                "contentHtml",
                "contentText",
                "postSlug",
                "status",
            ],
        );
        assert!(row["isAdmin"].is_boolean());
        assert!(row["postUrl"].is_string() || row["postUrl"].is_null());
        assert!(row["url"].is_string() || row["url"].is_null());
    }
    assert_eq!(
        panel.get("/admin/comments/list?page=1&siteId=notes")["data"].as_array().unwrap().len(),
        1
    );
}

fn the_statistics_load(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    for query in ["", "?siteId=notes"] {
        let stats = panel.get(&format!("/admin/stats/comments{query}"));
        all_numbers(&stats["summary"], &["total", "approved", "pending", "rejected"]);
        for site in stats["domains"].as_array().unwrap() {
            all_texts(site, &["domain"]);
            all_numbers(site, &["total", "approved", "pending", "rejected"]);
        }
        assert_eq!(stats["domains"].as_array().unwrap().len(), 2);
        series(&stats["last7Days"], "total");

        let overview = panel.get(&format!("/admin/analytics/overview{query}"));
        all_numbers(
            &overview,
            &[
                "totalPv",
                "totalPages",
                "todayPv",
                "yesterdayPv",
                "weekPv",
                "lastWeekPv",
                "monthPv",
                "lastMonthPv",
            ],
        );
        series(&overview["last30Days"], "total");
    }
}

fn the_most_visited_and_liked_pages_load(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    for order in ["pv", "latest"] {
        let pages = panel.get(&format!("/admin/analytics/pages?order={order}"));
        for list in ["items", "itemsByPv", "itemsByLatest"] {
            let [page] = &pages[list].as_array().unwrap()[..] else { panic!("{list}: {pages}") };
            all_texts(page, &["postSlug", "postTitle", "postUrl"]);
            all_numbers(page, &["pv", "lastVisitAt"]);
        }
    }
    let likes = panel.get("/admin/likes/stats");
    assert_eq!(likes["items"].as_array().unwrap().len(), 1);
    all_texts(&likes["items"][0], &["pageSlug", "pageTitle"]);
    all_numbers(&likes["items"][0], &["likes"]);
}

fn the_settings_load(database: Database) {
    let blog = busy(database);
    let panel = Panel::login(&blog);
    // The settings view fails as a whole when one of these does.
    let comments = panel.get("/admin/settings/comments");
    assert!(comments["adminEnabled"].is_boolean() && comments["requireReview"].is_boolean());
    assert!(
        ["allowedDomains", "blockedIps", "blockedEmails"]
            .iter()
            .all(|name| comments[name].is_array())
    );
    let mail = panel.get("/admin/settings/email-notify");
    all_texts(&mail["smtp"], &["host", "user", "pass"]);
    all_texts(&mail["templates"], &["reply", "admin"]);
    assert!(mail["smtp"]["port"].is_u64() && mail["smtp"]["secure"].is_boolean());
    assert!(mail["globalEnabled"].is_boolean());
    assert!(panel.get("/admin/settings/features")["enableArticleLike"].is_boolean());
    assert!(panel.get("/admin/settings/telegram")["notifyEnabled"].is_boolean());

    all_texts(
        &panel.get("/admin/settings/s3"),
        &["endpoint", "accessKeyId", "secretAccessKey", "bucket", "region"],
    );
}
