//! Contract readmore, section 7.

use inkstone_server::{clock, config::Config};
use inkstone_vocab::Timestamp;
use inkstone_wechat::testing::{Platform, event, text};
use serde_json::json;

use super::support::{
    ACCOUNT, ADA, AES_KEY, APP_ID, BLOG, LEFT, NOT_FOLLOWING, NOT_FOUND, WX_TOKEN, account_on,
    blog, by, path,
};
use crate::{
    cwd::support::{Blog, Database, on_both_databases},
    support::Answer,
};

on_both_databases!(
    messages_are_answered_plain_and_encrypted,
    what_happens_in_one_second_is_handled_in_order,
);

fn secure(config: &mut Config) {
    config.wechat.app_id = APP_ID.into();
    config.wechat.encoding_aes_key = Some(AES_KEY.into()).into();
}

fn encrypted() -> Platform {
    Platform::encrypted(WX_TOKEN, APP_ID, AES_KEY).unwrap()
}

#[track_caller]
fn said(platform: &Platform, answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/xml; charset=utf-8"));
    platform.read_reply(answer.text()).unwrap_or_else(|| panic!("{answer:?}"))
}

#[track_caller]
fn is_silent(answer: Answer) {
    let answer = answer.expect(200, "success");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}

fn messages_are_answered_plain_and_encrypted(database: Database) {
    let blog = account_on(database, secure);
    for (platform, person, number) in
        [(Platform::plain(WX_TOKEN), "oPlain", 100_u64), (encrypted(), ADA, 200)]
    {
        let send = |xml: &str| blog.deliver(&platform, xml);
        let say = |words, id| said(&platform, &send(&text(person, ACCOUNT, words, number + id)));
        assert_eq!(said(&platform, &send(&event(person, ACCOUNT, "subscribe", 1))), "欢迎关注");
        let link = format!(
            "<a href=\"https://api.example/x/api/readmore/captcha/generate?blogId={BLOG}\
             &fromOpenId={person}&toOpenId={ACCOUNT}\">点击链接，获取博客解锁验证码</a>"
        );
        assert_eq!(say("验证码", 1), link);
        assert_eq!(say(" \u{3000}验证码\n", 2), link);
        assert_eq!(say("你好", 3), "请输入正确的关键词");
        assert_eq!(blog.code_for(&by(person)).len(), 6);
        is_silent(send(&event(person, ACCOUNT, "unsubscribe", 2)));
        blog.readmore("captcha/generate", &by(person)).expect(200, LEFT);
        assert_eq!(said(&platform, &send(&event(person, ACCOUNT, "subscribe", 3))), "欢迎回来");
        assert_eq!(say("验证码", 4), "您曾取消过关注，暂时无法获取验证码");
    }
}

#[test]
fn the_vectors_of_the_contract_are_understood() {
    let blog = account_on(Database::Sqlite, |config| {
        secure(config);
        // They are from 2023.
        config.wechat.max_clock_skew_s = 0;
    });
    let signature = "signature=e4c3f5ad95dfe2c6fc0d34bcec345748c154fafa";
    let query = format!("{signature}&timestamp=1700000000&nonce=987654321");
    let receive = path("wechat/receive");
    let echo = blog.get(&format!("{receive}?{query}&echostr=hello%20123")).expect(200, "hello 123");
    assert_eq!(echo.header("content-type"), "text/plain; charset=utf-8");
    let encrypt = "t3HMtzjTyzLUlMuBGlmNF7XNYEJNFmapxChtMKSskoQIONgbr9WXJ7x/xLIRp0FXkCGPquy6aX8JGMdvIMEVZpoRuL7KlrDcg+uaiONUoJHFLdkhWu/OWhmSv1FmeBPWTR33q6QHJK1Xa3x3hTYSa0iyAt/gPwGWizyPaK4zdrxPJ8HTbNvO+FsUX4tI7f7Z3Qx8dJPn978iXlPzAKWnVDuwngTBaekikgOxT4IO9JO2ZcB89P52sj1mxOsn/+sXKDNHCFCmDgtDOfXE9nFauJEomSyQjClzba7ZaxzvZWvRcVHHc+ZiztpwqUOqFPjFWHIDlQetZbgUqlL8PiZeZ2mJc/pMUpAxskOGkKHFhY2NNOZR4+CKJbA00Wa2PqXP";
    let body = format!(
        "<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    );
    let path = format!(
        "{receive}?{query}&encrypt_type=aes&msg_signature=c91d1131eb1a565deac53e55ee56340e65d61268"
    );
    let answer = blog.server.send("POST", &path, &[], Some(&body));
    assert_eq!(said(&encrypted(), &answer), "欢迎关注");
    assert_eq!(blog.code_for(&by(ADA)).len(), 6);
}

#[test]
fn nothing_is_echoed_or_done_without_a_signature() {
    let blog = account_on(Database::Sqlite, secure);
    let receive = path("wechat/receive");
    let now = clock::now();
    let platform = Platform::plain(WX_TOKEN);
    let good = platform.verification("echo", now);
    blog.get(&format!("{receive}?{good}")).expect(200, "echo");
    for query in [
        String::new(),
        "echostr=x".into(),
        good.replace("signature=", "signature=0"),
        good.replace("echostr", "other"),
        good.replace("nonce", "other"),
        Platform::plain("other").verification("echo", now),
        platform.verification(&"x".repeat(257), now),
    ] {
        blog.get(&format!("{receive}?{query}")).expect(403, "");
    }
    let subscribe = event(ADA, ACCOUNT, "subscribe", 1);
    let forged = Platform::plain("other").delivery(&subscribe, now);
    let stale = platform.delivery(&subscribe, now.plus_millis(-601_000));
    let early = platform.delivery(&subscribe, now.plus_millis(661_000));
    let foreign = Platform::encrypted(WX_TOKEN, "wxother", AES_KEY).unwrap();
    let foreign = foreign.delivery(&subscribe, now);
    for request in [forged, stale, early, foreign] {
        let path = format!("{receive}?{}&echostr=x", request.query);
        blog.server.send("POST", &path, &[], Some(&request.body)).expect(403, "");
    }
    blog.readmore("captcha/generate", &by(ADA)).expect(200, NOT_FOLLOWING);
}

#[test]
fn malformed_messages_never_bring_the_server_down() {
    let blog = account_on(Database::Sqlite, |config| {
        secure(config);
        config.readmore_limits.wrong_signatures_per_minute = 1000.try_into().unwrap();
    });
    let platform = Platform::plain(WX_TOKEN);
    let bomb = "<!DOCTYPE x [<!ENTITY a \"b\">]><xml>&a;</xml>";
    let deep = "<a>".repeat(20_000);
    for xml in ["", "x", "<xml>", "<xml></xml>", "<xml><a></xml>", bomb, &deep, "\u{0}", "<xml/>"] {
        let answer = blog.deliver(&platform, xml);
        assert!([200, 403].contains(&answer.status), "{xml:.40}: {answer:?}");
        assert!(["", "success"].contains(&answer.text()), "{answer:?}");
    }
    for encrypt in ["", "x", "AAAA", &"A".repeat(44), &"A".repeat(64)] {
        let request = encrypted().enveloped(encrypt, clock::now());
        let path = format!("{}?{}", path("wechat/receive"), request.query);
        blog.server.send("POST", &path, &[], Some(&request.body)).expect(403, "");
    }
    let large = format!("<xml>{}</xml>", " ".repeat(66_000));
    assert_eq!(blog.deliver(&platform, &large).status, 413);
    for method in ["PUT", "DELETE"] {
        let answer = blog.server.send(method, &path("wechat/receive"), &[], None);
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST, OPTIONS"));
    }
}

#[test]
fn a_repetition_changes_nothing() {
    let blog = account_on(Database::Sqlite, |_| {});
    let platform = Platform::plain(WX_TOKEN);
    let subscribe = event(ADA, ACCOUNT, "subscribe", 1);
    assert_eq!(said(&platform, &blog.deliver(&platform, &subscribe)), "欢迎关注");
    for _ in 0..2 {
        is_silent(blog.deliver(&platform, &subscribe));
    }
    let hello = text(ADA, ACCOUNT, "hello", 7);
    assert_eq!(said(&platform, &blog.deliver(&platform, &hello)), "请输入正确的关键词");
    is_silent(blog.deliver(&platform, &hello));
    // Not even where it comes so late that nobody remembers the first.
    assert_eq!(
        said(&platform, &blog.deliver(&platform, &event(ADA, ACCOUNT, "subscribe", 2))),
        "欢迎回来"
    );
    assert_eq!(blog.code_for(&by(ADA)).len(), 6);
}

fn what_happens_in_one_second_is_handled_in_order(database: Database) {
    let blog = account_on(database, |_| {});
    let platform = Platform::plain(WX_TOKEN);
    for name in ["subscribe", "unsubscribe"] {
        blog.deliver(&platform, &event(ADA, ACCOUNT, name, 1));
    }
    blog.readmore("captcha/generate", &by(ADA)).expect(200, LEFT);
    for name in ["unsubscribe", "subscribe"] {
        blog.deliver(&platform, &event("oBob", ACCOUNT, name, 1));
    }
    blog.readmore("captcha/generate", &by("oBob")).expect(200, LEFT);
}

#[test]
fn a_message_makes_an_old_follower_known() {
    let platform = Platform::plain(WX_TOKEN);
    let blog = account_on(Database::Sqlite, |_| {});
    blog.readmore("captcha/generate", &by(ADA)).expect(200, NOT_FOLLOWING);
    blog.deliver(&platform, &text(ADA, ACCOUNT, "anything", 1));
    assert_eq!(blog.code_for(&by(ADA)).len(), 6);
    let strict = account_on(Database::Sqlite, |config| config.readmore.register_on_message = false);
    let link = said(&platform, &strict.deliver(&platform, &text(ADA, ACCOUNT, "验证码", 1)));
    assert!(link.contains("href="), "{link}");
    strict.readmore("captcha/generate", &by(ADA)).expect(200, NOT_FOLLOWING);
}

#[test]
fn pictures_positions_and_clicks_are_not_answered() {
    let blog = account_on(Database::Sqlite, |_| {});
    let platform = Platform::plain(WX_TOKEN);
    for name in ["LOCATION", "CLICK", "VIEW", "SCAN", "TEMPLATESENDJOBFINISH", "Subscribe", ""] {
        is_silent(blog.deliver(&platform, &event(ADA, ACCOUNT, name, 1)));
    }
    for kind in ["image", "voice", "video", "location", "link", "nonsense"] {
        let xml = text(ADA, ACCOUNT, "验证码", 1)
            .replace("<![CDATA[text]]>", &format!("<![CDATA[{kind}]]>"));
        is_silent(blog.deliver(&platform, &xml));
    }
    for person in ["a b", "", "<x>", &"o".repeat(256)] {
        is_silent(blog.deliver(&platform, &event(person, ACCOUNT, "subscribe", 1)));
    }
    blog.readmore("captcha/generate", &by(ADA)).expect(200, NOT_FOLLOWING);
    let without = text(ADA, ACCOUNT, "", 9).replace("<Content><![CDATA[]]></Content>", "");
    assert_eq!(said(&platform, &blog.deliver(&platform, &without)), "请输入正确的关键词");
}

#[test]
fn keywords_name_blogs_and_may_be_silent_otherwise() {
    use inkstone_readmore::BlogId;
    use inkstone_server::config::{Blogs, ReadmoreBlog};
    let blog = account_on(Database::Sqlite, |config| {
        let named = |id: &str, keyword: Option<&str>| ReadmoreBlog {
            id: BlogId::parse(id).unwrap(),
            allowed_origins: Vec::new(),
            require_origin: false,
            keyword: keyword.map(ToOwned::to_owned),
        };
        config.readmore.blogs =
            Blogs::new(vec![named("one", None), named("a&b", Some("Code"))]).unwrap();
        config.wechat.unknown_keyword_reply = String::new();
        config.wechat.captcha_api_address =
            Some("https://page.example/captcha".parse().unwrap()).into();
    });
    let platform = Platform::plain(WX_TOKEN);
    let say = |words, id| blog.deliver(&platform, &text(ADA, ACCOUNT, words, id));
    let one = said(&platform, &say("验证码", 1));
    assert!(one.contains("\"https://page.example/captcha?blogId=one&fromOpenId="), "{one}");
    let two = said(&platform, &say("cODE", 2));
    assert!(two.contains("?blogId=a%26b&fromOpenId="), "{two}");
    is_silent(say("else", 3));
}

#[test]
fn guessing_signatures_has_a_budget() {
    let blog = account_on(Database::Sqlite, |config| {
        config.readmore_limits.wrong_signatures_per_minute = 3.try_into().unwrap();
    });
    let forged = Platform::plain("other");
    let subscribe = event(ADA, ACCOUNT, "subscribe", 1);
    for _ in 0..3 {
        blog.deliver(&forged, &subscribe).expect(403, "");
    }
    let refused = blog.deliver(&forged, &subscribe);
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    // What is genuine comes through from the same address.
    let platform = Platform::plain(WX_TOKEN);
    assert_eq!(said(&platform, &blog.deliver(&platform, &subscribe)), "欢迎关注");
}

#[test]
fn plain_messages_can_be_refused_and_without_a_token_there_is_no_endpoint() {
    let blog = account_on(Database::Sqlite, |config| {
        secure(config);
        config.wechat.require_encryption = true;
    });
    let subscribe = event(ADA, ACCOUNT, "subscribe", 1);
    blog.deliver(&Platform::plain(WX_TOKEN), &subscribe).expect(403, "");
    assert_eq!(said(&encrypted(), &blog.deliver(&encrypted(), &subscribe)), "欢迎关注");
    let none = self::blog();
    none.deliver(&Platform::plain(WX_TOKEN), &subscribe).expect(404, NOT_FOUND);
    none.get(&path("wechat/receive")).expect(404, NOT_FOUND);
}

#[test]
fn an_outage_is_told_and_the_message_comes_again() {
    use diesel::connection::SimpleConnection as _;
    let blog = account_on(Database::Sqlite, |_| {});
    let platform = Platform::plain(WX_TOKEN);
    let subscribe = event(ADA, ACCOUNT, "subscribe", 1);
    let rename = |from: &str, to: &str| {
        let statement = format!("ALTER TABLE {from} RENAME TO {to}");
        blog.database().batch_execute(&statement).unwrap();
    };
    rename("readmore_subscribers", "elsewhere");
    assert_eq!(blog.deliver(&platform, &subscribe).status, 500);
    rename("elsewhere", "readmore_subscribers");
    assert_eq!(said(&platform, &blog.deliver(&platform, &subscribe)), "欢迎关注");
}

#[test]
fn no_time_is_too_far() {
    let blog: Blog = account_on(Database::Sqlite, |_| {});
    let request = Platform::plain(WX_TOKEN).delivery("<xml/>", Timestamp::from_millis(i64::MAX));
    let path = format!("{}?{}", path("wechat/receive"), request.query);
    let answer = blog.server.send("POST", &path, &[], Some(&request.body));
    assert_eq!((answer.status, json!(answer.text())), (403, json!("")));
}
