//! Content in JSON.

use inkstone_content::{Commit, Delivery, Document, DocumentDate, Kind, Saved, Version};
use inkstone_gitstore::{BuildReport, BuildState};
use inkstone_vocab::Timestamp;
use serde_json::{Value, json};

use crate::{
    clock,
    content::{Opened, ProviderError},
};

const KINDS: [(Kind, &str); 4] =
    [(Kind::Post, "post"), (Kind::Draft, "draft"), (Kind::Page, "page"), (Kind::Config, "config")];

/// The kind of this name.
pub(super) fn kind(name: &str) -> Option<Kind> {
    KINDS.into_iter().find(|(_, known)| *known == name).map(|(kind, _)| kind)
}

pub(super) fn state(opened: &Opened) -> Result<Value, ProviderError> {
    let state = opened.state();
    let waiting = state.waiting.map(|waiting| {
        json!({
            "reason": waiting.reason,
            "since": waiting.since.millis(),
            "attempts": waiting.attempts,
            "nextAttempt": waiting.next.millis(),
        })
    });
    let conflict = state.conflict.map(|conflict| {
        json!({ "path": conflict.path, "kept": conflict.kept, "at": conflict.at.millis() })
    });
    let failure = state.failure.map(|(at, reason)| json!({ "reason": reason, "at": at.millis() }));
    Ok(json!({
        "provider": opened.provider(),
        "layout": opened.content.layout().name,
        "posts": opened.count_posts(clock::now())?,
        "refreshed": state.refreshed.map(Timestamp::millis),
        "failure": failure,
        "waiting": waiting,
        "conflict": conflict,
        "build": opened.last_build().as_ref().map(build),
    }))
}

pub(super) fn document(document: &Document) -> Value {
    let date = document.date.as_ref().map(|date| match date {
        DocumentDate::Local(time) => time.to_string(),
        DocumentDate::Instant(at) => at.to_string(),
    });
    let kind = KINDS.into_iter().find(|(kind, _)| *kind == document.kind).map(|(_, name)| name);
    json!({
        "kind": kind,
        "name": document.name,
        "path": document.path.as_str(),
        "version": document.version.as_str(),
        "size": document.size,
        "title": document.title,
        "date": date,
        "tags": document.tags,
    })
}

pub(super) fn commit(commit: &Commit) -> Value {
    json!({
        "revision": commit.revision.0,
        "version": commit.version.as_ref().map(Version::as_str),
        "author": commit.author,
        "at": commit.at.millis(),
        "summary": commit.summary,
    })
}

pub(super) fn saved(saved: &Saved) -> Value {
    let (delivery, reason) = match &saved.delivery {
        Delivery::Done => ("done", None),
        Delivery::Building => ("building", None),
        Delivery::Waiting(reason) => ("waiting", Some(reason)),
    };
    json!({
        "path": saved.path.as_str(),
        "version": saved.version.as_ref().map(Version::as_str),
        "changed": saved.changed,
        "delivery": delivery,
        "reason": reason,
    })
}

fn build(report: &BuildReport) -> Value {
    let state = match report.state {
        BuildState::Running => "running",
        BuildState::Succeeded => "succeeded",
        BuildState::TimedOut => "timed_out",
        BuildState::NotStarted => "not_started",
        // A code, or a signal.
        _ => "failed",
    };
    json!({ "state": state, "output": report.output, "droppedBytes": report.dropped_bytes })
}
