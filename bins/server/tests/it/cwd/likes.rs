//! Likes of comments (contract cwd, 2.5, D-06 to D-10).

use serde_json::{Value, json};

use super::support::{Blog, Database, at_once, on_both_databases, said};
use crate::support::Answer;

const LIKE: &str = "/api/comments/like";
const USER: &str = "x-cwd-like-user";

on_both_databases!(
    a_visitor_likes_once_and_not_twice,
    a_hundred_likes_of_one_visitor_count_once,
    a_hundred_visitors_count_a_hundred_times,
    what_is_not_shown_is_not_liked,
);

fn as_user(blog: &Blog, user: &str, method: &str, id: i64) -> Answer {
    blog.send(method, LIKE, &[(USER, user)], &json!({ "id": id }))
}

#[track_caller]
fn likes(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["likes"].as_u64().expect("a number")
}

fn a_visitor_likes_once_and_not_twice(database: Database) {
    let blog = Blog::on(database);
    let id = blog.posted(json!({}));
    let liked = |likes| json!({ "message": "点赞成功", "id": id, "likes": likes });
    let unliked = |likes| json!({ "message": "取消点赞成功", "id": id, "likes": likes });
    for (user, method, expected) in [
        ("ann", "DELETE", unliked(0)),
        ("ann", "POST", liked(1)),
        ("ann", "POST", liked(1)),
        ("bob", "POST", liked(2)),
        ("ann", "DELETE", unliked(1)),
        ("ann", "DELETE", unliked(1)),
        ("cid", "DELETE", unliked(1)),
        ("bob", "DELETE", unliked(0)),
        ("bob", "DELETE", unliked(0)),
        ("ann", "POST", liked(1)),
    ] {
        let answer = as_user(&blog, user, method, id);
        assert_eq!((answer.status, answer.json()), (200, expected), "{user} {method}");
    }
    assert_eq!(blog.list("post_slug=/posts/one")["data"][0]["likes"], 1);
}

#[test]
fn the_comment_is_named_in_four_places() {
    let blog = Blog::start();
    let ids = [(); 2].map(|()| blog.posted(json!({})));
    let [one, two] = ids;
    let nobody = 999;
    for method in ["POST", "DELETE"] {
        for (query, body, id) in [
            (String::new(), json!({ "id": one }).to_string(), one),
            (String::new(), json!({ "id": one.to_string() }).to_string(), one),
            (String::new(), json!({ "commentId": two }).to_string(), two),
            (String::new(), json!({ "commentId": format!(" {two} ") }).to_string(), two),
            (format!("?id={one}"), String::new(), one),
            (format!("?commentId={two}"), String::new(), two),
            (format!("?id={one}"), "nonsense".to_owned(), one),
            (format!("?id={one}"), "[]".to_owned(), one),
            (format!("?id={one}"), "{}".to_owned(), one),
            (format!("?id={one}&commentId={nobody}"), String::new(), one),
            (format!("?id={nobody}"), json!({ "commentId": two }).to_string(), two),
            (format!("?id={nobody}"), json!({ "id": one, "commentId": nobody }).to_string(), one),
            (format!("?id={nobody}"), json!({ "id": null, "commentId": two }).to_string(), two),
        ] {
            let answer = blog.server.send(method, &format!("{LIKE}{query}"), &[], Some(&body));
            assert_eq!(answer.status, 200, "{method} {query} {body}");
            assert_eq!(answer.json()["id"], id, "{method} {query} {body}");
        }
        let query = format!("{LIKE}?id={one}");
        assert_eq!(blog.server.send(method, &query, &[], None).status, 200, "without a body");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    let blog = Blog::start_with(|config| config.limits.likes_per_minute = 1.try_into().unwrap());
    blog.posted(json!({}));
    for method in ["POST", "DELETE"] {
        for id in [
            json!("1abc"),
            json!(""),
            json!("1.0"),
            json!(1.5),
            json!(1e30),
            json!(0),
            json!(-1),
            json!(true),
            json!([1]),
            json!({ "id": 1 }),
            json!("99999999999999999999"),
        ] {
            let path = format!("{LIKE}?id=1");
            let answer = blog.send(method, &path, &[], &json!({ "id": id }));
            answer.expect(400, &said("Missing or invalid id"));
        }
        for query in ["", "?id=", "?id=1abc", "?id=0", "?id=-1", "?ID=1", "?id=abc&commentId=1"] {
            let answer = blog.server.send(method, &format!("{LIKE}{query}"), &[], None);
            answer.expect(400, &said("Missing or invalid id"));
        }
    }
    assert_eq!(likes(&as_user(&blog, "ann", "POST", 1)), 1, "refusals cost nothing");
}

fn what_is_not_shown_is_not_liked(database: Database) {
    let blog = Blog::on(database);
    let id = blog.posted(json!({}));
    let removed = blog.posted(json!({}));
    assert_eq!(likes(&as_user(&blog, "ann", "POST", id)), 1);
    let path = format!("/admin/comments/delete?id={removed}");
    assert_eq!(blog.admin("DELETE", &path, &json!({})).status, 200);
    for status in ["pending", "rejected"] {
        blog.set_status(id, status);
        for method in ["POST", "DELETE"] {
            for unknown in [id, removed, 999, i64::MAX] {
                as_user(&blog, "ann", method, unknown).expect(400, &said("评论不存在"));
            }
        }
    }
    blog.set_status(id, "approved");
    assert_eq!(likes(&as_user(&blog, "bob", "POST", id)), 2, "its likes are kept");
}

#[test]
fn who_has_no_name_is_an_address_and_a_program() {
    let blog = Blog::start();
    let id = blog.posted(json!({}));
    let like = |address: &str, agent: &str| {
        let headers = [("x-forwarded-for", address), ("user-agent", agent)];
        likes(&blog.send("POST", LIKE, &headers, &json!({ "id": id })))
    };
    assert_eq!(like("192.0.2.1", "one"), 1);
    assert_eq!(like("192.0.2.1", "one"), 1);
    assert_eq!(like("::ffff:192.0.2.1", "one"), 1);
    assert_eq!(like("192.0.2.1", "two"), 2);
    assert_eq!(like("192.0.2.2", "one"), 3);
}

#[test]
fn a_name_is_trimmed_and_a_long_one_hashed() {
    let blog = Blog::start();
    let id = blog.posted(json!({}));
    let like = |user: &str| likes(&as_user(&blog, user, "POST", id));
    let long = |end: &str| format!("{}{end}", "x".repeat(200));
    assert_eq!(like("ann"), 1);
    assert_eq!(like("  ann  "), 1);
    assert_eq!(like("Ann"), 2);
    assert_eq!(like(&long("1")), 3);
    assert_eq!(like(&long("1")), 3);
    assert_eq!(like(&long("2")), 4);
    assert_eq!(like(&"x".repeat(4_000)), 5);
    assert_eq!(like("' OR 1=1 --"), 6);
}

#[test]
fn likes_have_a_budget_for_each_address() {
    let blog = Blog::start();
    let id = blog.posted(json!({}));
    let send = |address: &str, path: &str, method: &str, body: &Value| {
        blog.send(method, path, &[("x-forwarded-for", address)], body)
    };
    let (comment, page) = (json!({ "id": id }), json!({ "postSlug": "/a" }));
    for _ in 0..20 {
        assert_eq!(send("192.0.2.1", LIKE, "POST", &comment).status, 200);
        assert_eq!(send("192.0.2.1", LIKE, "DELETE", &comment).status, 200);
        assert_eq!(send("192.0.2.1", "/api/like", "POST", &page).status, 200);
    }
    let mut spent = false;
    // A budget of sixty a minute grows by one each second that the requests take.
    for _ in 0..60 {
        let answer = send("192.0.2.1", LIKE, "POST", &comment);
        if answer.status == 429 {
            answer.expect(429, &said("操作频繁,请稍后再试"));
            spent = true;
            break;
        }
    }
    assert!(spent);
    assert_eq!(send("192.0.2.2", LIKE, "POST", &comment).status, 200);
    assert_eq!(blog.get("/api/like?post_slug=/a").status, 200, "asking is free");
}

#[test]
fn over_the_budget_nothing_is_counted() {
    let blog = Blog::start_with(|config| config.limits.likes_per_minute = 1.try_into().unwrap());
    let id = blog.posted(json!({}));
    assert_eq!(likes(&as_user(&blog, "ann", "POST", id)), 1);
    for (method, path, body) in [
        ("POST", LIKE, json!({ "id": id })),
        ("DELETE", LIKE, json!({ "id": id })),
        ("POST", "/api/like", json!({ "postSlug": "/a" })),
    ] {
        let answer = blog.send(method, path, &[(USER, "ann")], &body);
        answer.expect(429, &said("操作频繁,请稍后再试"));
    }
    assert_eq!(blog.list("post_slug=/posts/one")["data"][0]["likes"], 1);
    assert_eq!(blog.get("/api/like?post_slug=/a").json()["totalLikes"], 0);
}

fn generous(database: Database) -> Blog {
    Blog::on_with(database, |config| {
        config.limits.likes_per_minute = 100_000.try_into().unwrap();
    })
}

fn a_hundred_likes_of_one_visitor_count_once(database: Database) {
    let blog = generous(database);
    let id = blog.posted(json!({}));
    let counts = at_once(10, |_| [(); 10].map(|()| likes(&as_user(&blog, "ann", "POST", id))));
    assert_eq!(counts, vec![[1; 10]; 10]);
    at_once(10, |number| {
        for round in 0..10 {
            let method = if (number + round) % 2 == 0 { "POST" } else { "DELETE" };
            assert!(likes(&as_user(&blog, "ann", method, id)) <= 1);
        }
    });
    assert_eq!(likes(&as_user(&blog, "ann", "DELETE", id)), 0);
}

fn a_hundred_visitors_count_a_hundred_times(database: Database) {
    let blog = generous(database);
    let id = blog.posted(json!({}));
    at_once(10, |thread| {
        for number in 0..10 {
            likes(&as_user(&blog, &format!("{thread}-{number}"), "POST", id));
        }
    });
    assert_eq!(blog.list("post_slug=/posts/one")["data"][0]["likes"], 100);
}
