//! Servers that end, one after the other, under clients that go on; and whether everything that was
//! acknowledged is there afterwards.

use std::{collections::BTreeMap, thread};

use anyhow::Context as _;
use serde_json::json;

use super::{
    agreement::wait_until,
    checks::Checks,
    client::Client,
    cluster::{Cluster, End},
    mailbox::Mailbox,
    traffic::{BUSY_PAGE, CROWD, Tokens, Traffic, Who},
};
use crate::inkstone::KEY;

/// How many answers everybody gets between one server's end and its start, and until the next ends.
const PROGRESS: u64 = 40;

/// How many messages a server may be sending when it dies.
const SENDING_AT_ONCE: usize = 4;

/// Clients without a disturbance, then with servers that are stopped, then with servers that die.
pub(crate) fn check(
    cluster: &mut Cluster<'_>,
    rounds: u32,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    let (mailbox, size) = (Mailbox::start()?, cluster.urls().len());
    let tokens = prepare(cluster, &mailbox)?;
    let traffic = Traffic::new(cluster.url(), tokens);
    thread::scope(|scope| {
        traffic.start(scope);
        let disturbed = disturb(cluster, &traffic, &mailbox, rounds, checks);
        traffic.stop();
        disturbed
    })?;
    let told = traffic.told();
    // What has not come by then is noted below.
    let _ = wait_until(|| Ok(told.iter().all(|to| mailbox.arrived().contains_key(to))));
    account(cluster, &traffic, checks)?;
    let dead = size * rounds as usize;
    mails(&traffic, &mailbox, dead * SENDING_AT_ONCE, checks);
    leader(cluster, checks)
}

/// Somebody does the scheduled jobs, and nobody else, now that every server has ended some times.
fn leader(cluster: &Cluster<'_>, checks: &mut Checks) -> anyhow::Result<()> {
    let leaders = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND granted AND datname = current_database()";
    let leaders = || cluster.database().query(leaders);
    // Who looks whether posts are to be delivered holds a lock, too, for a moment.
    let one = wait_until(|| Ok(leaders()? == "1")).is_ok();
    checks.note("one server does the scheduled jobs", format!("{} leads", leaders()?), one);
    Ok(())
}

/// A page to read, a place for mails, and tokens.
fn prepare(cluster: &Cluster<'_>, mailbox: &Mailbox) -> anyhow::Result<Tokens> {
    let client = Client::new(cluster.url());
    let session = client.log_in()?;
    let smtp = json!({
        "host": "127.0.0.1",
        "port": mailbox.port(),
        "user": "blog@mail.example",
        "pass": "of no use",
        "secure": false,
    });
    client.put("/admin/settings/email-notify", &session, &json!({ "smtp": smtp }))?;
    let mut command = cluster.database().command(&["token", "create", "scale"])?;
    // Whatever runs on this database has the key of the servers.
    let output = command.env("INKSTONE__SERVER__KEY", KEY).output()?;
    let program = String::from_utf8(output.stdout)?.trim().to_owned();
    Ok(Tokens { session, program })
}

fn disturb(
    cluster: &mut Cluster<'_>,
    traffic: &Traffic,
    mailbox: &Mailbox,
    rounds: u32,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    const KINDS: [Who; 6] =
        [Who::Reader, Who::Panel, Who::Program, Who::Commenter, Who::Liker, Who::Visitor];
    let reads = || KINDS[..3].iter().map(|who| traffic.tally(*who).failed()).sum::<u64>();
    let writes = || KINDS[3..].iter().map(|who| traffic.tally(*who).failed()).sum::<u64>();
    let answered = || KINDS.iter().map(|who| traffic.tally(*who).answered()).sum::<u64>();

    traffic.wait_for(2 * PROGRESS)?;
    let told = traffic.told();
    // Sending goes on meanwhile; these must all arrive.
    wait_until(|| Ok(told.iter().all(|address| mailbox.arrived().contains_key(address))))?;
    let twice = mailbox.arrived().values().filter(|mails| **mails > 1).count();
    checks.note(
        "while nobody dies each message arrives once",
        format!("{} arrived, {twice} more than once", told.len()),
        twice == 0 && !told.is_empty(),
    );

    // Each client has one request under way when a server dies.
    let (stopped, killed) = (
        "servers stopped one by one (SIGTERM): no request is lost",
        "servers killed one by one (SIGKILL): none is lost but those under way",
    );
    for (end, name, most) in [(End::Stopped, stopped, 0), (End::Killed, killed, CROWD.len())] {
        let before = (answered(), reads(), writes());
        let mut ends = 0;
        for _ in 0..rounds {
            for number in 0..cluster.urls().len() {
                cluster.end(number, end)?;
                traffic.wait_for(PROGRESS)?;
                cluster.restart(number)?;
                traffic.wait_for(PROGRESS)?;
                ends += 1;
            }
        }
        let (lost_reads, lost_writes) = (reads() - before.1, writes() - before.2);
        let seen = format!(
            "{ends} ends, {} answers, {lost_reads} reads and {lost_writes} writes lost",
            answered() - before.0,
        );
        checks.note(name, seen, lost_reads + lost_writes <= (ends * most) as u64);
    }
    let refused: Vec<String> = KINDS.iter().flat_map(|who| traffic.tally(*who).refused()).collect();
    let example = refused.first().map(|first| format!(", such as {first}")).unwrap_or_default();
    checks.note(
        "nobody is refused, sessions and tokens hold",
        format!("{} refusals{example}", refused.len()),
        refused.is_empty(),
    );
    Ok(())
}

/// Compares what clients were told with what is stored.
fn account(cluster: &Cluster<'_>, traffic: &Traffic, checks: &mut Checks) -> anyhow::Result<()> {
    let database = cluster.database();
    let rows = format!("SELECT id, name FROM comments WHERE post_slug = '{BUSY_PAGE}'");
    let rows = database.query(&rows)?;
    let mut stored = BTreeMap::<&str, Vec<u64>>::new();
    for (id, name) in rows.lines().filter_map(|row| row.split_once('|')) {
        stored.entry(name).or_default().push(id.parse()?);
    }
    let (acknowledged, doubtful) = (traffic.comments(), traffic.doubtful());
    let there = acknowledged.iter().filter(|(name, id)| stored.get(&***name) == Some(&vec![**id]));
    let there = there.count();
    let known = |name: &str| doubtful.contains(name) || acknowledged.contains_key(name);
    let unexpected = stored.iter().filter(|(name, ids)| ids.len() > 1 || !known(name)).count();
    checks.note(
        "every acknowledged comment is there once, and no other",
        format!(
            "{there} of {}, {unexpected} unexpected; {} of {} without an answer are there",
            acknowledged.len(),
            stored.len() - there,
            doubtful.len(),
        ),
        there == acknowledged.len() && unexpected == 0,
    );

    let number = |query: &str| -> anyhow::Result<u64> {
        database.query(query)?.parse().with_context(|| format!("a number: {query}"))
    };
    let within = |tally: Who, counted: u64| {
        let tally = traffic.tally(tally);
        let (least, most) = (tally.answered(), tally.answered() + tally.failed());
        (format!("{counted}, must be {least} to {most}"), (least..=most).contains(&counted))
    };
    let likes = number("SELECT sum(likes) FROM page_like_totals WHERE slug_key = '/busy'")?;
    let (seen, ok) = within(Who::Liker, likes);
    checks.note("likes: the acknowledged ones, and of the others each once or not", seen, ok);
    let visits = number("SELECT pv FROM page_stats WHERE slug_key = '/busy'")?;
    let (seen, ok) = within(Who::Visitor, visits);
    checks.note("visits: likewise", seen, ok);
    Ok(())
}

fn mails(traffic: &Traffic, mailbox: &Mailbox, most: usize, checks: &mut Checks) {
    let (told, arrived) = (traffic.told(), mailbox.arrived());
    let there = told.iter().filter(|address| arrived.contains_key(*address)).count();
    let again: usize = arrived.values().map(|mails| mails - 1).sum();
    checks.note(
        "every message arrives, again only if its sender died",
        format!("{there} of {}, {again} of at most {most} again", told.len()),
        there == told.len() && again <= most,
    );
}
