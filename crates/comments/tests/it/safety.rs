//! What no comment may contain, judged by a parser of its own: for tests and for fuzzing.

use std::cell::RefCell;

use ammonia::Url;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use inkstone_comments::{CommentBody, sanitize_html};

/// Panics unless `source` is safe as a comment and as imported HTML.
#[track_caller]
pub(crate) fn assert_harmless(source: &str) {
    if let Ok(body) = CommentBody::parse(source) {
        assert_safe(body.html());
    }
    assert_safe(&sanitize_html(source));
}

/// Panics unless a browser finds in `html` only what the contract allows, and reads the same tree
/// again after writing it.
#[track_caller]
pub(crate) fn assert_safe(html: &str) {
    for tag in tokenize(html).tags.into_inner() {
        if let Some(violation) = violation(&tag) {
            panic!("{violation} in {html}");
        }
    }
    assert_eq!(sanitize_html(html), html, "must not change when it is read again");
}

pub(crate) fn text_of(html: &str) -> String {
    tokenize(html).text.into_inner()
}

#[derive(Default)]
struct Document {
    tags: RefCell<Vec<Tag>>,
    text: RefCell<String>,
}

impl TokenSink for Document {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tags.borrow_mut().push(tag),
            Token::CharacterTokens(text) => self.text.borrow_mut().push_str(&text),
            Token::EOFToken => {}
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::NullCharacterToken => {
                panic!("{token:?} has no place in a comment")
            }
            Token::ParseError(error) => panic!("{error}"),
        }
        TokenSinkResult::Continue
    }
}

fn tokenize(html: &str) -> Document {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Document::default(), TokenizerOpts::default());
    assert!(matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done));
    tokenizer.end();
    tokenizer.sink
}

/// What contract cwd, 6.2, forbids about a tag.
fn violation(tag: &Tag) -> Option<String> {
    let names: &[&str] = match &*tag.name {
        "a" => &["href", "title", "target", "rel"],
        "abbr" => &["title"],
        "code" | "pre" => &["class"],
        "details" => &["open"],
        "img" => &["src", "alt", "title", "width", "height", "loading", "referrerpolicy"],
        "ol" => &["start"],
        "td" | "th" => &["align", "colspan", "rowspan"],
        "b" | "blockquote" | "br" | "dd" | "del" | "div" | "dl" | "dt" | "em" | "figcaption"
        | "figure" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" | "i" | "ins" | "kbd"
        | "li" | "mark" | "p" | "s" | "small" | "span" | "strike" | "strong" | "sub"
        | "summary" | "sup" | "table" | "tbody" | "tfoot" | "thead" | "tr" | "tt" | "u" | "ul" => {
            &[]
        }
        other => return Some(format!("element {other}")),
    };
    let attribute = |name: &str| {
        tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|a| &*a.value)
    };
    let bad = tag.attrs.iter().find(|attribute| {
        let name = &*attribute.name.local;
        !names.contains(&name) || !is_allowed(name, &attribute.value)
    });
    if let Some(bad) = bad {
        return Some(format!("attribute {}={:?}", bad.name.local, bad.value));
    }
    let leaves = attribute("href").is_some_and(|href| href.to_lowercase().starts_with("http"));
    if tag.kind == TagKind::StartTag && (leaves != attribute("rel").is_some()) {
        return Some(format!("rel of {:?}", attribute("href")));
    }
    let image = &*tag.name == "img";
    (image && (attribute("src").is_none() || attribute("loading").is_none()))
        .then(|| "incomplete image".to_owned())
}

fn is_allowed(name: &str, value: &str) -> bool {
    match name {
        "href" => is_link_target(value),
        "src" => value.to_lowercase().starts_with("http") && resolves_elsewhere(value),
        "class" => value.strip_prefix("language-").is_some_and(|language| {
            !language.is_empty()
                && language.len() <= 40
                && language.chars().all(|c| c.is_ascii_alphanumeric() || "_+#.-".contains(c))
        }),
        "width" | "height" | "colspan" | "rowspan" | "start" => {
            value.len() <= 4 && value.parse::<u16>().is_ok()
        }
        "align" => ["left", "center", "right"].contains(&value),
        "open" => value.is_empty(),
        "target" => value == "_blank",
        "rel" => value == "nofollow noopener noreferrer ugc",
        "loading" => value == "lazy",
        "referrerpolicy" => value == "no-referrer",
        _ => true,
    }
}

/// Judges by where a browser would go, not by the look of the text.
fn is_link_target(value: &str) -> bool {
    let Some(url) = resolve("https://blog.example/post", value) else { return false };
    match url.scheme() {
        "mailto" | "tel" => true,
        "http" | "https" if value.starts_with(['/', '#']) => url.host_str() == Some("blog.example"),
        "http" | "https" => resolves_elsewhere(value),
        _ => false,
    }
}

/// Whether `value` is an absolute address: it leads to the same place from any page.
fn resolves_elsewhere(value: &str) -> bool {
    let place = resolve("http://a.example/x", value);
    place.as_ref().is_some_and(Url::has_host) && place == resolve("https://b.example/y/z", value)
}

fn resolve(page: &str, value: &str) -> Option<Url> {
    Url::parse(page).ok()?.join(value).ok()
}
