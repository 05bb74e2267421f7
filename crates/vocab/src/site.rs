//! Sites, and the one identity that a page has in comments, likes, visits and imports.

use std::fmt;

use sha2::{Digest, Sha256};
use url::Url;

use crate::text::{MAX_HOST_BYTES, WebUrl, is_web};

/// One of the sites of an owner; the unnamed site is the empty text.
///
/// The name `default` is the unnamed site, however it arrives (contract cwd, 2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId(String);

impl SiteId {
    /// The most characters a name has.
    pub const MAX_CHARS: usize = 64;

    /// The site that has no name.
    pub const fn unnamed() -> Self {
        Self(String::new())
    }

    /// Parses a name after trimming it; `None` when it is too long or holds control characters.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        if name.chars().count() > Self::MAX_CHARS || name.contains(char::is_control) {
            return None;
        }
        Some(Self(if name == "default" { String::new() } else { name.to_owned() }))
    }

    /// The name as it is stored; empty for the unnamed site.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What names a page, decoded, with the key under which all its spellings are equal.
///
/// Contract cwd, 2.1: clients name a page by its address, by its path, or by an id of their own.
///
/// ```
/// use inkstone_vocab::PageSlug;
///
/// let slug = PageSlug::parse("https://Blog.example:443/a%20b/?utm=1").unwrap();
/// assert_eq!(slug.key(), "https://blog.example/a b");
/// assert_eq!(slug.path(), Some("/a b"));
/// assert_eq!(PageSlug::parse("post:123").unwrap().key(), "post:123");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageSlug {
    text: String,
    key: String,
    address: Option<Address>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Address {
    origin: String,
    path: String,
}

impl PageSlug {
    /// The most characters a slug has once decoded.
    pub const MAX_CHARS: usize = 1024;

    /// Decodes `raw` and derives its key. `None` for what names no page: blank, too long, with
    /// control characters, or with a scheme that runs code when it becomes a link.
    pub fn parse(raw: &str) -> Option<Self> {
        // Decoding only shortens, so an input this long cannot become a slug worth decoding.
        if raw.len() > Self::MAX_CHARS * 36 {
            return None;
        }
        // What is stored must be read back as it is, so blanks go however they were written.
        let text = decode(raw.trim()).trim().to_owned();
        if text.is_empty()
            || text.chars().count() > Self::MAX_CHARS
            || text.contains(char::is_control)
            || runs_code(&text)
        {
            return None;
        }
        let address = parse_address(&text);
        let key = match &address {
            Some(Address { origin, path }) if path == "/" => origin.clone(),
            Some(Address { origin, path }) => format!("{origin}{path}"),
            None if text.starts_with('/') => trim_path(cut_query(&text)).to_owned(),
            None => text.strip_suffix('/').unwrap_or(&text).to_owned(),
        };
        // The path of an address is decoded once more than the whole slug was.
        let clean = !key.contains(char::is_control);
        clean.then(|| Self { text, key: bounded_key(key), address })
    }

    /// The slug of the page that `url` is the address of; `None` when it is too long for one.
    pub fn of_url(url: &WebUrl) -> Option<Self> {
        Self::parse(url.as_str()).filter(|slug| slug.address.is_some())
    }

    /// The decoded slug, as the client meant it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The canonical form: equal for all spellings of one page.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The path, when the slug is a whole address.
    pub fn path(&self) -> Option<&str> {
        self.address.as_ref().map(|address| address.path.as_str())
    }

    /// Scheme, host and port, when the slug is a whole address.
    pub fn origin(&self) -> Option<&str> {
        self.address.as_ref().map(|address| address.origin.as_str())
    }

    /// The slug of the path alone, when the slug is a whole address: `/a/` of `https://h.io/a/?q`.
    pub fn to_path(&self) -> Option<Self> {
        self.address.as_ref()?;
        Self::parse(Url::parse(&self.text).ok()?.path())
    }

    /// Whether the slug is a path without a host.
    pub fn is_bare_path(&self) -> bool {
        self.key.starts_with('/')
    }

    /// Whether the slug is neither an address nor a path.
    pub fn is_custom(&self) -> bool {
        self.address.is_none() && !self.is_bare_path()
    }

    /// What all slugs have in common that may name the same page: the path, or the custom id.
    /// Coarser than the key; meant for invalidating caches.
    pub fn topic(&self) -> &str {
        self.path().unwrap_or(&self.key)
    }
}

/// Percent-decodes until nothing changes, ten times at the most. A round that meets a stray `%`
/// or would not give UTF-8 changes nothing.
fn decode(raw: &str) -> String {
    let mut text = raw.to_owned();
    for _ in 0..10 {
        match decode_once(&text) {
            Some(decoded) if decoded != text => text = decoded,
            _ => break,
        }
    }
    text
}

fn decode_once(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let strict = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'%').all(|(at, _)| {
        bytes.get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    });
    if !strict {
        return None;
    }
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn parse_address(text: &str) -> Option<Address> {
    if !is_web(text) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    url.host_str().filter(|host| host.len() <= MAX_HOST_BYTES)?;
    let path = decode(url.path());
    let path = bounded_key(trim_path(&path).to_owned());
    Some(Address { origin: url.origin().ascii_serialization(), path })
}

/// `key` in at most 512 bytes: keys are indexed, and an index entry has its limits. What is longer
/// is cut and ends in its SHA-256.
pub fn bounded_key(key: String) -> String {
    const MAX_BYTES: usize = 512;
    if key.len() <= MAX_BYTES {
        return key;
    }
    let mut end = MAX_BYTES - 65;
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    let digest = Sha256::digest(key.as_bytes());
    format!("{}#{}", &key[..end], base16ct::lower::encode_string(&digest))
}

fn cut_query(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or(text)
}

/// Without one trailing slash; the root stays.
fn trim_path(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some("") | None => path,
        Some(trimmed) => trimmed,
    }
}

fn runs_code(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(11).collect::<String>().to_ascii_lowercase();
    ["javascript:", "data:", "vbscript:"].iter().any(|scheme| head.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(raw: &str) -> String {
        PageSlug::parse(raw).unwrap_or_else(|| panic!("{raw} names a page")).key().to_owned()
    }

    #[test]
    fn decodes_until_stable() {
        for (raw, text) in [
            ("%2F%25E4%25BD%25A0", "/你"),
            ("/100%25", "/100%"),
            ("/%2525", "/%"),
            ("/100%", "/100%"),
            ("/%ff", "/%ff"),
            ("  /a ", "/a"),
            ("%20/a%20%E3%80%80", "/a"),
            ("/%E4%BD%A0%zz", "/%E4%BD%A0%zz"),
        ] {
            assert_eq!(PageSlug::parse(raw).unwrap().as_str(), text, "{raw}");
        }
    }

    #[test]
    fn keys_follow_the_kind_of_slug() {
        for (raw, expected) in [
            ("https://H.example/a/", "https://h.example/a"),
            ("HTTP://h.example:80", "http://h.example"),
            ("https://h.example/?q#f", "https://h.example"),
            ("https://h.example:8443/x%2520y", "https://h.example:8443/x y"),
            ("https://h.example/%E4%BD%A0", "https://h.example/你"),
            ("/a/?q", "/a"),
            ("/a#f", "/a"),
            ("/", "/"),
            ("/?x", "/"),
            ("post-unique-id-001", "post-unique-id-001"),
            ("post:123", "post:123"),
            ("C#-tips", "C#-tips"),
            ("id/", "id"),
            ("https://", "https:/"),
        ] {
            assert_eq!(key(raw), expected, "{raw}");
        }
    }

    #[test]
    fn keys_of_long_slugs_are_short_and_differ() {
        let long = |end: &str| format!("/{}{end}", "文".repeat(1_000));
        assert_ne!(key(&long("1")), key(&long("2")));
        assert!(key(&long("1")).len() <= 512);
        let address = PageSlug::parse(&format!("https://h.io{}", long("1"))).unwrap();
        assert_eq!(address.path(), Some(key(&long("1/")).as_str()));
        assert!(address.key().len() <= 512);
        let host = "a".repeat(300);
        assert!(PageSlug::parse(&format!("https://{host}/a")).unwrap().is_custom());
    }

    #[test]
    fn an_address_and_its_path_share_a_topic() {
        let address = PageSlug::parse("https://h.example/a/").unwrap();
        let path = PageSlug::parse("/a?x").unwrap();
        assert_eq!((address.origin(), address.path()), (Some("https://h.example"), Some("/a")));
        assert_eq!(address.topic(), path.topic());
        let root = PageSlug::parse("https://h.example").unwrap();
        assert_eq!((root.topic(), root.key()), ("/", "https://h.example"));
    }

    #[test]
    fn the_path_of_an_address_is_a_slug() {
        let path = |raw: &str| PageSlug::parse(raw).unwrap().to_path();
        let found = path("https://h.example/a%20b/?q#f").unwrap();
        assert_eq!((found.as_str(), found.key()), ("/a b/", "/a b"));
        assert_eq!(path("https://h.example").unwrap().as_str(), "/");
        // A key ends in a hash when it is long; a path never does.
        let long = format!("/{}", "文".repeat(900));
        assert_eq!(path(&format!("https://h.example{long}")).unwrap().as_str(), long);
        assert_eq!((path("/a"), path("post:1")), (None, None));
    }

    #[test]
    fn what_names_no_page_is_refused() {
        let long = format!("/{}", "a".repeat(1024));
        let nested = format!("https://h.io/%{}00", "25".repeat(10));
        for raw in [
            "",
            "  ",
            "%20",
            "javascript:alert(1)",
            "JavaScript%3Aalert(1)",
            " data:text/html,x",
            "vbscript:x",
            "/a%00b",
            &nested,
            "java%09script:x",
            "/a\nb",
            &long,
        ] {
            assert_eq!(PageSlug::parse(raw), None, "{raw}");
        }
    }

    #[test]
    fn default_is_the_unnamed_site() {
        assert_eq!(SiteId::parse(" default "), Some(SiteId::unnamed()));
        assert_eq!(SiteId::parse("").unwrap().as_str(), "");
        assert_eq!(SiteId::parse("Default").unwrap().as_str(), "Default");
        assert_eq!(SiteId::parse(&"x".repeat(65)), None);
        assert_eq!(SiteId::parse("a\0"), None);
    }

    proptest! {
        #[test]
        fn the_key_of_a_stored_slug_is_the_key_it_was_stored_under(raw in ".{0,60}") {
            if let Some(slug) = PageSlug::parse(&raw) {
                let again = PageSlug::parse(slug.as_str());
                prop_assert_eq!(again.as_ref().map(PageSlug::key), Some(slug.key()));
            }
        }

        #[test]
        fn so_is_that_of_a_slug_with_blanks_and_marks(
            raw in "(https?:)?(//h\\.io)?([ /a:?#.@\\\\é]|%20|%2f|%3F|%23|%25|%e3%80%80){0,12}"
        ) {
            if let Some(slug) = PageSlug::parse(&raw) {
                let again = PageSlug::parse(slug.as_str());
                prop_assert_eq!(again.as_ref().map(PageSlug::key), Some(slug.key()));
            }
        }

        #[test]
        fn decoding_reaches_a_fixed_point(raw in "[%/a-f0-9é]{0,40}") {
            let text = decode(&raw);
            prop_assert_eq!(decode(&text), text.clone());
        }
    }
}
