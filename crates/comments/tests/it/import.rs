//! The files of other systems, well formed and hostile.

mod documents;
mod properties;

use inkstone_comments::{
    Batch, CommentId, DocumentError, Format, ImportOptions, ImportedComment, ImportedParent, Shape,
    Skip, Status, UserAgent, read_document, read_item,
};
use inkstone_vocab::{SiteId, Timestamp, WebUrl};
use serde_json::json;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Understands what is before the slash.
fn agent(header: &str) -> UserAgent {
    let browser = header.split('/').next().unwrap_or_default().to_owned();
    UserAgent { header: header.to_owned(), browser, ..UserAgent::default() }
}

fn options() -> ImportOptions {
    ImportOptions { format: None, site: None, now: NOW, agent }
}

fn try_read(document: impl AsRef<[u8]>) -> Result<Batch, DocumentError> {
    read_document(document.as_ref(), &options(), &mut |_, _| {})
}

fn read(document: &str) -> Batch {
    try_read(document).expect("a document")
}

fn url(comment: &ImportedComment) -> Option<&str> {
    comment.url.as_ref().map(WebUrl::as_str)
}

fn skipped(batch: &Batch) -> Vec<(Skip, u64)> {
    batch.skipped.iter().map(|(&reason, skipped)| (reason, skipped.count)).collect()
}

#[test]
fn cwd() {
    let batch = read(include_str!("import/cwd.json"));
    assert_eq!((batch.items, batch.formats[&Format::Cwd]), (3, 3));
    assert_eq!(skipped(&batch), []);
    let [answer, old, custom] = &batch.comments[..] else { panic!("{batch:?}") };
    assert_eq!(answer.id, CommentId::new(12));
    assert_eq!(answer.parent, Some(ImportedParent::Item(1)));
    assert_eq!(
        (answer.slug.as_str(), url(answer)),
        ("/posts/one/", Some("https://blog.example/posts/one/"))
    );
    assert_eq!((answer.body.text(), answer.body.html()), ("**hi**", "<p><strong>hi</strong></p>"));
    assert_eq!(
        (answer.likes, answer.status, &answer.site),
        (3, Status::Approved, &SiteId::unnamed())
    );
    assert_eq!((&*answer.agent.os, &*answer.agent.browser), ("Windows 10", "Chrome 120"));
    // An old export: other names, and the address in the slug.
    assert_eq!((old.name.as_str(), old.agent.header.as_str()), ("Old", "Old/1"));
    assert_eq!(old.agent.browser, "Old", "nobody had understood the header");
    assert_eq!(
        (old.slug.as_str(), url(old)),
        ("/posts/one/", Some("https://blog.example/posts/one/"))
    );
    assert_eq!((old.status, old.priority, old.website.is_none()), (Status::Pending, 5, true));
    assert_eq!(old.parent, Some(ImportedParent::Item(2)));
    assert_eq!((custom.name.as_str(), custom.slug.as_str()), ("Anonymous", "post:1"));
    assert_eq!((custom.body.text(), custom.body.html()), ("ab", "<p>ab</p>\n"));
    assert_eq!(custom.created.millis(), 1_700_000_000_000);
    assert_eq!((custom.status, custom.site.as_str()), (Status::Rejected, "blog"));
}

#[test]
fn twikoo() {
    let batch = read(include_str!("import/twikoo.json"));
    assert_eq!(batch.formats[&Format::Twikoo], 3);
    let [answer, root, spam] = &batch.comments[..] else { panic!("{batch:?}") };
    assert_eq!((answer.id, answer.parent), (None, Some(ImportedParent::Item(1))));
    assert_eq!(answer.slug.as_str(), "/posts/one/");
    assert_eq!((&*answer.agent.header, &*answer.agent.browser), ("UA/2", "UA"));
    assert_eq!(url(answer), Some("https://blog.example/posts/one/?x=1"));
    assert_eq!(answer.body.html(), "<p>reply <b>bold</b></p>");
    assert_eq!((root.priority, root.created.millis()), (2, 1_700_000_300_000));
    assert_eq!((spam.status, spam.parent), (Status::Rejected, None));
}

#[test]
fn artalk() {
    let batch = read(include_str!("import/artalk.json"));
    assert_eq!(batch.formats[&Format::Artalk], 2);
    let [answer, root] = &batch.comments[..] else { panic!("{batch:?}") };
    assert_eq!((answer.id, answer.parent), (None, Some(ImportedParent::Item(1))));
    assert_eq!(
        (answer.body.text(), answer.body.html()),
        ("a *reply*", "<p>a <em>reply</em></p>\n")
    );
    assert_eq!((answer.likes, answer.status), (4, Status::Pending));
    assert_eq!(answer.created.millis(), 1_700_000_400_000);
    assert_eq!(answer.title.as_deref(), Some("One"));
    assert_eq!(root.slug.as_str(), "https://blog.example/posts/one/");
    assert_eq!(root.parent, None);
    assert!(root.body.html().contains("&lt;iframe"), "{}", root.body.html());
}

#[test]
fn valine() {
    let batch = read(include_str!("import/valine.jsonl"));
    assert_eq!((batch.shape, batch.formats[&Format::Valine]), (Shape::Lines, 3));
    let chosen = ImportOptions { format: Some(Format::Valine), ..options() };
    let file = include_bytes!("import/valine.jsonl").as_slice();
    assert_eq!(read_document(file, &chosen, &mut |_, _| {}).expect("a document"), batch);
    let [third, second, first] = &batch.comments[..] else { panic!("{batch:?}") };
    assert_eq!(third.parent, Some(ImportedParent::Item(1)));
    assert_eq!(second.parent, Some(ImportedParent::Item(2)));
    assert_eq!((first.parent, first.name.as_str()), (None, "Anonymous"));
    assert_eq!(third.created.to_string(), "2023-11-14T22:30:00Z");
    assert_eq!(first.created.to_string(), "2023-11-14T22:28:00Z");
    assert_eq!((third.slug.as_str(), third.body.html()), ("/posts/one/", "<p>third</p>"));
    assert_eq!(skipped(&batch), [(Skip::Malformed, 1)]);
    assert_eq!(batch.skipped[&Skip::Malformed].items, [4]);
}

#[test]
fn waline() {
    let batch = read(include_str!("import/waline.json"));
    assert_eq!(batch.formats[&Format::Waline], 3);
    let [answer, root, spam] = &batch.comments[..] else { panic!("{batch:?}") };
    assert_eq!(answer.parent, Some(ImportedParent::Item(1)));
    assert_eq!((answer.status, answer.likes), (Status::Pending, 2));
    assert_eq!(answer.body.html(), "<p>a <strong>reply</strong></p>\n");
    assert_eq!((root.priority, root.created.to_string().as_str()), (2, "2023-11-14T22:39:00Z"));
    assert_eq!(spam.status, Status::Rejected);
    // The same without its wrapping.
    let document: serde_json::Value =
        serde_json::from_str(include_str!("import/waline.json")).expect("JSON");
    let bare = read(&document["data"]["Comment"].to_string());
    assert_eq!(Batch { shape: batch.shape, ..bare }, batch);
}

#[test]
fn one_document_may_mix_formats() {
    let items = [
        include_str!("import/artalk.json"),
        include_str!("import/twikoo.json"),
        include_str!("import/cwd.json"),
    ];
    let items: Vec<serde_json::Value> = items
        .iter()
        .flat_map(|json| serde_json::from_str::<Vec<serde_json::Value>>(json).expect("a list"))
        .collect();
    let batch = read(&serde_json::Value::from(items).to_string());
    assert_eq!((batch.comments.len(), batch.formats.len()), (8, 3));
}

#[test]
fn hostile_items_are_left_out_and_counted() {
    let long = "x".repeat(256 * 1024 + 1);
    let items = json!([
        null, 1, "x", [], {}, { "unknown": 1 },
        { "post_slug": "javascript:alert(1)", "content_text": "x" },
        { "post_slug": 7, "content_text": "x" },
        { "content_text": "x" },
        { "post_slug": "/a", "content_text": long },
        { "post_slug": "/a", "content_text": "x", "content_html": long },
        { "post_slug": "/a", "content_text": " " },
        { "post_slug": "/a", "content_text": ["x"], "content_html": "<script>x</script>" },
        { "post_slug": "/a", "content_text": "x", "site_id": "s".repeat(65) },
        { "post_slug": "/a", "content_text": "x", "site_id": {} },
        { "comment": "x", "href": "data:text/html,x" },
        { "post_slug": "/a", "content_text": "fine" },
    ]);
    let batch = read(&items.to_string());
    assert_eq!(batch.comments.len(), 1);
    assert_eq!(
        skipped(&batch),
        [
            (Skip::Malformed, 4),
            (Skip::Unknown, 2),
            (Skip::TooLarge, 2),
            (Skip::NoPage, 4),
            (Skip::NoSite, 2),
            (Skip::Empty, 2),
        ]
    );
    assert_eq!(batch.skipped[&Skip::TooLarge].items, [10, 11]);
    assert_eq!(batch.items, 17);
}

#[test]
fn wrong_types_become_defaults() {
    let item = json!({
        "id": [1], "created": {}, "post_slug": "/a", "post_url": 3, "name": {}, "email": 1,
        "url": [], "content_text": "x", "parent_id": {}, "likes": -3, "priority": 0, "status": 5,
        "ua": 1, "ip_address": false,
    });
    let comment = read_item(&item, &options()).expect("a comment");
    assert_eq!((comment.id, comment.parent, comment.created), (None, None, NOW));
    assert_eq!((comment.likes, comment.priority, comment.status), (0, 1, Status::Pending));
    assert_eq!((comment.name.as_str(), comment.email.as_str()), ("Anonymous", ""));
    let item = json!({ "post_slug": "/a", "content_text": "x", "priority": u64::MAX });
    let comment = read_item(&item, &options()).expect("a comment");
    assert_eq!(comment.priority, i32::MAX.unsigned_abs());
}

#[test]
fn pages_of_old_exports_are_split() {
    let comment = |slug: &str| {
        let item = json!({ "post_slug": slug, "content_text": "x" });
        read_item(&item, &options()).expect("a comment")
    };
    let long = format!("/{}", "文".repeat(900));
    let address = format!("https://h.io{long}");
    let split = comment(&address);
    assert_eq!((split.slug.as_str(), url(&split)), (&*long, Some(&*address)));
    let split = comment("https%3A%2F%2Fh.io%2Fa%2F");
    assert_eq!((split.slug.as_str(), url(&split)), ("/a/", Some("https://h.io/a/")));
    let plain = comment("post:1");
    assert_eq!((plain.slug.as_str(), url(&plain)), ("post:1", None));
}

#[test]
fn a_page_is_what_can_be_one() {
    let item = json!({ "comment": "x", "href": " ", "url": "/a/" });
    assert_eq!(read_item(&item, &options()).expect("a comment").slug.as_str(), "/a/");
    let item = json!({ "comment": "x", "href": "javascript:x", "url": "/a/" });
    let comment = read_item(&item, &options()).expect("a comment");
    assert_eq!((comment.slug.as_str(), url(&comment)), ("/a/", None));
}

#[test]
fn unknown_and_future_times_are_now() {
    for created in [json!(null), json!("soon"), json!(9_000_000_000_000_i64), json!(i64::MIN)] {
        let item = json!({ "post_slug": "/a", "content_text": "x", "created": created });
        let comment = read_item(&item, &options()).expect("a comment");
        assert_eq!((comment.created, comment.dated), (NOW, false), "{created}");
    }
    let item = json!({ "post_slug": "/a", "content_text": "x", "created": -1 });
    let comment = read_item(&item, &options()).expect("a comment");
    assert_eq!((comment.created.millis(), comment.dated), (-1, true));
}

#[test]
fn programs_are_read_where_nobody_did() {
    let agent = |item: serde_json::Value| read_item(&item, &options()).expect("a comment").agent;
    let known = json!({ "post_slug": "/a", "content_text": "x", "ua": "Fox/1", "os": "Linux" });
    assert_eq!((&*agent(known.clone()).os, &*agent(known).browser), ("Linux", ""));
    let silent = json!({ "post_slug": "/a", "content_text": "x", "ua": "Fox/1", "os": null });
    assert_eq!(agent(silent).browser, "Fox");
    let none = json!({ "post_slug": "/a", "content_text": "x", "ua": "" });
    assert_eq!(agent(none), UserAgent::default());
}

#[test]
fn extreme_numbers_are_harmless() {
    let item = |id| json!({ "id": id, "post_slug": "/a", "content_text": "x", "likes": u64::MAX });
    for id in
        [json!(i64::MAX), json!(u64::MAX), json!(-1), json!(1e300), json!("99999999999999999999")]
    {
        let comment = read_item(&item(id.clone()), &options()).expect("a comment");
        assert_eq!(comment.id, None, "{id}");
    }
    assert_eq!(
        read_item(&item(json!("17")), &options()).expect("a comment").id,
        CommentId::new(17)
    );
}

#[test]
fn names_lose_scripts_and_line_ends() {
    let item =
        json!({ "post_slug": "/a", "content_text": "x", "name": "A\u{0}da\n<script>x</script>" });
    assert_eq!(read_item(&item, &options()).expect("a comment").name, "Ada");
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = format!("[{}{}]", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(skipped(&read(&deep)), [(Skip::Malformed, 1)]);
    let deep = "[{\"post_slug\":\"/a\",\"content_text\":".to_owned() + &"[".repeat(100_000);
    assert!(try_read(deep).is_err());
    let wide = format!(
        "[{{\"comment\":[{}1]}},{{\"post_slug\":\"/a\",\"content_text\":\"x\"}}]",
        "1,".repeat(3_000_000)
    );
    let batch = read(&wide);
    assert_eq!(skipped(&batch), [(Skip::TooLarge, 1)]);
    assert_eq!(batch.comments.len(), 1);
    // Markup that grows or nests still ends.
    for html in [
        "<b>".repeat(80_000),
        "<a href=//x>".repeat(20_000),
        "> ".repeat(120_000),
        "[".repeat(250_000),
    ] {
        let items = json!([{ "post_slug": "/a", "content_text": html, "content_html": html }]);
        let batch = read(&items.to_string());
        assert_eq!(batch.items, 1);
    }
}

#[test]
fn a_chosen_site_and_format_count_for_all() {
    let site = SiteId::parse("blog");
    let options = ImportOptions { format: Some(Format::Cwd), site: site.clone(), ..options() };
    let document = json!([
        { "post_slug": "/a", "content_text": "x", "site_id": "other" },
        { "post_slug": "/a", "content_text": "x", "comment": "y" },
    ]);
    let document = document.to_string();
    let batch = read_document(document.as_bytes(), &options, &mut |_, _| {}).expect("a document");
    assert_eq!(batch.formats[&Format::Cwd], 2);
    assert!(batch.comments.iter().all(|comment| Some(&comment.site) == site.as_ref()));
}
