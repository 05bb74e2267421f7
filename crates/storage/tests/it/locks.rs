//! One process at a time.

use std::{sync::mpsc, thread, time::Duration};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
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
#[ignore = "needs TEST_POSTGRES_URL"]
fn who_only_tries_does_not_wait() {
    let fixture = postgres();
    let other = fixture.open_again();
    let mut held = fixture.try_lock("jobs").unwrap().unwrap();
    assert!(other.try_lock("jobs").unwrap().is_none());
    assert!(other.lock("jobs", SHORT).is_err(), "both ways are one lock");
    assert!(held.is_held());
    drop(held);
    assert!(other.try_lock("jobs").unwrap().is_some());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn who_has_lost_the_connection_has_lost_the_lock_and_knows() {
    let fixture = postgres();
    let other = fixture.open_again();
    let mut held = fixture.try_lock("jobs").unwrap().unwrap();
    let mut server = PgConnection::establish(&fixture.address).unwrap();
    // The key is that of lock.rs; a backend that ends within a minute is waited for.
    let end_the_holder = "DO $$ BEGIN PERFORM pg_terminate_backend(pid, 60000) FROM pg_locks
        WHERE locktype = 'advisory' AND objid = (4294967295
            & hashtextextended(current_schema() || 'jobs', x'1a6b5704e000'::bigint))::oid; END $$";
    server.batch_execute(end_the_holder).unwrap();
    assert!(!held.is_held());
    assert!(other.try_lock("jobs").unwrap().is_some());
}

#[test]
fn a_file_has_one_process() {
    let fixture = sqlite();
    let mut held = fixture.lock("content", SHORT).unwrap();
    drop(fixture.lock("content", SHORT).unwrap());
    assert!(fixture.try_lock("content").unwrap().is_some() && held.is_held());
}
