//! What documents may look like, and what becomes of those that do not.

use std::io;

use inkstone_comments::{DocumentError, MAX_ITEMS, Shape, Skip, read_document};
use serde_json::json;

use super::{options, read, skipped, try_read};

#[test]
fn documents_have_many_shapes() {
    let item = json!({ "post_slug": "/a", "content_text": "x" });
    for document in [
        item.to_string(),
        json!([item]).to_string(),
        format!("\u{feff} {item}\n"),
        format!("{item}\n{item}"),
        format!("#filetype:JSON-streaming {{}}\n\n{item}\r\n"),
        json!({ "version": "1.0", "comments": [item], "settings": [] }).to_string(),
        json!({ "results": [item] }).to_string(),
        json!({ "type": "waline", "data": { "Comment": [item] } }).to_string(),
    ] {
        let batch = read(&document);
        assert!(!batch.comments.is_empty() && batch.skipped.is_empty(), "{document}: {batch:?}");
    }
}

#[test]
fn what_is_no_document_is_refused_whole() {
    for document in ["", " ", "[", "[{}", "[1,", "{\"a\":", "nonsense", "[]x", "\u{0}", "{} x\n"] {
        let read = try_read(document);
        assert!(matches!(read, Err(DocumentError::Syntax(_))), "{document:?}: {read:?}");
    }
    for document in ["1", "null", "\"x\"", "#only a comment", "true"] {
        let read = try_read(document);
        assert!(matches!(read, Err(DocumentError::Shape)), "{document:?}: {read:?}");
    }
    let broken = b"[{\"post_slug\":\"/a\",\"content_text\":\"x\"},{\"post_slug\":\"\xff\"}]";
    assert!(try_read(broken).is_err());
}

#[test]
fn a_document_tells_its_shape() {
    let item = json!({ "post_slug": "/a", "content_text": "x", "likes": 3 });
    for (document, shape) in [
        (json!([item]).to_string(), Shape::List),
        (item.to_string(), Shape::Item),
        (format!("{item}\n{item}"), Shape::Lines),
        (json!({ "comments": [item] }).to_string(), Shape::Lists),
        (json!({ "data": [item] }).to_string(), Shape::Lists),
        (json!({ "likes": [] }).to_string(), Shape::Lists),
        ("{}".to_owned(), Shape::Item),
    ] {
        assert_eq!(read(&document).shape, shape, "{document}");
    }
    assert_eq!(read(&item.to_string()).comments[0].likes, 3, "a comment has likes, too");
}

#[test]
fn rows_of_other_lists_are_handed_over() {
    let document = json!({
        "settings": [{ "key": "a" }], "comments": [{ "post_slug": "/a", "content_text": "x" }],
        "likes": [1, null], "page_stats": null, "unknown": ["not handed over"],
        "data": { "Counter": [{ "time": 9 }], "Users": [{ "password": "x" }] },
    });
    let mut rows = Vec::new();
    let mut keep = |list: &str, row: &str| rows.push(format!("{list} {row}"));
    let document = document.to_string();
    let batch = read_document(document.as_bytes(), &options(), &mut keep).expect("a document");
    rows.sort();
    assert_eq!(rows, ["Counter {\"time\":9}", "likes 1", "likes null", "settings {\"key\":\"a\"}"]);
    assert_eq!((batch.comments.len(), batch.items), (1, 1));
}

#[test]
fn lists_that_are_none_or_come_twice_are_refused() {
    let comment = r#"{"post_slug":"/a","content_text":"x"}"#;
    for (document, name) in [
        (format!(r#"{{"comments":[{comment}],"settings":{{}}}}"#), "settings"),
        (format!(r#"{{"likes":4,"comments":[{comment}]}}"#), "likes"),
    ] {
        let read = try_read(&document);
        assert!(matches!(read, Err(DocumentError::NoList(found)) if found == name), "{read:?}");
    }
    let twice = format!(r#"{{"comments":[{comment}],"comments":[{comment}]}}"#);
    assert!(matches!(try_read(twice), Err(DocumentError::Repeated("comments"))));
    // Of members of a comment the last counts, as in browsers.
    let twice = r#"{"post_slug":"/a","post_slug":"/b","content_text":"x"}"#;
    assert_eq!(read(twice).comments[0].slug.as_str(), "/b");
}

/// A backup on several lines must not pass for a comment on each line.
#[test]
fn a_document_that_ends_too_early_is_refused_whole() {
    let comment = r#"{"post_slug":"/a","content_text":"x"}"#;
    for document in [
        format!("{{\"comments\":[\n{comment},\n{comment}\n"),
        format!("[{comment},\n{comment}"),
        format!("{{\"comments\":[{comment}]}}\n{comment}"),
        format!("[{comment}]\n[{comment}]"),
    ] {
        let read = try_read(&document);
        assert!(matches!(read, Err(DocumentError::Syntax(_))), "{document}: {read:?}");
    }
}

#[test]
fn halves_of_characters_do_not_cost_a_comment() {
    let batch = read(r#"[{"post_slug":"/a","name":"\ud83d","content_text":"cut \ud83d"}]"#);
    assert_eq!(batch.comments[0].body.text(), "cut \u{fffd}");
    assert!(batch.skipped.is_empty());
}

#[test]
fn numbers_beyond_all_bounds_cost_one_item() {
    let batch = read(
        r#"[{"post_slug":"/a","content_text":"x","likes":1e999},{"post_slug":"/a","content_text":"y"}]"#,
    );
    assert_eq!((batch.comments.len(), skipped(&batch)), (1, vec![(Skip::Malformed, 1)]));
}

#[test]
fn long_lines_and_members_cost_one_item() {
    let long = "x".repeat(5 * 1024 * 1024);
    let comment = r#"{"post_slug":"/a","content_text":"x"}"#;
    let batch = read(&format!("{comment}\n{{\"comment\":\"{long}\"}}\n{comment}"));
    assert_eq!((batch.comments.len(), skipped(&batch)), (2, vec![(Skip::TooLarge, 1)]));
    let batch = read(&format!("{{\"post_slug\":\"/a\",\"content_text\":\"{long}\"}}"));
    assert_eq!(skipped(&batch), [(Skip::TooLarge, 1)]);
    let batch = read(&format!("[{{\"comment\":\"{long}\"}},{comment}]"));
    assert_eq!((batch.comments.len(), skipped(&batch)), (1, vec![(Skip::TooLarge, 1)]));
}

#[test]
fn the_number_of_items_is_bounded() {
    for (opening, separator, closing) in [("[", ",", "]"), ("", "\n", "")] {
        let mut document = format!("{opening}{{}}");
        for _ in 0..MAX_ITEMS {
            document.push_str(separator);
            document.push('0');
        }
        document.push_str(closing);
        assert!(matches!(try_read(document), Err(DocumentError::TooMany)), "{opening:?}");
    }
}

#[test]
fn a_reader_that_fails_is_no_wrong_document() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk"))
        }
    }
    let input = io::BufReader::new(io::Read::chain(&b"[{},"[..], Broken));
    let read = read_document(input, &options(), &mut |_, _| {});
    assert!(matches!(read, Err(DocumentError::Read(_))), "{read:?}");
}
