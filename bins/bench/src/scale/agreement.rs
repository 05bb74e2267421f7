//! What servers on one database must agree on, while nothing dies.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use super::{checks::Checks, client::Client, cluster::Cluster};
use crate::inkstone::{BLOG, OWNER, PASSWORD};

/// How long a change may take from one server to another.
const BOUND: Duration = Duration::from_secs(1);

/// How long a change is waited for before the harness gives up.
const PATIENCE: Duration = Duration::from_mins(1);

const COMMENT_SETTINGS: &str = "/admin/settings/comments";

/// The owner's comment key.
const KEY: &str = "a key of the owner's";

/// Makes all checks; `rounds` is how often each is repeated where repetition tells more.
pub(crate) fn check(cluster: &Cluster<'_>, rounds: u32, checks: &mut Checks) -> anyhow::Result<()> {
    let servers: Vec<Client> = cluster.urls().iter().map(|url| Client::new(url)).collect();
    let token = servers.first().context("a server")?.log_in()?;
    sessions(&servers, checks)?;
    changes(&servers, &token, rounds, checks)?;
    lockouts(&servers, &token, checks)?;
    codes(&servers, rounds, checks)
}

fn sessions(servers: &[Client], checks: &mut Checks) -> anyhow::Result<()> {
    let (mut accepted, mut all) = (0, 0);
    for opened_at in servers {
        let token = format!("Bearer {}", opened_at.log_in()?);
        for server in servers {
            let answer = server.get(COMMENT_SETTINGS, &[("authorization", &token)])?;
            accepted += u32::from(answer.status == 200);
            all += 1;
        }
    }
    let seen = format!("{accepted} of {all} uses");
    checks.note("a session of one server is one of all", seen, accepted == all);
    Ok(())
}

/// A change made at each server, and when the others serve it, though they keep their answers.
fn changes(
    servers: &[Client],
    token: &str,
    rounds: u32,
    checks: &mut Checks,
) -> anyhow::Result<()> {
    let (mut comments, mut settings) = (Duration::ZERO, Duration::ZERO);
    for round in 0..rounds {
        for (number, writer) in servers.iter().enumerate() {
            for server in servers {
                newest(server)?;
            }
            let text = format!("change {round} of server {number}");
            let answer = writer.post("/api/comments", &[], &comment("/changes/", &text))?;
            ensure!(answer.status == 200, "a comment is refused: {}", answer.body);
            let start = Instant::now();
            for server in servers {
                wait_until(|| Ok(newest(server)?.as_str() == Some(&*text)))?;
            }
            comments = comments.max(start.elapsed());

            let badge = json!({ "adminBadge": text });
            writer.put(COMMENT_SETTINGS, token, &badge)?;
            let start = Instant::now();
            for server in servers {
                let shown =
                    || Ok(server.get("/api/config/comments", &[])?.body["adminBadge"] == text);
                wait_until(shown)?;
            }
            settings = settings.max(start.elapsed());
        }
    }
    let seen = |slowest: Duration| format!("{} ms at most", slowest.as_millis());
    checks.note("others show a comment within 1000 ms", seen(comments), comments <= BOUND);
    checks.note("others obey a setting within 1000 ms", seen(settings), settings <= BOUND);
    Ok(())
}

fn newest(server: &Client) -> anyhow::Result<Value> {
    let list = server.get("/api/comments?post_slug=/changes/&limit=1", &[])?;
    Ok(list.body["data"][0]["contentText"].clone())
}

/// A comment as strangers write them.
pub(crate) fn comment(page: &str, text: &str) -> Value {
    json!({
        "post_slug": page,
        "post_url": format!("https://blog.example{page}"),
        "name": "Reader",
        "email": "reader@mail.example",
        "content": text,
    })
}

fn lockouts(servers: &[Client], token: &str, checks: &mut Checks) -> anyhow::Result<()> {
    servers.first().context("a server")?.put(
        COMMENT_SETTINGS,
        token,
        &json!({ "adminKey": KEY }),
    )?;
    let bearer = format!("Bearer {token}");
    for server in servers {
        let settings = || server.get(COMMENT_SETTINGS, &[("authorization", &bearer)]);
        wait_until(|| Ok(settings()?.body["adminKeySet"] == true))?;
    }
    let key = |server: &Client, address: &str, key: &str| {
        let key = json!({ "adminToken": key });
        server.post("/api/verify-admin", &[("x-forwarded-for", address)], &key)
    };
    let guess = |server: &Client| Ok(key(server, "198.51.100.1", "wrong")?.status);
    let guessed = at_once(servers, 4, guess)?;
    let refused = count(&guessed, 401);
    let locked = servers.iter().map(|server| Ok(key(server, "198.51.100.1", KEY)?.status));
    let locked = count(&locked.collect::<anyhow::Result<Vec<_>>>()?, 403);
    let free = key(servers.last().context("a server")?, "198.51.100.2", KEY)?.status;
    checks.note(
        "guesses of the comment key at all servers at once: the third locks",
        format!("{refused} were only wrong, then {locked} of {} locked out", servers.len()),
        refused == 2 && locked == servers.len() && free == 200,
    );

    let login = |server: &Client, password: &str| {
        let login = json!({ "name": OWNER, "password": password });
        Ok::<_, anyhow::Error>(
            server.post("/admin/login", &[("x-forwarded-for", "198.51.100.3")], &login)?.status,
        )
    };
    let guessed = at_once(servers, 4, |server| login(server, "wrong"))?;
    let refused = count(&guessed, 401);
    let locked = servers.iter().map(|server| login(server, PASSWORD));
    let locked = count(&locked.collect::<anyhow::Result<Vec<_>>>()?, 403);
    checks.note(
        "guesses of the password at all servers at once: the fifth locks",
        format!("{refused} were only wrong, then {locked} of {} locked out", servers.len()),
        refused == 4 && locked == servers.len(),
    );
    Ok(())
}

/// Codes that one server gives, tried at all of them at the same moment.
fn codes(servers: &[Client], rounds: u32, checks: &mut Checks) -> anyhow::Result<()> {
    let mut used = Vec::new();
    for round in 0..rounds {
        let (from, path) = (format!("203.0.113.{round}"), "/api/readmore/captcha");
        let headers = [("x-forwarded-for", &*from)];
        let server = servers.iter().cycle().nth(round as usize).context("a server")?;
        let given =
            server.post(&format!("{path}/generate"), &headers, &json!({ "blogId": BLOG }))?;
        let code = given.body["data"]["code"].as_str().context("a code")?;
        let typed = json!({ "blogId": BLOG, "code": code });
        let unlocked = at_once(servers, 2, |server| {
            let answer = server.post(&format!("{path}/validate"), &headers, &typed)?;
            Ok(answer.body["code"] == 0)
        })?;
        used.push(unlocked.into_iter().filter(|unlocked| *unlocked).count());
    }
    let once = used.iter().filter(|uses| **uses == 1).count();
    let seen = format!("{once} of {} codes, each tried {} times", used.len(), 2 * servers.len());
    checks.note("a code is used once", seen, once == used.len());
    Ok(())
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|status| **status == wanted).count()
}

/// What `ask` gets when every server is asked `times` at the same moment.
pub(crate) fn at_once<T: Send>(
    servers: &[Client],
    times: usize,
    ask: impl Fn(&Client) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<T>> {
    let barrier = Barrier::new(servers.len() * times);
    thread::scope(|scope| {
        let (ask, barrier) = (&ask, &barrier);
        let asking: Vec<_> = servers
            .iter()
            .cycle()
            .take(servers.len() * times)
            .map(|server| {
                scope.spawn(move || {
                    barrier.wait();
                    ask(server)
                })
            })
            .collect();
        let answer = |thread: thread::ScopedJoinHandle<'_, anyhow::Result<T>>| {
            thread.join().map_err(|_| anyhow::anyhow!("a client has panicked"))?
        };
        asking.into_iter().map(answer).collect()
    })
}

/// Waits until something is so, and looks again every millisecond.
pub(crate) fn wait_until(is_so: impl Fn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let start = Instant::now();
    while !is_so()? {
        if start.elapsed() > PATIENCE {
            bail!("what was waited for did not happen");
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
