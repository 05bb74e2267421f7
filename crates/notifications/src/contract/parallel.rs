//! Many at once.

use std::{
    collections::HashSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{LIMIT, all, at, failed, lease, mail};
use crate::{
    message::{Leased, MessageState, NewMessage},
    repository::{OutboxRepository, Outcome},
};

const WORKERS: usize = 6;

/// What all workers together have in their hands and have done.
#[derive(Default)]
struct Desk {
    held: HashSet<String>,
    sent: Vec<(String, i64)>,
}

/// Sends what it can lease until `done` says that no more comes and nothing is left.
fn work(repository: &impl OutboxRepository, name: &str, desk: &Mutex<Desk>, done: &AtomicBool) {
    loop {
        let last = done.load(Ordering::SeqCst);
        let leased = repository.lease(&lease(name, 1_000), 3, at(10)).expect("lease");
        {
            // Whoever panics does it with the lock in hand, so that the others stop, too.
            let mut desk = desk.lock().expect("a desk");
            for message in &leased {
                let new = desk.held.insert(message.recipient.clone());
                assert!(new, "{} is in two hands", message.recipient);
            }
        }
        for message in &leased {
            send(repository, name, message, desk);
        }
        if last
            && leased.is_empty()
            && all(repository).iter().all(|entry| entry.state == MessageState::Sent)
        {
            return;
        }
        thread::yield_now();
    }
}

/// The first attempt of every third message fails.
fn send(repository: &impl OutboxRepository, name: &str, message: &Leased, desk: &Mutex<Desk>) {
    let fails = message.attempt == 1 && message.event.subject % 3 == 0;
    let outcome = if fails { failed(10) } else { Outcome::Sent };
    {
        let mut desk = desk.lock().expect("a desk");
        desk.held.remove(&message.recipient);
        if !fails {
            desk.sent.push((message.recipient.clone(), message.event.subject));
        }
    }
    let settled = repository.settle(message.id, name, &outcome, at(10));
    let _desk = desk.lock().expect("a desk");
    assert!(settled.expect("settle"), "the lease runs");
}

fn check(desk: Mutex<Desk>, messages: &[NewMessage]) {
    let sent = desk.into_inner().expect("a desk").sent;
    let recipients: HashSet<&str> =
        messages.iter().map(|message| message.recipient.as_str()).collect();
    for recipient in recipients {
        let of = |all: &[(String, i64)]| -> Vec<i64> {
            all.iter().filter(|(to, _)| to == recipient).map(|(_, subject)| *subject).collect()
        };
        let written: Vec<(String, i64)> = messages
            .iter()
            .map(|message| (message.recipient.clone(), message.event.subject))
            .collect();
        assert_eq!(of(&sent), of(&written), "to {recipient}: once each, in order");
    }
}

/// Messages to four recipients in turn, each numbered on its own.
fn to_four(count: i64) -> Vec<NewMessage> {
    (1..=count)
        .zip(["ada", "bob", "eve", "joe"].iter().cycle())
        .map(|(subject, to)| mail(subject, to))
        .collect()
}

pub fn parallel_workers_never_hold_the_same_message(repository: &impl OutboxRepository) {
    let messages: Vec<NewMessage> = to_four(48);
    assert_eq!(repository.enqueue(&messages, LIMIT, at(0)).expect("enqueue"), 48);
    let (desk, done) = (Mutex::new(Desk::default()), AtomicBool::new(true));
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (desk, done) = (&desk, &done);
            scope.spawn(move || work(repository, &format!("worker {worker}"), desk, done));
        }
    });
    check(desk, &messages);
}

pub fn parallel_writers_write_a_message_once(repository: &impl OutboxRepository) {
    let messages: Vec<NewMessage> = to_four(12);
    let mut reversed = messages.clone();
    reversed.reverse();
    let written: u64 = thread::scope(|scope| {
        let writers: Vec<_> = (0..6)
            .map(|number| if number % 2 == 0 { &messages } else { &reversed })
            .map(|messages| {
                scope.spawn(|| repository.enqueue(messages, LIMIT, at(0)).expect("enqueue"))
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().expect("a writer")).sum()
    });
    assert_eq!(written, 12);
    assert_eq!(all(repository).len(), 12);
}

pub fn parallel_writing_and_sending_loses_nothing(repository: &impl OutboxRepository) {
    let messages: Vec<NewMessage> = to_four(48);
    let (desk, done) = (Mutex::new(Desk::default()), AtomicBool::new(false));
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (desk, done) = (&desk, &done);
            scope.spawn(move || work(repository, &format!("worker {worker}"), desk, done));
        }
        let written: Vec<_> =
            messages.chunks(2).map(|pair| repository.enqueue(pair, LIMIT, at(0)).ok()).collect();
        done.store(true, Ordering::SeqCst);
        assert_eq!(written, [Some(2); 24]);
    });
    check(desk, &messages);
}
