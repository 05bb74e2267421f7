//! Contract readmore, section 9.

use std::num::NonZeroU32;

use inkstone_wechat::testing::{Platform, event};
use serde_json::json;

use super::support::{
    ACCOUNT, ADA, BLOG, INVALID_BLOG, INVALID_CAPTCHA, INVALID_TOKEN, NOT_FOLLOWING, SUCCESS,
    TOO_MANY, WX_TOKEN, account_on, blog, blog_with, by, claims, follower, key, path,
};
use crate::{cwd::support::Database, support::Answer};

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

#[track_caller]
fn is_too_many(answer: Answer) -> u64 {
    let answer = answer.expect(429, TOO_MANY);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-expose-headers"), "*");
    answer.header("retry-after").parse().unwrap()
}

#[test]
fn guessing_ends_with_the_eleventh() {
    let blog = blog();
    let code = blog.code();
    for guess in 0..10 {
        let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1 + guess) % 1_000_000);
        blog.type_code(&wrong).expect(200, INVALID_CAPTCHA);
    }
    let wait = is_too_many(blog.type_code(&code));
    assert!((240..=300).contains(&wait), "{wait}");
    // Others are not concerned, and the code is still good.
    let body = json!({ "blogId": BLOG, "code": code });
    let other = blog.readmore_from("203.0.113.7", "captcha/validate", &body);
    assert_eq!(other.json()["code"], 0);
    // Neither are tokens of the same address.
    let token = other.json()["data"]["token"].as_str().unwrap().to_owned();
    blog.check(&token).expect(200, SUCCESS);
}

#[test]
fn right_codes_are_not_counted_and_unknown_blogs_are() {
    let blog = blog();
    for _ in 0..15 {
        let code = blog.code();
        assert_eq!(blog.type_code(&code).json()["code"], 0);
    }
    for _ in 0..10 {
        let body = json!({ "blogId": "other", "code": "1" });
        blog.readmore("captcha/validate", &body).expect(200, INVALID_BLOG);
    }
    is_too_many(blog.type_code("1"));
}

#[test]
fn an_ipv6_network_is_one_guesser() {
    let blog = blog();
    let body = json!({ "blogId": BLOG, "code": "1" });
    let from =
        |last: u32| blog.readmore_from(&format!("2001:db8::{last:x}"), "captcha/validate", &body);
    for last in 1..=10 {
        from(last).expect(200, INVALID_CAPTCHA);
    }
    is_too_many(from(11));
}

#[test]
fn many_wrong_codes_make_new_ones_long_and_stop_those_who_guess() {
    let blog = blog_with(|config| {
        config.readmore_limits.alarm_failures = number(5);
        config.readmore_limits.siege_failures = number(8);
    });
    let before = blog.code();
    let guess = |from: u32| {
        let body = json!({ "blogId": BLOG, "code": "1" });
        blog.readmore_from(&format!("203.0.113.{from}"), "captcha/validate", &body)
    };
    for from in 1..=5 {
        guess(from).expect(200, INVALID_CAPTCHA);
    }
    let after = blog.code();
    assert_eq!((before.len(), after.len()), (6, 10));
    for from in 6..=8 {
        guess(from).expect(200, INVALID_CAPTCHA);
    }
    is_too_many(guess(1));
    guess(9).expect(200, INVALID_CAPTCHA);
    is_too_many(guess(9));
    // Honest readers are not locked out.
    for code in [before, after] {
        assert_eq!(blog.type_code(&code).json()["code"], 0);
    }
}

#[test]
fn asking_too_often_for_codes_is_refused() {
    let blog = blog_with(|config| {
        config.readmore_limits.captchas_per_minute = number(3);
        config.readmore_limits.outstanding_per_address = number(2);
    });
    let asked = json!({ "blogId": BLOG });
    assert_eq!([(); 2].map(|()| blog.code().len()), [6, 6]);
    assert_eq!(is_too_many(blog.readmore("captcha/generate", &asked)), 60, "two are outstanding");
    let wait = is_too_many(blog.readmore("captcha/generate", &asked));
    assert!((1..=20).contains(&wait), "{wait}");
    let page = blog.get(&path(&format!("captcha/generate?blogId={BLOG}")));
    assert_eq!(page.status, 429);
    assert!(!page.header("retry-after").is_empty());
    let other = blog.readmore_from("203.0.113.7", "captcha/generate", &asked);
    assert_eq!(other.json()["code"], 0);
}

#[test]
fn a_blog_has_so_many_codes_and_they_grow() {
    let blog = blog_with(|config| {
        let limits = &mut config.readmore_limits;
        limits.captchas_per_minute = number(1000);
        limits.captchas_per_hour = number(1000);
        limits.outstanding_per_address = number(1000);
        limits.outstanding_per_blog = number(102);
    });
    let lengths: Vec<usize> = (0..102).map(|_| blog.code().len()).collect();
    assert_eq!((lengths[99], lengths[100], lengths[101]), (6, 8, 8));
    let asked = json!({ "blogId": BLOG });
    is_too_many(blog.readmore_from("203.0.113.7", "captcha/generate", &asked));
}

#[test]
fn a_follower_gets_five_new_codes_in_ten_minutes() {
    let blog = account_on(Database::Sqlite, |_| {});
    blog.deliver(&Platform::plain(WX_TOKEN), &event(ADA, ACCOUNT, "subscribe", 1));
    for _ in 0..5 {
        let code = blog.code_for(&by(ADA));
        assert_eq!(blog.type_code(&code).json()["code"], 0);
    }
    let wait = is_too_many(blog.readmore("captcha/generate", &by(ADA)));
    assert!((500..=600).contains(&wait), "{wait}");
    blog.readmore("captcha/generate", &by("oOther")).expect(200, NOT_FOLLOWING);
}

#[test]
fn tokens_and_reads_have_generous_budgets() {
    let blog = blog_with(|config| {
        let limits = &mut config.readmore_limits;
        limits.tokens_per_minute = number(6);
        limits.invalid_tokens_per_minute = number(2);
        limits.browses_per_minute = number(2);
    });
    let good = claims(None).sign(&key()).unwrap();
    let check = |from: &str, token: &str| {
        let body = json!({ "blogId": BLOG, "token": token });
        blog.readmore_from(from, "token/validate", &body)
    };
    check("203.0.113.1", "x").expect(200, INVALID_TOKEN);
    check("203.0.113.1", &good).expect(200, SUCCESS);
    check("203.0.113.1", "y").expect(200, INVALID_TOKEN);
    is_too_many(check("203.0.113.1", &good));
    for _ in 0..6 {
        check("203.0.113.2", &good).expect(200, SUCCESS);
    }
    is_too_many(check("203.0.113.2", &good));
    for _ in 0..2 {
        blog.readmore("browse/add", &json!({ "blogId": BLOG })).expect(200, SUCCESS);
    }
    is_too_many(blog.readmore("browse/add", &json!({ "blogId": BLOG })));
    // Preflights have none.
    for _ in 0..20 {
        blog.server.send("OPTIONS", &path("token/validate"), &[], None).expect(204, "");
    }
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let blog = blog_with(|config| {
        let limits = &config.readmore_limits;
        let numbers = [
            limits.failures_per_5_minutes,
            limits.failures_per_hour,
            limits.failures_per_day,
            limits.alarm_failures,
            limits.siege_failures,
            limits.captchas_per_minute,
            limits.captchas_per_hour,
            limits.captchas_per_follower,
            limits.outstanding_per_address,
            limits.outstanding_per_blog,
            limits.tokens_per_minute,
            limits.invalid_tokens_per_minute,
            limits.browses_per_minute,
            limits.wrong_signatures_per_minute,
        ];
        let expected = [10, 30, 100, 60, 300, 60, 600, 5, 50, 10_000, 600, 120, 120, 60];
        assert_eq!(numbers.map(NonZeroU32::get), expected);
    });
    assert!(blog.code().len() == 6 && follower(ADA).account.as_str() == ACCOUNT);
}

#[test]
fn links_can_be_signed() {
    let blog = account_on(Database::Sqlite, |config| config.readmore.sign_links = true);
    let platform = Platform::plain(WX_TOKEN);
    blog.deliver(&platform, &event(ADA, ACCOUNT, "subscribe", 1));
    blog.readmore("captcha/generate", &by(ADA)).expect(200, NOT_FOLLOWING);
    let reply = blog.deliver(&platform, &inkstone_wechat::testing::text(ADA, ACCOUNT, "验证码", 1));
    let reply = platform.read_reply(reply.text()).unwrap();
    let link = reply.split('"').nth(1).unwrap();
    let query = link.split_once('?').unwrap().1;
    let page = |query: &str| blog.get(&path(&format!("captcha/generate?{query}")));
    assert!(page(query).text().contains("class=\"captcha\""), "{link}");
    let other = page(&query.replace(ADA, "oOther"));
    assert!(other.text().contains("请确认是否已关注微信公众号"));
    let mut body = by(ADA);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        body[&*name] = json!(value);
    }
    assert_eq!(blog.code_for(&body).len(), 6);
    body["sign"] = json!("00".repeat(16));
    blog.readmore("captcha/generate", &body).expect(200, NOT_FOLLOWING);
    // Without a follower nothing has to be signed.
    assert_eq!(blog.code().len(), 6);
}
