//! Processes on one database hear from each other.

use std::thread;

use inkstone_storage::{MAX_PEER_MESSAGE, PeerLink, Store};

use crate::support::{postgres, sqlite};

fn link(store: &Store) -> PeerLink {
    store.link_peers().expect("a server").expect("a line")
}

/// The next message, for which it may have to wait.
fn next(link: &mut PeerLink) -> Vec<String> {
    loop {
        let received = link.receive().expect("a line");
        if !received.is_empty() {
            return received;
        }
        thread::yield_now();
    }
}

#[test]
fn sqlite_has_no_peers() {
    assert!(sqlite().link_peers().expect("no server is needed").is_none());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn what_one_sends_the_others_receive_in_order() {
    let (here, elsewhere) = (postgres(), postgres());
    let (mut one, mut two) = (link(&here), link(&here.open_again()));
    let mut stranger = link(&elsewhere);
    let long = "x".repeat(MAX_PEER_MESSAGE);
    for message in ["first", "it's \"second\" 文", &long] {
        one.send(message).expect("a line");
    }
    let mut received = Vec::new();
    while received.len() < 3 {
        received.extend(next(&mut two));
    }
    assert_eq!(received, ["first", "it's \"second\" 文", &long]);
    two.send("answer").expect("a line");
    assert_eq!(next(&mut one), ["answer"], "and nothing of its own");
    stranger.send("stranger").expect("a line");
    assert_eq!(stranger.receive().expect("a line"), Vec::<String>::new());
    // What the stranger sent would have come before this.
    two.send("last").expect("a line");
    assert_eq!(next(&mut one), ["last"]);
}
