//! Settings in and out. They hold secrets in clear, except for the admin key: of that the hash
//! goes out, and a key in clear that comes in is hashed (contract cwd, H-03).

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use inkstone_accounts::PasswordHash;
use inkstone_settings::{Change, SECRET_MASK};
use inkstone_storage::Store;
use rand::RngExt as _;
use serde_json::Value;

use super::{
    super::super::{
        Body, Error, message,
        refusal::{CONFIG_INVALID, IMPORT_EMPTY, IMPORT_MALFORMED, Refusal},
    },
    file,
};
use crate::{
    backup, blocking::blocking, owner_settings::OwnerSettings, verification::Verification,
    wire::error::OrSay as _,
};

/// Values by key.
pub(super) type Entries = BTreeMap<String, String>;

const ADMIN_KEY: &str = "comment_admin_key_hash";

/// `GET /admin/export/config`.
pub(super) async fn export(store: Data<Store>) -> Result<HttpResponse, Error> {
    let settings = blocking(move || backup::settings(&store)).await.or_say("导出配置失败")?;
    Ok(file(settings.to_string().into_bytes()))
}

/// `POST /admin/import/config`: an array of entries, or one.
pub(super) async fn import(
    settings: Data<OwnerSettings>,
    verification: Data<Verification>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let entries = entries(&body.bytes)?;
    let _turn = verification.turn().await?;
    let import = move || {
        let changes = changes(entries);
        settings.service().save(&changes).map(|()| changes.len())
    };
    let count = blocking(import).await.or_say("导入配置失败")?;
    Ok(message(format!("成功导入 {count} 条配置")))
}

/// The entries that can be restored; of several with one key the last counts.
fn entries(body: &[u8]) -> Result<Entries, Refusal> {
    let list = match serde_json::from_slice(body) {
        Ok(Value::Array(list)) => list,
        Ok(entry @ Value::Object(_)) => vec![entry],
        _ => return Err(IMPORT_MALFORMED),
    };
    if list.is_empty() {
        return Err(IMPORT_EMPTY);
    }
    let entries = restorable(&list);
    if entries.is_empty() { Err(CONFIG_INVALID) } else { Ok(entries) }
}

/// The entries of a list that can be restored.
pub(super) fn restorable(list: &[Value]) -> Entries {
    list.iter()
        .filter_map(|entry| Some((entry.get("key")?.as_str()?, entry.get("value")?.as_str()?)))
        .filter(|(key, value)| *key != ADMIN_KEY || is_key(value))
        .filter(|(key, value)| Change::restored(key, value).is_some())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// Whether a key in clear, or its hash, is one that a client could present.
fn is_key(value: &str) -> bool {
    const MAX_BYTES: usize = 4096;
    !value.trim().is_empty() && value.len() <= MAX_BYTES && !value.contains(SECRET_MASK)
}

/// What restores them.
pub(super) fn changes(mut entries: Entries) -> Vec<Change> {
    if let Some(key) = entries.get_mut(ADMIN_KEY)
        && PasswordHash::parse(key).is_none()
    {
        let salt = rand::rng().random();
        PasswordHash::create(key.trim(), salt).as_str().clone_into(key);
    }
    entries.iter().filter_map(|(key, value)| Change::restored(key, value)).collect()
}
