//! Front matter in JSON.

use std::{fmt, ops::Range};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::{Value as Json, value::RawValue};

use super::{Splice, Value};

/// The way to set a key, with or without braces around the members.
pub(super) fn splices(content: &str, key: &str, value: &Value) -> Option<Vec<Splice>> {
    let braces = content.trim_start().starts_with('{');
    let wrapped = if braces { content.to_owned() } else { format!("{{{content}}}") };
    let shift = usize::from(!braces);
    let Members(members) = serde_json::from_str(&wrapped).ok()?;
    let place = |raw: &RawValue| {
        let start = raw.get().as_ptr() as usize - wrapped.as_ptr() as usize;
        start - shift..start + raw.get().len() - shift
    };
    let text = print(value);
    // Of repeated members the last one counts.
    if let Some((_, raw)) = members.iter().rev().find(|(name, _)| name == key) {
        return Some(vec![Splice { at: place(raw), text }]);
    }
    let member = format!("{}: {text}", Json::from(key));
    let Some((_, last)) = members.last() else {
        let at = content.find('{').map_or(0, |brace| brace + 1);
        let text = if braces { member } else { format!("{member}\n") };
        return Some(vec![Splice { at: at..at, text }]);
    };
    let Range { start, end } = place(last);
    let line = &content[content[..start].rfind('\n').map_or(0, |at| at + 1)..start];
    let indent = &line[..line.len() - line.trim_start().len()];
    let one_line = braces && !content[..start].contains('\n');
    let text = if one_line { format!(", {member}") } else { format!(",\n{indent}{member}") };
    Some(vec![Splice { at: end..end, text }])
}

fn print(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Time(text) => Json::from(text.as_str()).to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::List(items) => Json::from(items.as_slice()).to_string(),
    }
}

/// The members of an object, as they are written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry::<String, &RawValue>()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
