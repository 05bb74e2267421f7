//! What a document says about itself before its text: read leniently, changed exactly.
//!
//! Reading never fails. A change is a splice into the text, checked by reading the result again:
//! when anything else than the key would have another value, it is refused.

mod block;
mod date;
mod json;
mod toml;
mod yaml;

use std::ops::Range;

use serde_json::{Map, Value as Json};

use self::block::Block;
pub use self::{block::Format, date::DocumentDate};

/// The longest front matter that is read, in bytes.
pub const MAX_FRONT_MATTER_BYTES: usize = 64 * 1024;

/// The longest title that is kept, in characters.
const MAX_TITLE_CHARS: usize = 512;

/// The most tags that are kept.
const MAX_TAGS: usize = 256;

/// What a listing wants to know of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its title, not blank.
    pub title: Option<String>,
    /// When it was written, as it says.
    pub date: Option<DocumentDate>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// A value that a key is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A list of texts.
    List(Vec<String>),
    /// A time without a zone, `YYYY-MM-DD HH:MM:SS`.
    Time(String),
}

/// Why a key was not given a value; the text is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontMatterError {
    /// The front matter is too long or not of its format.
    #[error("front matter cannot be read")]
    Unreadable,
    /// The value is written in a way that cannot be replaced without touching others.
    #[error("front matter cannot be changed safely")]
    Unsafe,
}

/// What the head of a document says; whatever cannot be read is left out.
pub fn read(bytes: &[u8]) -> Head {
    let head = &bytes[..bytes.len().min(MAX_FRONT_MATTER_BYTES)];
    let text = String::from_utf8_lossy(head);
    let Some(block) = Block::of(&text) else { return Head::default() };
    let content = &text[block.content.clone()];
    match parse(block.format, content) {
        Some(values) => head_of(&values),
        None => head_of(&yaml::scan(content)),
    }
}

/// The text with a key of its front matter set to a value; a text without gets one (YAML).
///
/// Everything else keeps its bytes: line ends, comments, order, quotes. A new key is the last one.
pub fn set(text: &str, key: &str, value: &Value) -> Result<String, FrontMatterError> {
    let Some(block) = Block::of(text) else {
        if block::begins(text) {
            return Err(FrontMatterError::Unreadable);
        }
        return Ok(block::fresh(text, &yaml::entry(key, value)));
    };
    let content = &text[block.content.clone()];
    if content.len() > MAX_FRONT_MATTER_BYTES {
        return Err(FrontMatterError::Unreadable);
    }
    let before = parse(block.format, content).ok_or(FrontMatterError::Unreadable)?;
    let splices = match block.format {
        Format::Yaml => yaml::splices(content, key, value),
        Format::Toml => toml::splices(content, key, value),
        Format::Json | Format::JsonMembers => json::splices(content, key, value),
    };
    let splices = splices.ok_or(FrontMatterError::Unsafe)?;
    let edited = splices.into_iter().find_map(|splice| {
        let edited = splice.apply(content, block.line_end(text));
        let after = parse(block.format, &edited)?;
        is_the_only_change(&before, after, key, &expected(block.format, value)).then_some(edited)
    });
    let edited = edited.ok_or(FrontMatterError::Unsafe)?;
    Ok([&text[..block.content.start], &edited, &text[block.content.end..]].concat())
}

/// The value of a key at the top of the front matter, as JSON.
pub fn get(text: &str, key: &str) -> Option<Json> {
    let block = Block::of(text)?;
    parse(block.format, &text[block.content])?.remove(key)
}

/// A piece of text in the place of another; `\n` stands for the line end of the document.
struct Splice {
    at: Range<usize>,
    text: String,
}

impl Splice {
    fn apply(&self, content: &str, line_end: &str) -> String {
        let text = self.text.replace('\n', line_end);
        [&content[..self.at.start], &text, &content[self.at.end..]].concat()
    }
}

fn parse(format: Format, content: &str) -> Option<Map<String, Json>> {
    if content.len() > MAX_FRONT_MATTER_BYTES {
        return None;
    }
    match format {
        Format::Yaml => yaml::parse(content),
        Format::Toml => toml::parse(content),
        Format::Json => serde_json::from_str(content).ok(),
        Format::JsonMembers => serde_json::from_str(&format!("{{{content}}}")).ok(),
    }
}

fn is_the_only_change(
    before: &Map<String, Json>,
    mut after: Map<String, Json>,
    key: &str,
    expected: &Json,
) -> bool {
    let mut before = before.clone();
    before.remove(key);
    after.remove(key).as_ref() == Some(expected) && after == before
}

fn expected(format: Format, value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::from(text.as_str()),
        Value::Boolean(yes) => Json::from(*yes),
        Value::List(items) => Json::from(items.as_slice()),
        Value::Time(time) if format == Format::Toml => Json::from(time.replacen(' ', "T", 1)),
        Value::Time(time) => Json::from(time.as_str()),
    }
}

fn head_of(values: &Map<String, Json>) -> Head {
    let title = values.get("title").and_then(text_of);
    let title = title.map(|text| text.trim().chars().take(MAX_TITLE_CHARS).collect::<String>());
    let tags = match values.get("tags") {
        Some(Json::Array(items)) => items.iter().filter_map(text_of).take(MAX_TAGS).collect(),
        Some(single) => text_of(single).into_iter().collect(),
        None => Vec::new(),
    };
    Head {
        title: title.filter(|text| !text.is_empty()),
        date: values.get("date").and_then(text_of).and_then(|text| DocumentDate::parse(&text)),
        tags,
    }
}

fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
