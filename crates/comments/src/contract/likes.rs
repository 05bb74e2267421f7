//! Liking comments.

#![expect(missing_docs, reason = "the name of a law says it all")]

use std::thread;

use super::{find, insert, new_comment, set_status, threads, visitor};
use crate::{CommentRepository, Liked, Status};

pub fn a_visitor_likes_a_comment_once(repository: &impl CommentRepository) {
    let id = insert(repository, &new_comment("https://h.io/a"));
    let topic = Some("/a".to_owned());
    let (ada, bob) = (visitor("ada"), visitor("bob"));
    let like = |visitor| repository.like(id, visitor).expect("like");
    let unlike = |visitor| repository.unlike(id, visitor).expect("unlike");
    assert_eq!(unlike(&ada), Some(Liked { likes: 0, changed: None }));
    assert_eq!(like(&ada), Some(Liked { likes: 1, changed: topic.clone() }));
    assert_eq!(like(&ada), Some(Liked { likes: 1, changed: None }));
    assert_eq!(like(&bob), Some(Liked { likes: 2, changed: topic.clone() }));
    assert_eq!(unlike(&ada), Some(Liked { likes: 1, changed: topic.clone() }));
    assert_eq!(unlike(&ada), Some(Liked { likes: 1, changed: None }));
    assert_eq!(like(&ada), Some(Liked { likes: 2, changed: topic }));
    assert_eq!(find(repository, id).likes, 2);
    assert_eq!(threads(repository, "/a").items[0].root.likes, 2);
}

pub fn only_approved_comments_are_liked(repository: &impl CommentRepository) {
    let id = insert(repository, &new_comment("/a"));
    let ada = visitor("ada");
    repository.like(id, &ada).expect("like");
    for status in [Status::Pending, Status::Rejected] {
        set_status(repository, id, status);
        assert_eq!(repository.like(id, &visitor("bob")).expect("like"), None);
        assert_eq!(repository.unlike(id, &ada).expect("unlike"), None);
    }
    assert_eq!(find(repository, id).likes, 1);
}

pub fn concurrent_likes_are_not_lost(repository: &impl CommentRepository) {
    let id = insert(repository, &new_comment("/a"));
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for number in 0..25 {
                    let own = visitor(&format!("{worker}-{number}"));
                    repository.like(id, &own).expect("like");
                    repository.like(id, &visitor("everybody")).expect("like");
                }
            });
        }
    });
    assert_eq!(find(repository, id).likes, 101);
}
