//! Whatever the order, the repetitions and the circles: nothing is lost, nothing comes twice.

use std::collections::{BTreeMap, BTreeSet};

use inkstone_comments::{
    CommentTransfer, Format, MemoryComments,
    contract::transfer::{export, exported},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::read;

const FORMATS: [Format; 5] = Format::ALL;

/// A comment of `format` with the number `id` that answers `parent`, if that is not 0.
fn item(format: Format, id: u32, parent: u32, page: u8) -> Value {
    let (slug, text, time) = (
        format!("/page-{page}"),
        format!("text {id}"),
        1_700_000_000_000_u64 + u64::from(id) * 1000,
    );
    let answers = if parent == 0 { Value::Null } else { json!(parent) };
    match format {
        Format::Cwd => {
            json!({ "id": id, "parent_id": answers, "post_slug": slug, "name": "n", "content_text": text, "created": time })
        }
        Format::Twikoo => {
            json!({ "_id": id, "pid": answers, "href": slug, "comment": text, "created": time })
        }
        Format::Artalk => {
            json!({ "id": id, "rid": parent, "page_key": slug, "content": text, "created_at": time })
        }
        Format::Valine => {
            json!({ "objectId": id, "pid": answers, "url": slug, "nick": "n", "comment": text, "insertedAt": time })
        }
        Format::Waline => {
            json!({ "objectId": id, "pid": answers, "url": slug, "nick": "n", "comment": text, "insertedAt": time, "status": "approved" })
        }
    }
}

fn documents() -> impl Strategy<Value = (Vec<Value>, Vec<Value>)> {
    let one = (0..FORMATS.len(), 1..12_u32, 0..14_u32, 0..3_u8);
    prop::collection::vec(one, 1..40)
        .prop_map(|items| {
            // Of one number there is one comment, however often it is in the file.
            let unique: BTreeMap<(usize, u32), (u32, u8)> = items
                .iter()
                .map(|&(format, id, parent, page)| ((format, id), (parent, page)))
                .collect();
            items
                .iter()
                .map(|&(format, id, ..)| {
                    let (parent, page) = unique[&(format, id)];
                    item(FORMATS[format], id, parent, page)
                })
                .collect::<Vec<Value>>()
        })
        .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()))
}

fn texts(repository: &MemoryComments) -> BTreeMap<String, Option<String>> {
    let comments = export(repository);
    let text = |comment: &inkstone_comments::Comment| format!("{} {}", comment.slug, comment.text);
    let by_id: BTreeMap<_, String> = comments.iter().map(|c| (c.id, text(c))).collect();
    comments.iter().map(|c| (text(c), c.parent.map(|parent| by_id[&parent].clone()))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_lost_and_nothing_comes_twice((items, shuffled) in documents()) {
        let distinct: BTreeSet<String> = items.iter().map(Value::to_string).collect();
        let repository = MemoryComments::default();
        let batch = read(&Value::from(items.clone()).to_string());
        prop_assert_eq!(batch.comments.len(), distinct.len());
        let first = repository.import(batch.comments).unwrap();
        prop_assert_eq!(first.inserted, distinct.len() as u64);
        let stored = export(&repository);
        let batch = read(&Value::from(shuffled.clone()).to_string());
        let again = repository.import(batch.comments).unwrap();
        prop_assert_eq!(again.inserted, 0);
        prop_assert_eq!(export(&repository).len(), stored.len());

        // The order of the file does not matter where there are no circles to break.
        let other = MemoryComments::default();
        other.import(read(&Value::from(shuffled).to_string()).comments).unwrap();
        prop_assert_eq!(texts(&other).into_keys().collect::<Vec<_>>(), texts(&repository).into_keys().collect::<Vec<_>>());
    }

    #[test]
    fn an_export_comes_back_the_same((items, _) in documents()) {
        let repository = MemoryComments::default();
        repository.import(read(&Value::from(items).to_string()).comments).unwrap();
        let stored = export(&repository);
        let empty = MemoryComments::default();
        empty.import(stored.iter().rev().map(exported).collect()).unwrap();
        prop_assert_eq!(export(&empty), stored);
    }

    #[test]
    fn nothing_panics(text in "[\\[\\]{}\",:#a-z0-9\\n ]{0,80}") {
        let _ = super::try_read(text);
    }
}
