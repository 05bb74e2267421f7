//! Short posts in somebody else's program: two are made, one is liked.
//!
//! `cargo run -p inkstone-talks --example embed_talks --features testing`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "an example shows what it does")]

use inkstone_talks::{Content, MemoryTalks, NewTalk, Tags, Talks, excerpt, slice};
use inkstone_vocab::{Timestamp, VisitorId};

fn main() {
    let talks = Talks::new(MemoryTalks::default(), ());
    // A program that is not an example takes the bytes from the system.
    let mut random = [0; 16];
    for (text, hour) in [("<p>First snow.</p>", 1), ("<p>It has <b>melted</b>.</p>", 2)] {
        let new = NewTalk {
            content: Content::parse(text).expect("short"),
            tags: Tags::parse("weather, winter").expect("tags"),
            ..NewTalk::default()
        };
        random[0] += 1;
        talks.create(&new, random, Timestamp::from_millis(hour * 3_600_000)).expect("created");
    }
    let reader = VisitorId::parse("a reader").expect("visitor");
    let page = talks.page(slice(None, None)).expect("page");
    talks.toggle_like(page.items[0].id, &reader).expect("liked");

    let page = talks.page(slice(None, None)).expect("page");
    let names: Vec<_> = page.items.iter().map(|talk| talk.id).collect();
    let liked = talks.liked(&names, &reader).expect("likes");
    println!("{} talks", page.total);
    for talk in page.items {
        let heart = if liked.contains(&talk.id) { "♥" } else { "♡" };
        let text = excerpt(talk.content.as_str());
        println!("{heart} {} {text} ({})", talk.likes, talk.tags.list().join(", "));
    }
}
