//! Templates of new documents, as generators keep them in the tree.

use crate::front_matter::{self, Value};

/// Left of what a template's engine would fill in, and right of it.
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A new document from a template: title and date are filled in, other placeholders stay.
pub(super) fn fill(template: Option<&str>, title: &str, date: &str) -> String {
    let values = [
        ("title", Value::Text(title.to_owned()), title),
        ("date", Value::Time(date.to_owned()), date),
    ];
    let Some(template) = template else {
        return values.iter().rev().fold("\n".to_owned(), |text, (key, value, _)| {
            front_matter::set(&text, key, value).unwrap_or(text)
        });
    };
    // A placeholder is rarely valid where it stands, so that keys are emptied before they are set.
    let emptied = values.iter().fold(template.to_owned(), |text, (key, ..)| emptied(&text, key));
    let filled = values.iter().fold(emptied, |text, (key, value, _)| {
        let known = front_matter::get(&text, key).is_some();
        let set = known.then(|| front_matter::set(&text, key, value).ok()).flatten();
        set.unwrap_or(text)
    });
    values.iter().fold(filled, |text, (key, _, plain)| replaced(&text, key, plain))
}

/// The template with an empty value for a key of its front matter that has a placeholder.
fn emptied(template: &str, key: &str) -> String {
    let mut fences = 0;
    let line = |line: &str| {
        let trimmed = line.trim_end();
        if trimmed.len() >= 3
            && ["---", "+++", ";;;"].iter().any(|fence| trimmed.starts_with(fence))
        {
            fences += 1;
        }
        let value = line.trim_start().trim_start_matches('"').strip_prefix(key);
        let value = value.map(|rest| rest.trim_start_matches(['"', ' ']));
        let begins = value.is_some_and(|rest| rest.starts_with([':', '=']));
        let Some(at) =
            line.find([':', '=']).filter(|_| begins && fences < 2 && line.contains(OPEN))
        else {
            return line.to_owned();
        };
        let end = &line[trimmed.len()..];
        let comma = if trimmed.ends_with(',') { "," } else { "" };
        format!("{} \"\"{comma}{end}", &line[..=at])
    };
    template.split_inclusive('\n').map(line).collect()
}

/// Placeholders of exactly this key, with any spaces inside.
fn replaced(text: &str, key: &str, plain: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        match after.split_once(CLOSE) {
            Some((inner, behind)) if inner.trim() == key => {
                out.push_str(plain);
                rest = behind;
            }
            _ => {
                out.push_str(OPEN);
                rest = after;
            }
        }
    }
    out + rest
}
