//! Every attack of the corpus through every field (contract cwd, 6.2; H-04, H-05).

use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use serde_json::{Value, json};
use url::Url;

use super::support::{Blog, at_once, comment, encoded};
use crate::support::Answer;

pub(super) fn attacks() -> Vec<String> {
    let corpus = include_str!("../../../../../crates/comments/tests/attacks.json");
    let corpus: Vec<Value> = serde_json::from_str(corpus).unwrap();
    assert!(corpus.len() >= 230);
    corpus.iter().map(|attack| attack["input"].as_str().unwrap().to_owned()).collect()
}

/// Runs `check` on every attack, in two threads.
fn each_attack(check: impl Fn(&str) + Sync) {
    let attacks = attacks();
    at_once(2, |thread| {
        attacks.iter().skip(thread).step_by(2).for_each(|attack| check(attack));
    });
}

/// Whether it was taken; a refusal is one of the server's own sentences.
#[track_caller]
fn is_taken(answer: &Answer, attack: &str) -> bool {
    if answer.status == 200 {
        return true;
    }
    let refusals = [
        "post_slug 必填",
        "postSlug is required",
        "评论内容不能为空",
        "昵称不能为空",
        "昵称不能超过 50 字",
        "邮箱格式不正确",
        "无效的请求体",
    ];
    let body = answer.json();
    assert_eq!(answer.status, 400, "{attack:?}");
    assert!(refusals.iter().any(|refusal| body == json!({ "message": refusal })), "{body}");
    false
}

/// The comments of a page, all of them.
pub(super) fn listed(blog: &Blog, page: &str) -> Vec<Value> {
    let slice = |number: u32| {
        let list =
            blog.list(&format!("post_slug={}&nested=false&limit=50&page={number}", encoded(page)));
        list["data"].as_array().unwrap().clone()
    };
    (1..).map(slice).take_while(|comments| !comments.is_empty()).flatten().collect()
}

#[test]
fn as_content_they_come_to_nothing() {
    let blog = Blog::start();
    each_attack(|attack| {
        for content in [attack.to_owned(), format!("> - **{attack}**"), format!("[{attack}](#x)")] {
            is_taken(&blog.post_comment(json!({ "content": content })), attack);
        }
    });
    let comments = listed(&blog, "/posts/one");
    assert!(comments.len() > 1_000);
    for comment in comments {
        assert_harmless(comment["contentHtml"].as_str().unwrap());
    }
}

#[test]
fn as_addresses_they_are_left_out_or_lead_elsewhere() {
    let blog = Blog::start();
    each_attack(|attack| {
        for member in ["url", "post_url", "post_title"] {
            let answer = blog.post_comment(json!({ "post_slug": "/a", member: attack }));
            assert_eq!(answer.status, 200, "{member} {attack:?}");
        }
    });
    let comments = listed(&blog, "/a");
    assert_eq!(comments.len(), attacks().len() * 3);
    for address in comments.iter().flat_map(|comment| [&comment["url"], &comment["postUrl"]]) {
        if let Some(address) = address.as_str() {
            let url = Url::parse(address).expect(address);
            assert!(["http", "https"].contains(&url.scheme()), "{address}");
            assert!(!address.contains(['"', '<', '>', '`', ' ', '\n']), "{address}");
        }
    }
}

#[test]
fn as_names_and_mail_addresses_they_stay_texts() {
    let blog = Blog::start();
    each_attack(|attack| {
        for member in ["name", "author", "email"] {
            let mut changes = json!({ "post_slug": "/a", member: attack });
            if member == "author" {
                changes["name"] = Value::Null;
            }
            is_taken(&blog.post_comment(changes), attack);
        }
    });
    for comment in listed(&blog, "/a") {
        let name = comment["name"].as_str().unwrap();
        let lower = name.to_ascii_lowercase();
        assert!(!(lower.contains("<script>") && lower.contains("</script>")), "{name}");
        assert!(!name.contains(char::is_control) && name.chars().count() <= 50, "{name:?}");
        let email = comment["email"].as_str().unwrap();
        assert!(email.len() == 32 && email.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(comment["avatar"].as_str().unwrap().starts_with("https://gravatar.com/avatar/"));
    }
}

#[test]
fn as_pages_and_sites_they_are_refused_or_found_again() {
    let blog = Blog::start_with(|config| {
        config.limits.likes_per_minute = 1_000_000.try_into().unwrap();
        config.limits.visits_per_minute = 1_000_000.try_into().unwrap();
    });
    each_attack(|attack| {
        is_taken(&blog.post_comment(json!({ "site_id": attack })), attack);
        let page = json!({ "postSlug": attack, "postTitle": attack, "postUrl": attack });
        let taken = is_taken(&blog.post("/api/like", &page), attack);
        assert_eq!(is_taken(&blog.post("/api/analytics/visit", &page), attack), taken);
        let answer = blog.post("/api/comments", &comment(json!({ "post_slug": attack })));
        assert_eq!(is_taken(&answer, attack), taken, "{attack:?}");
        if taken {
            let comments = listed(&blog, attack);
            assert!(!comments.is_empty(), "{attack:?}");
            let slug = comments[0]["postSlug"].as_str().unwrap();
            let scheme = slug.split(':').next().unwrap().to_ascii_lowercase();
            assert!(!["javascript", "data", "vbscript"].contains(&&*scheme), "{slug}");
            assert!(!slug.contains(char::is_control), "{slug:?}");
        }
    });
}

/// Panics unless `html` consists of what contract cwd, 6.2, allows.
#[track_caller]
pub(super) fn assert_harmless(html: &str) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    assert!(matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done));
    tokenizer.end();
    for tag in tokenizer.sink.0.into_inner() {
        assert!(ELEMENTS.split(' ').any(|name| name == &*tag.name), "{} in {html}", tag.name);
        for attribute in &tag.attrs {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            assert!(is_harmless(&tag.name, name, value), "{name}={value:?} in {html}");
        }
    }
}

const ELEMENTS: &str = "a abbr b blockquote br code dd del details div dl dt em figcaption figure \
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s small span strike strong sub summary \
    sup table tbody td tfoot th thead tr tt u ul";

fn is_harmless(element: &str, name: &str, value: &str) -> bool {
    match (element, name) {
        ("a", "href") => {
            let here = Url::parse("https://blog.example/post").unwrap();
            here.join(value).is_ok_and(|target| match target.scheme() {
                "http" | "https" => {
                    target.host_str() != here.host_str() || value.starts_with(['/', '#'])
                }
                scheme => ["mailto", "tel"].contains(&scheme),
            })
        }
        ("img", "src") => {
            Url::parse(value).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
        }
        ("code" | "pre", "class") => value.starts_with("language-") && !value.contains(' '),
        ("img", "width" | "height") | ("td" | "th", "colspan" | "rowspan") | ("ol", "start") => {
            value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit())
        }
        ("td" | "th", "align") => ["left", "center", "right"].contains(&value),
        ("a", "target") => value == "_blank",
        ("a", "rel") => value == "nofollow noopener noreferrer ugc",
        ("img", "loading") => value == "lazy",
        ("img", "referrerpolicy") => value == "no-referrer",
        ("a" | "abbr" | "img", "title") | ("img", "alt") | ("details", "open") => true,
        _ => false,
    }
}

#[derive(Default)]
struct Tags(RefCell<Vec<Tag>>);

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.0.borrow_mut().push(tag),
            Token::CharacterTokens(_) | Token::EOFToken => {}
            other => panic!("{other:?} has no place in a comment"),
        }
        TokenSinkResult::Continue
    }
}
