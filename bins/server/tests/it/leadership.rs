//! Of several servers on one database one does the scheduled jobs.

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt,
};
use inkstone_server::leadership::Leadership;
use inkstone_storage::{Store, StoreSettings};

use crate::{
    notifications::support::wait_until,
    support::{PostgresSchema, Program},
};

/// A lock on somebody whose time was over long ago.
const EXPIRED: &str = "INSERT INTO throttles VALUES ('login', 'somebody', 1, TRUE, 0)";

fn store(schema: &PostgresSchema) -> Store {
    let settings = StoreSettings { read_connections: 1, ..StoreSettings::default() };
    Store::open(&schema.url(), &settings).unwrap()
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn expired(schema: &PostgresSchema) -> i64 {
    let mut connection = PgConnection::establish(&schema.address()).unwrap();
    let query = sql_query("SELECT count(*) AS number FROM throttles");
    query.get_result::<Number>(&mut connection).unwrap().number
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn the_first_to_ask_leads_until_it_is_gone() {
    let schema = PostgresSchema::create();
    let first = Leadership::new(store(&schema));
    let [second, third] = [(); 2].map(|()| Leadership::new(store(&schema)));
    assert!(first.claim().unwrap());
    for _ in 0..2 {
        let claims = [&second, &first, &third].map(|claim| claim.claim().unwrap());
        assert_eq!(claims, [false, true, false]);
    }
    drop(first);
    // The database hears of it a moment later.
    wait_until(|| second.claim().unwrap().then_some(()));
    assert!(!third.claim().unwrap());
}

#[test]
fn whoever_has_a_file_leads() {
    let directory = tempfile::tempdir().unwrap();
    let installation = crate::support::config(&directory);
    let installation = inkstone_server::installation::Installation::open(&installation).unwrap();
    let leadership = Leadership::new(installation.store);
    assert!(leadership.claim().unwrap() && leadership.claim().unwrap());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn of_two_servers_one_removes_what_has_expired() {
    let schema = PostgresSchema::create();
    let program = Program::new(&[("INKSTONE__LOG__FILTER", "inkstone_server=debug")])
        .with("INKSTONE__DATABASE__URL", schema.address());
    program.run(&["migrate"]);
    schema.within(EXPIRED);
    let leader = program.serve();
    wait_until(|| (expired(&schema) == 0).then_some(()));
    schema.within(EXPIRED);
    let other = program.serve();
    // Both jobs that are due at once have been left to the leader.
    let left = || other.log().matches("another server does the scheduled jobs").count();
    wait_until(|| (left() >= 2).then_some(()));
    assert_eq!(other.stop("TERM").code, Some(0));
    assert_eq!(expired(&schema), 1, "it is not for that one to remove");
    // Its successor begins with what is due.
    assert_eq!(leader.stop("KILL").code, None);
    let successor = program.serve();
    wait_until(|| (expired(&schema) == 0).then_some(()));
    assert!(successor.log().contains("this server does the scheduled jobs"));
}
