//! The files in which everything moves to another server (contract cwd, 12.1).

pub mod statistics;

use inkstone_comments::{Comment, CommentId, CommentTransfer};
use inkstone_settings::{KEYS, SettingRepository};
use inkstone_stats::StatsTransfer;
use inkstone_storage::Store;
use inkstone_vocab::{RepositoryError, SiteId, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

/// A comment under the names of the original's table (contract cwd, 9.1).
#[derive(Serialize)]
struct CommentRow<'a> {
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

/// The comments of one site, or all, as a JSON array.
pub fn comments(store: &Store, site: Option<&SiteId>) -> Result<Vec<u8>, RepositoryError> {
    let mut json = vec![b'['];
    CommentTransfer::export(store, site, &mut |comment| {
        if json.len() > 1 {
            json.push(b',');
        }
        append(&mut json, &CommentRow::new(&comment));
    })?;
    json.push(b']');
    Ok(json)
}

/// The settings that CWD knows, of the whole server; the admin key is a hash.
pub fn settings(store: &Store) -> Result<Value, RepositoryError> {
    let mut stored = SettingRepository::load(store)?;
    stored.retain(|key, _| KEYS.contains(&key.as_str()));
    Ok(stored.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect())
}

/// Comments and statistics of one site, or all, and all settings, as one JSON object.
pub fn everything(
    store: &Store,
    site: Option<&SiteId>,
    now: Timestamp,
) -> Result<Vec<u8>, RepositoryError> {
    let mut members = statistics::write(&StatsTransfer::export(store, site)?);
    members.insert("settings".to_owned(), settings(store)?);
    let mut json = br#"{"version":"1.0","timestamp":"#.to_vec();
    append(&mut json, &now.millis());
    json.extend_from_slice(br#","comments":"#);
    json.extend(comments(store, site)?);
    for (name, rows) in &members {
        json.push(b',');
        append(&mut json, name);
        json.push(b':');
        append(&mut json, rows);
    }
    json.push(b'}');
    Ok(json)
}

/// Appends `value`, of which every part can be written as JSON.
fn append(json: &mut Vec<u8>, value: &impl Serialize) {
    if let Err(error) = serde_json::to_writer(&mut *json, value) {
        unreachable!("a row without maps is JSON: {error}");
    }
}
