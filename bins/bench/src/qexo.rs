//! The rows of the Qexo API.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::{
    Scale, ceiling,
    inkstone::{self, Backend, OWNER, PASSWORD, Setup},
    load::{Load, Script},
    process::{Process, Workplace},
    report::{Limit, Report},
    rows::{Row, durable, named, take_turns},
};

/// Links in the measured list.
const FRIENDS: u32 = 50;
/// Talks, of which the first page shows ten.
const TALKS: u32 = 50;

/// Measures the widgets' reads and writes.
pub(crate) fn measure(
    workplace: &Workplace,
    load: &Load,
    backend: &Backend,
    scale: &Scale,
) -> anyhow::Result<Report> {
    let database = backend.database(workplace, "qexo")?;
    let server = inkstone::start(&database, Setup::Visited)?;
    let talks = fill(&server)?;
    let friends = format!("{}/pub/friends/", server.url());
    let (_, compressed) = inkstone::fetch(&friends, "gzip")?;
    let reference = ceiling::start(workplace, &[&compressed])?;
    let row = |name: &str, script, path: &str, limits| Row {
        name: name.to_owned(),
        script,
        url: format!("{}{path}", server.url()),
        headers: vec!["Accept-Encoding: gzip".to_owned()],
        argument: 0,
        same: None,
        limits,
    };
    let rows = [
        Row {
            same: Some("/0"),
            ..row("50 friends, gzip", Script::Read, "/pub/friends/", cached())
        },
        row(
            "10 talks of 50",
            Script::Read,
            "/pub/talks/?page=1&limit=10",
            vec![Limit::RatioAtLeast(0.07)],
        ),
        row("count a page (statistic)", Script::Statistic, "/", durable(backend)),
        row(
            "like a talk",
            Script::LikeTalk,
            &format!("/pub/like_talk/?{}", talks.join(",")),
            durable(backend),
        ),
    ];
    let lines = take_turns(load, &reference, &server, &rows, scale)?;
    Ok(Report { lines: named(backend, lines), figures: Vec::new() })
}

/// The budget of an answer that is kept ready-made.
fn cached() -> Vec<Limit> {
    vec![Limit::RatioAtLeast(0.75), Limit::SameAtLeast(0.9)]
}

/// Fills an empty server as its owner would; answers the ids of the talks.
fn fill(server: &Process) -> anyhow::Result<Vec<String>> {
    let login = [("username", OWNER), ("password", PASSWORD)];
    let opened = post(server, "/api/auth", "", &login)?;
    let token = opened["token"].as_str().context("a session")?;
    let counted = [("allow_statistic", "是"), ("statistic_domains", "blog.example")];
    post(server, "/api/set_statistic", token, &counted)?;
    for number in 1..=FRIENDS {
        let url = format!("https://friend{number}.example/");
        let friend = [
            ("name", format!("Friend {number}")),
            ("image", format!("{url}avatar.png")),
            ("url", url),
            ("description", "Notes on gardens, engines and other things that grow".to_owned()),
        ];
        let friend = friend.each_ref().map(|(name, text)| (*name, text.as_str()));
        post(server, "/pub/add_friend", token, &friend)?;
    }
    let mut talks = Vec::new();
    for number in 1..=TALKS {
        let content = format!("<p>A talk of an ordinary length, written as number {number}.</p>");
        let talk = [("content", content.as_str()), ("tags", "[\"a\",\"b\"]")];
        let saved = post(server, "/pub/save_talk", token, &talk)?;
        talks.push(saved["id"].as_str().context("an id")?.to_owned());
    }
    Ok(talks)
}

fn post(
    server: &Process,
    path: &str,
    token: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<Value> {
    let request = ureq::post(format!("{}{path}", server.url()))
        .header("authorization", format!("Bearer {token}"));
    let mut answer = request.send_form(fields.iter().copied())?;
    let answer: Value = answer.body_mut().read_json()?;
    ensure!(answer["status"] == true, "{path}: {answer}");
    Ok(answer)
}
