//! What may appear in a comment (contract cwd, 6.2).

use std::borrow::Cow;

use inkstone_vocab::WebUrl;

use super::links;

/// An element that comments may use.
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) flow: Flow,
    /// The attributes that an author may give it.
    pub(super) attributes: &'static [&'static str],
}

/// How an element behaves among others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Ends a paragraph in which it begins.
    Block,
    /// Part of a line; what ends a paragraph or an item ends it, too.
    Inline,
}

/// All elements, sorted by name.
pub(super) const ELEMENTS: &[Element] = &[
    inline("a", &["href", "title"]),
    inline("abbr", &["title"]),
    inline("b", &[]),
    block("blockquote", &[]),
    inline("br", &[]),
    inline("code", &["class"]),
    block("dd", &[]),
    inline("del", &[]),
    block("details", &["open"]),
    block("div", &[]),
    block("dl", &[]),
    block("dt", &[]),
    inline("em", &[]),
    block("figcaption", &[]),
    block("figure", &[]),
    block("h1", &[]),
    block("h2", &[]),
    block("h3", &[]),
    block("h4", &[]),
    block("h5", &[]),
    block("h6", &[]),
    block("hr", &[]),
    inline("i", &[]),
    inline("img", &["src", "alt", "title", "width", "height"]),
    inline("ins", &[]),
    inline("kbd", &[]),
    block("li", &[]),
    inline("mark", &[]),
    block("ol", &["start"]),
    block("p", &[]),
    block("pre", &["class"]),
    inline("s", &[]),
    inline("small", &[]),
    inline("span", &[]),
    inline("strike", &[]),
    inline("strong", &[]),
    inline("sub", &[]),
    block("summary", &[]),
    inline("sup", &[]),
    block("table", &[]),
    block("tbody", &[]),
    block("td", &["align", "colspan", "rowspan"]),
    block("tfoot", &[]),
    block("th", &["align", "colspan", "rowspan"]),
    block("thead", &[]),
    block("tr", &[]),
    inline("tt", &[]),
    inline("u", &[]),
    block("ul", &[]),
];

/// What links to other sites carry: no power over the page, no credit, no referrer.
pub(super) const FORCED_ON_LINKS: &[(&str, &str)] =
    &[("target", "_blank"), ("rel", "nofollow noopener noreferrer ugc")];

/// What images carry.
pub(super) const FORCED_ON_IMAGES: &[(&str, &str)] =
    &[("loading", "lazy"), ("referrerpolicy", "no-referrer")];

impl Element {
    /// Finds an element by its name in any case.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        let name = name.to_ascii_lowercase();
        let at = ELEMENTS.binary_search_by(|element| element.name.cmp(&name)).ok()?;
        Some(&ELEMENTS[at])
    }

    /// Whether the element has neither content nor an end tag.
    pub(super) fn is_void(&self) -> bool {
        matches!(self.name, "br" | "hr" | "img")
    }
}

/// The value to keep for an attribute of an allowed element; `None` to drop the attribute.
pub(super) fn attribute_value<'v>(attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let keep = |condition: bool| condition.then_some(Cow::Borrowed(value));
    match attribute {
        "href" => links::target(value),
        "src" => Some(Cow::Owned(WebUrl::parse(value)?.as_str().to_owned())),
        "class" => keep(names_a_language(value)),
        "width" | "height" | "colspan" | "rowspan" | "start" => keep(is_short_number(value)),
        "align" => keep(matches!(value, "left" | "center" | "right")),
        "open" => Some(Cow::Borrowed("")),
        "alt" | "title" => keep(true),
        forced => {
            let mut all = FORCED_ON_LINKS.iter().chain(FORCED_ON_IMAGES);
            keep(all.any(|&pair| pair == (forced, value)))
        }
    }
}

/// Whether a class is what highlighters expect, such as `language-c++`.
pub(super) fn names_a_language(class: &str) -> bool {
    class.strip_prefix("language-").is_some_and(|name| {
        (1..=40).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+#.-".contains(&b))
    })
}

fn is_short_number(value: &str) -> bool {
    (1..=4).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}

const fn block(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element { name, flow: Flow::Block, attributes }
}

const fn inline(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element { name, flow: Flow::Inline, attributes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_found_by_its_name() {
        for element in ELEMENTS {
            assert_eq!(Element::find(element.name).unwrap().name, element.name);
        }
        assert_eq!(Element::find("BlockQuote").unwrap().name, "blockquote");
        assert!(Element::find("script").is_none());
    }

    #[test]
    fn values_are_judged_by_attribute() {
        for (attribute, value, kept) in [
            ("class", "language-c++", true),
            ("class", "language-", false),
            ("class", "language-js modal-overlay", false),
            ("class", "modal-overlay", false),
            ("class", &format!("language-{}", "x".repeat(41)), false),
            ("width", "9999", true),
            ("width", "10000", false),
            ("height", "100%", false),
            ("start", "-1", false),
            ("align", "center", true),
            ("align", "justify", false),
            ("src", "https://a.b/c.png", true),
            ("src", "/c.png", false),
            ("src", "data:image/png;base64,AAAA", false),
            ("rel", "opener", false),
            ("target", "_blank", true),
            ("target", "_top", false),
            ("style", "color:red", false),
            ("onclick", "alert(1)", false),
        ] {
            assert_eq!(attribute_value(attribute, value).is_some(), kept, "{attribute}={value}");
        }
    }
}
