//! What names a page, a site, a web address or a mail address.

#![no_main]

use inkstone_vocab::{EmailAddress, PageIdentity, PageLookup, PageSlug, SiteId, WebUrl};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let url = WebUrl::parse(text);
    if let Some(url) = &url {
        let parsed = url::Url::parse(url.as_str()).unwrap();
        assert!(matches!(parsed.scheme(), "http" | "https"), "{url:?}");
        assert_eq!(WebUrl::parse(url.as_str()).as_ref(), Some(url));
    }
    if let Some(address) = EmailAddress::parse(text) {
        assert!(!address.as_str().contains(char::is_control), "{address:?}");
        assert_eq!(EmailAddress::parse(address.as_str()), Some(address));
    }
    if let Some(site) = SiteId::parse(text) {
        assert_eq!(SiteId::parse(site.as_str()), Some(site));
    }
    if let Some(slug) = PageSlug::parse(text) {
        check_slug(&slug, url.as_ref());
    }
});

fn check_slug(slug: &PageSlug, url: Option<&WebUrl>) {
    // Ten rounds of decoding are the most; of the rest there may be something left to decode.
    if slug.as_str().contains("%25") {
        return;
    }
    assert!(slug.as_str().chars().count() <= PageSlug::MAX_CHARS);
    let again = PageSlug::parse(slug.as_str()).unwrap();
    assert_eq!(again.key(), slug.key(), "{slug:?}");
    // Whatever a client calls a page, it finds that page again.
    let page = PageIdentity::new(SiteId::unnamed(), slug, url);
    for slug in [slug.clone(), again] {
        let lookup = PageLookup { site: None, slug };
        assert!(lookup.finds(&page), "{lookup:?} {page:?}");
        assert_eq!(lookup.slug.topic(), page.topic());
    }
}
