//! The inbox does not grow without end.

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use serde_json::{Value, json};

use crate::{
    notifications::support::wait_until,
    support::{Program, send},
};

#[test]
fn the_oldest_notices_are_removed_when_there_are_too_many() {
    let program = Program::new(&[("INKSTONE__NOTIFICATIONS__KEEP_NOTICES", "3")]);
    let token = program.run(&["token", "create", "owner"]).stdout.trim().to_owned();
    let file = program.directory.path().join("data/inkstone.db");
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    for number in 1..=9 {
        // The one that was written last has the earliest time.
        let time = 1_704_599_400 - number;
        database
            .batch_execute(&format!(
                "INSERT INTO inbox (time, label, content) VALUES ('{time}', '{number}', '')"
            ))
            .unwrap();
    }
    drop(database);
    let serving = program.serve();
    let address = serving.address.parse().unwrap();
    let path = format!("/pub/get_notifications?token={token}");
    let labels = || -> Vec<Value> {
        let answer = send(address, "GET", &path, &[], None).json();
        answer["data"].as_array().unwrap().iter().map(|notice| notice["label"].clone()).collect()
    };
    wait_until(|| (labels().len() == 3).then_some(()));
    assert_eq!(labels(), [json!("7"), json!("8"), json!("9")]);
    assert_eq!(serving.stop("TERM").code, Some(0));
}
