//! `GET /api/comments` (contract cwd, 2.3): what is shown, in which order, how much of it.

use inkstone_server::config::PublicEmail;
use inkstone_vocab::Timestamp;
use serde_json::{Value, json};

use super::support::{Blog, Database, PAGE, ids, on_both_databases, said};

const LIST: &str = "post_slug=/posts/one";

on_both_databases!(
    a_thread_has_exactly_the_members_of_the_contract,
    replies_of_any_depth_share_one_level,
    what_is_not_approved_is_not_shown,
);

fn a_thread_has_exactly_the_members_of_the_contract(database: Database) {
    let blog = Blog::on(database);
    let root = blog.posted(json!({
        "post_slug": "%2Fposts%2Fone",
        "post_url": "https://blog.example/posts/one",
        "post_title": "One",
        "url": "https://ann.example/",
        "content": "**hi** <script>alert(1)</script>",
        "site_id": "blog",
    }));
    let reply = blog.posted(json!({
        "name": "Bob", "email": "N@x.io", "content": "yes", "parent_id": root,
    }));
    let answer = blog.get(&format!("/api/comments?{LIST}"));
    assert_eq!(answer.header("content-type"), "application/json");
    let pagination = json!({ "page": 1, "limit": 20, "total": 1, "totalCount": 2 });
    let ann = json!({
        "id": root,
        "author": "Ann",
        "name": "Ann",
        "email": "a43c564056190dca51f9f4a6fae36c30",
        "url": "https://ann.example/",
        "contentText": "**hi** ",
        "contentHtml": "<p><strong>hi</strong></p>\n",
        "pubDate": null,
        "created": null,
        "postSlug": "/posts/one",
        "postUrl": "https://blog.example/posts/one",
        "avatar": "https://gravatar.com/avatar/a43c564056190dca51f9f4a6fae36c30?s=120&d=retro",
        "priority": 1,
        "likes": 0,
        "isAdmin": false,
        "parentId": null,
        "replies": [],
    });
    let bob = json!({
        "id": reply,
        "author": "Bob",
        "name": "Bob",
        "email": "469874b82e8cc8bcb8676f6a02aee70f",
        "url": null,
        "contentText": "yes",
        "contentHtml": "<p>yes</p>\n",
        "pubDate": null,
        "created": null,
        "postSlug": "/posts/one",
        "postUrl": null,
        "avatar": "https://gravatar.com/avatar/469874b82e8cc8bcb8676f6a02aee70f?s=120&d=retro",
        "priority": 1,
        "likes": 0,
        "isAdmin": false,
        "parentId": root,
        "replies": [],
    });
    let flat = timeless(blog.list("post_slug=/posts/one&nested=false"));
    assert_eq!(flat, json!({ "data": [bob, ann], "pagination": pagination }));
    let (mut thread, mut bob) = (ann, bob);
    bob["replyToAuthor"] = "Ann".into();
    thread["replies"] = json!([bob]);
    assert_eq!(timeless(answer.json()), json!({ "data": [thread], "pagination": pagination }));
}

/// Checks the times of all comments and blanks them.
#[track_caller]
fn timeless(mut list: Value) -> Value {
    fn blank(comments: &mut Value) {
        for comment in comments.as_array_mut().unwrap() {
            let created = comment["created"].as_i64().unwrap();
            assert!((1_700_000_000_000..4_000_000_000_000).contains(&created), "{created}");
            let date = Timestamp::from_millis(created).to_string();
            assert_eq!((date.len(), &date[10..11], &date[19..]), (20, "T", "Z"));
            assert_eq!(comment["pubDate"], date);
            comment["created"] = Value::Null;
            comment["pubDate"] = Value::Null;
            blank(&mut comment["replies"]);
        }
    }
    blank(&mut list["data"]);
    list
}

fn replies_of_any_depth_share_one_level(database: Database) {
    let blog = Blog::on(database);
    let post = |name: &str, parent: i64| blog.posted(json!({ "name": name, "parent_id": parent }));
    let one = post("one", 0);
    let two = post("two", 0);
    let mut chain = vec![one];
    for depth in 0..12 {
        let parent = *chain.last().unwrap();
        chain.push(post(&format!("depth {depth}"), parent));
    }
    let late = post("late", one);
    let list = blog.list(LIST);
    assert_eq!(ids(&list["data"]), [two, one]);
    let replies = &list["data"][1]["replies"];
    assert_eq!(ids(replies), [&chain[1..], &[late]].concat());
    for reply in replies.as_array().unwrap() {
        assert_eq!(reply["replies"], json!([]));
    }
    assert_eq!(replies[5]["replyToAuthor"], "depth 4");
    assert_eq!(replies[5]["parentId"], chain[5]);
    assert_eq!(list["pagination"], json!({ "page": 1, "limit": 20, "total": 1, "totalCount": 15 }));
    let flat = blog.list("post_slug=/posts/one&nested=false&limit=50");
    let mut newest_first = ids(&flat["data"]);
    newest_first.reverse();
    assert!(newest_first.is_sorted());
    assert_eq!(newest_first.len(), 15);
    for comment in flat["data"].as_array().unwrap() {
        assert_eq!(comment["replies"], json!([]));
        assert_eq!(comment.get("replyToAuthor"), None);
    }
}

fn what_is_not_approved_is_not_shown(database: Database) {
    let blog = Blog::on(database);
    let root = blog.posted(json!({}));
    let reply = blog.posted(json!({ "parent_id": root, "name": "Bob" }));
    let below = blog.posted(json!({ "parent_id": reply, "name": "Cid" }));
    let shown = || {
        let (nested, flat) = (blog.list(LIST), blog.list("post_slug=/posts/one&nested=false"));
        let replies = nested["data"].get(0).map_or(Vec::new(), |root| ids(&root["replies"]));
        let counts =
            [&nested, &flat].map(|list| list["pagination"]["totalCount"].as_i64().unwrap());
        (ids(&nested["data"]), replies, ids(&flat["data"]), counts)
    };
    assert_eq!(shown(), (vec![root], vec![reply, below], vec![below, reply, root], [3, 3]));
    for status in ["pending", "rejected"] {
        blog.set_status(reply, status);
        assert_eq!(shown(), (vec![root], vec![], vec![below, root], [1, 2]), "{status} reply");
        blog.set_status(reply, "approved");
        blog.set_status(root, status);
        assert_eq!(shown(), (vec![], vec![], vec![below, reply], [0, 2]), "{status} root");
        blog.set_status(root, "approved");
    }
    blog.set_settings(&json!({ "requireReview": true }));
    let waiting = blog.post_comment(json!({ "name": "Dan" })).json();
    assert_eq!(waiting["status"], "pending");
    assert_eq!(shown(), (vec![root], vec![reply, below], vec![below, reply, root], [3, 3]));
    blog.set_status(waiting["id"].as_i64().unwrap(), "approved");
    assert_eq!(ids(&blog.list(LIST)["data"])[0], waiting["id"]);
}

#[test]
fn priority_orders_roots_but_not_replies() {
    let blog = Blog::start();
    let [one, two] = ["one", "two"].map(|name| blog.posted(json!({ "name": name })));
    let replies = [1, 2, 3].map(|_| blog.posted(json!({ "parent_id": one })));
    for id in [one, replies[2]] {
        let edit = json!({
            "id": id, "name": "x", "email": "a@x.io", "content": "x", "priority": 5,
        });
        assert_eq!(blog.admin("PUT", "/admin/comments/update", &edit).status, 200);
    }
    let list = blog.list(LIST);
    assert_eq!(ids(&list["data"]), [one, two]);
    assert_eq!(list["data"][0]["priority"], 5);
    assert_eq!(ids(&list["data"][0]["replies"]), replies);
    let flat = blog.list("post_slug=/posts/one&nested=false");
    assert_eq!(ids(&flat["data"]), [replies[2], one, replies[1], replies[0], two]);
}

#[test]
fn slices_follow_the_numbers_that_make_sense() {
    let blog = Blog::start();
    let mut roots: Vec<i64> = (0..23).map(|_| blog.posted(json!({}))).collect();
    roots.reverse();
    blog.posted(json!({ "parent_id": roots[0] }));
    // parameters, page, limit, pages
    for (query, page, limit, total) in [
        ("", 1, 20, 2),
        ("&page=2", 2, 20, 2),
        ("&page=3", 3, 20, 2),
        ("&limit=5&page=5", 5, 5, 5),
        ("&limit=23", 1, 23, 1),
        ("&limit=50", 1, 50, 1),
        ("&limit=51", 1, 50, 1),
        ("&limit=99999999999999999999", 1, 50, 1),
        ("&page=0&limit=0", 1, 20, 2),
        ("&page=-1&limit=-1", 1, 20, 2),
        ("&page=1.5&limit=1e1", 1, 20, 2),
        ("&page=abc&limit=null", 1, 20, 2),
        ("&page=&limit=", 1, 20, 2),
        ("&page=NaN&limit=%F0%9F%92%A9", 1, 20, 2),
        ("&page[]=2&limit[]=3", 1, 20, 2),
        ("&page=4294967295&limit=50", 4_294_967_295_usize, 50, 1),
    ] {
        let list = blog.list(&format!("{LIST}{query}"));
        let expected: Vec<i64> =
            roots.iter().copied().skip((page - 1) * limit).take(limit).collect();
        assert_eq!(ids(&list["data"]), expected, "{query}");
        let pagination = json!({ "page": page, "limit": limit, "total": total, "totalCount": 24 });
        assert_eq!(list["pagination"], pagination, "{query}");
    }
    let flat = blog.list(&format!("{LIST}&nested=false&limit=5"));
    assert_eq!(flat["pagination"], json!({ "page": 1, "limit": 5, "total": 5, "totalCount": 24 }));
    let empty = blog.list("post_slug=/posts/empty");
    let pagination = json!({ "page": 1, "limit": 20, "total": 0, "totalCount": 0 });
    assert_eq!(empty, json!({ "data": [], "pagination": pagination }));
}

#[test]
fn only_the_word_false_flattens() {
    let blog = Blog::start();
    let root = blog.posted(json!({}));
    let reply = blog.posted(json!({ "parent_id": root }));
    for (nested, roots) in [
        ("true", vec![root]),
        ("", vec![root]),
        ("0", vec![root]),
        ("False", vec![root]),
        ("false", vec![reply, root]),
    ] {
        let list = blog.list(&format!("{LIST}&nested={nested}"));
        assert_eq!(ids(&list["data"]), roots, "{nested}");
    }
}

#[test]
fn addresses_are_shown_as_the_operator_chose() {
    for (shown, email) in [
        (PublicEmail::Hash, "a43c564056190dca51f9f4a6fae36c30"),
        (PublicEmail::Plain, "A@x.io"),
        (PublicEmail::Empty, ""),
    ] {
        let blog = Blog::start_with(|config| config.cwd.public_email = shown);
        blog.posted(json!({ "email": "A@x.io" }));
        assert_eq!(blog.list(LIST)["data"][0]["email"], email);
    }
}

#[test]
fn avatars_come_from_the_query_then_the_settings() {
    let blog = Blog::start();
    blog.posted(json!({}));
    let avatar = |query: &str| {
        let list = blog.list(&format!("{LIST}{query}"));
        let avatar = list["data"][0]["avatar"].as_str().unwrap();
        let hash = "/a43c564056190dca51f9f4a6fae36c30?s=120&d=retro";
        avatar.strip_suffix(hash).expect(avatar).to_owned()
    };
    let default = "https://gravatar.com/avatar";
    assert_eq!(avatar(""), default);
    blog.set_settings(&json!({ "avatarPrefix": "https://settings.example/a/" }));
    assert_eq!(avatar(""), "https://settings.example/a");
    assert_eq!(avatar("&avatar_prefix=https://cn.example/avatar//"), "https://cn.example/avatar");
    assert_eq!(avatar("&avatar_prefix=http://cn.example"), "http://cn.example");
    let long = format!("&avatar_prefix=https://cn.example/{}", "a".repeat(300));
    for bad in ["&avatar_prefix=javascript:alert(1)", "&avatar_prefix=//cn.example", &long] {
        assert_eq!(avatar(bad), default, "{bad}");
    }
}

#[test]
fn the_badge_is_the_owners_alone() {
    let blog = Blog::start();
    let by = |email: &str, key: Option<&str>| {
        blog.posted(json!({ "email": email, "name": email, "adminToken": key }))
    };
    let (ann, boss, shouting) = (by("a@x.io", None), by("boss@x.io", None), by("BOSS@X.io", None));
    let badges = |expected: &[i64]| {
        let list = blog.list(LIST);
        let badged: Vec<i64> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|comment| comment["isAdmin"].as_bool().expect("a boolean"))
            .map(|comment| comment["id"].as_i64().unwrap())
            .collect();
        assert_eq!(badged, expected);
    };
    badges(&[]);
    blog.set_settings(&json!({ "adminEnabled": true }));
    badges(&[]);
    blog.set_settings(&json!({ "adminEmail": "Boss@x.io" }));
    badges(&[shouting, boss]);
    blog.set_settings(&json!({ "adminEnabled": false }));
    badges(&[]);
    blog.set_settings(&json!({ "adminEnabled": true, "adminKey": "open sesame" }));
    badges(&[]);
    let proven = by("boss@X.IO", Some("open sesame"));
    badges(&[proven]);
    blog.set_settings(&json!({ "adminKey": "" }));
    badges(&[proven, shouting, boss]);
    blog.set_settings(&json!({ "adminEmail": "a@x.io" }));
    badges(&[ann]);
}

#[test]
fn a_page_must_be_named() {
    let blog = Blog::start();
    let long = format!("?post_slug={}", "a".repeat(1025));
    for query in [
        "",
        "?",
        "?post_slug",
        "?post_slug=",
        "?post_slug=%20%09",
        "?post_slug=%2520",
        "?postSlug=/posts/one",
        "?post_slug=javascript:alert(1)",
        "?post_slug=DATA%3Atext/html,x",
        "?post_slug=vbscript%253Ax",
        "?post_slug=/a%00b",
        &long,
        &format!("?site_id={}", "s".repeat(65)),
    ] {
        blog.get(&format!("/api/comments{query}")).expect(400, &said("post_slug is required"));
    }
    let site = format!("/api/comments?post_slug={PAGE}&site_id={}", "s".repeat(65));
    blog.get(&site).expect(400, &said("无效的请求体"));
}
