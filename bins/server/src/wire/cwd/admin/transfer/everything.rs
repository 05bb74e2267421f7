//! Statistics alone, and everything at once (contract cwd, 12.1 and 12.2).

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use inkstone_storage::Store;
use serde_json::Value;

use super::{
    super::super::{Body, Error, Said, input::Query, message},
    file, read, written,
};
use crate::{
    backup::{self, Contents},
    blocking::blocking,
    clock,
    config::ServerKey,
    failure::Failure,
    owner_settings::OwnerSettings,
    services::Stats,
    verification::Verification,
    wire::error::OrSay as _,
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
pub(super) async fn import_stats(
    stats: Data<Stats>,
    key: Data<ServerKey>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let import = move || {
        let Contents { records, .. } = read(&body, &key)?;
        let count = records.count();
        stats.import(records)?;
        Ok::<_, Failure>(count)
    };
    let count = blocking(import).await.or_say("导入统计数据失败")?;
    Ok(message(format!("成功导入 {count} 条统计数据")))
}

/// `GET /admin/export/backup`.
pub(super) async fn export_all(store: Data<Store>) -> Result<HttpResponse, Error> {
    let export = move || written(|json| backup::everything(&store, None, clock::now(), json));
    Ok(file(blocking(export).await.or_say("全量导出失败")?))
}

/// `POST /admin/import/backup`: all parts in one transaction.
pub(super) async fn import_all(
    store: Data<Store>,
    settings: Data<OwnerSettings>,
    verification: Data<Verification>,
    key: Data<ServerKey>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let _turn = verification.turn().await?;
    let import = move || {
        let Contents { batch, entries, records, .. } = read(&body, &key)?;
        drop(body);
        let (comments, changes) = (batch.comments.len(), entries.into_changes(rand::random()));
        let (settings_count, rows) = (changes.len(), records.count());
        let (imported, _) = store.restore(batch.comments, changes, records)?;
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
