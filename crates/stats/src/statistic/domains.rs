//! The domains whose pages are counted.

/// The domains whose pages are counted, as an owner lists them (contract qexo, 8.1).
///
/// ```
/// use inkstone_stats::DomainList;
///
/// let domains = DomainList::parse("https://*.Blog.example:8080/x， github");
/// assert!(domains.includes("www.blog.example"));
/// assert!(domains.includes("ada.github.io"));
/// assert!(!domains.includes("blog.example.evil.net"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainList(Vec<String>);

impl DomainList {
    /// Parses a list with commas, also full-width ones, between its entries. Scheme, port, path
    /// and a leading `*.` of an entry do not count, nor do blank entries.
    pub fn parse(text: &str) -> Self {
        let entries = text.split([',', '，']).map(domain).filter(|domain| !domain.is_empty());
        Self(entries.collect())
    }

    /// Whether pages of this host count: it is a listed domain or below one, or has a listed word
    /// without a dot as one of its labels.
    pub fn includes(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        self.0.iter().any(|entry| {
            if entry.contains(['.', '[']) {
                let above = host.strip_suffix(entry.as_str());
                above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
            } else {
                host.split('.').any(|label| label == entry)
            }
        })
    }
}

/// The domain of an entry, in the form that browsers send.
fn domain(entry: &str) -> String {
    let entry = entry.trim();
    let entry = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    let entry = entry.split(['/', '?', '#']).next().unwrap_or_default();
    let entry = match entry.rfind(']') {
        // An IPv6 address has colons of its own.
        Some(end) => &entry[..=end],
        None => entry.split(':').next().unwrap_or_default(),
    };
    let entry = entry.strip_prefix("*.").unwrap_or(entry);
    let entry = entry.trim().trim_matches('.');
    match url::Host::parse(entry) {
        Ok(host) => host.to_string(),
        Err(_) => entry.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, included: &[&str], others: &[&str]) {
        let domains = DomainList::parse(list);
        for host in included {
            assert!(domains.includes(host), "{list}: {host}");
        }
        for host in others {
            assert!(!domains.includes(host), "{list}: {host}");
        }
    }

    #[test]
    fn a_domain_includes_what_is_below_it() {
        check(
            "example.com",
            &["example.com", "www.example.com", "a.b.example.com", "EXAMPLE.com", "example.com."],
            &["example.com.evil.net", "notexample.com", "example.org", "com", "", "example"],
        );
    }

    #[test]
    fn entries_may_be_written_as_addresses() {
        for list in [
            " Example.COM ",
            "https://example.com",
            "http://example.com:8080/path?q",
            "*.example.com",
            "https://*.example.com/",
            ",, ,example.com,",
            "other.org，example.com",
            "example.com.",
        ] {
            check(list, &["example.com", "www.example.com"], &["example.com.evil.net"]);
        }
        check("例え.jp", &["xn--r8jz45g.jp"], &["jp"]);
        check("[2001:DB8::1]:80", &["[2001:db8::1]"], &["[2001:db8::2]"]);
        check("127.0.0.1:4000", &["127.0.0.1"], &["127.0.0.2", "1"]);
    }

    #[test]
    fn a_word_without_a_dot_is_a_label() {
        check(
            "github",
            &["ada.github.io", "github.io", "github", "GitHub.com"],
            &["mygithub.io", "git.hub", "github-pages.io"],
        );
        check("localhost:4000", &["localhost"], &["notlocalhost", "local.host"]);
    }

    #[test]
    fn nothing_listed_includes_nothing() {
        for list in ["", " ", ",，", "*.", "https://", "..."] {
            check(list, &[], &["example.com", "", ".", "localhost"]);
        }
    }
}
