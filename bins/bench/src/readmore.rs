//! The rows of the readmore API.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    Scale, ceiling,
    inkstone::{self, BLOG, Backend, Setup},
    load::{Load, Script},
    process::{Process, Workplace},
    report::{Limit, Report},
    rows::{Row, durable, named, take_turns},
};

/// Measures what open pages ask for.
pub(crate) fn measure(
    workplace: &Workplace,
    load: &Load,
    backend: &Backend,
    scale: &Scale,
) -> anyhow::Result<Report> {
    let database = backend.database(workplace, "readmore")?;
    let server = inkstone::start(&database, Setup::Visited)?;
    let token = token(&server)?;
    let reference = ceiling::start(workplace, &[])?;
    let row = |name: &str, script, argument: &str, limits| Row {
        name: name.to_owned(),
        script,
        url: format!("{}/{argument}", server.url()),
        headers: Vec::new(),
        argument: 0,
        same: None,
        limits,
    };
    let rows = [
        row("check a token", Script::CheckToken, &token, vec![Limit::RatioAtLeast(0.07)]),
        row("give a code, use it", Script::UseCode, "", durable(backend)),
        row("an article was read", Script::ReadArticle, "", durable(backend)),
    ];
    let lines = take_turns(load, &reference, &server, &rows, scale)?;
    Ok(Report { lines: named(backend, lines), figures: Vec::new() })
}

/// A token, as a reader gets it.
fn token(server: &Process) -> anyhow::Result<String> {
    let given = post(server, "generate", &json!({ "blogId": BLOG }))?;
    let typed = json!({ "blogId": BLOG, "code": given["data"]["code"] });
    let unlocked = post(server, "validate", &typed)?;
    Ok(unlocked["data"]["token"].as_str().context("a token")?.to_owned())
}

fn post(server: &Process, name: &str, body: &Value) -> anyhow::Result<Value> {
    let url = format!("{}/api/readmore/captcha/{name}", server.url());
    Ok(ureq::post(url).send_json(body)?.body_mut().read_json()?)
}
