//! Settings in and out.

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use inkstone_storage::Store;
use serde_json::{Value, value::RawValue};

use super::{
    super::super::{
        Body, Error, Said, message,
        refusal::{CONFIG_INVALID, IMPORT_EMPTY, IMPORT_MALFORMED},
    },
    file,
};
use crate::{
    backup::{self, Entries},
    blocking::blocking,
    failure::Failure,
    owner_settings::OwnerSettings,
    verification::Verification,
    wire::error::OrSay as _,
};

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
) -> Result<Json<Said>, Error> {
    let _turn = verification.turn().await?;
    let import = move || {
        let changes = entries(&body.bytes)?.into_changes(rand::random());
        settings.service().save(&changes)?;
        Ok::<_, Failure>(changes.len())
    };
    let count = blocking(import).await.or_say("导入配置失败")?;
    Ok(message(format!("成功导入 {count} 条配置")))
}

fn entries(body: &[u8]) -> Result<Entries, Failure> {
    let rows: Vec<&RawValue> = match body.trim_ascii_start().first() {
        Some(b'[') => serde_json::from_slice(body).map_err(|_| IMPORT_MALFORMED)?,
        Some(b'{') => vec![serde_json::from_slice(body).map_err(|_| IMPORT_MALFORMED)?],
        _ => return Err(IMPORT_MALFORMED.into()),
    };
    if rows.is_empty() {
        return Err(IMPORT_EMPTY.into());
    }
    let mut entries = Entries::default();
    for row in rows {
        let row: Value = serde_json::from_str(row.get()).unwrap_or(Value::Null);
        if let Err(reason) = entries.push(&row) {
            tracing::warn!(reason, "left out a setting of an import");
        }
    }
    if entries.count() == 0 { Err(CONFIG_INVALID.into()) } else { Ok(entries) }
}
