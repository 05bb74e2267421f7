//! Front matter of any format: reading it always ends, and setting one key changes nothing else.

#![no_main]

use inkstone_content::front_matter::{Value, get, read, set};
use libfuzzer_sys::fuzz_target;

const NEW: &str = "New: \"title\" # 新";

fuzz_target!(|text: &str| {
    let before = read(text.as_bytes());
    assert!(before.title.as_ref().is_none_or(|title| title.chars().count() <= 512));
    let Ok(changed) = set(text, "title", &Value::Text(NEW.to_owned())) else { return };
    assert_eq!(get(&changed, "title").as_ref().and_then(|title| title.as_str()), Some(NEW));
    let after = read(changed.as_bytes());
    assert_eq!((after.title.as_deref(), after.tags), (Some(NEW), before.tags));
    let again = set(&changed, "title", &Value::Text(NEW.to_owned()));
    assert_eq!(again.as_deref(), Ok(changed.as_str()), "{text:?}");
});
