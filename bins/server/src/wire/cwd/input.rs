//! Reading what clients send: JSON members and query parameters of whatever type they chose.

use std::{borrow::Cow, num::IntErrorKind};

use actix_web::http::header::HeaderMap;
use inkstone_vocab::{PageSlug, SiteId, WebUrl};
use serde_json::{Map, Value};

use super::refusal::{INVALID_BODY, Refusal};

/// The most characters of a page title that are kept (contract cwd, 1.6).
const MAX_TITLE_CHARS: usize = 300;

/// The members of a JSON object.
#[derive(Debug, Default)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// The object in `body`.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(INVALID_BODY),
        }
    }

    /// The object in `body`; an empty one where there is none.
    pub(super) fn parse_or_empty(body: &[u8]) -> Self {
        Self::parse(body).unwrap_or_default()
    }

    /// The first of `names` that is present and not null.
    pub(super) fn get(&self, names: &[&str]) -> Option<&Value> {
        names.iter().filter_map(|name| self.0.get(*name)).find(|value| !value.is_null())
    }

    /// The first member of these names, if that is a text.
    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        self.get(names)?.as_str()
    }

    /// The first member of these names, refused when it is anything but a text.
    pub(super) fn only_text(&self, names: &[&str]) -> Result<Option<&str>, Refusal> {
        match self.get(names) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(INVALID_BODY),
        }
    }

    /// The member inside which others are.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object().cloned().map(Self)
    }

    /// Whether the member is there, null or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A web address; others count as absent (contract cwd, 1.6).
    pub(super) fn url(&self, names: &[&str]) -> Option<WebUrl> {
        self.text(names).and_then(WebUrl::parse)
    }

    /// A page's title, cut to what is kept.
    pub(super) fn title(&self, names: &[&str]) -> Option<String> {
        let title = self.text(names)?.chars().filter(|c| !c.is_control()).take(MAX_TITLE_CHARS);
        Some(title.collect::<String>().trim().to_owned()).filter(|title| !title.is_empty())
    }

    /// The site named in the body; numbers are names, too (contract cwd, 2.2).
    pub(super) fn site(&self) -> Result<Option<SiteId>, Refusal> {
        match self.get(&["site_id", "siteId"]) {
            None => Ok(None),
            Some(Value::String(name)) => SiteId::parse(name).map(Some).ok_or(INVALID_BODY),
            Some(Value::Number(name)) => {
                SiteId::parse(&name.to_string()).map(Some).ok_or(INVALID_BODY)
            }
            Some(_) => Err(INVALID_BODY),
        }
    }
}

/// The site named by a header, the last resort (contract cwd, 2.2).
pub(super) fn header_site(headers: &HeaderMap) -> Result<Option<SiteId>, Refusal> {
    let Some(name) = headers.get("x-site-id") else { return Ok(None) };
    let name = std::str::from_utf8(name.as_bytes()).ok().and_then(SiteId::parse);
    name.map(Some).ok_or(INVALID_BODY)
}

/// A whole number, or a text that is one.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The parameters of a query; of several with one name the first counts.
#[derive(Debug)]
pub(super) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    pub(super) fn parse(query: &'a str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// The first parameter of these names.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.0.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
        })
    }

    /// The page named by `post_slug`.
    pub(super) fn slug(&self) -> Option<PageSlug> {
        self.get(&["post_slug"]).and_then(PageSlug::parse)
    }

    /// The site named; a name that no site has names one without content.
    pub(super) fn site(&self) -> Result<Option<SiteId>, Refusal> {
        self.get(&["site_id", "siteId"])
            .map(|name| SiteId::parse(name).ok_or(INVALID_BODY))
            .transpose()
    }

    /// The site whose data is exported; `None`, for all, also for the unnamed one (D-32).
    pub(super) fn export_site(&self) -> Result<Option<SiteId>, Refusal> {
        Ok(self.site()?.filter(|site| *site != SiteId::unnamed()))
    }

    /// A number from 1, or `default` for anything else.
    pub(super) fn number(&self, name: &str, default: u32) -> u32 {
        self.natural(name).and_then(|number| number.try_into().ok()).unwrap_or(default)
    }

    /// A number from 1, cut to `most`, or `default` for anything else.
    pub(super) fn number_up_to(&self, most: u32, name: &str, default: u32) -> u32 {
        self.natural(name).map_or(default, |number| number.try_into().unwrap_or(most).min(most))
    }

    fn natural(&self, name: &str) -> Option<u64> {
        match self.get(&[name])?.trim().parse::<u64>() {
            Ok(number) => Some(number),
            Err(error) => (*error.kind() == IntErrorKind::PosOverflow).then_some(u64::MAX),
        }
        .filter(|&number| number > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_strict() {
        for (json, number) in [
            ("1", Some(1)),
            ("\" 1 \"", Some(1)),
            ("-1", Some(-1)),
            ("1.0", None),
            ("1e0", None),
            ("\"1abc\"", None),
            ("\"\"", None),
            ("true", None),
            ("[1]", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(integer(&serde_json::from_str(json).unwrap()), number, "{json}");
        }
    }

    #[test]
    fn the_first_parameter_counts() {
        let query = Query::parse("page=2&page=3&limit=0&x=%zz&site_id=default&siteId=blog");
        assert_eq!((query.number("page", 1), query.number("limit", 20)), (2, 20));
        assert_eq!(query.get(&["x"]), Some("%zz"));
        assert_eq!(query.site().unwrap(), Some(SiteId::unnamed()));
        for bad in ["page=-1", "page=1.5", "page=abc", "page=99999999999", "page="] {
            assert_eq!(Query::parse(bad).number("page", 1), 1, "{bad}");
        }
        for (limit, number) in [("7", 7), ("51", 50), ("9999999999999999999999", 50), ("0", 20)] {
            let query = format!("limit={limit}");
            assert_eq!(Query::parse(&query).number_up_to(50, "limit", 20), number, "{limit}");
        }
    }
}
