//! Changing files at once.

use std::thread;

use super::{assert_conflict, change, files, path, put, text_of, write};
use crate::{Base, ContentSource};

const THREADS: usize = 4;

pub fn writers_of_different_files_lose_nothing(source: &impl ContentSource) {
    thread::scope(|scope| {
        for writer in 0..THREADS {
            scope.spawn(move || {
                for number in 0..5 {
                    put(source, &format!("posts/{writer}-{number}.md"), &format!("by {writer}"));
                    put(source, &format!("posts/own-{writer}.md"), &number.to_string());
                }
            });
        }
    });
    assert_eq!(files(source).len(), THREADS * 6);
    for writer in 0..THREADS {
        assert_eq!(text_of(source, &format!("posts/own-{writer}.md")).as_deref(), Some("4"));
    }
}

pub fn of_many_editors_of_a_version_one_wins(source: &impl ContentSource) {
    let base = Base::Version(put(source, "a.md", "base"));
    one_wins(source, &base);
}

pub fn of_many_creators_one_wins(source: &impl ContentSource) {
    one_wins(source, &Base::Absent);
}

fn one_wins(source: &impl ContentSource, base: &Base) {
    let outcomes = thread::scope(|scope| {
        let editors: Vec<_> = (0..THREADS)
            .map(|editor| {
                let edit = write("a.md", &format!("by {editor}"), base.clone());
                scope.spawn(move || source.change(&change(vec![edit])))
            })
            .collect();
        editors.into_iter().map(|editor| editor.join().expect("editor")).collect::<Vec<_>>()
    });
    let winner = outcomes.iter().position(Result::is_ok).expect("somebody wins");
    assert_eq!(text_of(source, "a.md"), Some(format!("by {winner}")));
    let present = files(source)[&path("a.md")].version.clone();
    let losers: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert_eq!(losers.len(), THREADS - 1);
    for error in losers {
        assert_conflict(error, "a.md", Some(&present));
    }
}

pub fn nobody_sees_half_of_a_change(source: &impl ContentSource) {
    let both = |text: &str| {
        change(vec![write("a.md", text, Base::Current), write("b.md", text, Base::Current)])
    };
    source.change(&both("0")).expect("change");
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..20 {
                source.change(&both(&number.to_string())).expect("change");
            }
        });
        while !writer.is_finished() {
            let files = files(source);
            assert_eq!(files[&path("a.md")].version, files[&path("b.md")].version);
        }
    });
}
