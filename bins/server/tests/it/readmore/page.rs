//! Contract readmore, section 3 and 5.4.

use inkstone_wechat::testing::{Platform, event};

use super::support::{ACCOUNT, ADA, BLOG, WX_TOKEN, account_on, blog, blog_with, path};
use crate::{
    cwd::support::{Blog, Database},
    support::Answer,
};

fn page(blog: &Blog, query: &str) -> Answer {
    blog.get(&path(&format!("captcha/generate?{query}")))
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).expect(before).1.split_once(after).expect(after).0
}

#[track_caller]
fn is_a_page(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    let text = answer.text();
    for foreign in ["<script", "src=", "href=", "url(", "@import", "http:", "https:"] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    for part in ["<html lang=\"zh-CN\">", "<title>获取验证码</title>", "<main>", "color-scheme"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn a_code_is_shown_with_the_time_it_lasts() {
    let blog = blog_with(|config| {
        config.readmore.captcha_expires_value = 90.try_into().unwrap();
        config.readmore.captcha_expires_unit = inkstone_server::config::LifeUnit::Seconds;
        config.readmore.footer = "Ada's <blog>".into();
    });
    let answer = page(&blog, &format!("blogId={BLOG}"));
    assert_eq!(answer.status, 200);
    is_a_page(&answer);
    let text = answer.text();
    let captcha = between(text, "class=\"captcha\">", "</div>");
    let code = between(captcha, "<h2><span>", "</span></h2>");
    assert!(text.contains("<h1 class=\"title\">验证码</h1>"));
    assert!(text.contains("<p class=\"expire\">90 秒后失效, 请尽快使用!</p>"));
    assert!(text.contains("<p class=\"support\">Ada&#39;s &lt;blog&gt;</p>"));
    assert_eq!(blog.type_code(code).json()["code"], 0);
}

#[test]
fn the_default_page_says_what_the_original_does() {
    let blog = blog();
    let answer = page(&blog, &format!("blogId={BLOG}"));
    assert!(answer.text().contains("5 分钟后失效, 请尽快使用!"));
    assert!(!answer.text().contains("class=\"support\""));
}

#[test]
fn refusals_are_pages_too() {
    let blog = account_on(Database::Sqlite, |_| {});
    let platform = Platform::plain(WX_TOKEN);
    blog.deliver(&platform, &event("oLeft", ACCOUNT, "unsubscribe", 1));
    for (query, text) in [
        (String::new(), "博客ID无效"),
        ("blogId=%3Cscript%3E".into(), "博客ID无效"),
        (
            format!("blogId={BLOG}&fromOpenId={ADA}&toOpenId={ACCOUNT}"),
            "请确认是否已关注微信公众号",
        ),
        (
            format!("blogId={BLOG}&fromOpenId=oLeft&toOpenId={ACCOUNT}"),
            "您曾取消过关注，暂时无法获取验证码",
        ),
        (format!("blogId={BLOG}&fromOpenId={ADA}"), "非法参数传递"),
        (format!("blogId={BLOG}&fromOpenId=%22%3E%3Cb&toOpenId=x"), "非法参数传递"),
    ] {
        let answer = page(&blog, &query);
        assert_eq!(answer.status, 200, "{query}");
        is_a_page(&answer);
        let error = between(answer.text(), "<div class=\"error\" role=\"alert\">", "</div>");
        assert!(error.contains(text), "{query}: {error}");
        assert!(!answer.text().contains("<b") || !answer.text().contains("&quot;"), "{query}");
    }
}

#[test]
fn asking_for_the_head_makes_no_code() {
    let blog = blog_with(|config| {
        config.readmore_limits.outstanding_per_address = std::num::NonZeroU32::MIN;
    });
    for _ in 0..3 {
        let query = path(&format!("captcha/generate?blogId={BLOG}"));
        let answer = blog.server.send("HEAD", &query, &[], None).expect(200, "");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    assert_eq!(blog.code().len(), 6);
    let crowded = page(&blog, &format!("blogId={BLOG}"));
    assert_eq!((crowded.status, crowded.header("retry-after")), (429, "60"));
    assert!(crowded.text().contains("操作过于频繁, 请稍后再试"));
}

#[test]
fn operators_are_welcome() {
    let blog = blog();
    for path in [
        "/api/readmore/",
        "/api/readmore",
        "//api//readmore//",
        "/index",
        "/index.htm",
        "/index.html",
    ] {
        let answer = blog.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        assert!(answer.text().contains("Welcome to TechGrow OpenAPI"), "{path}");
    }
    let robots = blog.get("/robots.txt");
    assert!(robots.text().contains("Disallow: /api/\n"), "{}", robots.text());
}
