//! What a mail server answers.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/delivery/src/smtp/reply.rs"]
mod reply;

use reply::{Reply, ReplyLine};

fuzz_target!(|text: &str| {
    let lines: Vec<ReplyLine<'_>> = text.lines().map_while(ReplyLine::parse).collect();
    let Some(reply) = Reply::new(&lines) else { return };
    assert!((200..600).contains(&reply.code));
    assert_eq!(Reply::code_of(&reply.line()), reply.code);
    assert_eq!(reply.lines.len(), lines.len());
    assert!(lines.iter().filter(|line| line.last).count() <= lines.len());
    reply.offer("AUTH");
});
