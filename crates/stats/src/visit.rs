//! What a page tells about itself when somebody visits or likes it.

use inkstone_vocab::{Day, PageSlug, SiteId, WebUrl};

/// A page, as the client that visits or likes it describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageReport {
    /// The site it belongs to.
    pub site: SiteId,
    /// What names it.
    pub slug: PageSlug,
    /// What it is called; `None` keeps what is known.
    pub title: Option<String>,
    /// Where it is; `None` keeps what is known.
    pub url: Option<WebUrl>,
}

impl PageReport {
    /// The most characters of a title that are kept (contract cwd, 1.6).
    pub const MAX_TITLE_CHARS: usize = 300;

    /// The host that its visits are booked on: that of its address, or of the slug when that is
    /// an address (contract cwd, 2.11).
    pub fn domain(&self) -> Option<String> {
        self.url
            .as_ref()
            .and_then(WebUrl::host)
            .or_else(|| self.slug.origin().and_then(WebUrl::parse)?.host())
    }
}

/// The visits of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyVisits {
    /// The UTC day.
    pub day: Day,
    /// How many visits it saw.
    pub visits: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_are_booked_on_the_host_of_the_page() {
        let domain = |slug: &str, url: Option<&str>| {
            PageReport {
                site: SiteId::unnamed(),
                slug: PageSlug::parse(slug).unwrap(),
                title: None,
                url: url.and_then(WebUrl::parse),
            }
            .domain()
        };
        assert_eq!(domain("/a", Some("https://H.io:81/a")).as_deref(), Some("h.io"));
        assert_eq!(domain("https://h.io/a", None).as_deref(), Some("h.io"));
        assert_eq!(domain("https://h.io/a", Some("https://i.io")).as_deref(), Some("i.io"));
        assert_eq!(domain("/a", None), None);
        assert_eq!(domain("post:1", Some("javascript:x")), None);
    }
}
