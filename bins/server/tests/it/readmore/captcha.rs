//! Contract readmore, sections 2 and 4.

use std::num::NonZeroU32;

use diesel::connection::SimpleConnection as _;
use inkstone_readmore::CodeLength;
use inkstone_server::config::{CaptchaLength, LifeUnit, ResubscribePolicy};
use inkstone_wechat::testing::{Platform, event};
use serde_json::{Value, json};

use super::support::{
    ACCOUNT, ADA, BLOG, ILLEGAL, INVALID_BLOG, INVALID_CAPTCHA, LEFT, NOT_FOLLOWING, WX_TOKEN,
    account_on, blog, blog_with, by,
};
use crate::cwd::support::{Blog, Database, on_both_databases};

on_both_databases!(a_code_is_given_and_typed_once, a_follower_who_leaves_is_locked_out_for_ever);

/// The time of an answer, as milliseconds.
fn millis(date: &Value) -> i64 {
    let text = date.as_str().unwrap().replace(' ', "T") + "+08:00";
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn a_code_is_given_and_typed_once(database: Database) {
    let blog = super::support::blog_on(database, |_| {});
    let before = inkstone_server::clock::now().millis() / 1000 * 1000;
    let answer = blog.readmore("captcha/generate", &json!({ "blogId": format!(" {BLOG} ") }));
    let after = inkstone_server::clock::now().millis();
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let body = answer.json();
    let data = &body["data"];
    let (code, expires) = (data["code"].as_str().unwrap(), data["expireTime"].as_str().unwrap());
    let expected = format!(
        r#"{{"code":0,"msg":"success","data":{{"code":"{code}","blogId":"{BLOG}","expireTime":"{expires}","expiresValue":5,"expiresUnit":"分钟"}}}}"#
    );
    assert_eq!(answer.text(), expected, "field for field, in this order");
    assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    assert!((before..=after).contains(&(millis(&data["expireTime"]) - 300_000)), "in UTC+8");

    let answer = blog.type_code(code);
    let body = answer.json();
    let data = &body["data"];
    let (token, expires) = (data["token"].as_str().unwrap(), data["expireTime"].as_str().unwrap());
    let expected = format!(
        r#"{{"code":0,"msg":"success","data":{{"blogId":"{BLOG}","token":"{token}","expireTime":"{expires}"}}}}"#
    );
    assert_eq!(answer.text(), expected);
    let year = 365 * 86_400_000;
    assert!((before..=after + 60_000).contains(&(millis(&data["expireTime"]) - year)));
    blog.type_code(code).expect(200, INVALID_CAPTCHA);
}

#[test]
fn codes_may_begin_with_zeros_and_stay_texts() {
    let blog = blog_with(|config| {
        config.readmore.captcha_length = CaptchaLength(CodeLength::new(4).unwrap());
        config.readmore_limits.captchas_per_minute = NonZeroU32::MAX;
        config.readmore_limits.captchas_per_hour = NonZeroU32::MAX;
        config.readmore_limits.outstanding_per_address = NonZeroU32::MAX;
    });
    // One of ten begins with a zero; used up, so that they do not become longer.
    let zero = (0..500).map(|_| blog.code()).find(|code| {
        assert_eq!(code.len(), 4);
        let first = code.starts_with('0');
        first || {
            assert_eq!(blog.type_code(code).json()["code"], 0);
            false
        }
    });
    let zero = zero.expect("a code that begins with a zero");
    assert_eq!(blog.type_code(&zero).json()["code"], 0);
}

#[test]
fn what_is_typed_may_be_surrounded_by_blanks_and_wide() {
    let blog = blog();
    let wide = |code: &str| {
        code.chars().map(|c| char::from_u32(u32::from(c) + 0xff10 - 0x30).unwrap()).collect()
    };
    for dress in [
        &(|code: &str| format!(" \u{3000}{code}\t\n")) as &dyn Fn(&str) -> String,
        &wide,
        &|code| code.to_owned(),
    ] {
        assert_eq!(blog.type_code(&dress(&blog.code())).json()["code"], 0);
    }
    // A number is a text, too.
    let code = loop {
        let code = blog.code();
        if !code.starts_with('0') {
            break code;
        }
    };
    let number: u64 = code.parse().unwrap();
    let answer = blog.readmore("captcha/validate", &json!({ "blogId": BLOG, "code": number }));
    assert_eq!(answer.json()["code"], 0);
}

#[test]
fn a_blog_must_be_named_and_known() {
    let blog = blog();
    for body in [
        json!({}),
        json!({ "blogId": null }),
        json!({ "blogId": " " }),
        json!({ "blogId": "other" }),
        json!({ "blogId": 5 }),
        json!({ "blogId": "x".repeat(65) }),
    ] {
        blog.readmore("captcha/generate", &body).expect(200, INVALID_BLOG);
    }
    let missing = |names: &[(&str, &str)]| {
        let data: serde_json::Map<_, _> =
            names.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
        format!(r#"{{"code":502,"msg":"Illegal parameter error","data":{}}}"#, Value::Object(data))
    };
    let (blog_id, code) = (("blogId", "博客ID不能为空"), ("code", "验证码不能为空"));
    for (body, names) in [
        (json!({}), &[blog_id, code][..]),
        (json!({ "blogId": BLOG, "code": " " }), &[code]),
        (json!({ "blogId": null, "code": "1" }), &[blog_id]),
    ] {
        blog.readmore("captcha/validate", &body).expect(200, &missing(names));
    }
    let body = json!({ "blogId": "other", "code": "123456" });
    blog.readmore("captcha/validate", &body).expect(200, INVALID_BLOG);
}

#[test]
fn wrong_and_late_codes_are_refused() {
    let blog = blog();
    for wrong in ["000", "abcdef", "1234567", &"1".repeat(21), "12 34 56", "'; --"] {
        blog.type_code(wrong).expect(200, INVALID_CAPTCHA);
    }
    let code = blog.code();
    blog.database().batch_execute("UPDATE readmore_captchas SET expires_at = 1").unwrap();
    blog.type_code(&code).expect(200, INVALID_CAPTCHA);
    let mut database = blog.database();
    let left: i64 = {
        use diesel::{RunQueryDsl as _, sql_query};
        sql_query("SELECT count(*) AS count FROM readmore_captchas")
            .get_result::<super::concurrency::Rows>(&mut database)
            .unwrap()
            .count
    };
    assert_eq!(left, 0, "the row goes with the first try");
}

#[test]
fn codes_last_as_long_as_configured() {
    let blog = blog_with(|config| {
        config.readmore.captcha_expires_value = 2.try_into().unwrap();
        config.readmore.captcha_expires_unit = LifeUnit::Hours;
        config.readmore.captcha_length = CaptchaLength(CodeLength::MAX);
    });
    let data = &blog.readmore("captcha/generate", &json!({ "blogId": BLOG })).json()["data"];
    assert_eq!((&data["expiresValue"], &data["expiresUnit"]), (&json!(2), &json!("小时")));
    assert_eq!(data["code"].as_str().unwrap().len(), 10);
    let left = millis(&data["expireTime"]) - inkstone_server::clock::now().millis();
    assert!((7_100_000..=7_200_000).contains(&left), "{left}");
}

#[test]
fn openids_come_in_pairs_of_known_followers() {
    let blog = blog();
    blog.readmore("captcha/generate", &by(ADA)).expect(200, NOT_FOLLOWING);
    for body in [
        json!({ "blogId": BLOG, "fromOpenId": ADA }),
        json!({ "blogId": BLOG, "toOpenId": ACCOUNT }),
        json!({ "blogId": BLOG, "fromOpenId": ADA, "toOpenId": "" }),
        json!({ "blogId": BLOG, "fromOpenId": "a b", "toOpenId": ACCOUNT }),
        json!({ "blogId": BLOG, "fromOpenId": "<x>", "toOpenId": ACCOUNT }),
        json!({ "blogId": BLOG, "fromOpenId": "o".repeat(256), "toOpenId": ACCOUNT }),
        json!({ "blogId": BLOG, "fromOpenId": [], "toOpenId": ACCOUNT }),
        json!({ "blogId": {}, "fromOpenId": ADA, "toOpenId": ACCOUNT }),
    ] {
        blog.readmore("captcha/generate", &body).expect(200, ILLEGAL);
    }
    // An openid that is none is told before the blog, one alone after it.
    let other = json!({ "blogId": "other", "fromOpenId": "a b", "toOpenId": "c" });
    blog.readmore("captcha/generate", &other).expect(200, ILLEGAL);
    let other = json!({ "blogId": "other", "fromOpenId": ADA });
    blog.readmore("captcha/generate", &other).expect(200, INVALID_BLOG);
    let blank = json!({ "blogId": BLOG, "fromOpenId": " ", "toOpenId": null });
    assert_eq!(blog.code_for(&blank).len(), 6);
}

#[test]
fn codes_can_be_for_followers_alone() {
    let blog = blog_with(|config| config.readmore.require_open_id = true);
    blog.readmore("captcha/generate", &json!({ "blogId": BLOG })).expect(200, NOT_FOLLOWING);
    blog.readmore("captcha/generate", &json!({ "blogId": "x" })).expect(200, INVALID_BLOG);
}

fn events(blog: &Blog) -> impl Fn(&str, i64) + '_ {
    let platform = Platform::plain(WX_TOKEN);
    move |name, second| {
        blog.deliver(&platform, &event(ADA, ACCOUNT, name, second));
    }
}

fn a_follower_who_leaves_is_locked_out_for_ever(database: Database) {
    let blog = account_on(database, |_| {});
    let event = events(&blog);
    event("subscribe", 1);
    let token = blog.token_for(&by(ADA));
    assert_eq!(blog.check(&token).json()["code"], 0);
    let waiting = blog.code_for(&by(ADA));
    event("unsubscribe", 2);
    assert_eq!(blog.check(&token).json()["code"], 408);
    blog.readmore("captcha/generate", &by(ADA)).expect(200, LEFT);
    blog.type_code(&waiting).expect(200, INVALID_CAPTCHA);
    event("subscribe", 3);
    blog.readmore("captcha/generate", &by(ADA)).expect(200, LEFT);
    assert_eq!(blog.check(&token).json()["code"], 408);
}

#[test]
fn a_follower_who_comes_back_may_begin_anew_where_that_is_allowed() {
    let blog = account_on(Database::Sqlite, |config| {
        config.readmore.resubscribe = ResubscribePolicy::Allow;
    });
    let event = events(&blog);
    event("subscribe", 1);
    let old = blog.token_for(&by(ADA));
    event("unsubscribe", 2);
    blog.readmore("captcha/generate", &by(ADA)).expect(200, LEFT);
    event("subscribe", 3);
    assert_eq!(blog.check(&old).json()["code"], 408);
    // The owner's clock goes on: tokens count whole seconds.
    blog.database()
        .batch_execute("UPDATE readmore_subscribers SET left_at = left_at - 2000")
        .unwrap();
    let new = blog.token_for(&by(ADA));
    assert_eq!(blog.check(&new).json()["code"], 0);
}

#[test]
fn a_code_of_somebody_who_left_is_used_up_and_told_as_wrong() {
    let blog = account_on(Database::Sqlite, |config| {
        config.readmore_limits.failures_per_5_minutes = NonZeroU32::MIN;
    });
    events(&blog)("subscribe", 1);
    let [one, two] = [(); 2].map(|()| blog.code_for(&by(ADA)));
    // The row of the captcha outlives the leaving, as if both happened at once.
    blog.database()
        .batch_execute("UPDATE readmore_subscribers SET follows = FALSE, left_at = 1")
        .unwrap();
    for code in [&one, &one] {
        blog.type_code(code).expect(200, INVALID_CAPTCHA);
    }
    // The first did not count as a guess, the second did.
    assert_eq!(blog.type_code(&two).status, 429);
}

#[test]
fn a_follower_gets_at_most_three_codes_and_then_the_newest_again() {
    let blog = account_on(Database::Sqlite, |_| {});
    events(&blog)("subscribe", 1);
    let codes: Vec<String> = (0..5).map(|_| blog.code_for(&by(ADA))).collect();
    assert_eq!((&codes[3], &codes[4]), (&codes[2], &codes[2]));
    for code in &codes[..3] {
        assert_eq!(blog.type_code(code).json()["code"], 0, "none has been lost");
    }
}
