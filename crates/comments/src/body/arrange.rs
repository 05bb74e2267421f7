//! Balancing tags and bounding their nesting.
//!
//! A parser of HTML does much work for tags that are opened and never closed: it copies open
//! formatting into every new paragraph and searches the stack of open elements at every tag.
//! Balanced tags of bounded depth make its work linear, and its tree the one that was meant.

use super::allowed::{Element, FORCED_ON_IMAGES, FORCED_ON_LINKS, Flow};
use super::links;
use super::markup::{Attributes, Kind, Token, Tokens, escape};

/// The most elements around a text. Tags beyond vanish, their text stays.
const MAX_DEPTH: usize = 100;

/// Elements that are nothing to read: they vanish with their content.
const UNREADABLE: &[&str] = &[
    "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg",
    "template", "title",
];

/// Rewrites `html` with allowed elements and attributes only, each element closed where it ends,
/// and with the attributes that links and images must have.
///
/// This is about shape: whether an attribute's value is safe is for the sanitiser to decide.
pub(super) fn arrange(html: &str) -> String {
    let mut arranged = Arranged {
        html: String::with_capacity(html.len() * 2),
        open: Vec::new(),
        after_pre: false,
    };
    let mut tokens = Tokens::new(html);
    while let Some(Token { raw, kind }) = tokens.next() {
        match kind {
            Kind::Text => arranged.text(raw),
            Kind::Start { name, attributes } => match Element::find(name) {
                Some(element) => arranged.start(element, attributes),
                None if is_unreadable(name) && !attributes.ends_with('/') => {
                    tokens.skip_content(name);
                }
                None => {}
            },
            Kind::End { name } => arranged.end(name),
            Kind::Comment | Kind::Declaration => {}
        }
    }
    arranged.close_to(0);
    arranged.html
}

struct Arranged {
    html: String,
    open: Vec<&'static Element>,
    after_pre: bool,
}

impl Arranged {
    fn text(&mut self, raw: &str) {
        // Every parser drops a line break here, so one would be lost at each reading.
        let raw = if self.after_pre { raw.trim_start_matches(['\r', '\n']) } else { raw };
        self.after_pre &= raw.is_empty();
        escape(raw, &['<'], &mut self.html);
    }

    fn start(&mut self, element: &'static Element, attributes: &str) {
        self.close_ended_by(element);
        let source = value_of("src", attributes);
        if element.name == "img" && source.is_none() || self.open.len() >= MAX_DEPTH {
            return;
        }
        self.html.push('<');
        self.html.push_str(element.name);
        for (name, value) in Attributes::new(attributes) {
            let allowed = element.attributes.iter().find(|a| a.eq_ignore_ascii_case(name));
            if let Some(name) = allowed {
                self.attribute(name, value);
            }
        }
        for (name, value) in forced(element, attributes) {
            self.attribute(name, value);
        }
        self.html.push('>');
        self.after_pre = element.name == "pre";
        if !element.is_void() {
            self.open.push(element);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        escape(value, &['<', '>', '"'], &mut self.html);
        self.html.push('"');
    }

    fn end(&mut self, name: &str) {
        let opened = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name));
        if let Some(at) = opened {
            self.close_to(at);
        }
    }

    /// Closes what the standard lets authors leave open, with the formatting inside.
    fn close_ended_by(&mut self, element: &Element) {
        while let Some(at) = self.open.iter().rposition(|open| open.flow == Flow::Block)
            && ends(element, self.open[at])
        {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, depth: usize) {
        for element in self.open.drain(depth..).rev() {
            self.html.push_str("</");
            self.html.push_str(element.name);
            self.html.push('>');
            self.after_pre = false;
        }
    }
}

/// Whether the beginning of `element` is the end of the open one.
fn ends(element: &Element, open: &Element) -> bool {
    match open.name {
        "p" => element.flow == Flow::Block,
        "li" => element.name == "li",
        "dd" | "dt" => matches!(element.name, "dd" | "dt"),
        "td" | "th" => matches!(element.name, "td" | "th" | "tr" | "tbody" | "tfoot" | "thead"),
        "tr" => matches!(element.name, "tr" | "tbody" | "tfoot" | "thead"),
        "tbody" | "tfoot" | "thead" => matches!(element.name, "tbody" | "tfoot" | "thead"),
        _ => false,
    }
}

fn forced(element: &Element, attributes: &str) -> &'static [(&'static str, &'static str)] {
    match element.name {
        "a" if value_of("href", attributes).is_some_and(links::is_web) => FORCED_ON_LINKS,
        "img" => FORCED_ON_IMAGES,
        _ => &[],
    }
}

fn value_of<'a>(wanted: &str, attributes: &'a str) -> Option<&'a str> {
    let mut all = Attributes::new(attributes);
    all.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

fn is_unreadable(name: &str) -> bool {
    UNREADABLE.iter().any(|unreadable| unreadable.eq_ignore_ascii_case(name))
}
