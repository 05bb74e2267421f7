//! Texts with a shape.

use std::fmt;

use url::Url;

/// An address of the shape `x@y.z`: no white space, one `@`, a dot inside what follows it.
///
/// Compares exactly; use [`matches`](Self::matches) to ask whether two are one mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The most characters an address has.
    pub const MAX_CHARS: usize = 254;

    /// Parses `text` after trimming it; `None` when the shape is wrong or it is too long.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let dotted =
            domain.char_indices().any(|(at, c)| c == '.' && at > 0 && at + 1 < domain.len());
        let valid = !local.is_empty()
            && dotted
            && !domain.contains('@')
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
            && text.chars().count() <= Self::MAX_CHARS;
        valid.then(|| Self(text.to_owned()))
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in lower case, the form in which two spellings of one mailbox are equal.
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }

    /// Whether `other` names the same mailbox, ignoring case and surrounding space.
    pub fn matches(&self, other: &str) -> bool {
        self.normalized() == other.trim().to_lowercase()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An absolute `http` or `https` address, safe as the target of a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebUrl(String);

impl WebUrl {
    /// The most characters an address has.
    pub const MAX_CHARS: usize = 2048;

    /// Parses `text` after trimming it; `None` for other schemes, for what is no address, and for
    /// what is too long. The text is kept as written unless it held characters that an address
    /// must not contain; those are percent-encoded.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.chars().count() > Self::MAX_CHARS || !is_web(text) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        url.host_str().filter(|host| host.len() <= MAX_HOST_BYTES)?;
        let clean = !text.contains(|c: char| {
            c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '\\')
        });
        let text = if clean { text.to_owned() } else { url.into() };
        // Encoding makes it longer.
        (text.chars().count() <= Self::MAX_CHARS).then_some(Self(text))
    }

    /// The address as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lower-case host, without the port.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.0).ok()?.host_str().map(str::to_owned)
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A name in the DNS is no longer.
pub(crate) const MAX_HOST_BYTES: usize = 255;

/// Whether `text` begins with `http://` or `https://`, in any case.
pub(crate) fn is_web(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_shape_of_the_contract() {
        for good in ["a@x.io", " Boss@X.io ", "a@b.c.d", "ü@ö.de"] {
            assert!(EmailAddress::parse(good).is_some(), "{good}");
        }
        let long = format!("{}@x.io", "a".repeat(250));
        for bad in
            ["", "a", "a@b", "@x.io", "a@.io", "a@x.", "a b@x.io", "a@x@y.io", "a@\n.io", &long]
        {
            assert!(EmailAddress::parse(bad).is_none(), "{bad}");
        }
        assert!(EmailAddress::parse("Boss@x.io").unwrap().matches(" boss@X.IO"));
    }

    #[test]
    fn only_web_addresses_are_links() {
        for good in ["http://a.b", "HTTPS://a.b/c?d#e", " https://例え.jp/ "] {
            assert!(WebUrl::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "//a.b",
            "/a",
            "ftp://a.b",
            "http://",
            "https:a.b",
            "vbscript:x",
            "mailto:a@b.c",
            "http:\\\\a.b",
        ] {
            assert!(WebUrl::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn characters_that_break_out_of_an_attribute_are_encoded() {
        let url = WebUrl::parse("https://a.b/\"><script>x").unwrap();
        assert_eq!(url.as_str(), "https://a.b/%22%3E%3Cscript%3Ex");
    }

    #[test]
    fn an_address_that_encoding_makes_too_long_is_refused() {
        let just = |quotes: usize| format!("https://a.b/{}", "\"".repeat(quotes));
        let url = WebUrl::parse(&just(678)).unwrap();
        assert_eq!(url.as_str().len(), 12 + 3 * 678);
        assert_eq!(WebUrl::parse(url.as_str()), Some(url), "what was taken is taken again");
        assert_eq!(WebUrl::parse(&just(679)), None);
    }

    #[test]
    fn host_is_lower_case_and_without_port() {
        assert_eq!(WebUrl::parse("https://A.B:8080/").unwrap().host().as_deref(), Some("a.b"));
    }
}
