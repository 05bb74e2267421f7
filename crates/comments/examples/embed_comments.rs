//! Comments in somebody else's program: post, reply, print the thread.
//!
//! `cargo run -p inkstone-comments --example embed_comments --features testing`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "an example shows what it does")]

use inkstone_comments::{
    Admission, Author, AuthorName, Client, CommentBody, Comments, MemoryComments, Policy, Posted,
    Submission, UserAgent,
};
use inkstone_vocab::{EmailAddress, PageLookup, PageRequest, PageSlug, Timestamp, VisitorId};

fn main() {
    let comments = Comments::new(MemoryComments::default(), ());
    let question = post(&comments, "Ada", "Does it *nest*?", None, 0);
    post(&comments, "Bob", "It does.", Some(question.id.get()), 60_000);

    let slug = PageSlug::parse("/hello").expect("slug");
    let page = PageLookup { site: None, slug };
    let listing = comments.threads(&page, PageRequest::new(1, 20)).expect("list");
    for thread in listing.items {
        println!("{}: {}", thread.root.name, thread.root.html.trim());
        for reply in thread.replies {
            println!("  {}: {}", reply.name, reply.html.trim());
        }
    }
}

fn post(
    comments: &Comments<MemoryComments>,
    name: &str,
    text: &str,
    parent: Option<i64>,
    millis: i64,
) -> Posted {
    let policy = Policy { interval_ms: 10_000, ..Policy::default() };
    let submission = Submission {
        site: None,
        slug: PageSlug::parse("/hello").expect("slug"),
        url: None,
        title: Some("Hello".to_owned()),
        author: Author {
            name: AuthorName::parse(name).expect("name"),
            email: EmailAddress::parse("reader@example.org").expect("address"),
            website: None,
        },
        body: CommentBody::parse(text).expect("body"),
        parent,
        client: Client {
            address: None,
            key: VisitorId::parse("a reader").expect("visitor"),
            agent: UserAgent::default(),
        },
    };
    let Admission::Open(admitted) = policy.admit(submission).expect("admitted") else {
        panic!("only the owner needs a key, and there is none");
    };
    comments.post(admitted, &policy, Timestamp::from_millis(millis)).expect("posted")
}
