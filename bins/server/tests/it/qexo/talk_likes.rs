//! Likes of talks (contract qexo, 1.9, 3.16 and section 13; checklist 10).

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use inkstone_server::config::TrustedProxies;
use serde_json::json;

use super::{
    support::{FORM, blog, blog_on, blog_with, form, refusal},
    talks::{page, talk},
};
use crate::{
    cwd::support::{Blog, Database, at_once, on_both_databases},
    support::Answer,
};

on_both_databases!(two_hundred_visitors_at_once_are_two_hundred_likes, a_second_call_takes_it_back);

const LIKED: &str = r#"{"action":true,"msg":"点赞成功!","status":true}"#;
const WITHDRAWN: &str = r#"{"action":false,"msg":"取消成功!","status":true}"#;

fn like(blog: &Blog, address: &str, id: &str) -> Answer {
    let headers = [("content-type", FORM), ("x-forwarded-for", address)];
    blog.server.send("POST", "/pub/like_talk/", &headers, Some(&form(&[("id", id)])))
}

/// How many like the only talk, and whether the visitor at `address` does.
fn seen(blog: &Blog, address: &str) -> (u64, bool) {
    let answer = blog.server.send("GET", "/pub/talks/", &[("x-forwarded-for", address)], None);
    let talk = answer.json()["data"][0].clone();
    (talk["like"].as_u64().unwrap(), talk["liked"].as_bool().unwrap())
}

fn two_hundred_visitors_at_once_are_two_hundred_likes(database: Database) {
    let blog = blog_on(database, |config| {
        // On PostgreSQL they wait for four connections, on whatever machine this is.
        config.database.wait_ms = 60_000.try_into().unwrap();
    });
    let id = talk(&blog, &[("content", "a")]);
    let address = |number: usize| format!("198.51.100.{number}");
    at_once(200, |number| like(&blog, &address(number), &id).expect(200, LIKED));
    assert_eq!(seen(&blog, "192.0.2.1"), (200, false));
    for number in [0, 1, 199] {
        assert_eq!(seen(&blog, &address(number)), (200, true));
    }
    at_once(200, |number| like(&blog, &address(number), &id).expect(200, WITHDRAWN));
    assert_eq!(seen(&blog, &address(0)), (0, false));
}

fn a_second_call_takes_it_back(database: Database) {
    let blog = blog_on(database, |_| {});
    let id = talk(&blog, &[("content", "a")]);
    let spellings = [
        id.clone(),
        id.replace('-', ""),
        id.to_uppercase(),
        format!("{{{id}}}"),
        id.replace('-', "").to_uppercase(),
        format!(" {id} "),
    ];
    for (count, spelling) in spellings.iter().enumerate() {
        let liked = count % 2 == 0;
        let body = if liked { LIKED } else { WITHDRAWN };
        like(&blog, "192.0.2.1", spelling).expect(200, body);
        assert_eq!(seen(&blog, "192.0.2.1"), (u64::from(liked), liked), "{spelling}");
        assert_eq!(seen(&blog, "192.0.2.2"), (u64::from(liked), false), "{spelling}");
    }
    // Not an IPv4 address in the clothes of IPv6, either.
    like(&blog, "192.0.2.1", &id).expect(200, LIKED);
    like(&blog, "::ffff:192.0.2.1", &id).expect(200, WITHDRAWN);
    like(&blog, "2001:db8::1", &id).expect(200, LIKED);
    assert_eq!(seen(&blog, "192.0.2.1"), (1, false));
}

#[test]
fn what_names_no_talk_is_told_so_without_an_action() {
    let blog = blog();
    talk(&blog, &[("content", "a")]);
    let refused = refusal("说说不存在");
    let unknown = "550e8400-e29b-41d4-a716-446655440000";
    for id in ["", "1", unknown, "urn:uuid:550e8400-e29b-41d4-a716-446655440000", "' OR 1=1"] {
        like(&blog, "192.0.2.1", id).expect(200, &refused);
    }
    blog.form("/pub/like_talk", &[]).expect(200, &refused);
    for id in [json!(null), json!(1), json!([unknown]), json!({ "a": unknown })] {
        blog.post("/pub/like_talk", &json!({ "id": id })).expect(200, &refused);
    }
    assert_eq!(seen(&blog, "192.0.2.1"), (0, false));
}

#[test]
fn a_spoofed_address_from_anybody_changes_nothing() {
    let blog = blog_with(|config| {
        config.server.trusted_proxies = TrustedProxies::parse([]).unwrap();
    });
    let id = talk(&blog, &[("content", "a")]);
    for (address, body) in [("192.0.2.1", LIKED), ("192.0.2.2", WITHDRAWN), ("junk", LIKED)] {
        like(&blog, address, &id).expect(200, body);
    }
    assert_eq!(seen(&blog, "192.0.2.3"), (1, true));
}

#[test]
fn a_trusted_proxy_is_believed_about_the_last_hop_alone() {
    let blog = blog();
    let id = talk(&blog, &[("content", "a")]);
    like(&blog, "203.0.113.5, 192.0.2.1", &id).expect(200, LIKED);
    like(&blog, "203.0.113.6, 192.0.2.1", &id).expect(200, WITHDRAWN);
}

#[test]
fn a_visitor_has_so_many_likes_a_minute() {
    let blog = blog_with(|config| config.qexo.talk_likes_per_minute = 3.try_into().unwrap());
    let id = talk(&blog, &[("content", "a")]);
    for body in [LIKED, WITHDRAWN, LIKED] {
        like(&blog, "192.0.2.1", &id).expect(200, body);
    }
    let answer = like(&blog, "192.0.2.1", &id).expect(429, &refusal("请求过于频繁,请稍后再试"));
    assert!((1..=60).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    like(&blog, "192.0.2.2", &id).expect(200, LIKED);
    assert_eq!(seen(&blog, "192.0.2.1"), (2, true));
    assert_eq!(page(&blog, "")["count"], 1, "reading is not counted");
}

#[derive(QueryableByName)]
struct Visitor {
    #[diesel(sql_type = Text)]
    visitor: String,
}

#[test]
fn visitors_are_kept_as_hashes() {
    let blog = blog();
    let id = talk(&blog, &[("content", "a")]);
    like(&blog, "192.0.2.77", &id).expect(200, LIKED);
    let rows: Vec<Visitor> =
        sql_query("SELECT visitor FROM talk_likes").load(&mut blog.database()).unwrap();
    let [Visitor { visitor }] = &rows[..] else { panic!("one like") };
    assert!(visitor.len() == 32 && !visitor.contains("192"), "{visitor}");
}
