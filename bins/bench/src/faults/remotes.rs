//! The mail server, the bucket or the Git remote is dead, in each of three ways.

use std::{
    cell::{Cell, RefCell},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::{
    proxy::{Proxy, Way},
    row::{Bounds, Row},
    scenario::Scenario,
    server::{Server, wait},
    stubs::{Bucket, MailServer, Repository},
    traffic::Clients,
};
use crate::{inkstone::Backend, process::Workplace};

/// Readers and writers see nothing of it.
const BOUNDS: Bounds = Bounds { statuses: &[], longest: Duration::from_secs(3), memory: 128.0 };

const WAYS: [(&str, Way); 3] =
    [("refuses", Way::Refused), ("is silent", Way::Silent), ("resets", Way::Reset)];

/// How long each of them lasts.
const DEAD: Duration = Duration::from_secs(4);

/// Every new comment is a mail to the owner.
pub(crate) fn smtp(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "smtp")?;
    let stub = MailServer::start()?;
    let proxy = Proxy::start(stub.address)?;
    let server = Server::start(
        &database,
        vec![
            ("INKSTONE__MAIL__TIMEOUT_S", "2".to_owned()),
            ("INKSTONE__NOTIFICATIONS__RETRY_MS", "200".to_owned()),
            ("INKSTONE__NOTIFICATIONS__RETRY_MAX_MS", "1000".to_owned()),
        ],
    )?;
    let owner = server.login()?;
    let smtp = json!({
        "host": "127.0.0.1",
        "port": proxy.port(),
        "user": "blog@example.org",
        "pass": "secret",
        "secure": false,
    });
    server.json("PUT", "/admin/settings/email-notify", &owner, &json!({ "smtp": smtp }))?;
    let settings = json!({ "adminEmail": "owner@example.org" });
    server.json("PUT", "/admin/settings/comments", &owner, &settings)?;

    let mut rows = Vec::new();
    for (how, way) in WAYS {
        let before = stub.accepted();
        let scenario = Scenario {
            fault: &format!("mail server {how} for 4 s"),
            server: &server,
            clients: Clients { writers: 1, readers: 4, pause: Duration::from_millis(50) },
            bounds: BOUNDS,
        };
        let mut row = scenario.run(|| {
            proxy.set(way);
            thread::sleep(DEAD);
            proxy.set(Way::Open);
            Ok(())
        })?;
        let waiting = || {
            let outbox =
                server.json("GET", "/api/inkstone/outbox?state=waiting", &owner, &Value::Null);
            outbox.is_ok_and(|found| found["messages"].as_array().is_some_and(Vec::is_empty))
        };
        if wait(Instant::now(), waiting).is_none() {
            row.problems.push("messages still wait".to_owned());
        }
        // The comments of the page, and the one with which recovery was found out.
        let (comments, mails) = (row.comments + 1, stub.accepted() - before);
        row.note = format!("{mails} mails for {comments} comments");
        if mails < comments {
            row.problems.push("mails are missing".to_owned());
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A backup is uploaded meanwhile, and again afterwards.
pub(crate) fn s3(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "s3")?;
    let bucket = Bucket::default();
    let proxy = Proxy::start(bucket.serve()?)?;
    let server = Server::start(&database, Vec::new())?;
    let owner = server.login()?;
    let settings = json!({
        "endpoint": format!("http://127.0.0.1:{}", proxy.port()),
        "accessKeyId": "id",
        "secretAccessKey": "secret",
        "bucket": "blog",
        "region": "",
    });
    server.json("PUT", "/admin/settings/s3", &owner, &settings)?;
    let upload = || server.send("POST", "/admin/backup/s3", &owner, &json!({}));

    let mut rows = Vec::new();
    for (how, way) in WAYS {
        let scenario = Scenario {
            fault: &format!("bucket {how} during an upload"),
            server: &server,
            clients: Clients { pause: Duration::from_millis(50), ..Clients::default() },
            bounds: BOUNDS,
        };
        let (status, took) = (Cell::new(0), Cell::new(Duration::ZERO));
        let mut row = scenario.run(|| {
            proxy.set(way);
            let started = Instant::now();
            status.set(upload()?.0);
            took.set(started.elapsed());
            // Long enough for others to notice, if they could.
            thread::sleep(DEAD.saturating_sub(started.elapsed()));
            proxy.set(Way::Open);
            Ok(())
        })?;
        if status.get() != 500 {
            row.problems.push(format!("the upload answers {}", status.get()));
        }
        let before = bucket.objects();
        // The proxy may not have noticed yet that it is open again.
        if wait(Instant::now(), || upload().is_ok_and(|(status, _)| status == 200)).is_none()
            || bucket.objects() == before
        {
            row.problems.push("no upload afterwards".to_owned());
        }
        let took = took.get().as_secs_f64();
        row.note = format!("the upload answers {} after {took:.1} s, then succeeds", status.get());
        rows.push(row);
    }
    Ok(rows)
}

/// A post is saved meanwhile.
pub(crate) fn git(place: &Workplace) -> anyhow::Result<Vec<Row>> {
    let database = Backend::Sqlite.database(place, "git")?;
    let repository = Repository::create(place.path("repository"))?;
    let proxy = Proxy::start(repository.serve()?)?;
    let server = Server::start(
        &database,
        vec![
            ("INKSTONE__CONTENT__RETRY_S", "1".to_owned()),
            ("INKSTONE__CONTENT__TIMEOUT_S", "3".to_owned()),
        ],
    )?;
    let owner = server.login()?;
    set_provider(&server, &owner, &format!("http://127.0.0.1:{}/blog.git", proxy.port()))?;

    let mut rows = Vec::new();
    for (how, way) in WAYS {
        let scenario = Scenario {
            fault: &format!("Git remote {how} for 4 s"),
            server: &server,
            clients: Clients { pause: Duration::from_millis(50), ..Clients::default() },
            bounds: BOUNDS,
        };
        let path = format!("source/_posts/{}.md", how.replace(' ', "-"));
        let (saved, took) = (RefCell::new(Value::Null), Cell::new(Duration::ZERO));
        let mut row = scenario.run(|| {
            proxy.set(way);
            let started = Instant::now();
            let file = json!({ "path": path, "content": how, "base": "", "message": "save" });
            *saved.borrow_mut() =
                server.json("PUT", "/api/inkstone/content/file", &owner, &file)?;
            took.set(started.elapsed());
            thread::sleep(DEAD);
            proxy.set(Way::Open);
            Ok(())
        })?;
        let delivery = saved.borrow()["delivery"].clone();
        if delivery != "waiting" {
            row.problems.push(format!("the save says {delivery}"));
        }
        let pushed = || repository.text(&path).is_ok_and(|text| text == how);
        match wait(Instant::now(), pushed) {
            Some(after) => {
                let (took, after) = (took.get().as_secs_f64(), after.as_secs_f64());
                row.note = format!("saved after {took:.1} s (waiting), pushed {after:.1} s later");
            }
            None => row.problems.push("the save was never pushed".to_owned()),
        }
        rows.push(row);
    }
    Ok(rows)
}

fn set_provider(server: &Server, owner: &str, url: &str) -> anyhow::Result<()> {
    let params = json!({
        "url": url, "username": "", "token": "", "branch": "main", "path": "", "config": "Hexo",
    });
    let provider = json!({ "provider": "git", "params": params }).to_string();
    let agent = super::traffic::agent(Duration::from_secs(30));
    let request = agent.post(format!("{}/api/set_hexo", server.url()));
    let mut answer = request.header("authorization", owner).send_form([("provider", provider)])?;
    let said: Value = answer.body_mut().read_json().context("the provider was not set")?;
    ensure!(said["status"] == true, "the provider was not set: {said}");
    Ok(())
}
