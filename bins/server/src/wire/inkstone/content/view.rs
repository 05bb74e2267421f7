//! Content in JSON.

use inkstone_content::{Commit, Delivery, Document, DocumentDate, Kind, Saved};
use inkstone_gitstore::{BuildReport, BuildState};
use inkstone_vocab::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

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

/// Which source it is, and how it is with it. Times are milliseconds since the epoch.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Source, examples(json!({
    "build": null,
    "conflict": null,
    "failure": null,
    "layout": "hexo",
    "posts": 42,
    "provider": "github",
    "refreshed": 1_767_753_000_000_i64,
    "waiting": null,
})))]
pub(in crate::wire::inkstone) struct StateView {
    /// The last build, where there are builds.
    build: Option<BuildView>,
    /// The last change that could not be delivered.
    conflict: Option<ConflictView>,
    /// Why the remote did not answer.
    failure: Option<FailureView>,
    layout: String,
    posts: usize,
    provider: String,
    /// When the remote was last looked at.
    refreshed: Option<i64>,
    /// What waits to be delivered.
    waiting: Option<WaitingView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = inkstone::Build)]
struct BuildView {
    /// How many bytes of its output are not kept.
    dropped_bytes: u64,
    output: String,
    /// `running`, `succeeded`, `failed`, `timed_out` or `not_started`.
    state: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Undelivered)]
struct ConflictView {
    at: i64,
    /// Where our version is kept.
    kept: Option<String>,
    path: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Failure)]
struct FailureView {
    at: i64,
    reason: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = inkstone::Waiting)]
struct WaitingView {
    attempts: u32,
    next_attempt: i64,
    reason: String,
    since: i64,
}

impl StateView {
    pub(super) fn of(opened: &Opened) -> Result<Self, ProviderError> {
        let state = opened.state();
        Ok(Self {
            build: opened.last_build().as_ref().map(BuildView::new),
            conflict: state.conflict.map(|conflict| ConflictView {
                at: conflict.at.millis(),
                kept: conflict.kept,
                path: conflict.path,
            }),
            failure: state.failure.map(|(at, reason)| FailureView { at: at.millis(), reason }),
            layout: opened.content.layout().name.clone(),
            posts: opened.count_posts(clock::now())?,
            provider: opened.provider().to_owned(),
            refreshed: state.refreshed.map(Timestamp::millis),
            waiting: state.waiting.map(|waiting| WaitingView {
                attempts: waiting.attempts,
                next_attempt: waiting.next.millis(),
                reason: waiting.reason,
                since: waiting.since.millis(),
            }),
        })
    }
}

impl BuildView {
    fn new(report: &BuildReport) -> Self {
        let state = match report.state {
            BuildState::Running => "running",
            BuildState::Succeeded => "succeeded",
            BuildState::TimedOut => "timed_out",
            BuildState::NotStarted => "not_started",
            // A code, or a signal.
            _ => "failed",
        };
        Self { dropped_bytes: report.dropped_bytes, output: report.output.clone(), state }
    }
}

/// Files of the source.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Documents)]
pub(in crate::wire::inkstone) struct DocumentsView {
    pub(super) documents: Vec<DocumentView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Document, examples(json!({
    "date": "2026-01-07 10:30:00",
    "kind": "post",
    "name": "hello",
    "path": "source/_posts/hello.md",
    "size": 1024,
    "tags": ["life"],
    "title": "Hello",
    "version": "3b18e512",
})))]
pub(super) struct DocumentView {
    date: Option<String>,
    /// `post`, `draft`, `page` or `config`.
    kind: Option<&'static str>,
    name: String,
    path: String,
    /// In bytes.
    size: u64,
    tags: Vec<String>,
    title: Option<String>,
    version: String,
}

impl From<&Document> for DocumentView {
    fn from(document: &Document) -> Self {
        let date = document.date.as_ref().map(|date| match date {
            DocumentDate::Local(time) => time.to_string(),
            DocumentDate::Instant(at) => at.to_string(),
        });
        let kind = KINDS.into_iter().find(|(kind, _)| *kind == document.kind).map(|(_, name)| name);
        Self {
            date,
            kind,
            name: document.name.clone(),
            path: document.path.as_str().to_owned(),
            size: document.size,
            tags: document.tags.clone(),
            title: document.title.clone(),
            version: document.version.as_str().to_owned(),
        }
    }
}

/// A file, now or in one of its versions.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::File, examples(json!({
    "content": "# Hello",
    "path": "source/_posts/hello.md",
    "version": "3b18e512",
})))]
pub(in crate::wire::inkstone) struct FileView {
    pub(super) content: String,
    pub(super) path: String,
    pub(super) version: String,
}

/// Commits that changed a file.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::History)]
pub(in crate::wire::inkstone) struct HistoryView {
    pub(super) commits: Vec<CommitView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Commit, examples(json!({
    "at": 1_767_753_000_000_i64,
    "author": "Ann",
    "revision": "c0ffee00",
    "summary": "Say hello",
    "version": "3b18e512",
})))]
pub(super) struct CommitView {
    /// Milliseconds since the epoch.
    at: i64,
    author: String,
    revision: String,
    summary: String,
    /// Null where it removed the file.
    version: Option<String>,
}

impl From<&Commit> for CommitView {
    fn from(commit: &Commit) -> Self {
        Self {
            at: commit.at.millis(),
            author: commit.author.clone(),
            revision: commit.revision.0.clone(),
            summary: commit.summary.clone(),
            version: commit.version.as_ref().map(|version| version.as_str().to_owned()),
        }
    }
}

/// What has become of an edit.
#[derive(Serialize, ToSchema)]
#[schema(as = inkstone::Saved, examples(json!({
    "changed": true,
    "delivery": "done",
    "path": "source/_posts/hello.md",
    "reason": null,
    "version": "3b18e512",
})))]
pub(in crate::wire::inkstone) struct SavedView {
    changed: bool,
    /// `done`, `building` or `waiting`.
    delivery: &'static str,
    path: String,
    /// Why it waits.
    reason: Option<String>,
    /// The base of the next edit; null when the file is gone.
    version: Option<String>,
}

impl From<Saved> for SavedView {
    fn from(saved: Saved) -> Self {
        let (delivery, reason) = match saved.delivery {
            Delivery::Done => ("done", None),
            Delivery::Building => ("building", None),
            Delivery::Waiting(reason) => ("waiting", Some(reason)),
        };
        Self {
            changed: saved.changed,
            delivery,
            path: saved.path.as_str().to_owned(),
            reason,
            version: saved.version.map(|version| version.as_str().to_owned()),
        }
    }
}
