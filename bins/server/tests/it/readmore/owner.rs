//! What the owner sees (contract readmore, 5.3).

use inkstone_wechat::testing::{Platform, event};
use serde_json::{Value, json};

use super::support::{
    ACCOUNT, ADA, BLOG, FORBIDDEN, INVALID_BLOG, SUCCESS, WX_TOKEN, account_on, blog, blog_on,
};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(articles_and_days_are_counted, followers_are_listed);

#[test]
fn nobody_else_sees_who_read_what() {
    let blog = blog();
    for name in ["browse/list", "browse/statistics", "subscriber/list"] {
        for headers in [&[][..], &[("authorization", "Bearer x")]] {
            let path = super::support::path(&format!("{name}?blogId={BLOG}"));
            let answer = blog.server.send("GET", &path, headers, None).expect(403, FORBIDDEN);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
    }
}

fn read(blog: &Blog, address: &str, url: &str, title: &str, tag: u8) {
    let body = json!({ "blogId": BLOG, "url": url, "title": title, "tag": tag, "probability": 1 });
    blog.readmore_from(address, "browse/add", &body).expect(200, SUCCESS);
}

#[test]
fn lists_are_cut_and_ordered() {
    let blog = blog();
    for (number, title) in (1..=12).zip("cabdefghijkl".chars()) {
        read(&blog, "203.0.113.1", &format!("/{number}"), &title.to_string(), 1);
    }
    let list = |query: &str| {
        let path = format!("browse/list?blogId={BLOG}{query}");
        blog.owner("GET", &path, &Value::Null).json()["data"].clone()
    };
    let titles = |query: &str| {
        let data = list(query);
        let items = data["list"].as_array().unwrap().iter();
        items.map(|item| item["title"].as_str().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(titles(""), "lkjihgfedb", "the newest first");
    assert_eq!(titles("&currPage=2"), "ac");
    assert_eq!(titles("&currPage=3"), "");
    assert_eq!(titles("&orderField=title&orderMode=ASC&pageSize=3"), "abc");
    assert_eq!(titles("&orderField=title&orderMode=asc);DROP&pageSize=3"), "lkj");
    assert_eq!(titles("&orderField=(SELECT 1)&orderMode=asc&pageSize=1"), "c");
    let data = list("&pageSize=5&currPage=2");
    assert_eq!(
        [&data["currPage"], &data["pageSize"], &data["totalPage"], &data["totalCount"]],
        [2, 5, 3, 12]
    );
    assert_eq!(list("&pageSize=100000")["pageSize"], 100);
    assert_eq!(list("&pageSize=-1")["pageSize"], 1);
    let nothing = |query: &str| {
        let path = format!("browse/list{query}");
        blog.owner("GET", &path, &Value::Null).json()["data"]["totalCount"].clone()
    };
    assert_eq!((nothing(""), nothing("?blogId=other")), (json!(0), json!(0)));
}

fn articles_and_days_are_counted(database: Database) {
    let blog = blog_on(database, |_| {});
    read(&blog, "203.0.113.1", "/a", "A", 3);
    read(&blog, "203.0.113.2", "/a", "A", 1);
    read(&blog, "203.0.113.2", "/b", "B", 4);
    let path = format!("browse/statistics?blogId={BLOG}&days=3");
    let data = blog.owner("GET", &path, &Value::Null).json()["data"].clone();
    let days = data["days"].as_array().unwrap();
    assert_eq!(days.len(), 3);
    // Midnight may come between two reports.
    let counted = |name: &str| days.iter().map(|day| day[name].as_u64().unwrap()).sum::<u64>();
    let names = ["total", "token", "random", "captcha", "threshold"];
    assert_eq!(names.map(counted), [3, 1, 0, 1, 1]);
    assert_eq!(days[0]["day"].as_str().unwrap().len(), 10);
    assert_eq!(
        data["articles"],
        json!([
            { "url": "/a", "title": "A", "total": 2, "token": 1, "random": 0, "captcha": 1, "threshold": 0 },
            { "url": "/b", "title": "B", "total": 1, "token": 0, "random": 0, "captcha": 0, "threshold": 1 },
        ])
    );
    for days in ["0", "-1", "x", "99999999999999999999", "9999"] {
        let path = format!("browse/statistics?blogId={BLOG}&days={days}");
        let data = blog.owner("GET", &path, &Value::Null).json()["data"].clone();
        assert!((1..=366).contains(&data["days"].as_array().unwrap().len()), "{days}");
    }
    let other = blog.owner("GET", "browse/statistics?blogId=x", &Value::Null);
    other.expect(200, INVALID_BLOG);
}

fn followers_are_listed(database: Database) {
    let blog = account_on(database, |_| {});
    let platform = Platform::plain(WX_TOKEN);
    for (name, what) in [("oBob", "subscribe"), (ADA, "subscribe"), ("oBob", "unsubscribe")] {
        blog.deliver(&platform, &event(name, ACCOUNT, what, 1));
    }
    let data = blog.owner("GET", "subscriber/list", &Value::Null).json()["data"].clone();
    assert_eq!((&data["totalCount"], &data["following"]), (&json!(2), &json!(1)));
    let list = data["list"].as_array().unwrap();
    assert_eq!((&list[0]["fromOpenId"], &list[0]["status"]), (&json!(ADA), &json!(1)));
    assert_eq!(list[0].get("leaveTime"), None);
    assert_eq!((&list[1]["toOpenId"], &list[1]["status"]), (&json!(ACCOUNT), &json!(0)));
    assert_eq!(list[1]["leaveTime"].as_str().unwrap().len(), 19);
}
