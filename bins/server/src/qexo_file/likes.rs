//! Who likes a talk.

use std::collections::BTreeSet;

use inkstone_vocab::VisitorId;
use serde_json::Value;

use crate::{
    config::ServerKey,
    visitor::{imported_reader, unknown_reader},
};

/// The visitors in a list of addresses: as many as there are different texts, so that the number
/// of likes stays. `None` when it is no list.
pub(super) fn likes(key: &ServerKey, value: &Value) -> Option<BTreeSet<VisitorId>> {
    let parsed;
    let items = match value {
        Value::Array(items) => items,
        Value::Null => return Some(BTreeSet::new()),
        Value::String(text) if text.trim().is_empty() => return Some(BTreeSet::new()),
        Value::String(text) => {
            parsed = serde_json::from_str::<Vec<Value>>(text).ok()?;
            &parsed
        }
        _ => return None,
    };
    let texts: BTreeSet<String> = items
        .iter()
        .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
        .collect();
    let mut visitors = BTreeSet::new();
    for text in texts {
        // Two that came through different proxies from one address are two all the same.
        if !visitors.insert(imported_reader(key, &text)) {
            visitors.insert(unknown_reader(key, &text));
        }
    }
    Some(visitors)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::visitor::reader;

    #[test]
    fn the_number_of_likes_stays() {
        let key = ServerKey::new([1; 32]);
        let count = |value: Value| likes(&key, &value).map(|visitors| visitors.len());
        let one = r#"["192.0.2.1","192.0.2.1, 10.0.0.1","192.0.2.1, 10.0.0.2","junk",7]"#;
        assert_eq!(count(json!(one)), Some(5));
        assert_eq!(count(json!(["192.0.2.1", "192.0.2.1"])), Some(1));
        for empty in [json!("[]"), json!(""), json!(null), json!([])] {
            assert_eq!(count(empty), Some(0));
        }
        for bad in [json!("{}"), json!("192.0.2.1"), json!(3), json!({})] {
            assert_eq!(count(bad), None);
        }
        let live = reader(&key, "192.0.2.1".parse().unwrap());
        assert_eq!(likes(&key, &json!(["192.0.2.1"])), Some(BTreeSet::from([live])));
    }
}
