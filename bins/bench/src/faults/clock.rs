//! The clock jumps, there and back.

use std::{thread, time::Duration};

use serde_json::json;

use super::{
    row::{Bounds, Row},
    scenario::Scenario,
    server::{PAUSE, Server},
    shim::Clock,
    traffic::{self, Clients},
};
use crate::{
    inkstone::{Backend, OWNER},
    process::Workplace,
};

const BOUNDS: Bounds = Bounds { statuses: &[], longest: Duration::from_secs(3), memory: 128.0 };

const DAY: i64 = 86_400;
const YEARS: i64 = 3_650 * DAY;

/// How long two comments of a visitor have to lie apart in this run.
const INTERVAL: Duration = Duration::from_secs(1);

/// Wrong passwords after which nobody may log in for a while.
const LOGIN_TRIES: usize = 5;

/// Checking a password takes 19 MiB, of which the allocator gives little back.
const PASSWORD_BOUNDS: Bounds = Bounds { memory: 384.0, ..BOUNDS };

/// The jumps: where the clock stands, in seconds from the real time. After each it comes back.
const JUMPS: [(&str, i64); 4] = [
    ("clock a day ahead, and back", DAY),
    ("clock a day behind, and back", -DAY),
    ("clock ten years ahead, and back", YEARS),
    ("clock ten years behind, and back", -YEARS),
];

/// Every jump, under load.
pub(crate) fn jumps(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "clock")?;
    let clock = Clock::new(place)?;
    let server = Server::start(&database, clock.variables())?;
    let mut rows = Vec::new();
    for (fault, offset) in JUMPS {
        let scenario =
            Scenario { fault, server: &server, clients: Clients::default(), bounds: BOUNDS };
        rows.push(scenario.run(|| {
            clock.set(offset)?;
            thread::sleep(Duration::from_secs(1));
            clock.set(0)?;
            thread::sleep(Duration::from_secs(1));
            Ok(())
        })?);
    }
    rows.extend(limits(place)?);
    Ok(rows)
}

/// What depends on the time: who commented at the other time may comment again soon, who was locked
/// out there may log in, and who is logged in stays so.
fn limits(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (fault, offset) in JUMPS {
        let clock = Clock::new(place)?;
        let database = Backend::Sqlite.database(place, &format!("limits{offset}"))?;
        let mut variables = clock.variables();
        let interval = INTERVAL.as_millis().to_string();
        variables.push(("INKSTONE__LIMITS__COMMENT_INTERVAL_MS", interval));
        let server = Server::start(&database, variables)?;
        let scenario = Scenario {
            fault: &format!("{fault}: limits and sessions"),
            server: &server,
            // Writers would share the interval.
            clients: Clients { writers: 0, ..Clients::default() },
            bounds: PASSWORD_BOUNDS,
        };
        let mut problems = Vec::new();
        let mut row = scenario.run(|| {
            problems = obey_limits(&server, &clock, offset)?;
            Ok(())
        })?;
        row.problems.extend(problems);
        rows.push(row);
    }
    Ok(rows)
}

fn obey_limits(server: &Server, clock: &Clock, offset: i64) -> anyhow::Result<Vec<String>> {
    let agent = traffic::agent(Duration::from_secs(10));
    let submit = |text| traffic::submit(&agent, server.url(), "/limits/", text);
    let is_logged_in = |token: &str| {
        let settings = server.send("GET", "/admin/settings/comments", token, &json!({}))?;
        anyhow::Ok(settings.0 == 200)
    };
    let mut problems = Vec::new();
    let before = server.login()?;
    for (place, offset) in [("after the jump", offset), ("after the return", 0)] {
        clock.set(offset)?;
        thread::sleep(PAUSE);
        // The first may have to wait for the last one before the jump.
        if submit("first") != 200 {
            thread::sleep(INTERVAL + PAUSE);
            if submit("first, again") != 200 {
                problems.push(format!("no comment is taken {place}"));
            }
        }
        // Nor does the lock count that was set at the other time.
        match server.login() {
            Ok(token) if is_logged_in(&token)? => {}
            Ok(_) => problems.push(format!("a new session is dead {place}")),
            Err(_) => problems.push(format!("no login {place}")),
        }
        for _ in 0..LOGIN_TRIES {
            let wrong = json!({ "name": OWNER, "password": "wrong" });
            server.send("POST", "/admin/login", "", &wrong)?;
        }
        if server.login().is_ok() {
            problems.push(format!("wrong passwords lock nobody out {place}"));
        }
    }
    if !is_logged_in(&before)? {
        problems.push("the first session is gone".to_owned());
    }
    Ok(problems)
}
