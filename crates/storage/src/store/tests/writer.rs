//! The writer of `SQLite`: its batches, its queue, and its end.

use super::*;

/// The writer of a `SQLite` store, held up while writes queue behind it.
struct HeldUp<'scope> {
    release: mpsc::Sender<()>,
    thread: ScopedJoinHandle<'scope, ()>,
}

impl<'scope> HeldUp<'scope> {
    fn new(scope: &'scope Scope<'scope, '_>, store: &'scope Store) -> Self {
        let (started, has_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let thread = scope.spawn(move || {
            let held = store.write(move |_| {
                started.send(()).unwrap();
                released.recv().unwrap();
                Ok(())
            });
            held.unwrap();
        });
        has_started.recv().unwrap();
        Self { release, thread }
    }

    fn release(self) {
        self.release.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

fn writer(store: &Store) -> &Writer {
    let Writes::Queued(writer) = &store.0.writes else { panic!("not SQLite") };
    writer
}

/// Queues `work` as the write number `waiting` of the next batch.
fn queue<'scope, T: Send + 'static>(
    scope: &'scope Scope<'scope, '_>,
    store: &'scope Store,
    waiting: usize,
    work: impl Fn(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
) -> ScopedJoinHandle<'scope, Result<T, RepositoryError>> {
    let thread = scope.spawn(move || store.write(work));
    while writer(store).waiting() < waiting {
        thread::yield_now();
    }
    thread
}

#[test]
fn failures_in_a_batch_hurt_nobody_else() {
    let fixture = with_notes(support::sqlite());
    thread::scope(|scope| {
        let held_up = HeldUp::new(scope, &fixture);
        let first = queue(scope, &fixture, 1, |connection| insert(connection, 1));
        let conflict = queue(scope, &fixture, 2, |connection| {
            insert(connection, 2)?;
            insert(connection, 1)
        });
        let panic = queue(scope, &fixture, 3, |connection| -> QueryResult<()> {
            insert(connection, 3)?;
            panic!("on purpose")
        });
        let last = queue(scope, &fixture, 4, |connection| insert(connection, 4));
        held_up.release();
        assert_eq!(first.join().unwrap().unwrap(), 1);
        assert!(matches!(conflict.join().unwrap(), Err(RepositoryError::Conflict(_))));
        assert!(matches!(panic.join().unwrap(), Err(RepositoryError::Backend(_))));
        assert_eq!(last.join().unwrap().unwrap(), 1);
    });
    assert_eq!(ids(&fixture), [1, 4]);
}

#[test]
fn a_batch_whose_transaction_is_lost_is_not_acknowledged() {
    let fixture = with_notes(support::sqlite());
    thread::scope(|scope| {
        let held_up = HeldUp::new(scope, &fixture);
        let before = queue(scope, &fixture, 1, |connection| insert(connection, 1));
        let conflict = queue(scope, &fixture, 2, |connection| insert(connection, 1));
        // What SQLite does on its own when the disk fails.
        let lost = queue(scope, &fixture, 3, |connection| connection.batch_execute("ROLLBACK"));
        let after = queue(scope, &fixture, 4, |connection| insert(connection, 2));
        held_up.release();
        assert!(before.join().unwrap().is_err());
        // Not a conflict: what it conflicted with was never stored.
        assert!(matches!(conflict.join().unwrap(), Err(RepositoryError::Backend(_))));
        assert!(lost.join().unwrap().is_err());
        assert!(after.join().unwrap().is_err());
    });
    assert_eq!(ids(&fixture), Vec::<i64>::new());
    fixture.write(|connection| insert(connection, 3)).unwrap();
    assert_eq!(ids(&fixture), [3]);
}

#[test]
fn a_batch_that_cannot_be_committed_is_not_acknowledged() {
    let fixture = with_notes(support::sqlite());
    let create = "CREATE TABLE replies (
        note BIGINT NOT NULL REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED
    )";
    fixture.write(move |connection| connection.batch_execute(create)).unwrap();
    thread::scope(|scope| {
        let held_up = HeldUp::new(scope, &fixture);
        let innocent = queue(scope, &fixture, 1, |connection| insert(connection, 1));
        let culprit = queue(scope, &fixture, 2, |connection| {
            connection.batch_execute("INSERT INTO replies VALUES (7)")
        });
        held_up.release();
        assert!(matches!(innocent.join().unwrap(), Err(RepositoryError::Backend(_))));
        assert!(matches!(culprit.join().unwrap(), Err(RepositoryError::Backend(_))));
    });
    assert_eq!(ids(&fixture), Vec::<i64>::new());
    fixture.write(|connection| insert(connection, 3)).unwrap();
    assert_eq!(ids(&fixture), [3]);
}

#[test]
fn what_was_acknowledged_before_the_disk_was_full_is_there() {
    let fixture = with_notes(support::sqlite());
    fixture.write(|connection| connection.batch_execute("PRAGMA max_page_count = 100")).unwrap();
    let big = "x".repeat(4 * 4096);
    let mut acknowledged = Vec::new();
    for batch in 0..20 {
        thread::scope(|scope| {
            let held_up = HeldUp::new(scope, &fixture);
            let writes: Vec<_> = (0..4)
                .map(|number| {
                    let (id, text) = (batch * 4 + number, big.clone());
                    let write = queue(scope, &fixture, writer(&fixture).waiting() + 1, move |c| {
                        let row = (notes::id.eq(id), notes::text.eq(&text));
                        diesel::insert_into(notes::table).values(row).execute(c)
                    });
                    (id, write)
                })
                .collect();
            held_up.release();
            for (id, write) in writes {
                match write.join().unwrap() {
                    Ok(_) => acknowledged.push(id),
                    Err(error) => {
                        assert!(matches!(error, RepositoryError::Unavailable(_)), "{error:?}");
                    }
                }
            }
        });
    }
    assert!((1..80).contains(&acknowledged.len()));
    fixture.close();
    assert_eq!(ids(&fixture.open_again()), acknowledged);
}

#[test]
fn a_full_queue_refuses_at_once() {
    let fixture = with_notes(support::sqlite());
    let settings = StoreSettings { queue: 2, ..StoreSettings::default() };
    let store = support::open(&fixture.address, &settings).unwrap();
    thread::scope(|scope| {
        let held_up = HeldUp::new(scope, &store);
        let first = queue(scope, &store, 1, |connection| insert(connection, 1));
        let second = queue(scope, &store, 2, |connection| insert(connection, 2));
        let third = store.write(|connection| insert(connection, 3));
        assert!(matches!(third, Err(RepositoryError::Unavailable(_))));
        held_up.release();
        first.join().unwrap().unwrap();
        second.join().unwrap().unwrap();
    });
    assert_eq!(ids(&store), [1, 2]);
}

#[test]
fn closing_commits_what_is_queued() {
    let fixture = with_notes(support::sqlite());
    thread::scope(|scope| {
        let held_up = HeldUp::new(scope, &fixture);
        let queued: Vec<_> = (0..3)
            .map(|id| {
                queue(scope, &fixture, writer(&fixture).waiting() + 1, move |connection| {
                    insert(connection, id)
                })
            })
            .collect();
        let closing = scope.spawn(|| fixture.close());
        while writer(&fixture).waiting() > 0 {
            thread::yield_now();
        }
        let late = fixture.write(|connection| insert(connection, 9));
        assert!(matches!(late, Err(RepositoryError::Unavailable(_))));
        held_up.release();
        closing.join().unwrap();
        for write in queued {
            assert_eq!(write.join().unwrap().unwrap(), 1);
        }
    });
    assert_eq!(fs::metadata(format!("{}-wal", fixture.file().display())).unwrap().len(), 0);
    assert_eq!(ids(&fixture.open_again()), [0, 1, 2]);
}
