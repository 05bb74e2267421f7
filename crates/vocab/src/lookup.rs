//! Which of the things stored for pages belong to the page somebody asks for.

use crate::{
    site::{PageSlug, SiteId},
    text::WebUrl,
};

/// The page that something stored belongs to, as it is compared with a [`PageLookup`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageIdentity {
    /// The site.
    pub site: SiteId,
    /// The canonical form of the slug.
    pub key: String,
    /// The path, when the slug is a whole address.
    pub path: Option<String>,
    /// The canonical form of the page's address, when one was given.
    pub url_key: Option<String>,
}

impl PageIdentity {
    /// The identity of the page named `slug`, said to be at `url`, on `site`.
    pub fn new(site: SiteId, slug: &PageSlug, url: Option<&WebUrl>) -> Self {
        Self {
            site,
            key: slug.key().to_owned(),
            path: slug.path().map(str::to_owned),
            url_key: url.and_then(PageSlug::of_url).map(|slug| slug.key().to_owned()),
        }
    }

    /// See [`PageSlug::topic`].
    pub fn topic(&self) -> &str {
        self.path.as_deref().unwrap_or(&self.key)
    }
}

/// A page somebody asks for.
///
/// Contract cwd, 2.1: an address also finds what is stored under its path, unless that is said to
/// be at another address; a path also finds what is stored under an address with that path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageLookup {
    /// One site, or all.
    pub site: Option<SiteId>,
    /// The page.
    pub slug: PageSlug,
}

impl PageLookup {
    /// Whether what belongs to `page` is to be found.
    pub fn finds(&self, page: &PageIdentity) -> bool {
        self.site.as_ref().is_none_or(|site| *site == page.site) && self.finds_on_any_site(page)
    }

    fn finds_on_any_site(&self, page: &PageIdentity) -> bool {
        let key = self.slug.key();
        if page.key == key {
            return true;
        }
        match self.slug.path() {
            Some(path) => {
                page.key == path && page.url_key.as_deref().is_none_or(|url_key| url_key == key)
            }
            None => self.slug.is_bare_path() && page.path.as_deref() == Some(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_find_each_other() {
        // asked for, stored slug, stored address, found
        let table = [
            ("https://h.io/a", "https://H.io/a/?q", None, true),
            ("https://h.io/a", "/a", None, true),
            ("https://h.io/a", "/a/", Some("https://h.io/a?x"), true),
            ("https://h.io/a", "/a", Some("https://other.io/a"), false),
            ("https://h.io/a", "https://other.io/a", None, false),
            ("/a", "https://h.io/a", None, true),
            ("/a", "https://other.io/a/", None, true),
            ("/a", "/a", Some("https://other.io/a"), true),
            ("/a", "/b", None, false),
            ("/", "https://h.io", None, true),
            ("https://h.io/", "/", Some("https://h.io"), true),
            ("post:1", "post:1", Some("https://h.io/a"), true),
            ("https://h.io/a", "post:1", Some("https://h.io/a"), false),
            ("a", "/a", None, false),
            ("a", "https://h.io/a", None, false),
        ];
        for (asked, slug, url, found) in table {
            let slug = PageSlug::parse(slug).unwrap();
            let url = url.and_then(WebUrl::parse);
            let page = PageIdentity::new(SiteId::unnamed(), &slug, url.as_ref());
            let lookup = PageLookup { site: None, slug: PageSlug::parse(asked).unwrap() };
            assert_eq!(lookup.finds(&page), found, "{asked} finds {slug:?} at {url:?}");
            if found {
                assert_eq!(lookup.slug.topic(), page.topic());
            }
        }
    }
}
