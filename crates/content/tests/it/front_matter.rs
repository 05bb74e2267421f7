//! Reading and changing front matter, by examples.

use inkstone_content::{
    DocumentDate,
    front_matter::{FrontMatterError, Head, Value, get, read, set},
};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

#[track_caller]
fn check_head(document: &str, title: Option<&str>, date: Option<&str>, tags: &[&str]) {
    let Head { title: found, date: when, tags: kept } = read(document.as_bytes());
    let when = when.map(|when| match when {
        DocumentDate::Local(time) => time.to_string(),
        DocumentDate::Instant(time) => time.to_string(),
    });
    assert_eq!((found.as_deref(), when.as_deref()), (title, date), "{document}");
    assert_eq!(kept, tags, "{document}");
}

#[test]
fn heads_are_read_in_every_format() {
    let day = Some("2026-01-07 00:00:00");
    check_head(
        "---\ntitle: Hello\ndate: 2026-01-07\ntags: [a, 1]\n---\nx",
        Some("Hello"),
        day,
        &["a", "1"],
    );
    check_head(
        "\u{feff}---\r\ntitle: \"你好: x\"\r\ntags:\r\n  - a\r\n---\r\n",
        Some("你好: x"),
        None,
        &["a"],
    );
    check_head(
        "+++\ntitle = 'T'\ndate = 2026-01-07T10:30:00+08:00\n+++\n",
        Some("T"),
        Some("2026-01-07T02:30:00Z"),
        &[],
    );
    check_head("{\n\"title\": \"J\", \"tags\": \"one\"}\n\nbody", Some("J"), None, &["one"]);
    check_head(
        ";;;\n\"title\": \"M\",\n\"date\": \"2026/1/7 9:05\"\n;;;\n",
        Some("M"),
        Some("2026-01-07 09:05:00"),
        &[],
    );
    check_head("-----\ntitle: five\n-----\n", Some("five"), None, &[]);
    check_head("---\ntitle: 2024\n---", Some("2024"), None, &[]);
}

#[test]
fn what_cannot_be_read_has_no_head() {
    for document in [
        "",
        "text",
        "---",
        "---\ntitle: a",
        "--- x\ntitle: a\n---\n",
        "{\"title\"",
        "---\n[1]\n---\n",
    ] {
        check_head(document, None, None, &[]);
    }
    check_head("---\ntitle:\ndate: soon\ntags: {a: b}\n---\n", None, None, &[]);
    assert_eq!(read(b"---\ntitle: \xff\xfe\n---\n").title.as_deref(), Some("\u{fffd}\u{fffd}"));
}

#[test]
fn what_is_not_quite_yaml_still_has_a_title() {
    check_head(
        "---\ntitle: Rust: a review\ndate: 2026-01-07\n---\n",
        Some("Rust: a review"),
        Some("2026-01-07 00:00:00"),
        &[],
    );
    check_head("---\ntitle: a\ntitle: b\n\tx: 1\n---\n", Some("b"), None, &[]);
    check_head("---\ntitle: \"it's\"\nbad: [\n---\n", Some("it's"), None, &[]);
}

#[test]
fn bombs_end_early() {
    let levels = ('b'..='z').zip('a'..='y').map(|(upper, lower)| {
        format!("{upper}: &{upper} [{}]\n", vec![format!("*{lower}"); 9].join(","))
    });
    let levels: String = levels.collect();
    let bomb = format!("---\na: &a [x,x,x,x,x,x,x,x,x]\n{levels}title: after\n---\n");
    assert_eq!(read(bomb.as_bytes()).title.as_deref(), Some("after"));
    assert_eq!(set(&bomb, "title", &text("x")), Err(FrontMatterError::Unreadable));
    for deep in ["[", "{a: ", "- "] {
        let nested = format!("---\ntitle: t\nx: {}\n---\n", deep.repeat(5_000));
        read(nested.as_bytes());
    }
    read(format!("{{\"title\": {}", "[".repeat(60_000)).as_bytes());
    read(format!("+++\nx = {}\n+++\n", "[".repeat(30_000)).as_bytes());
    let long = format!("---\nx: {}\ntitle: late\n---\n", "y".repeat(70_000));
    assert_eq!(read(long.as_bytes()), Head::default());
    assert_eq!(set(&long, "title", &text("x")), Err(FrontMatterError::Unreadable));
    let title = format!("---\ntitle: {}\n---\n", "语".repeat(5_000));
    assert_eq!(read(title.as_bytes()).title.map(|title| title.chars().count()), Some(512));
}

#[test]
fn dates_are_read_as_people_write_them() {
    for (written, expected) in [
        ("2026-01-07", Some("2026-01-07 00:00:00")),
        ("2026-1-7", Some("2026-01-07 00:00:00")),
        ("2026/01/07 10:30", Some("2026-01-07 10:30:00")),
        ("2026-01-07 10:30:00.123", Some("2026-01-07 10:30:00")),
        ("2026-01-07T10:30:00Z", Some("2026-01-07T10:30:00Z")),
        ("2026-01-07T10:30:00.5+08:00", Some("2026-01-07T02:30:00Z")),
        ("2026-01-07 10:30:00 -0530", Some("2026-01-07T16:00:00Z")),
        ("2026-01-07 10:30:00 +8", Some("2026-01-07T02:30:00Z")),
        ("2026-13-07", None),
        ("2026-02-30", None),
        ("2026-01-07 25:00", None),
        ("2026-01-07 10", None),
        ("2026-01-07 10:30:00 CET", None),
        ("07-01-2026", None),
        ("yesterday", None),
        ("", None),
    ] {
        let found = DocumentDate::parse(written).map(|date| match date {
            DocumentDate::Local(time) => time.to_string(),
            DocumentDate::Instant(time) => time.to_string(),
        });
        assert_eq!(found.as_deref(), expected, "{written}");
    }
}

#[track_caller]
fn check_set(before: &str, key: &str, value: &Value, after: &str) {
    assert_eq!(set(before, key, value).as_deref(), Ok(after), "{before}");
}

#[test]
fn one_line_changes() {
    let title = text("New: title");
    check_set(
        "---\n# head\ntitle:   'Old'   # keep\r\ndate: 2026-01-07\n---\nbody\n---\n",
        "title",
        &title,
        "---\n# head\ntitle:   \"New: title\"   # keep\r\ndate: 2026-01-07\n---\nbody\n---\n",
    );
    check_set("---\ntitle:\nx: 1\n---\n", "title", &text("a b"), "---\ntitle: a b\nx: 1\n---\n");
    check_set(
        "---\ntitle: # none\nx: 1\n---\n",
        "title",
        &text("a"),
        "---\ntitle: a # none\nx: 1\n---\n",
    );
    check_set(
        "---\ntags:\n  - a\n  # why\n  - b\n\n# next\nx: 1\n---\n",
        "tags",
        &Value::List(vec!["c".into(), "d, e".into()]),
        "---\ntags: [c, \"d, e\"]\n\n# next\nx: 1\n---\n",
    );
    check_set("---\n\"标题\": 旧\n---\n", "标题", &text("新"), "---\n\"标题\": 新\n---\n");
    check_set(
        "---\ntext: |\n  a\n  b\nx: 1\n---\n",
        "text",
        &text("c"),
        "---\ntext: c\nx: 1\n---\n",
    );
    check_set(
        "+++\n# c\ntitle = 'Old' # keep\n[params]\ntitle = 'no'\n+++\n",
        "title",
        &title,
        "+++\n# c\ntitle = \"New: title\" # keep\n[params]\ntitle = 'no'\n+++\n",
    );
    check_set(
        "+++\r\ndate = 2026-01-07\r\n+++\r\n",
        "date",
        &Value::Time("2026-02-03 04:05:06".into()),
        "+++\r\ndate = 2026-02-03T04:05:06\r\n+++\r\n",
    );
    check_set(
        "{ \"title\" : \"Old\",\n \"x\": 1 }\nbody",
        "title",
        &title,
        "{ \"title\" : \"New: title\",\n \"x\": 1 }\nbody",
    );
    check_set(
        ";;;\n\"title\": \"Old\"\n;;;\n",
        "title",
        &title,
        ";;;\n\"title\": \"New: title\"\n;;;\n",
    );
}

#[test]
fn a_new_key_is_one_new_line() {
    let yes = Value::Boolean(true);
    check_set("---\ntitle: a\n---\nbody", "draft", &yes, "---\ntitle: a\ndraft: true\n---\nbody");
    check_set(
        "---\r\ntitle: a\r\n---\r\n",
        "draft",
        &yes,
        "---\r\ntitle: a\r\ndraft: true\r\n---\r\n",
    );
    check_set("---\n---\n", "draft", &yes, "---\ndraft: true\n---\n");
    check_set(
        "+++\ntitle = 'a'\n\n[params]\nx = 1\n+++\n",
        "draft",
        &yes,
        "+++\ntitle = 'a'\ndraft = true\n\n[params]\nx = 1\n+++\n",
    );
    check_set(
        "+++\n[params]\nx = 1\n+++\n",
        "draft",
        &yes,
        "+++\ndraft = true\n[params]\nx = 1\n+++\n",
    );
    check_set(
        "{\n  \"title\": \"a\"\n}\n",
        "draft",
        &yes,
        "{\n  \"title\": \"a\",\n  \"draft\": true\n}\n",
    );
    check_set("{}\n", "draft", &yes, "{\"draft\": true}\n");
    check_set(
        ";;;\n\"title\": \"a\"\n;;;\n",
        "draft",
        &yes,
        ";;;\n\"title\": \"a\",\n\"draft\": true\n;;;\n",
    );
}

#[test]
fn a_text_without_a_front_matter_gets_one() {
    check_set("body\r\n", "title", &text("a"), "---\r\ntitle: a\r\n---\r\nbody\r\n");
    check_set("\u{feff}body", "title", &text("a"), "\u{feff}---\ntitle: a\n---\nbody");
    check_set("", "title", &text("true"), "---\ntitle: \"true\"\n---\n");
}

#[test]
fn a_change_that_would_touch_others_is_refused() {
    for document in [
        // The anchor is used elsewhere.
        "---\na: &x 1\nb: *x\n---\n",
        "---\n{a: 1, b: 2}\n---\n",
    ] {
        assert_eq!(set(document, "a", &text("2")), Err(FrontMatterError::Unsafe), "{document}");
    }
    for document in
        ["---\na: 1", "---\na: [\n---\n", "+++\na\n+++\n", "{\"a\": 1", "---\na: 1\na: 2\n---\n"]
    {
        assert_eq!(set(document, "a", &text("2")), Err(FrontMatterError::Unreadable), "{document}");
    }
}

#[test]
fn values_are_read_back() {
    let document = "---\ndraft: yes\nn: 1\n---\n";
    assert_eq!(get(document, "n"), Some(1.into()));
    assert_eq!(get(document, "missing"), None);
    assert_eq!(get("no front matter", "n"), None);
}
