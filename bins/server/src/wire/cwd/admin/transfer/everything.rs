//! Statistics alone, and everything at once (contract cwd, 12.1 and 12.2).

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use inkstone_comments::Batch;
use inkstone_stats::Records;
use inkstone_storage::Store;
use serde_json::{Map, Value, value::RawValue};

use super::{
    super::super::{Body, Error, input::Query, message, refusal::IMPORT_MALFORMED},
    configuration::{Entries, changes, restorable as restorable_entries},
    file, read,
};
use crate::{
    backup, blocking::blocking, clock, failure::Failure, owner_settings::OwnerSettings,
    services::Stats, verification::Verification, wire::error::OrSay as _,
};

/// `GET /admin/export/stats`.
pub(super) async fn export_stats(
    request: HttpRequest,
    stats: Data<Stats>,
) -> Result<HttpResponse, Error> {
    let site = Query::parse(request.query_string()).export_site()?;
    let records = blocking(move || stats.export(site.as_ref())).await.or_say("导出统计数据失败")?;
    Ok(file(Value::from(backup::statistics::write(&records)).to_string().into_bytes()))
}

/// `POST /admin/import/stats`.
pub(super) async fn import_stats(stats: Data<Stats>, body: Body) -> Result<Json<Value>, Error> {
    let import = move || {
        let members: Map<String, Value> =
            serde_json::from_slice(&body.bytes).map_err(|_| IMPORT_MALFORMED)?;
        let records = backup::statistics::read(&members, clock::now());
        let count = records.count();
        stats.import(records)?;
        Ok::<_, Failure>(count)
    };
    let count = blocking(import).await.or_say("导入统计数据失败")?;
    Ok(message(format!("成功导入 {count} 条统计数据")))
}

/// `GET /admin/export/backup`.
pub(super) async fn export_all(store: Data<Store>) -> Result<HttpResponse, Error> {
    let export = move || backup::everything(&store, None, clock::now());
    Ok(file(blocking(export).await.or_say("全量导出失败")?))
}

/// What a backup holds; every part may be missing.
#[derive(serde::Deserialize)]
struct Parts<'a> {
    #[serde(borrow, default)]
    comments: Option<&'a RawValue>,
    #[serde(default)]
    settings: Option<Vec<Value>>,
    #[serde(default)]
    page_stats: Option<Vec<Value>>,
    #[serde(default)]
    page_visit_daily: Option<Vec<Value>>,
    #[serde(default)]
    likes: Option<Vec<Value>>,
}

/// The same, read.
struct Restorable {
    batch: Batch,
    entries: Entries,
    records: Records,
}

/// `POST /admin/import/backup`: all parts in one transaction.
pub(super) async fn import_all(
    store: Data<Store>,
    settings: Data<OwnerSettings>,
    verification: Data<Verification>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let _turn = verification.turn().await?;
    let import = move || {
        let Restorable { batch, entries, records } = restorable(&body.bytes)?;
        let (comments, changes) = (batch.items, changes(entries));
        let (settings_count, rows) = (changes.len(), records.count());
        let imported = store.restore(batch.comments, changes, records)?;
        settings.restored();
        let stored = imported.inserted + imported.updated;
        let part = |any: bool, text: String| if any { text } else { String::new() };
        let said = [
            part(comments > 0, format!(" 评论 {stored} 条;")),
            part(settings_count > 0, format!(" 配置 {settings_count} 条;")),
            part(rows > 0, format!(" 统计数据 {rows} 条;")),
        ];
        Ok::<_, Failure>(format!("导入结果：{}", said.concat()))
    };
    Ok(message(blocking(import).await.or_say("全量导入失败")?))
}

fn restorable(document: &[u8]) -> Result<Restorable, Failure> {
    // A list would pass for the parts in their order.
    if !document.trim_ascii_start().starts_with(b"{") {
        return Err(IMPORT_MALFORMED.into());
    }
    let parts: Parts<'_> = serde_json::from_slice(document).map_err(|_| IMPORT_MALFORMED)?;
    let batch = match parts.comments {
        Some(list) => read(list.get().as_bytes())?,
        None => Batch::default(),
    };
    let tables = [
        ("page_stats", parts.page_stats),
        ("page_visit_daily", parts.page_visit_daily),
        ("likes", parts.likes),
    ];
    let tables = tables.map(|(name, rows)| (name.to_owned(), rows.unwrap_or_default().into()));
    Ok(Restorable {
        batch,
        entries: restorable_entries(&parts.settings.unwrap_or_default()),
        records: backup::statistics::read(&Map::from_iter(tables), clock::now()),
    })
}
