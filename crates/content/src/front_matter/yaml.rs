//! Front matter in YAML.

use std::{fmt, ops::Range};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::{Map, Value as Json};
use serde_saphyr::{DuplicateKeyPolicy, Options, Spanned, from_str_with_options};

use super::{Splice, Value};

pub(super) fn parse(content: &str) -> Option<Map<String, Json>> {
    if content.lines().all(|line| line.trim().is_empty() || line.starts_with('#')) {
        return Some(Map::new());
    }
    from_str_with_options(content, options()).ok()
}

/// The plain values of keys at the beginning of lines, for what is not quite YAML.
pub(super) fn scan(content: &str) -> Map<String, Json> {
    let entries = content.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
        let value = value.trim();
        let quoted = value.strip_prefix(['"', '\'']).and_then(|v| v.strip_suffix(['"', '\'']));
        let value = quoted.unwrap_or(value);
        (plain && !value.is_empty()).then(|| (key.to_owned(), Json::from(value)))
    });
    entries.collect()
}

/// Ways to set a key, the most careful first.
pub(super) fn splices(content: &str, key: &str, value: &Value) -> Option<Vec<Splice>> {
    let entries = entries(content)?;
    let Some(found) = entries.iter().find(|entry| entry.key == key) else {
        let missing_end = !content.is_empty() && !content.ends_with('\n');
        let start = if missing_end { "\n" } else { "" };
        let text = format!("{start}{}\n", entry(key, value));
        return Some(vec![Splice { at: content.len()..content.len(), text }]);
    };
    let whole = found.extent(content, &entries);
    let shorter = without_comment(&content[whole.clone()], &found.value);
    let places = match shorter {
        Some(0) => [Some(found.colon..found.colon), Some(whole)],
        Some(end) => [Some(whole.start..whole.start + end), Some(whole)],
        None => [None, Some(whole)],
    };
    let text = print(value);
    let places = places.into_iter().flatten().map(|at| {
        let spaced = content[..at.start].ends_with([' ', '\t']);
        let text = if spaced { text.clone() } else { format!(" {text}") };
        Splice { at, text }
    });
    Some(places.collect())
}

/// Where the value on a line ends, when a comment follows it.
fn without_comment(text: &str, value: &Json) -> Option<usize> {
    if text.contains('\n') {
        return None;
    }
    let marks = text.match_indices('#').map(|(at, _)| at);
    let begins = |at: &usize| *at == 0 || text[..*at].ends_with([' ', '\t']);
    let ends = marks.filter(begins).map(|at| text[..at].trim_end().len());
    // A mark may stand inside the value; then what precedes it is another one.
    ends.into_iter().find(|end| match *end {
        0 => value.is_null(),
        end => {
            from_str_with_options(&text[..end], options()).is_ok_and(|found: Json| found == *value)
        }
    })
}

/// A line that gives a key a value.
pub(super) fn entry(key: &str, value: &Value) -> String {
    format!("{}: {}", scalar(key), print(value))
}

fn print(value: &Value) -> String {
    match value {
        Value::Text(text) => scalar(text),
        Value::Boolean(yes) => yes.to_string(),
        Value::Time(time) => time.clone(),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| scalar(item)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// Plain where no reader takes it for anything else, else quoted as in JSON, which YAML includes.
fn scalar(text: &str) -> String {
    let word = |c: char| c.is_alphabetic() || c == '_';
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '/' | '.');
    let reserved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf"];
    let plain = text.starts_with(word)
        && text.chars().all(inner)
        && !text.ends_with(' ')
        && !reserved.iter().any(|name| text.eq_ignore_ascii_case(name));
    if plain { text.to_owned() } else { quoted(text) }
}

/// As in JSON, but for characters that YAML does not take for printable.
fn quoted(text: &str) -> String {
    let printable = |c: char| match c {
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            format!("\\u{:04x}", u32::from(c))
        }
        _ => c.to_string(),
    };
    Json::from(text).to_string().chars().map(printable).collect()
}

/// A key at the top, and where it and its value are, in bytes.
struct Entry {
    key: String,
    start: usize,
    /// Right behind the colon.
    colon: usize,
    value: Json,
}

impl Entry {
    /// Everything after the colon that belongs to the entry, without the last line end.
    fn extent(&self, content: &str, entries: &[Entry]) -> Range<usize> {
        let colon = self.colon;
        let later = entries.iter().map(|entry| entry.start).filter(|start| *start >= colon);
        let mut end = later.min().unwrap_or(content.len());
        // Comments and blank lines before the next key are not part of this one.
        while let Some(line) = content[colon..end].split_inclusive('\n').next_back() {
            let text = line.trim();
            if !(text.is_empty() || line.starts_with('#')) || end - line.len() <= colon {
                break;
            }
            end -= line.len();
        }
        let text = &content[colon..end];
        let leading = text.len() - text.trim_start_matches([' ', '\t']).len();
        let trimmed = text.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        colon + leading.min(trimmed)..colon + trimmed
    }
}

fn entries(content: &str) -> Option<Vec<Entry>> {
    let Entries(entries) = if parse(content)?.is_empty() {
        Entries(Vec::new())
    } else {
        from_str_with_options(content, options()).ok()?
    };
    let range = |location: serde_saphyr::Location| {
        let span = location.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let end = start + usize::try_from(span.byte_len()?).ok()?;
        content.get(start..end).map(|_| start..end)
    };
    let entry = |(key, value): (Spanned<String>, Json)| {
        let key_at = range(key.defined)?;
        // Keys of a flow mapping do not begin a line, and are left alone.
        let begins_line = key_at.start == 0 || content[..key_at.start].ends_with('\n');
        let colon = key_at.end + content[key_at.end..].find(':')? + 1;
        begins_line.then_some(Entry { key: key.value, start: key_at.start, colon, value })
    };
    entries.into_iter().map(entry).collect()
}

struct Entries(Vec<(Spanned<String>, Json)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_events: 20_000,
            max_aliases: 100,
            max_anchors: 100,
            max_depth: 32,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
            max_replay_stack_depth: 8,
        },
    }
}
