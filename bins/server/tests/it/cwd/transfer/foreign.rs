//! Comments of other systems, through the panel's import.

use serde_json::{Value, json};

use super::{
    super::support::{Blog, Database, PAGE, on_both_databases},
    export, imported,
};

on_both_databases! {
    what_has_no_time_is_imported_once,
}

/// Unparsable and future times become now, which is another time whenever one imports.
fn what_has_no_time_is_imported_once(database: Database) {
    let blog = Blog::on(database);
    let items = json!([
        { "href": PAGE, "nick": "A", "comment": "no time" },
        { "href": PAGE, "nick": "B", "comment": "future", "created": 9_000_000_000_000_i64 },
        { "page_key": PAGE, "nick": "C", "content": "odd", "created_at": "soon" },
    ]);
    for count in [3, 0] {
        blog.admin("POST", "/admin/comments/import", &items).expect(200, &imported(count));
    }
    let before = export(&blog, "");
    assert_eq!(before.as_array().unwrap().len(), 3);
    assert_eq!(export(&blog, ""), before);
}

#[test]
fn programs_are_understood_as_those_of_visitors() {
    let blog = Blog::start();
    let firefox = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0";
    let items = json!([
        { "href": "/a", "nick": "A", "comment": "x", "ua": firefox },
        { "id": 7, "post_slug": "/a", "content_text": "x", "ua": firefox, "os": null },
        { "id": 8, "post_slug": "/a", "content_text": "x", "ua": firefox, "os": "BeOS 5" },
    ]);
    blog.admin("POST", "/admin/comments/import", &items).expect(200, &imported(3));
    let exported = export(&blog, "");
    let programs: Vec<[&Value; 4]> = exported
        .as_array()
        .unwrap()
        .iter()
        .map(|row| ["ua", "os", "browser", "device"].map(|name| &row[name]))
        .collect();
    let understood = [json!(firefox), json!("Ubuntu"), json!("Firefox 121.0"), json!("Desktop")];
    assert_eq!(programs.iter().filter(|program| **program == understood.each_ref()).count(), 2);
    assert!(programs.contains(&[&json!(firefox), &json!("BeOS 5"), &json!(""), &json!("")]));
}
