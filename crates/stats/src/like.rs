//! Which likes belong to a page.

use inkstone_vocab::{PageSlug, WebUrl};

use crate::visit::PageReport;

/// What is remembered of the page that a like was given to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LikeSource {
    /// The canonical form of the slug.
    pub key: String,
    /// The canonical form of the page's address; `None` when the slug is an address itself or
    /// none was given.
    pub url_key: Option<String>,
    /// Scheme, host and port of that address.
    pub origin: Option<String>,
}

impl LikeSource {
    /// The source of a like given to `page`.
    pub fn of(page: &PageReport) -> Self {
        let address = match page.slug.path() {
            Some(_) => None,
            None => page.url.as_ref().and_then(PageSlug::of_url),
        };
        Self {
            key: page.slug.key().to_owned(),
            url_key: address.as_ref().map(|address| address.key().to_owned()),
            origin: address.as_ref().and_then(PageSlug::origin).map(str::to_owned),
        }
    }
}

/// Which likes belong to the page somebody asks for (contract cwd, 2.7): clients like a page
/// under its path or an id of their own and ask for it by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LikeSelection {
    /// Likes with exactly this key.
    Key(String),
    /// Likes with this key that were not given at another origin.
    KeyAt {
        /// The canonical form of the slug.
        key: String,
        /// Where they were given, if that is known.
        origin: String,
    },
    /// The likes of an address.
    Address {
        /// The canonical form of the address: likes with this key belong to the page, and all
        /// likes of custom ids that were said to be at this address.
        key: String,
        /// The path: likes with this key belong to it unless given at another origin.
        path: String,
        /// Scheme, host and port.
        origin: String,
    },
}

impl LikeSelection {
    /// The likes of the page that a reader asks for.
    pub fn asked(slug: &PageSlug) -> Self {
        match (slug.path(), slug.origin()) {
            (Some(path), Some(origin)) => Self::Address {
                key: slug.key().to_owned(),
                path: path.to_owned(),
                origin: origin.to_owned(),
            },
            _ => Self::Key(slug.key().to_owned()),
        }
    }

    /// The likes of the page that a reader likes; a path is narrowed by where the page is.
    pub fn given(page: &PageReport) -> Self {
        let origin = page.url.as_ref().and_then(url_origin);
        match (Self::asked(&page.slug), origin) {
            (Self::Key(key), Some(origin)) if page.slug.is_bare_path() => {
                Self::KeyAt { key, origin }
            }
            (selection, _) => selection,
        }
    }
}

fn url_origin(url: &WebUrl) -> Option<String> {
    PageSlug::of_url(url)?.origin().map(str::to_owned)
}

/// How a page stands with a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLikes {
    /// How many visitors like it.
    pub total: u64,
    /// Whether this visitor does.
    pub liked: bool,
}

/// What became of a visitor's like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLiked {
    /// How many visitors like the page now.
    pub total: u64,
    /// Whether this visitor liked it before.
    pub already: bool,
}
