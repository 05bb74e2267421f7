//! A blog's content in somebody else's program: a draft is made, edited and published.
//!
//! `cargo run -p inkstone-content --example embed_content --features testing`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "an example shows what it does")]

use inkstone_content::{Base, Content, Kind, MemorySource, NewDocument, Note, layouts};
use inkstone_vocab::Timestamp;

fn main() {
    let hexo = layouts().into_iter().find(|layout| layout.name == "Hexo").expect("built in");
    // A program that is not an example opens a directory or a Git repository.
    let content = Content::new(MemorySource::default(), hexo);
    let note = |message| Note { message, at: Timestamp::from_millis(1_704_599_400_000) };

    let new = NewDocument {
        kind: Kind::Draft,
        name: "2024/snow",
        title: Some("First snow"),
        date: "2024-01-07 10:30:00",
        text: None,
    };
    let draft = content.create(new, note(None)).expect("created");
    let (path, text, version) = content.read_text(&draft.path).expect("read");
    let text = text + "It has melted.\n";
    let saved = content
        .save(&path, text, Base::Version(version.clone()), note(Some("Tell the end")))
        .expect("saved");

    // Somebody else started from the same version.
    let other = content.save(&path, "Mine.\n".into(), Base::Version(version), note(None));
    println!("late: {}", other.expect_err("a conflict"));

    let post = content.publish(&saved.path, None, Base::Current, note(None)).expect("published");
    for document in content.posts(Some("SNOW")).expect("listed") {
        let title = document.title.unwrap_or_default();
        println!("{:?} {} “{title}”, {} bytes", document.kind, document.path, document.size);
    }
    for commit in content.history(&post.path, 10).expect("history") {
        println!("{} {}", commit.at, commit.summary);
    }
}
