//! One process at a time.

use std::{sync::mpsc, thread, time::Duration};

use inkstone_vocab::{Fault, FaultKind};

use crate::support::{postgres, sqlite};

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(50);

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn who_holds_a_lock_keeps_others_out() {
    let fixture = postgres();
    let other = fixture.open_again();
    let held = fixture.lock("content", LONG).unwrap();
    let failure = other.lock("content", SHORT).unwrap_err();
    assert_eq!(failure.kind(), FaultKind::Unavailable, "{failure:?}");
    drop(other.lock("another", SHORT).unwrap());
    drop(held);
    drop(other.lock("content", LONG).unwrap());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn installations_on_one_server_do_not_wait_for_each_other() {
    let (one, other) = (postgres(), postgres());
    let held = one.lock("content", LONG).unwrap();
    drop(other.lock("content", SHORT).unwrap());
    drop(held);
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn who_waits_gets_it_next() {
    let fixture = postgres();
    let other = fixture.open_again();
    let held = fixture.lock("content", LONG).unwrap();
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let lock = other.lock("content", LONG).unwrap();
            tell.send(()).unwrap();
            drop(lock);
        });
        assert!(told.recv_timeout(SHORT).is_err(), "it is held");
        drop(held);
        told.recv_timeout(LONG).unwrap();
    });
}

#[test]
fn a_file_has_one_process() {
    let fixture = sqlite();
    let held = fixture.lock("content", SHORT).unwrap();
    drop(fixture.lock("content", SHORT).unwrap());
    drop(held);
}
