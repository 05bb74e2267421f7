//! Mail templates: HTML with `${name}` where something is to be filled in.

use crate::words::push_escaped;

/// What stands for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Any text; it shows as it is.
    Text(&'a str),
    /// HTML that has been sanitised.
    Html(&'a str),
}

/// Fills `values` into `template`: `${name}`, where a name is ASCII letters, digits and `_`. Names
/// without a value become nothing; everything else stays as it is.
///
/// Values are not looked at again, so that `${name}` inside one stays. A text adds no markup
/// between tags and inside quoted attributes; an HTML value belongs between tags.
///
/// ```
/// use inkstone_notifications::{Value, render};
///
/// let values = [("name", Value::Text("<b>${text}")), ("text", Value::Html("<p>Hi</p>"))];
/// let html = render("<i>${name}</i>: ${text} ${more}$", &values);
/// assert_eq!(html, "<i>&lt;b&gt;${text}</i>: <p>Hi</p> $");
/// ```
pub fn render(template: &str, values: &[(&str, Value<'_>)]) -> String {
    let mut html = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        html.push_str(before);
        if let Some((name, behind)) = name_of(after) {
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, Value::Text(text))) => push_escaped(&mut html, text),
                Some((_, Value::Html(value))) => html.push_str(value),
                None => {}
            }
            rest = behind;
        } else {
            html.push_str("${");
            rest = after;
        }
    }
    html.push_str(rest);
    html
}

/// The name that ends at a brace, and what is behind that.
fn name_of(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|&end| end > 0)?;
    let (name, rest) = text.split_at(end);
    Some((name, rest.strip_prefix('}')?))
}
