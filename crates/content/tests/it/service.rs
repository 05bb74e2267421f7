//! The rules of the service, over the source in memory.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use inkstone_content::{
    Base, Change, Changed, Changes, Commit, Content, ContentError, ContentPath, ContentSource,
    Delivery, DocumentDate, File, Kind, MemorySource, NewDocument, Note, Revision, Saved,
    SourceError, Version, layouts,
};
use inkstone_vocab::{Fault, FaultKind, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_704_599_400_000);

/// Counts how many files are read.
#[derive(Default)]
struct Counting {
    inner: MemorySource,
    reads: AtomicUsize,
}

impl ContentSource for &Counting {
    fn changes(&self, since: Option<&Revision>) -> Result<Changes, SourceError> {
        self.inner.changes(since)
    }
    fn read(&self, path: &ContentPath) -> Result<Option<File>, SourceError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.read(path)
    }
    fn read_version(
        &self,
        path: &ContentPath,
        version: &Version,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        self.inner.read_version(path, version)
    }
    fn modified(
        &self,
        paths: &[ContentPath],
    ) -> Result<BTreeMap<ContentPath, Timestamp>, SourceError> {
        self.inner.modified(paths)
    }
    fn history(&self, path: &ContentPath, limit: usize) -> Result<Vec<Commit>, SourceError> {
        self.inner.history(path, limit)
    }
    fn change(&self, change: &Change) -> Result<Changed, SourceError> {
        self.inner.change(change)
    }
    fn refresh(&self) -> Result<bool, SourceError> {
        self.inner.refresh()
    }
    fn deliver(&self) -> Result<Option<Delivery>, SourceError> {
        self.inner.deliver()
    }
}

fn hexo<S: ContentSource>(source: S) -> Content<S> {
    let layout = layouts().into_iter().find(|layout| layout.name == "Hexo").unwrap();
    Content::new(source, layout)
}

fn path(text: &str) -> ContentPath {
    ContentPath::parse(text).unwrap()
}

const NOTE: Note<'static> = Note { message: None, at: NOW };

#[track_caller]
fn save<S: ContentSource>(content: &Content<S>, at: &str, text: &str) -> Saved {
    content.save(&path(at), text.to_owned(), Base::Current, NOTE).unwrap()
}

fn summary<S: ContentSource>(content: &Content<S>, at: &str) -> String {
    content.history(&path(at), 1).unwrap().remove(0).summary
}

#[test]
fn a_listing_has_posts_then_drafts_by_path() {
    let content = hexo(MemorySource::default());
    save(&content, "source/_drafts/a.md", "draft");
    save(&content, "source/_posts/b.md", "---\ntitle: Second\ndate: 2026-01-07 10:30:00\n---\n");
    save(&content, "source/_posts/a/z.md", "---\ntitle: ' '\n---\n");
    save(&content, "source/about/index.md", "page");
    save(&content, "_config.yml", "title: x");
    let posts = content.posts(None).unwrap();
    let told: Vec<_> = posts.iter().map(|post| (post.name.as_str(), post.kind)).collect();
    assert_eq!(told, [("a/z", Kind::Post), ("b", Kind::Post), ("a", Kind::Draft)]);
    assert_eq!(posts[1].title.as_deref(), Some("Second"));
    assert_eq!((posts[0].title.as_deref(), posts[0].size), (None, 19));
    let Some(DocumentDate::Local(date)) = posts[1].date else { panic!("{:?}", posts[1].date) };
    assert_eq!(date.to_string(), "2026-01-07 10:30:00");
    assert_eq!(posts[0].date, Some(DocumentDate::Instant(NOW)));
    assert_eq!(content.count_posts().unwrap(), 3);
    assert_eq!(content.list(&[Kind::Page], None).unwrap()[0].name, "about/index");
    assert_eq!(content.list(&[Kind::Config], None).unwrap()[0].name, "_config");
}

#[test]
fn a_search_looks_at_name_title_and_path_in_any_case() {
    let content = hexo(MemorySource::default());
    save(&content, "source/_posts/snow.md", "---\ntitle: Ünique\n---\n");
    save(&content, "source/_posts/rain.md", "---\ntitle: Snow again\n---\n");
    save(&content, "source/_drafts/sun.md", "");
    let found = |keyword: &str| {
        let posts = content.posts(Some(keyword)).unwrap();
        posts.into_iter().map(|post| post.name).collect::<Vec<_>>()
    };
    assert_eq!(found("SNOW"), ["rain", "snow"]);
    assert_eq!(found("üNIQUE"), ["snow"]);
    assert_eq!(found("_drafts/"), ["sun"]);
    assert_eq!(found("nothing"), [""; 0]);
}

#[test]
fn only_what_has_changed_is_read() {
    let source = Counting::default();
    let content = hexo(&source);
    for number in 0..20 {
        save(
            &content,
            &format!("source/_posts/{number}.md"),
            &format!("---\ntitle: {number}\n---\n"),
        );
    }
    let reads = |content: &Content<&Counting>| {
        source.reads.store(0, Ordering::SeqCst);
        content.posts(None).unwrap();
        source.reads.load(Ordering::SeqCst)
    };
    assert_eq!(reads(&content), 20);
    assert_eq!(reads(&content), 0);
    save(&content, "source/_posts/7.md", "---\ntitle: other\n---\n");
    content.remove(&path("source/_posts/8.md"), Base::Current, NOTE).unwrap();
    save(&content, "unrelated.txt", "x");
    assert_eq!(reads(&content), 1);
    assert_eq!(content.count_posts().unwrap(), 19);
    content.purge();
    assert_eq!(reads(&content), 19);
}

#[test]
fn changes_by_others_show_up() {
    let source = MemorySource::default();
    let (ours, theirs) = (hexo(&source), hexo(&source));
    save(&ours, "source/_posts/a.md", "---\ntitle: one\n---\n");
    assert_eq!(theirs.posts(None).unwrap()[0].title.as_deref(), Some("one"));
    save(&ours, "source/_posts/a.md", "---\ntitle: two\n---\n");
    assert_eq!(theirs.posts(None).unwrap()[0].title.as_deref(), Some("two"));
}

#[test]
fn messages_say_what_happened_unless_one_is_given() {
    let content = hexo(MemorySource::default());
    save(&content, "a.md", "one");
    assert_eq!(summary(&content, "a.md"), "Update a.md");
    let note = |message| Note { message, at: NOW };
    content
        .save(&path("a.md"), "two".into(), Base::Current, note(Some(" Mine\0\n\nmore ")))
        .unwrap();
    assert_eq!(summary(&content, "a.md"), "Mine");
    content.remove(&path("a.md"), Base::Current, note(Some(" \n"))).unwrap();
    assert_eq!(summary(&content, "a.md"), "Delete a.md");
}

#[test]
fn a_stale_base_is_a_conflict_that_names_the_present() {
    let content = hexo(MemorySource::default());
    let first = save(&content, "a.md", "one").version.unwrap();
    let second = save(&content, "a.md", "two").version.unwrap();
    let stale = Base::Version(first.clone());
    let failure = content.save(&path("a.md"), "three".into(), stale.clone(), NOTE).unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (FaultKind::Conflict, "content_conflict"));
    let ContentError::Source(SourceError::Conflict { current, .. }) = failure else { panic!() };
    assert_eq!(current, Some(second));
    content.remove(&path("a.md"), stale.clone(), NOTE).unwrap_err();
    content.rename(&path("a.md"), &path("b.md"), stale, NOTE).unwrap_err();
    assert_eq!(content.read_version(&path("a.md"), &first).unwrap(), "one");
}

#[test]
fn a_path_is_found_as_sent_then_in_its_normal_form() {
    let content = hexo(MemorySource::default());
    let (decomposed, composed) = (path("cafe\u{301}.md"), path("café.md"));
    // A new file gets the normal form.
    assert_eq!(content.save(&decomposed, "1".into(), Base::Current, NOTE).unwrap().path, composed);
    assert_eq!(content.read(&decomposed).unwrap().0, composed);
    // One made on macOS keeps its own.
    let source = MemorySource::default();
    let edit = inkstone_content::Edit::Write {
        path: decomposed.clone(),
        bytes: b"1".to_vec(),
        base: Base::Absent,
    };
    source.change(&Change { edits: vec![edit], message: "macOS".into(), at: NOW }).unwrap();
    let content = hexo(source);
    assert_eq!(
        content.save(&decomposed, "2".into(), Base::Current, NOTE).unwrap().path,
        decomposed
    );
    assert_eq!(content.history(&decomposed, 10).unwrap().len(), 2);
    assert_eq!(content.remove(&decomposed, Base::Current, NOTE).unwrap().path, decomposed);
}

#[test]
fn a_new_post_comes_from_the_scaffold() {
    let content = hexo(MemorySource::default());
    let new = |name, title| NewDocument {
        kind: Kind::Post,
        name,
        title,
        date: "2026-01-07 10:30:00",
        text: None,
    };
    let plain = content.create(new("sub/hello", None), NOTE).unwrap();
    assert_eq!(plain.path.as_str(), "source/_posts/sub/hello.md");
    let text = |saved: &Saved| content.read_text(&saved.path).unwrap().1;
    assert_eq!(text(&plain), "---\ndate: 2026-01-07 10:30:00\ntitle: hello\n---\n\n");

    save(
        &content,
        "scaffolds/post.md",
        "---\ntitle: {{ title }}\ndate: {{ date }}\ntags:\n---\n# {{title}}\n{{ other }}\n",
    );
    let filled = content.create(new("b", Some("Yes: \"b\"")), NOTE).unwrap();
    assert_eq!(
        text(&filled),
        "---\ntitle: \"Yes: \\\"b\\\"\"\ndate: 2026-01-07 10:30:00\ntags:\n---\n# Yes: \"b\"\n{{ other }}\n"
    );
    let failure = content.create(new("b", None), NOTE).unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (FaultKind::Conflict, "content_exists"));
    let failure = content.create(new("../../b", None), NOTE).unwrap_err();
    assert_eq!(failure.code(), "content_path_invalid");
}

#[test]
fn archetypes_of_hugo_are_filled_in() {
    let layout = layouts().into_iter().find(|layout| layout.name == "Hugo").unwrap();
    let content = Content::new(MemorySource::default(), layout);
    save(
        &content,
        "archetypes/post.md",
        "+++\ntitle = '{{ replace .File.ContentBaseName \"-\" \" \" | title }}'\ndate = {{ .Date }}\ndraft = true\n+++\n",
    );
    let new = NewDocument {
        kind: Kind::Post,
        name: "a",
        title: Some("A"),
        date: "2026-01-07 10:30:00",
        text: None,
    };
    let made = content.create(new, NOTE).unwrap();
    let text = content.read_text(&made.path).unwrap().1;
    assert_eq!(text, "+++\ntitle = \"A\"\ndate = 2026-01-07T10:30:00\ndraft = true\n+++\n");
}

#[test]
fn a_draft_becomes_a_post_and_a_draft_again() {
    let content = hexo(MemorySource::default());
    let draft = content
        .save_draft("sub/a", "---\ndraft: true # yes\n---\n".into(), Base::Absent, NOTE)
        .unwrap();
    assert_eq!(draft.path.as_str(), "source/_drafts/sub/a.md");
    let post = content.publish(&draft.path, None, Base::Current, NOTE).unwrap();
    assert_eq!(post.path.as_str(), "source/_posts/sub/a.md");
    assert_eq!(content.read_text(&post.path).unwrap().1, "---\ndraft: false # yes\n---\n");
    assert_eq!(content.read(&draft.path).unwrap_err().code(), "content_not_found");
    assert_eq!(summary(&content, post.path.as_str()), "Publish source/_drafts/sub/a.md");

    let failure = content.publish(&post.path, None, Base::Current, NOTE).unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (FaultKind::Invalid, "content_other_kind"));
    save(&content, draft.path.as_str(), "in the way");
    let failure = content.unpublish(&post.path, None, Base::Current, NOTE).unwrap_err();
    assert_eq!(failure.code(), "content_exists");
    content.remove(&draft.path, Base::Current, NOTE).unwrap();
    let back = content.unpublish(&post.path, Some("new text".into()), Base::Current, NOTE).unwrap();
    assert_eq!(content.read_text(&back.path).unwrap().1, "new text");
}

#[test]
fn a_layout_without_drafts_says_so() {
    let layout = layouts().into_iter().find(|layout| layout.name == "Vuepress").unwrap();
    let content = Content::new(MemorySource::default(), layout);
    save(&content, "posts/a.md", "x");
    for failure in [
        content.save_draft("a", String::new(), Base::Current, NOTE).unwrap_err(),
        content.unpublish(&path("posts/a.md"), None, Base::Current, NOTE).unwrap_err(),
    ] {
        assert_eq!((failure.kind(), failure.code()), (FaultKind::Invalid, "content_no_place"));
    }
}

#[test]
fn a_file_is_renamed_to_where_nothing_is() {
    let content = hexo(MemorySource::default());
    save(&content, "a.md", "a");
    save(&content, "b.md", "b");
    for taken in ["b.md", "a.md"] {
        let failure = content.rename(&path("a.md"), &path(taken), Base::Current, NOTE).unwrap_err();
        assert_eq!(failure.code(), "content_exists", "{taken}");
    }
    let renamed = content.rename(&path("a.md"), &path("deep/c.md"), Base::Current, NOTE).unwrap();
    assert_eq!(content.read_text(&renamed.path).unwrap().1, "a");
    let missing = content.rename(&path("a.md"), &path("d.md"), Base::Current, NOTE).unwrap_err();
    assert_eq!((missing.kind(), missing.code()), (FaultKind::NotFound, "content_not_found"));
}

#[test]
fn binary_files_are_not_opened_as_text() {
    let source = MemorySource::default();
    let edit = inkstone_content::Edit::Write {
        path: path("source/_posts/a.md"),
        bytes: b"\xff\xfe".to_vec(),
        base: Base::Absent,
    };
    source.change(&Change { edits: vec![edit], message: "binary".into(), at: NOW }).unwrap();
    let content = hexo(source);
    let failure = content.read_text(&path("source/_posts/a.md")).unwrap_err();
    assert_eq!((failure.kind(), failure.code()), (FaultKind::Invalid, "content_not_text"));
    assert_eq!(content.posts(None).unwrap().len(), 1);
}

#[test]
fn listings_and_edits_at_once_agree_in_the_end() {
    let content = hexo(MemorySource::default());
    thread::scope(|scope| {
        for writer in 0..4 {
            let content = &content;
            scope.spawn(move || {
                for number in 0..10 {
                    save(content, &format!("source/_posts/{writer}-{number}.md"), "x");
                    let found = content.posts(Some(&format!("{writer}-{number}"))).unwrap();
                    assert_eq!(found.len(), 1);
                }
            });
        }
    });
    assert_eq!(content.count_posts().unwrap(), 40);
}
