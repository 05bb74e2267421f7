//! Keeping what the allow-list names, and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::allowed::{ELEMENTS, FORCED_ON_IMAGES, FORCED_ON_LINKS, attribute_value};
use super::arrange::arrange;
use super::markup::{IN_TEXT, escape};

/// How often HTML is read and written again before it is given up.
const MAX_ROUNDS: usize = 8;

/// The sanitised form of `html`: it reads as a tree of allowed elements, and writing that tree
/// gives the same HTML again.
///
/// `None` when there is no such form within a few rounds and `limit` bytes; only HTML made for
/// confusing parsers gets there.
pub(super) fn settle(html: &str, limit: usize) -> Option<String> {
    let mut current = clean(html);
    for _ in 0..MAX_ROUNDS {
        if current.len() > limit {
            return None;
        }
        let next = clean(&current);
        if next == current {
            return Some(next);
        }
        current = next;
    }
    None
}

/// Shows `text` as it is written, for what cannot be shown as it was meant.
pub(super) fn plain(text: &str) -> String {
    let mut html = "<p>".to_owned();
    for (number, line) in text.trim().lines().enumerate() {
        if number > 0 {
            html.push_str("<br>");
        }
        escape(line, IN_TEXT, &mut html);
    }
    html.push_str("</p>\n");
    clean(&html)
}

fn clean(html: &str) -> String {
    SANITIZER.clean(&arrange(html)).to_string()
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().map(|element| element.name).collect())
        .tag_attributes(attributes())
        .generic_attributes(HashSet::new())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(UrlRelative::PassThrough) // the filter knows which
        .link_rel(None)
        .attribute_filter(|_, attribute, value| attribute_value(attribute, value));
    builder
});

fn attributes() -> HashMap<&'static str, HashSet<&'static str>> {
    let forced = |name: &str| match name {
        "a" => FORCED_ON_LINKS,
        "img" => FORCED_ON_IMAGES,
        _ => &[],
    };
    let own = ELEMENTS.iter().map(|element| {
        let all =
            element.attributes.iter().chain(forced(element.name).iter().map(|(name, _)| name));
        (element.name, all.copied().collect())
    });
    own.collect()
}
