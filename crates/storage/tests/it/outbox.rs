//! What the laws of the outbox cannot see: what is written, and several processes.

use std::sync::Mutex;
use std::thread;

use diesel::connection::LoadConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use inkstone_notifications::{
    ChannelKind, Content, Event, EventKind, Lease, Leased, MessageState, NewMessage, OutboxFilter,
    OutboxRepository, Outcome, Overflow, Wish,
};
use inkstone_storage::Store;
use inkstone_vocab::{PageRequest, RepositoryError, Timestamp};

use crate::support::{Fixture, NOW, postgres, sqlite};

const LIMIT: Overflow<'_> = Overflow { max_waiting: 1_000, reason: "full" };

fn mail(subject: i64, recipient: &str) -> NewMessage {
    NewMessage {
        event: Event { kind: EventKind::CommentPosted, subject },
        channel: ChannelKind::Mail,
        recipient: recipient.to_owned(),
        wish: Wish::Send(Content {
            title: "title".to_owned(),
            html: "words".to_owned(),
            text: "words".to_owned(),
            action: Some("words".to_owned()),
        }),
    }
}

fn take(store: &Store, name: &str, at: Timestamp) -> Result<Vec<Leased>, RepositoryError> {
    store.lease(&Lease { name: name.to_owned(), until: at.plus_millis(1_000) }, 3, at)
}

#[test]
fn asking_sqlite_for_work_writes_nothing() {
    asking_writes_nothing(&sqlite());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn asking_postgres_for_work_writes_nothing() {
    asking_writes_nothing(&postgres());
}

/// A closed store reads, but refuses to write.
fn asking_writes_nothing(fixture: &Fixture) {
    fixture.enqueue(&[mail(1, "ada"), mail(2, "ada")], LIMIT, NOW).unwrap();
    let leased = take(fixture, "a", NOW).unwrap();
    assert_eq!(leased.len(), 1);
    fixture.close();
    assert_eq!(take(fixture, "b", NOW.plus_millis(999)).unwrap(), []);
    let later = take(fixture, "b", NOW.plus_millis(1_000));
    assert!(matches!(later, Err(RepositoryError::Unavailable(_))), "{later:?}");
}

#[test]
fn sqlite_forgets_the_words_of_what_was_sent() {
    let store = sqlite();
    let mut connection = SqliteConnection::establish(store.file().to_str().unwrap()).unwrap();
    words_are_forgotten(&store, || rows(&mut connection));
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_forgets_the_words_of_what_was_sent() {
    let store = postgres();
    let mut connection = PgConnection::establish(&store.address).unwrap();
    words_are_forgotten(&store, || rows(&mut connection));
}

fn words_are_forgotten(store: &Store, mut rows: impl FnMut() -> Vec<Row>) {
    store.enqueue(&[mail(1, "ada"), mail(2, "ada")], LIMIT, NOW).unwrap();
    for left in [1, 0] {
        let leased = take(store, "a", NOW).unwrap().remove(0);
        assert!(store.settle(leased.id, "a", &Outcome::Sent, NOW).unwrap());
        let rows = rows();
        let queues = i64::from(left > 0);
        assert!(rows.iter().all(|row| row.queues == queues), "{rows:?}");
        assert_eq!(rows.iter().filter(|row| row.words == "words".repeat(3)).count(), left);
        assert_eq!(rows.iter().filter(|row| row.words.is_empty()).count(), 2 - left);
    }
}

#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    words: String,
    #[diesel(sql_type = BigInt)]
    queues: i64,
}

fn rows<C>(connection: &mut C) -> Vec<Row>
where
    C: LoadConnection,
    diesel::query_builder::SqlQuery: for<'a> diesel::query_dsl::methods::LoadQuery<'a, C, Row>,
{
    sql_query(
        "SELECT html || text || coalesce(action, '') AS words,
                (SELECT count(*) FROM outbox_queues) AS queues
         FROM outbox",
    )
    .load(connection)
    .unwrap()
}

/// Each process has connections of its own; some of them die with a message in their hands.
#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn processes_on_one_postgres_send_everything_once_and_in_order() {
    let fixture = postgres();
    let messages: Vec<NewMessage> = (1..=60)
        .zip(["ada", "bob", "eve"].iter().cycle())
        .map(|(subject, recipient)| mail(subject, recipient))
        .collect();
    fixture.enqueue(&messages, LIMIT, NOW).unwrap();
    let sent = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for process in 0..4 {
            let (store, sent) = (fixture.open_again(), &sent);
            scope.spawn(move || process_messages(&store, &format!("process {process}"), sent));
        }
    });
    let sent = sent.into_inner().unwrap();
    for name in ["ada", "bob", "eve"] {
        let of = |all: &[(String, i64)]| -> Vec<i64> {
            all.iter().filter(|(to, _)| to == name).map(|(_, subject)| *subject).collect()
        };
        let written: Vec<(String, i64)> = messages
            .iter()
            .map(|message| (message.recipient.clone(), message.event.subject))
            .collect();
        assert_eq!(of(&sent), of(&written), "to {name}");
    }
}

/// Dies with every tenth message in its hands, so that its lease runs out; the next one to take it
/// goes on.
fn process_messages(store: &Store, name: &str, sent: &Mutex<Vec<(String, i64)>>) {
    let waiting = OutboxFilter { state: Some(MessageState::Waiting), ..OutboxFilter::default() };
    let lease = Lease { name: name.to_owned(), until: NOW.plus_millis(1_000) };
    while store.list(&waiting, PageRequest::new(1, 1)).unwrap().1 > 0 && !sent.is_poisoned() {
        let Some(message) = store.lease(&lease, 1, NOW).unwrap().pop() else { continue };
        let subject = message.event.subject;
        if message.attempt == 1 && subject % 10 == 0 {
            store.renew(&Lease { until: NOW, ..lease.clone() }).unwrap();
            continue;
        }
        let mut sent = sent.lock().unwrap();
        sent.push((message.recipient.clone(), subject));
        assert!(store.settle(message.id, name, &Outcome::Sent, NOW).unwrap());
    }
}
