//! Moving everything in and out (contract cwd, section 12).

mod configuration;
mod everything;

use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::header::ContentType,
    web::{self, Data, Json, ServiceConfig},
};
use inkstone_comments::{Batch, ImportOptions, read_document};
use inkstone_storage::Store;
use serde_json::Value;

use super::super::{
    Body, Error,
    input::Query,
    message,
    refusal::{IMPORT_EMPTY, IMPORT_MALFORMED},
};
use crate::{
    backup, blocking::blocking, body::BodyLimit, clock, failure::Failure, services::Comments,
    wire::error::OrSay as _,
};

/// Registers the routes; those of imports accept bodies up to `limit`.
pub(in crate::wire::cwd) fn routes(app: &mut ServiceConfig, limit: BodyLimit) {
    let import = |path: &str| web::resource(path).guard(guard::Post()).app_data(limit);
    app.route("/comments/export", web::get().to(export_comments))
        .service(import("/comments/import").to(import_comments))
        .route("/export/config", web::get().to(configuration::export))
        .service(import("/import/config").to(configuration::import))
        .route("/export/stats", web::get().to(everything::export_stats))
        .service(import("/import/stats").to(everything::import_stats))
        .route("/export/backup", web::get().to(everything::export_all))
        .service(import("/import/backup").to(everything::import_all));
}

/// `GET /admin/comments/export`.
async fn export_comments(request: HttpRequest, store: Data<Store>) -> Result<HttpResponse, Error> {
    let site = Query::parse(request.query_string()).export_site()?;
    let export = move || backup::comments(&store, site.as_ref());
    Ok(file(blocking(export).await.or_say("导出失败")?))
}

/// `POST /admin/comments/import`: an array in any known format, or one comment.
async fn import_comments(comments: Data<Comments>, body: Body) -> Result<Json<Value>, Error> {
    let import = move || {
        let batch = read(&body.bytes)?;
        if batch.items == 0 {
            return Err(IMPORT_EMPTY.into());
        }
        let imported = comments.import(batch.comments)?;
        Ok::<_, Failure>(imported.inserted + imported.updated)
    };
    let count = blocking(import).await.or_say("导入失败")?;
    Ok(message(format!("成功导入 {count} 条评论")))
}

fn read(document: &[u8]) -> Result<Batch, Failure> {
    let options = ImportOptions { format: None, site: None, now: clock::now() };
    let batch = read_document(document, &options).map_err(|_| IMPORT_MALFORMED)?;
    for (reason, skipped) in &batch.skipped {
        let (reason, count, first) = (reason.as_str(), skipped.count, skipped.items.first());
        tracing::warn!(reason, count, first, "left out items of an import");
    }
    Ok(batch)
}

fn file(json: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(json)
}
