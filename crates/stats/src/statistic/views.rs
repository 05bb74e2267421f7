//! Counters on their way in or out.

use std::collections::BTreeMap;

use inkstone_vocab::bounded_key;

use super::Referrer;

/// How often pages and sites were viewed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Views {
    /// Views by [`Referrer::page`].
    pub pages: BTreeMap<String, u64>,
    /// Views by [`Referrer::site`].
    pub sites: BTreeMap<String, u64>,
}

impl Views {
    /// The most views that one counter takes from elsewhere: clients read numbers up to this one
    /// exactly, and it leaves room to count on.
    pub const MAX: u64 = (1 << 53) - 1;

    /// Adds `number` views of `address`, which has no scheme: of a page when it has a path, else
    /// of a site (contract qexo, 11.1). Not when it is no address.
    pub fn add(&mut self, address: &str, number: u64) -> bool {
        let (host, _) = address.split_once('/').unwrap_or((address, ""));
        // Parsing would take the next part for the host, or leave out a port that is missing.
        if host.is_empty() || host.ends_with(':') {
            return false;
        }
        // The port that is the default one of this scheme is not left out of what was counted.
        let scheme = if host.ends_with(":443") { "http" } else { "https" };
        let Some(named) = Referrer::parse(&format!("{scheme}://{address}")) else { return false };
        let (counters, key) = if !address.contains('/') {
            (&mut self.sites, named.site())
        } else if is_shortened(address) {
            (&mut self.pages, address)
        } else {
            (&mut self.pages, named.page())
        };
        let views = counters.entry(key.to_owned()).or_default();
        *views = views.saturating_add(number).min(Self::MAX);
        true
    }

    /// How many counters there are.
    pub fn count(&self) -> usize {
        self.pages.len() + self.sites.len()
    }
}

/// Whether `key` was too long and ends in its SHA-256: a fragment no more than in name.
fn is_shortened(key: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    bounded_key(key.to_owned()) == key
        && key.rsplit_once('#').is_some_and(|(_, hash)| hash.len() == 64 && digits(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_path_is_a_page_and_repeated_keys_are_summed() {
        let mut views = Views::default();
        for (address, number) in [
            ("Blog.example/a", 2),
            ("blog.example/a", 3),
            ("blog.example/", 1),
            ("blog.example", 6),
            ("blog.example:443", 1),
            ("blog.example:80/a", 1),
            ("big.example", u64::MAX),
            ("big.example", 1),
        ] {
            assert!(views.add(address, number), "{address}");
        }
        let own = |list: &[(&str, u64)]| -> BTreeMap<String, u64> {
            list.iter().map(|&(key, number)| (key.to_owned(), number)).collect()
        };
        let pages = [("blog.example/a", 5), ("blog.example/", 1), ("blog.example:80/a", 1)];
        assert_eq!(views.pages, own(&pages));
        let sites = [("blog.example", 6), ("blog.example:443", 1), ("big.example", Views::MAX)];
        assert_eq!(views.sites, own(&sites));
        assert_eq!(views.count(), 6);
    }

    #[test]
    fn keys_come_back_as_they_are() {
        let long = format!("https://h.io/{}", "x".repeat(4_000));
        for address in ["http://h.io:443/a", "https://h.io:80/a", "http://[::1]:8080/", &long] {
            let page = Referrer::parse(address).unwrap();
            let mut views = Views::default();
            assert!(views.add(page.page(), 1) && views.add(page.site(), 1));
            assert_eq!(views.pages.keys().collect::<Vec<_>>(), [page.page()]);
            assert_eq!(views.sites.keys().collect::<Vec<_>>(), [page.site()]);
        }
    }

    #[test]
    fn what_is_no_address_counts_nowhere() {
        let mut views = Views::default();
        for bad in ["", "/", "/a", "//a", "a b/", "h.io\0", "http://", "http://h.io/a"] {
            assert!(!views.add(bad, 1), "{bad}");
        }
        assert_eq!(views, Views::default());
    }
}
