//! Where the front matter of a text begins and ends.

use std::ops::Range;

use serde::de::IgnoredAny;

/// How a front matter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Between lines of `---`.
    Yaml,
    /// Between lines of `+++`.
    Toml,
    /// An object at the very beginning, or between lines of `;;;`.
    Json,
    /// The members of an object, without its braces, between lines of `;;;`.
    JsonMembers,
}

/// A front matter inside a text.
pub(super) struct Block {
    /// How it is written.
    pub(super) format: Format,
    /// Where it is, without its fences; ends with a line end unless it is empty or an object.
    pub(super) content: Range<usize>,
}

const FENCES: [(char, Format); 3] =
    [('-', Format::Yaml), ('+', Format::Toml), (';', Format::JsonMembers)];

const BYTE_ORDER_MARK: char = '\u{feff}';

impl Block {
    pub(super) fn of(text: &str) -> Option<Self> {
        let start = text.len() - text.trim_start_matches(BYTE_ORDER_MARK).len();
        if text[start..].starts_with('{') {
            let mut reader = serde_json::Deserializer::from_str(&text[start..]).into_iter();
            let _: IgnoredAny = reader.next()?.ok()?;
            return Some(Self {
                format: Format::Json,
                content: start..start + reader.byte_offset(),
            });
        }
        let (fence, format) = fence(&text[start..])?;
        let first = line(text, start);
        let mut at = first.end;
        while at < text.len() {
            let candidate = line(text, at);
            if text[candidate.clone()].trim_end() == fence {
                let content = first.end..at;
                let object = format == Format::JsonMembers
                    && text[content.clone()].trim_start().starts_with('{');
                let format = if object { Format::Json } else { format };
                return Some(Self { format, content });
            }
            at = candidate.end;
        }
        None
    }

    /// How the lines of the text end.
    pub(super) fn line_end(&self, text: &str) -> &'static str {
        line_end(&text[..self.content.end])
    }
}

/// Whether a text looks as if it began with a front matter, though it may not end.
pub(super) fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    text.starts_with('{') || fence(text).is_some()
}

/// A text that had none, with a front matter of one entry.
pub(super) fn fresh(text: &str, entry: &str) -> String {
    let body = text.trim_start_matches(BYTE_ORDER_MARK);
    let mark = &text[..text.len() - body.len()];
    let end = line_end(body);
    format!("{mark}---{end}{entry}{end}---{end}{body}")
}

/// The fence of the first line: three or more equal characters.
fn fence(text: &str) -> Option<(&str, Format)> {
    let first = text[line(text, 0)].trim_end();
    let (_, format) = FENCES.into_iter().find(|(c, _)| first.starts_with(*c))?;
    let begin = first.chars().next()?;
    (first.len() >= 3 && first.chars().all(|c| c == begin)).then_some((first, format))
}

/// The line that begins at `start`, with its end.
fn line(text: &str, start: usize) -> Range<usize> {
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end + 1);
    start..end
}

fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
