//! What may be a path, and what may not.

use inkstone_content::ContentPath;

#[test]
fn ordinary_paths_are_taken_as_they_are() {
    for path in [
        "a.md",
        "source/_posts/2024/你好 world.md",
        ".github/workflows/main.yml",
        ".gitignore",
        ".gitattributes",
        "source/.git.md",
        "git~10/a.md",
        "..a/b..md",
        "a/…/b",
        "Ünïcode/cafe\u{301}.md",
        "emoji/🎉.md",
        "a b/c'd\"e.md",
        "$(rm -rf ~).md",
        "%2e%2e/a.md",
        "-rf.md",
        "CON.md",
    ] {
        let parsed = ContentPath::parse(path);
        assert_eq!(parsed.as_ref().map(ContentPath::as_str), Ok(path));
    }
}

#[test]
fn whatever_may_leave_the_root_is_refused() {
    for path in [
        "",
        "/",
        "/etc/passwd",
        "//server/share",
        "../x",
        "..",
        ".",
        "./a.md",
        "a/./b.md",
        "a/../b.md",
        "a/../../x",
        "a/..",
        "a//b.md",
        "a/",
        "a/.../b",
        "a/.. /b",
        "a/ . /b",
        "a/ /b",
        "C:/a.md",
        "c:a.md",
        "C:\\a.md",
        "..\\x",
        "a\\..\\..\\x",
        "\\\\server\\share",
        "a.md:stream",
        "a\0.md",
        "a\n.md",
        "a\r.md",
        "a\t.md",
        "a\u{7f}.md",
        "a\u{85}.md",
        "a\u{9b}.md",
    ] {
        assert!(ContentPath::parse(path).is_err(), "{path:?}");
    }
}

#[test]
fn whatever_some_system_takes_for_git_is_refused() {
    for name in [
        ".git",
        ".GIT",
        ".Git",
        ".git.",
        ".git ",
        ".git . .",
        "git~1",
        "GIT~1",
        ".git::$INDEX_ALLOCATION",
        ".git:stream",
        ".g\u{200c}it",
        ".gi\u{200d}t",
        "\u{feff}.git",
        ".git\u{202e}",
        ".\u{2066}git",
        ".gitmodules",
        ".GITMODULES ",
        "gitmod~1",
    ] {
        for path in [name.to_owned(), format!("{name}/config"), format!("a/{name}/hooks/x")] {
            assert!(ContentPath::parse(&path).is_err(), "{path:?}");
        }
    }
}

#[test]
fn invisible_characters_are_refused() {
    for c in ['\u{200b}', '\u{200e}', '\u{202a}', '\u{202e}', '\u{2060}', '\u{2069}', '\u{ad}'] {
        assert!(ContentPath::parse(&format!("a{c}.md")).is_err(), "{c:?}");
    }
}

#[test]
fn lengths_have_limits() {
    let segment = "x".repeat(255);
    assert!(ContentPath::parse(&segment).is_ok());
    assert!(ContentPath::parse(&format!("{segment}x")).is_err());
    let long = format!("{segment}/{segment}/{segment}/{segment}");
    assert_eq!(long.len(), 1023);
    assert!(ContentPath::parse(&long).is_ok());
    assert!(ContentPath::parse(&format!("x/{long}")).is_err());
}

#[test]
fn a_path_has_a_normal_form() {
    let decomposed = ContentPath::parse("cafe\u{301}/e\u{301}.md").unwrap();
    assert_eq!(decomposed.nfc().unwrap().as_str(), "café/é.md");
    assert_eq!(decomposed.file_name(), "e\u{301}.md");
    assert_eq!(decomposed.segments().next(), Some("cafe\u{301}"));
    // This one grows threefold.
    let growing = ContentPath::parse(&"\u{1d160}".repeat(40)).unwrap();
    assert!(growing.nfc().is_err());
}
