//! Front matter, whatever it holds: one key changes, every other byte stays.

use inkstone_content::front_matter::{Value, get, read, set};
use proptest::prelude::*;

/// Words as people use them, and characters that formats care about.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ]{0,12}",
        "[\\PC]{0,12}",
        "[:#\\[\\]{}&*!|>'\"%@`,?\\- \\\\]{1,8}",
        Just("2026-01-07".to_owned()),
        Just("null".to_owned()),
        Just("你好，世界".to_owned()),
        Just("\u{feff}x\u{2028}y".to_owned()),
        Just("line\nbreak\ttab".to_owned()),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        words().prop_map(Value::Text),
        any::<bool>().prop_map(Value::Boolean),
        proptest::collection::vec(words(), 0..4).prop_map(Value::List),
        Just(Value::Time("2026-02-03 04:05:06".to_owned())),
    ]
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", "标题[一-三]{0,2}", "[a-z]{1,3} [a-z]{1,3}"]
}

/// A front matter of plain entries, in one of the formats, with its line ends.
fn documents() -> impl Strategy<Value = String> {
    let entries = proptest::collection::btree_map(keys(), words(), 0..6);
    let parts = (entries, 0..4_usize, any::<bool>(), any::<bool>(), "[\\PC\\n]{0,40}");
    parts.prop_map(|(entries, format, windows, mark, body)| {
        let quoted = |text: &str| serde_json::to_string(text).unwrap().replace('\u{7f}', "\\u007f");
        let lines: Vec<_> = entries
            .iter()
            .enumerate()
            .map(|(number, (key, value))| {
                let (key, value) = (quoted(key), quoted(value));
                match format {
                    0 if number % 2 == 0 => format!("{key}: {value} # note {number}"),
                    0 => format!("{key}:\n  - {value}\n  - [x, {value}]\n# between"),
                    1 => format!("{key} = {value} # note {number}"),
                    _ => format!("  {key}: {value}"),
                }
            })
            .collect();
        let (open, close, separator) = match format {
            0 => ("---\n", "---\n", "\n"),
            1 => ("+++\n", "+++\n", "\n"),
            2 => ("{\n", "}\n", ",\n"),
            _ => (";;;\n", ";;;\n", ",\n"),
        };
        let end = if lines.is_empty() { "" } else { "\n" };
        let head = format!("{open}{}{end}{close}", lines.join(separator));
        let head = if windows { head.replace('\n', "\r\n") } else { head };
        format!("{}{head}{body}", if mark { "\u{feff}" } else { "" })
    })
}

fn expected(document: &str, value: &Value) -> serde_json::Value {
    let toml = document.trim_start_matches('\u{feff}').starts_with('+');
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Boolean(yes) => (*yes).into(),
        Value::List(items) => items.as_slice().into(),
        Value::Time(_) if toml => "2026-02-03T04:05:06".into(),
        Value::Time(time) => time.as_str().into(),
    }
}

/// The bytes of `after` that are not those of `before`: what both begin and end with is cut off.
fn difference<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let start = (0..=start).rev().find(|at| before.is_char_boundary(*at)).unwrap();
    let (before, after) = (&before[start..], &after[start..]);
    let end = before.bytes().rev().zip(after.bytes().rev()).take_while(|(a, b)| a == b).count();
    let fits = |end: &usize| {
        before.is_char_boundary(before.len() - end) && after.is_char_boundary(after.len() - end)
    };
    let end = (0..=end).rev().find(fits).unwrap();
    (&before[..before.len() - end], &after[..after.len() - end])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_key_is_set_and_nothing_else(document in documents(), key in keys(), value in values()) {
        let known = get(&document, &key).is_some();
        let edited = set(&document, &key, &value).unwrap();
        prop_assert_eq!(get(&edited, &key), Some(expected(&document, &value)));
        // Once more is the same again.
        prop_assert_eq!(set(&edited, &key, &value).unwrap(), edited.clone());
        if !known {
            let (gone, _) = difference(&document, &edited);
            prop_assert_eq!(gone, "");
        }
    }

    #[test]
    fn a_value_on_one_line_changes_that_line(document in documents(), value in values()) {
        let line = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let with = set(&document, "subject", &Value::Text("before".into())).unwrap();
        let edited = set(&with, "subject", &value).unwrap();
        let (with, edited) = (line(&with), line(&edited));
        prop_assert_eq!(with.len(), edited.len());
        let changed = with.iter().zip(&edited).filter(|(a, b)| a != b).count();
        prop_assert!(changed <= 1);
    }

    #[test]
    fn the_way_back_restores_every_byte(document in documents(), value in values()) {
        let original = set(&document, "subject", &Value::Text("before".into())).unwrap();
        let edited = set(&original, "subject", &value).unwrap();
        prop_assert_eq!(set(&edited, "subject", &Value::Text("before".into())).unwrap(), original);
    }

    #[test]
    fn anything_can_be_read(text in "(---|\\+\\+\\+|;;;|\\{)?\r?\n?[\\PC\n\r]{0,200}", key in keys()) {
        read(text.as_bytes());
        if let Ok(edited) = set(&text, &key, &Value::Text("x".into())) {
            prop_assert_eq!(get(&edited, &key), Some("x".into()));
        }
    }

    #[test]
    fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes);
    }
}
