//! The files in which everything moves to another server (contract cwd, 12.1).

pub mod contents;
mod settings;
pub mod statistics;

use std::{
    io::{self, Write},
    mem,
};

use inkstone_comments::{Comment, CommentId, CommentTransfer};
use inkstone_settings::{KEYS, SettingRepository, is_secret};
use inkstone_stats::StatsTransfer;
use inkstone_storage::Store;
use inkstone_vocab::{Fault, FaultKind, RepositoryError, SiteId, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

pub use self::{
    contents::{Contents, LeftOut},
    settings::Entries,
};

/// A comment under the names of the original's table (contract cwd, 9.1).
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::ExportedComment, examples(json!({
    "id": 7,
    "created": 1_767_753_000_000_i64,
    "post_slug": "/posts/hello/",
    "name": "Ann",
    "email": "ann@example.org",
    "url": null,
    "ip_address": "203.0.113.77",
    "device": "Mac",
    "os": "macOS",
    "browser": "Firefox 140",
    "ua": "Mozilla/5.0",
    "content_text": "Well said.",
    "content_html": "<p>Well said.</p>",
    "parent_id": null,
    "likes": 3,
    "priority": 1,
    "status": "approved",
    "site_id": "",
    "post_url": "https://blog.example/posts/hello/",
})))]
pub struct CommentRow<'a> {
    id: i64,
    created: i64,
    post_slug: &'a str,
    name: &'a str,
    email: &'a str,
    url: Option<&'a str>,
    ip_address: Option<&'a str>,
    device: &'a str,
    os: &'a str,
    browser: &'a str,
    ua: &'a str,
    content_text: &'a str,
    content_html: &'a str,
    parent_id: Option<i64>,
    likes: u64,
    priority: u32,
    status: &'static str,
    site_id: &'a str,
    post_url: Option<&'a str>,
}

impl<'a> CommentRow<'a> {
    fn new(comment: &'a Comment) -> Self {
        let agent = &comment.agent;
        Self {
            id: comment.id.get(),
            created: comment.created.millis(),
            post_slug: &comment.slug,
            name: &comment.name,
            email: &comment.email,
            url: comment.website.as_deref(),
            ip_address: comment.address.as_deref(),
            device: &agent.device,
            os: &agent.os,
            browser: &agent.browser,
            ua: &agent.header,
            content_text: &comment.text,
            content_html: &comment.html,
            parent_id: comment.parent.map(CommentId::get),
            likes: comment.likes,
            priority: comment.priority,
            status: comment.status.as_str(),
            site_id: comment.site.as_str(),
            post_url: comment.url.as_deref(),
        }
    }
}

/// Writes the comments of one site, or all, as a JSON array.
pub fn comments(
    store: &Store,
    site: Option<&SiteId>,
    mut output: impl Write,
) -> Result<(), ExportError> {
    output.write_all(b"[")?;
    let (mut first, mut written) = (true, Ok(()));
    CommentTransfer::export(store, site, &mut |comment| {
        if written.is_ok() {
            let comma: &[u8] = if mem::take(&mut first) { b"" } else { b"," };
            written = output
                .write_all(comma)
                .and_then(|()| append(&mut output, &CommentRow::new(&comment)));
        }
    })?;
    written?;
    Ok(output.write_all(b"]")?)
}

/// The settings that CWD knows, of the whole server; the admin key is a hash.
pub fn settings(store: &Store) -> Result<Value, RepositoryError> {
    let mut stored = SettingRepository::load(store)?;
    stored.retain(|key, _| KEYS.contains(&key.as_str()));
    Ok(stored.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect())
}

/// The settings that are no secrets.
fn plain_settings(store: &Store) -> Result<Value, RepositoryError> {
    let stored = SettingRepository::load(store)?;
    let plain = stored.iter().filter(|(key, _)| !is_secret(key));
    Ok(plain.map(|(key, value)| json!({ "key": key, "value": value })).collect())
}

/// Writes comments and statistics of one site, or all, and all settings, as one JSON object.
pub fn everything(
    store: &Store,
    site: Option<&SiteId>,
    now: Timestamp,
    output: impl Write,
) -> Result<(), ExportError> {
    with_settings(&settings(store)?, store, site, now, output)
}

/// The same of all sites, but no secrets: for places that others may look into.
pub fn everything_but_secrets(
    store: &Store,
    now: Timestamp,
    output: impl Write,
) -> Result<(), ExportError> {
    with_settings(&plain_settings(store)?, store, None, now, output)
}

fn with_settings(
    settings: &Value,
    store: &Store,
    site: Option<&SiteId>,
    now: Timestamp,
    mut output: impl Write,
) -> Result<(), ExportError> {
    write!(output, r#"{{"version":"1.0","timestamp":{},"comments":"#, now.millis())?;
    comments(store, site, &mut output)?;
    output.write_all(br#","settings":"#)?;
    append(&mut output, settings)?;
    for (name, rows) in &statistics::write(&StatsTransfer::export(store, site)?) {
        write!(output, r#","{name}":"#)?;
        append(&mut output, rows)?;
    }
    Ok(output.write_all(b"}")?)
}

fn append(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    Ok(serde_json::to_writer(output, value)?)
}

/// Why an export has failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store does not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// Nobody takes it.
    #[error("cannot write the export")]
    Write(#[from] io::Error),
}

impl Fault for ExportError {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Repository(error) => error.kind(),
            Self::Write(_) => FaultKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Repository(error) => error.code(),
            Self::Write(_) => "export_not_written",
        }
    }
}
