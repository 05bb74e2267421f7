//! Cutting HTML into tags and text.
//!
//! Follows the HTML standard's rules for where a tag ends, so that a browser and this module agree
//! on what is inside an attribute. Never slower than linear: what has no end makes the rest text.

/// A piece of HTML: its source and what it is.
pub(super) struct Token<'a> {
    pub(super) raw: &'a str,
    pub(super) kind: Kind<'a>,
}

/// What a piece of HTML is.
pub(super) enum Kind<'a> {
    /// Text, possibly with character references and with a `<` that begins nothing.
    Text,
    /// A start tag; the attributes are for [`Attributes`].
    Start { name: &'a str, attributes: &'a str },
    /// An end tag.
    End { name: &'a str },
    /// A comment.
    Comment,
    /// A declaration or a processing instruction.
    Declaration,
}

/// The pieces of an HTML text, in order and without gaps.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// The pieces of `html`.
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// Skips the content of the element `name` that has just begun, and its end tag.
    pub(super) fn skip_content(&mut self, name: &str) {
        while let Some(start) = self.rest.find("</") {
            self.rest = &self.rest[start + 2..];
            let head = self.rest.get(..name.len());
            if head.is_some_and(|head| head.eq_ignore_ascii_case(name)) {
                let end = self.rest.find('>').map_or(self.rest.len(), |end| end + 1);
                self.rest = &self.rest[end..];
                return;
            }
        }
        self.rest = "";
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (kind, tail) = if self.rest.starts_with('<') {
            markup(self.rest).unwrap_or((Kind::Text, ""))
        } else {
            (Kind::Text, after_text(self.rest))
        };
        let raw = &self.rest[..self.rest.len() - tail.len()];
        self.rest = tail;
        Some(Token { raw, kind })
    }
}

/// The attributes of a start tag as names and values, which are still HTML.
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Attributes<'a> {
    /// The attributes in the part of a tag that follows its name.
    pub(super) fn new(tag: &'a str) -> Self {
        Self { rest: tag }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let tag = self.rest.trim_start_matches(|c| is_space(c) || c == '/');
        self.rest = tag;
        // The first character belongs to the name even when it is an equals sign.
        let first = tag.chars().next().filter(|&first| first != '>')?.len_utf8();
        let end = tag[first..].find(|c| is_space(c) || matches!(c, '/' | '>' | '='));
        let (name, tail) = tag.split_at(end.map_or(tag.len(), |end| first + end));
        let (value, tail) = match tail.trim_start_matches(is_space).strip_prefix('=') {
            Some(tail) => value(tail.trim_start_matches(is_space)).unwrap_or_default(),
            None => ("", tail),
        };
        self.rest = tail;
        Some((name, value))
    }
}

/// Whether a reader of this sanitised HTML sees anything.
pub(super) fn is_visible(html: &str) -> bool {
    Tokens::new(html).any(|Token { raw, kind }| match kind {
        Kind::Text => raw.replace("&nbsp;", " ").contains(has_ink),
        Kind::Start { name, .. } => matches!(name, "img" | "hr"),
        Kind::End { .. } | Kind::Comment | Kind::Declaration => false,
    })
}

/// Appends `text`, replacing those of the `special` characters (of `&`, `<`, `>` and `"`) by
/// character references.
pub(super) fn escape(text: &str, special: &[char], html: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

/// What to escape in text that is to be read as written.
pub(super) const IN_TEXT: &[char] = &['&', '<', '>'];
/// What to escape in an attribute's value.
pub(super) const IN_VALUE: &[char] = &['&', '<', '>', '"'];

/// What begins with the `<` at the start of `html`, and what follows it; `None` when it never ends.
fn markup(html: &str) -> Option<(Kind<'_>, &str)> {
    let inside = &html[1..];
    match inside.as_bytes() {
        [b'!', b'-', b'-', ..] => {
            // Overlaps on purpose: a browser takes `<!-->` for a whole comment.
            let (_, tail) = inside[1..].split_once("-->")?;
            Some((Kind::Comment, tail))
        }
        [b'!' | b'?', ..] => Some((Kind::Declaration, inside.split_once('>')?.1)),
        [b'/', letter, ..] if letter.is_ascii_alphabetic() => {
            let (name, _, tail) = tag(&inside[1..])?;
            Some((Kind::End { name }, tail))
        }
        [letter, ..] if letter.is_ascii_alphabetic() => {
            let (name, attributes, tail) = tag(inside)?;
            Some((Kind::Start { name, attributes }, tail))
        }
        _ => Some((Kind::Text, after_text(inside))),
    }
}

/// The name of a tag, its attributes, and what follows it.
fn tag(html: &str) -> Option<(&str, &str, &str)> {
    let (name, inside) = html.split_at(html.find(|c| is_space(c) || matches!(c, '/' | '>'))?);
    let mut attributes = Attributes::new(inside);
    attributes.by_ref().for_each(drop);
    let tail = attributes.rest.strip_prefix('>')?;
    Some((name, &inside[..inside.len() - tail.len()], tail))
}

/// The value at the start of `tag` and what follows it; `None` when a quote never ends.
fn value(tag: &str) -> Option<(&str, &str)> {
    match tag.chars().next() {
        Some(quote @ ('"' | '\'')) => tag[1..].split_once(quote),
        _ => Some(tag.split_at(tag.find(|c| is_space(c) || c == '>').unwrap_or(tag.len()))),
    }
}

fn after_text(html: &str) -> &str {
    &html[html.find('<').unwrap_or(html.len())..]
}

/// What HTML takes for white space.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Whether a character leaves a trace on the screen.
fn has_ink(character: char) -> bool {
    !character.is_whitespace()
        && !character.is_control()
        && !matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}
