//! The page that a browser says it comes from.

use inkstone_vocab::bounded_key;
use url::Url;

/// The page that a `Referer` header names.
///
/// ```
/// use inkstone_stats::Referrer;
///
/// let page = Referrer::parse("https://Me@Blog.example:443/a%20b/?utm=1#top").unwrap();
/// assert_eq!((page.host(), page.site()), ("blog.example", "blog.example"));
/// assert_eq!(page.page(), "blog.example/a%20b/");
/// assert_eq!(Referrer::parse("http://h.io:8080").unwrap().page(), "h.io:8080/");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Referrer {
    host: String,
    site: String,
    page: String,
}

impl Referrer {
    /// The most bytes of an address that is looked at.
    pub const MAX_BYTES: usize = 8_192;

    /// Parses the value of the header; `None` unless it is the address of a web page.
    ///
    /// The host is in lower case, a default port is left out; query, fragment and user do not
    /// count; the path stays as it was sent. Keys over 512 bytes end in their SHA-256.
    pub fn parse(header: &str) -> Option<Self> {
        let header = header.trim();
        if header.len() > Self::MAX_BYTES || header.contains(char::is_control) {
            return None;
        }
        let address = Url::parse(header).ok()?;
        if !matches!(address.scheme(), "http" | "https") {
            return None;
        }
        let (_, rest) = header.split_once("://")?;
        let host = address.host_str()?.to_owned();
        let site = match address.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.clone(),
        };
        let page = bounded_key(format!("{site}{}", raw_path(rest)));
        Some(Self { host, site, page })
    }

    /// The host, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What names the site: the host, and the port unless it is the default one.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// What names the page: the site and the path.
    pub fn page(&self) -> &str {
        &self.page
    }
}

/// The path in `rest`, which follows `://`, as it is written; `/` when there is none.
fn raw_path(rest: &str) -> &str {
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    match rest.find(['/', '\\']) {
        Some(start) => &rest[start..],
        None => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_host_port_and_path() {
        for (header, page) in [
            ("https://blog.example/a", "blog.example/a"),
            ("https://blog.example/a/", "blog.example/a/"),
            ("https://blog.example/A", "blog.example/A"),
            ("HTTPS://BLOG.example/a?b/c#d/e", "blog.example/a"),
            ("https://blog.example", "blog.example/"),
            ("https://blog.example?x=/y", "blog.example/"),
            ("https://blog.example#/y", "blog.example/"),
            ("http://blog.example:80/a", "blog.example/a"),
            ("https://blog.example:80/a", "blog.example:80/a"),
            ("https://blog.example:443/a", "blog.example/a"),
            ("https://u:p@blog.example/a", "blog.example/a"),
            ("https://blog.example/%E4%BD%a0/%2e%2E/x", "blog.example/%E4%BD%a0/%2e%2E/x"),
            ("https://例え.jp/文", "xn--r8jz45g.jp/文"),
            ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]:8080/a"),
            (" https://blog.example/a ", "blog.example/a"),
        ] {
            let referrer = Referrer::parse(header).unwrap_or_else(|| panic!("{header}"));
            assert_eq!(referrer.page(), page, "{header}");
            assert_eq!(page.split_once('/').unwrap().0, referrer.site(), "{header}");
        }
    }

    #[test]
    fn what_is_no_web_page_counts_nowhere() {
        let long = format!("https://h.io/{}", "x".repeat(Referrer::MAX_BYTES));
        for bad in [
            "",
            "null",
            "about:client",
            "blog.example/a",
            "//blog.example/a",
            "ftp://blog.example/a",
            "javascript:alert(1)",
            "https://",
            "https://a b/",
            "https:blog.example",
            "https://h.io/\u{0}",
            &long,
        ] {
            assert_eq!(Referrer::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn long_keys_stay_apart_and_are_bounded() {
        let key = |end: &str| {
            let header = format!("https://h.io/{}{end}", "x".repeat(4_000));
            Referrer::parse(&header).unwrap().page().to_owned()
        };
        assert!(key("1").len() <= 512);
        assert_ne!(key("1"), key("2"));
    }
}
