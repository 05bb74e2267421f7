//! Moving many comments in and out. These laws need a [`CommentRepository`] as well.
//!
//! [`comment_transfer_contract!`](crate::comment_transfer_contract) turns them into tests.

use super::{
    all, assert_totals, at, find, ids, insert, new_comment, reply, site, threads, visitor,
};
use crate::{
    Comment, CommentBody, CommentId, CommentRepository, CommentTransfer, Imported, ImportedComment,
    ImportedParent, Inserted, Status, UserAgent,
};
use inkstone_vocab::{ImportTally, PageRequest, PageSlug, WebUrl};

/// Makes a test of every law; takes what
/// [`comment_repository_contract!`](crate::comment_repository_contract) takes.
#[macro_export]
macro_rules! comment_transfer_contract {
    ($repository:expr $(, [$(#[$attribute:meta])*])?) => {
        $crate::comment_transfer_contract! {
            @laws $repository, [$($(#[$attribute])*)?];
            threads_are_kept_whatever_the_order
            a_numbered_comment_replaces_the_stored_one_in_place
            comments_without_numbers_never_replace
            comments_without_numbers_are_imported_once
            comments_without_times_are_imported_once
            a_preview_tells_what_an_import_does
            circles_are_broken
            circles_with_stored_comments_are_broken
            parents_on_other_sites_and_unknown_ones_are_dropped
            answers_follow_what_they_answer
            answers_follow_to_another_site
            what_is_hidden_hides_its_answers
            later_comments_have_greater_numbers
            likes_of_visitors_can_be_taken_back
            an_export_imported_again_changes_nothing
            an_export_restores_another_server
            exports_come_in_the_order_of_roots
            a_thousand_comments_in_one_thread_are_imported
            imported_comments_are_no_news
        }
    };
    (@laws $repository:expr, $attributes:tt; $($law:ident)*) => {
        $($crate::comment_transfer_contract! { @law $repository, $attributes, $law })*
    };
    (@law $repository:expr, [$(#[$attribute:meta])*], $law:ident) => {
        #[test]
        $(#[$attribute])*
        fn $law() {
            $crate::contract::transfer::$law(&*$repository);
        }
    };
}

/// An approved comment on the page `/a` of the unnamed site.
pub fn imported(text: &str, millis: i64) -> ImportedComment {
    ImportedComment {
        id: None,
        parent: None,
        created: at(millis),
        dated: true,
        site: site(""),
        slug: PageSlug::parse("/a").expect("slug"),
        url: None,
        title: None,
        name: "Ada".to_owned(),
        email: "ada@x.io".to_owned(),
        website: None,
        body: CommentBody::from_markdown(text).expect("body"),
        likes: 0,
        priority: 1,
        status: Status::Approved,
        address: None,
        agent: UserAgent::default(),
    }
}

/// The same as it comes from an export.
pub fn exported(comment: &Comment) -> ImportedComment {
    ImportedComment {
        id: Some(comment.id),
        parent: comment.parent.map(ImportedParent::Stored),
        created: comment.created,
        dated: true,
        site: comment.site.clone(),
        slug: PageSlug::parse(&comment.slug).expect("slug"),
        url: comment.url.as_deref().and_then(WebUrl::parse),
        title: comment.title.clone(),
        name: comment.name.clone(),
        email: comment.email.clone(),
        website: comment.website.as_deref().and_then(WebUrl::parse),
        body: CommentBody::restored(&comment.text, &comment.html).expect("body"),
        likes: comment.likes,
        priority: comment.priority,
        status: comment.status,
        address: comment.address.clone(),
        agent: comment.agent.clone(),
    }
}

/// Everything that is stored, in the order of an export.
pub fn export(repository: &impl CommentTransfer) -> Vec<Comment> {
    let mut comments = Vec::new();
    repository.export(None, &mut |comment| comments.push(comment)).expect("export");
    comments
}

/// Every import is foretold by its preview.
fn import(repository: &impl CommentTransfer, comments: Vec<ImportedComment>) -> Imported {
    let foretold = repository.preview(&comments).expect("preview");
    let imported = repository.import(comments).expect("import");
    assert_eq!(foretold, imported.tally());
    imported
}

fn numbered(number: i64, parent: i64, text: &str) -> ImportedComment {
    let parent = CommentId::new(parent).map(ImportedParent::Stored);
    ImportedComment { id: CommentId::new(number), parent, ..imported(text, number) }
}

fn id(number: i64) -> CommentId {
    CommentId::new(number).expect("a number")
}

fn with_text(repository: &impl CommentTransfer, text: &str) -> Comment {
    let found: Vec<Comment> =
        export(repository).into_iter().filter(|comment| comment.text == text).collect();
    let [comment] = &found[..] else { panic!("{text}: {found:?}") };
    comment.clone()
}

/// A child that comes before its parent still answers it.
pub fn threads_are_kept_whatever_the_order<R: CommentRepository + CommentTransfer>(repository: &R) {
    let item = |parent, text, millis| ImportedComment {
        parent: Some(ImportedParent::Item(parent)),
        ..imported(text, millis)
    };
    let report = import(
        repository,
        vec![
            item(1, "grandchild", 3),
            item(3, "child", 2),
            imported("other", 4),
            imported("root", 1),
        ],
    );
    assert_eq!((report.inserted, report.updated, report.known), (4, 0, 0));
    assert!(report.topics.contains("/a"), "{report:?}");
    let listing = threads(repository, "/a");
    assert_eq!((listing.total, listing.comments), (2, 4));
    let texts: Vec<&str> = listing.items[1].replies.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["child", "grandchild"]);
    assert!(listing.items[1].root.verified);
    assert_totals(repository);
}

/// Its answers, its unknown title and the likes of visitors stay.
pub fn a_numbered_comment_replaces_the_stored_one_in_place<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let mut new = new_comment("/a");
    new.submission.title = Some("Title".to_owned());
    let root = insert(repository, &new);
    let answer = insert(repository, &reply("/a", root));
    let changed = ImportedComment {
        priority: 3,
        likes: 7,
        url: WebUrl::parse("https://h.io/a"),
        ..numbered(root.get(), 0, "changed")
    };
    let report = import(repository, vec![numbered(root.get(), 0, "overruled"), changed]);
    assert_eq!((report.inserted, report.updated, report.known), (0, 1, 1));
    let found = find(repository, root);
    assert_eq!((found.text.as_str(), found.priority, found.likes), ("changed", 3, 7));
    assert_eq!(found.url.as_deref(), Some("https://h.io/a"));
    assert_eq!(found.title.as_deref(), Some("Title"));
    assert_eq!(find(repository, answer).parent, Some(root));
    let listing = threads(repository, "/a");
    assert_eq!((listing.total, ids(&listing.items[0].replies)), (1, vec![answer]));
    assert_totals(repository);
}

/// They get numbers that nobody has, beside those that the import brings.
pub fn comments_without_numbers_never_replace<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let stored = insert(repository, &new_comment("/a"));
    import(
        repository,
        vec![imported("one", 1), numbered(stored.get() + 1, 0, "two"), imported("three", 3)],
    );
    assert_eq!(find(repository, stored).text, "hello");
    assert_eq!(find(repository, id(stored.get() + 1)).text, "two");
    assert_eq!(export(repository).len(), 4);
    assert_totals(repository);
}

/// Those that are equal in one file are as many comments as they are.
pub fn comments_without_numbers_are_imported_once<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let twins = || vec![imported("same", 1), imported("same", 1), imported("other", 1)];
    assert_eq!(import(repository, twins()).inserted, 3);
    let report = import(repository, twins());
    assert_eq!((report.inserted, report.updated, report.known), (0, 0, 3));
    // An answer finds its parent though that is known already.
    let mut more = twins();
    let parent = Some(ImportedParent::Item(2));
    more.push(ImportedComment { parent, ..imported("answer", 2) });
    assert_eq!(import(repository, more).inserted, 1);
    let other = with_text(repository, "other");
    assert_eq!(with_text(repository, "answer").parent, Some(other.id));
    assert_totals(repository);
}

/// Without times of their own they differ at every import in when that was, and in nothing else.
pub fn comments_without_times_are_imported_once<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let undated = |text, millis| ImportedComment { dated: false, ..imported(text, millis) };
    let file = |now| {
        vec![
            undated("same", now),
            undated("same", now),
            undated("other", now),
            imported("dated", 1),
            ImportedComment { site: site("blog"), ..undated("same", now) },
            ImportedComment { dated: false, ..numbered(70, 0, "numbered") },
        ]
    };
    assert_eq!(import(repository, file(500)).inserted, 6);
    let before = export(repository);
    let mut again = file(600);
    again[5].created = at(600);
    let report = import(repository, again);
    assert_eq!((report.inserted, report.updated, report.known), (0, 1, 5));
    assert_eq!(export(repository), before, "the stored times stay");
    // One more of the same, dated or not, is one more comment.
    import(repository, [file(700), vec![undated("same", 700), imported("same", 800)]].concat());
    assert_eq!(export(repository).len(), before.len() + 2);
    assert_totals(repository);
}

/// In numbers, and without doing it.
pub fn a_preview_tells_what_an_import_does<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let stored = insert(repository, &new_comment("/a"));
    import(repository, vec![imported("known", 5)]);
    let before = export(repository);
    let file = [
        imported("known", 5),
        imported("new", 6),
        numbered(stored.get(), 0, "overruled"),
        numbered(stored.get(), 0, "replaced"),
        numbered(stored.get() + 9, 0, "new, too"),
    ];
    let tally = repository.preview(&file).expect("preview");
    assert_eq!((tally.inserted, tally.updated, tally.known), (2, 1, 2));
    assert_eq!(repository.preview(&[]).expect("preview"), ImportTally::default());
    assert_eq!(export(repository), before);
}

/// Nothing is lost, and everything is shown.
pub fn circles_are_broken<R: CommentRepository + CommentTransfer>(repository: &R) {
    let circle = vec![
        numbered(1, 1, "self"),
        numbered(2, 4, "first"),
        numbered(3, 2, "second"),
        numbered(4, 3, "third"),
        numbered(5, 4, "hanging on"),
    ];
    assert_eq!(import(repository, circle).inserted, 5);
    let listing = threads(repository, "/a");
    assert_eq!((listing.total, listing.comments), (2, 5));
    assert_eq!(find(repository, id(2)).parent, None);
    assert_totals(repository);
}

/// Also those that close only together with what is stored.
pub fn circles_with_stored_comments_are_broken<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let root = insert(repository, &new_comment("/a"));
    let answer = insert(repository, &reply("/a", root));
    import(repository, vec![numbered(root.get(), answer.get(), "turned around")]);
    let listing = threads(repository, "/a");
    assert_eq!((listing.total, listing.comments), (1, 2));
    assert_totals(repository);
}

/// Comments of two sites never answer each other.
pub fn parents_on_other_sites_and_unknown_ones_are_dropped<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    import(
        repository,
        vec![
            numbered(1, 99, "orphan"),
            ImportedComment { site: site("blog"), ..numbered(2, 1, "elsewhere") },
        ],
    );
    assert_eq!(find(repository, id(1)).parent, None);
    assert_eq!(find(repository, id(2)).parent, None);
    assert_eq!(threads(repository, "/a").total, 2);
    assert_totals(repository);
    // The site that counts is the one that the parent will have.
    let overruled = numbered(3, 0, "overruled");
    let elsewhere = ImportedComment { site: site("blog"), ..overruled.clone() };
    let answer =
        ImportedComment { parent: Some(ImportedParent::Item(0)), ..numbered(4, 0, "answer") };
    import(repository, vec![overruled, elsewhere, answer]);
    assert_eq!(find(repository, id(4)).parent, None);
    assert_totals(repository);
}

/// A reply that names another page is listed with its parent, and moves with it.
pub fn answers_follow_what_they_answer<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let slug = |slug| PageSlug::parse(slug).expect("slug");
    let answer = ImportedComment { slug: slug("/b"), ..numbered(2, 1, "answer") };
    import(repository, vec![answer, numbered(1, 0, "root"), numbered(3, 2, "below")]);
    assert_eq!(threads(repository, "/a").comments, 3);
    import(repository, vec![ImportedComment { slug: slug("/c"), ..numbered(1, 0, "root") }]);
    assert_eq!(threads(repository, "/a").comments, 0);
    assert_eq!(threads(repository, "/b").comments, 0);
    assert_eq!(threads(repository, "/c").comments, 3);
    assert_totals(repository);
}

/// A thread has one site.
pub fn answers_follow_to_another_site<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    import(
        repository,
        vec![numbered(1, 0, "root"), numbered(2, 1, "answer"), numbered(3, 2, "below")],
    );
    import(repository, vec![ImportedComment { site: site("blog"), ..numbered(1, 0, "root") }]);
    let comments = export(repository);
    assert!(comments.iter().all(|comment| comment.site == site("blog")), "{comments:?}");
    let again: Vec<ImportedComment> = comments.iter().map(exported).collect();
    import(repository, again);
    assert_eq!(export(repository), comments, "nothing comes apart");
    assert_eq!(threads(repository, "/a").comments, 3);
    assert_totals(repository);
}

/// As everywhere.
pub fn what_is_hidden_hides_its_answers<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let hidden = ImportedComment { status: Status::Pending, ..numbered(1, 0, "hidden") };
    import(repository, vec![hidden, numbered(2, 1, "below")]);
    assert_eq!(threads(repository, "/a").comments, 0);
    import(repository, vec![numbered(1, 0, "approved")]);
    assert_eq!(threads(repository, "/a").comments, 2);
    assert_totals(repository);
}

/// New comments do not meet the numbers that an import has brought.
pub fn later_comments_have_greater_numbers<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    import(repository, vec![numbered(1_000, 0, "kept"), imported("new", 1)]);
    let later = insert(repository, &new_comment("/a"));
    assert!(later > id(1_000), "{later}");
    assert_eq!(export(repository).len(), 3);
}

/// Fewer likes than visitors gave here cannot be imported.
pub fn likes_of_visitors_can_be_taken_back<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let liked = insert(repository, &new_comment("/a"));
    for name in ["one", "two"] {
        repository.like(liked, &visitor(name)).expect("like").expect("comment");
    }
    import(repository, vec![numbered(liked.get(), 0, "older backup")]);
    for (name, left) in [("one", 1), ("two", 0)] {
        let unliked = repository.unlike(liked, &visitor(name)).expect("unlike").expect("comment");
        assert_eq!(unliked.likes, left);
    }
}

/// Whatever has happened to the comments.
pub fn an_export_imported_again_changes_nothing<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    import(repository, variety());
    let before = export(repository);
    let listing = threads(repository, "/a");
    let mut items: Vec<ImportedComment> = before.iter().map(exported).collect();
    items.reverse();
    let report = import(repository, items);
    assert_eq!((report.inserted, report.updated), (0, before.len() as u64));
    assert_eq!(export(repository), before);
    assert_eq!(threads(repository, "/a"), listing);
    assert_totals(repository);
}

/// What was removed since comes back under its number and in its thread.
pub fn an_export_restores_another_server<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    import(repository, variety());
    let before = export(repository);
    for comment in &before[1..] {
        repository.remove(comment.id).expect("remove");
    }
    let report = import(repository, before.iter().map(exported).collect());
    assert_eq!((report.inserted, report.updated), (before.len() as u64 - 1, 1));
    assert_eq!(export(repository), before);
    assert_totals(repository);
}

fn variety() -> Vec<ImportedComment> {
    let mut items = vec![
        ImportedComment { priority: 4, likes: 9, ..numbered(7, 0, "root") },
        ImportedComment { url: WebUrl::parse("https://h.io/a"), ..numbered(2, 7, "**answer**") },
        ImportedComment { status: Status::Rejected, ..numbered(3, 2, "refused") },
        ImportedComment { site: site("blog"), ..numbered(4, 0, "another site") },
    ];
    items[0].website = WebUrl::parse("https://ada.example");
    items[1].address = Some("192.0.2.9".to_owned());
    "Browser/1".clone_into(&mut items[1].agent.header);
    items
}

/// Neither at the import nor when they are approved later, be they new or replaced.
pub fn imported_comments_are_no_news<R: CommentRepository + CommentTransfer>(repository: &R) {
    let mut waiting = new_comment("/a");
    waiting.status = Status::Pending;
    let stored = insert(repository, &waiting);
    let before = repository.news(10).expect("news");
    assert_eq!(before.len(), 1);
    let new = stored.get() + 1;
    let pending =
        |number| ImportedComment { status: Status::Pending, ..numbered(number, 0, "waits") };
    let report = import(
        repository,
        vec![pending(stored.get()), pending(new), numbered(new + 1, 0, "shown")],
    );
    assert_eq!((report.inserted, report.updated), (2, 1));
    for id in [stored, id(new)] {
        let touched = repository.approve(id).expect("approve").expect("it waits");
        assert!(!touched.news);
    }
    assert_eq!(repository.news(10).expect("news"), before, "what was told of its posting stays");
}

/// By priority, then newest first, then highest number; of one site when one is named.
pub fn exports_come_in_the_order_of_roots<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let pinned = ImportedComment { priority: 2, ..numbered(1, 0, "pinned") };
    let twin = ImportedComment { created: at(3), ..numbered(2, 0, "twin") };
    let other = ImportedComment { site: site("blog"), ..numbered(4, 0, "other") };
    import(repository, vec![twin, numbered(3, 0, "newest"), pinned, other]);
    let numbers: Vec<i64> = export(repository).iter().map(|comment| comment.id.get()).collect();
    assert_eq!(numbers, [1, 4, 3, 2]);
    let mut of_site = Vec::new();
    repository.export(Some(&site("blog")), &mut |c| of_site.push(c.id.get())).expect("export");
    assert_eq!(of_site, [4]);
}

/// A chain, the deepest first.
pub fn a_thousand_comments_in_one_thread_are_imported<R>(repository: &R)
where
    R: CommentRepository + CommentTransfer,
{
    let chain: Vec<ImportedComment> =
        (1..=1_200).rev().map(|number| numbered(number, number - 1, "link")).collect();
    assert_eq!(import(repository, chain.clone()).inserted, 1_200);
    assert_eq!(import(repository, chain).updated, 1_200);
    let listing =
        repository.threads(&super::lookup("/a", None), PageRequest::new(1, 2)).expect("list");
    assert_eq!((listing.total, listing.comments), (1, 1_200));
    let flat = repository.approved(&super::lookup("/a", None), all()).expect("list");
    assert_eq!(flat.total, 1_200);
    let Inserted::Stored(_) = repository.insert(&reply("/a", id(1_200)), 0, at(0)).expect("insert")
    else {
        panic!("the last can be answered")
    };
}
