//! Front matter in TOML.

use serde_json::{Map, Value as Json};
use toml::de::{DeTable, DeValue};

use super::{Splice, Value};

pub(super) fn parse(content: &str) -> Option<Map<String, Json>> {
    let table: toml::Table = content.parse().ok()?;
    Some(table.into_iter().map(|(key, value)| (key, json(value))).collect())
}

/// The way to set a key.
pub(super) fn splices(content: &str, key: &str, value: &Value) -> Option<Vec<Splice>> {
    let table = DeTable::parse(content).ok()?.into_inner();
    let text = print(value);
    if let Some((_, found)) = table.iter().find(|(name, _)| name.get_ref() == key) {
        return Some(vec![Splice { at: found.span(), text }]);
    }
    // Behind the last value that is not in a table of its own: a header ends the top.
    let simple = |found: &DeValue<'_>| !matches!(found, DeValue::Table(_) | DeValue::Array(_));
    let ends = table.iter().filter(|(_, found)| simple(found.get_ref())).map(|(_, v)| v.span().end);
    let last = ends.max().unwrap_or(0);
    let line = content[last..].find('\n').map_or(content.len(), |end| last + end + 1);
    let at = if last == 0 { 0 } else { line };
    let missing_end = at > 0 && !content[..at].ends_with('\n');
    let start = if missing_end { "\n" } else { "" };
    let key = name(key);
    Some(vec![Splice { at: at..at, text: format!("{start}{key} = {text}\n") }])
}

fn print(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Boolean(yes) => yes.to_string(),
        Value::Time(time) => time.replacen(' ', "T", 1),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

fn name(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !key.is_empty() && key.chars().all(bare) {
        return key.to_owned();
    }
    quoted(key)
}

/// On one line: a string of JSON is a basic string of TOML, but for one character.
fn quoted(text: &str) -> String {
    Json::from(text).to_string().replace('\u{7f}', "\\u007F")
}

fn json(value: toml::Value) -> Json {
    match value {
        toml::Value::String(text) => Json::from(text),
        toml::Value::Integer(number) => Json::from(number),
        toml::Value::Float(number) => Json::from(number),
        toml::Value::Boolean(yes) => Json::from(yes),
        toml::Value::Datetime(time) => Json::from(time.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Json::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect())
        }
    }
}
