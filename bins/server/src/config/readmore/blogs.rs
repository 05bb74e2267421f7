//! The blogs whose articles are locked, and whose pages may ask.

use std::{collections::BTreeSet, fmt};

use inkstone_readmore::BlogId;
use serde::{Deserialize, Deserializer, de};
use url::Url;

/// The blogs whose articles are locked.
#[derive(Clone, Debug, Default)]
pub struct Blogs(Vec<ReadmoreBlog>);

/// A blog whose articles are locked.
#[derive(Clone, Debug)]
pub struct ReadmoreBlog {
    /// What names it.
    pub id: BlogId,
    /// Whose pages may ask; all when there is none.
    pub allowed_origins: Vec<OriginPattern>,
    /// Whether requests that say nothing about their origin are refused.
    pub require_origin: bool,
    /// What a follower writes, if not the common keyword.
    pub keyword: Option<String>,
}

impl Blogs {
    /// The blogs of these ids, with nothing else said about them; the error names the first that
    /// is no id, or is there twice.
    pub fn parse<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let ids = ids.into_iter().filter(|id| !id.trim().is_empty());
        let blogs = ids.map(|id| RawBlog { id: id.to_owned(), ..RawBlog::default() }.parse());
        Self::new(blogs.collect::<Result<_, _>>()?)
    }

    /// These blogs; the error names the first that is there twice.
    pub fn new(blogs: Vec<ReadmoreBlog>) -> Result<Self, String> {
        let mut known = BTreeSet::new();
        match blogs.iter().find(|blog| !known.insert(&blog.id)) {
            Some(twice) => Err(format!("{:?} is there twice", twice.id.as_str())),
            None => Ok(Self(blogs)),
        }
    }

    /// The blogs, in their order.
    pub fn as_slice(&self) -> &[ReadmoreBlog] {
        &self.0
    }
}

/// A blog as the file writes it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawBlog {
    id: String,
    allowed_origins: Vec<String>,
    require_origin: bool,
    keyword: String,
}

impl RawBlog {
    fn parse(self) -> Result<ReadmoreBlog, String> {
        let Self { id, allowed_origins, require_origin, keyword } = self;
        let invalid =
            || format!("{id:?} is no id: it must have 1 to {} characters", BlogId::MAX_CHARS);
        let origins = allowed_origins.iter().map(|origin| OriginPattern::parse(origin));
        Ok(ReadmoreBlog {
            id: BlogId::parse(&id).ok_or_else(invalid)?,
            allowed_origins: origins.collect::<Result<_, _>>()?,
            require_origin,
            keyword: Some(keyword.trim().to_owned()).filter(|keyword| !keyword.is_empty()),
        })
    }
}

impl<'de> Deserialize<'de> for Blogs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BlogsVisitor)
    }
}

/// Reads a list, or ids separated by commas (all that the environment can hold).
struct BlogsVisitor;

impl<'de> de::Visitor<'de> for BlogsVisitor {
    type Value = Blogs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of blogs")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Blogs, E> {
        Blogs::parse(text.split(',')).map_err(E::custom)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Blogs, A::Error> {
        let mut blogs = Vec::new();
        while let Some(Entry(blog)) = list.next_element()? {
            blogs.push(blog);
        }
        Blogs::new(blogs).map_err(de::Error::custom)
    }
}

/// A blog of the list: its id, or a table.
struct Entry(ReadmoreBlog);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> de::Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the id of a blog, or a table")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<Entry, E> {
        let blog = RawBlog { id: id.to_owned(), ..RawBlog::default() };
        blog.parse().map(Entry).map_err(E::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
        let blog = RawBlog::deserialize(de::value::MapAccessDeserializer::new(map))?;
        blog.parse().map(Entry).map_err(de::Error::custom)
    }
}

/// Whose pages may ask: an origin, or all that differ from it in the first label of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginPattern {
    /// Pages without an origin, such as files.
    Null,
    /// This origin.
    Exact(url::Origin),
    /// Those with one label more.
    Below(url::Origin),
}

impl OriginPattern {
    /// Parses `https://blog.example.org`, `https://*.example.org:8443` or `null`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "null" {
            return Ok(Self::Null);
        }
        let wildcard = text.replacen("://*.", "://", 1);
        let invalid = || format!("{text:?} is no origin such as https://blog.example.org");
        let origin = web_origin(&wildcard).ok_or_else(invalid)?;
        Ok(if wildcard == text { Self::Exact(origin) } else { Self::Below(origin) })
    }

    /// Whether a page with this origin may ask.
    pub fn matches(&self, origin: &str) -> bool {
        match self {
            Self::Null => origin == "null",
            Self::Exact(allowed) => web_origin(origin).is_some_and(|asking| asking == *allowed),
            Self::Below(allowed) => {
                let Some((scheme, rest)) = origin.split_once("://") else { return false };
                let Some((label, above)) = rest.split_once('.') else { return false };
                let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                !label.is_empty()
                    && label.bytes().all(known)
                    && web_origin(&format!("{scheme}://{above}"))
                        .is_some_and(|asking| asking == *allowed)
            }
        }
    }
}

/// The origin of an address that is nothing but one.
fn web_origin(text: &str) -> Option<url::Origin> {
    let url = Url::parse(text).ok()?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && !text.contains(['*', '\\'])
        && !text.contains(char::is_whitespace);
    bare.then(|| url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_match_exactly_or_one_label_below() {
        for (pattern, good, bad) in [
            (
                "https://blog.example",
                &["https://blog.example", "https://BLOG.example", "https://blog.example:443"][..],
                &[
                    "http://blog.example",
                    "https://blog.example:8443",
                    "https://blog.example.evil.io",
                    "https://evil-blog.example",
                    "https://a.blog.example",
                    "https://blog.example/a",
                    "https://blog.example@evil.io",
                    "null",
                    "",
                ][..],
            ),
            (
                "https://*.example.org:8443",
                &["https://a.example.org:8443", "https://b-1.example.org:8443"],
                &[
                    "https://example.org:8443",
                    "https://a.b.example.org:8443",
                    "https://.example.org:8443",
                    "https://evil.io/.example.org:8443",
                    "https://evil.io#.example.org:8443",
                    "https://a@b.example.org:8443",
                    "https://a.example.org",
                    "https://aexample.org:8443",
                ],
            ),
            ("http://127.0.0.1:4000", &["http://127.0.0.1:4000"], &["http://127.0.0.1"]),
            ("null", &["null"], &["https://null", "Null"]),
        ] {
            let parsed = OriginPattern::parse(pattern).unwrap();
            for origin in good {
                assert!(parsed.matches(origin), "{pattern} {origin}");
            }
            for origin in bad {
                assert!(!parsed.matches(origin), "{pattern} {origin}");
            }
        }
        for bad in [
            "",
            "*",
            "blog.example",
            "https://",
            "https://a.*.b",
            "https://*.*.b",
            "https://b/path",
            "ftp://b",
            "https://u@b",
            "https://b?q",
        ] {
            assert!(OriginPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
