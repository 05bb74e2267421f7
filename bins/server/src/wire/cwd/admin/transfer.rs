//! Moving everything in and out (contract cwd, section 12).

mod configuration;
mod everything;

use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::header::ContentType,
    web::{self, Data, Json, ServiceConfig},
};
use inkstone_comments::{Batch, DocumentError, Shape, read_document};
use inkstone_storage::Store;

use super::super::{
    Body, Error, Said,
    input::Query,
    message,
    refusal::{IMPORT_EMPTY, IMPORT_MALFORMED},
};
use crate::{
    backup::{self, Contents, ExportError, contents},
    blocking::blocking,
    body::BodyLimit,
    clock,
    config::ServerKey,
    failure::Failure,
    output,
    services::Comments,
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
    let export = move || written(|json| backup::comments(&store, site.as_ref(), json));
    Ok(file(blocking(export).await.or_say("导出失败")?))
}

/// `POST /admin/comments/import`: an array in any known format, or one comment.
async fn import_comments(comments: Data<Comments>, body: Body) -> Result<Json<Said>, Error> {
    let import = move || {
        let options = contents::options(None, None, clock::now());
        let batch = read_document(&*body.bytes, &options, &mut |_, _| {})
            .map_err(|error| malformed(&error))?;
        drop(body);
        tell(&batch);
        if batch.items == 0 {
            return Err(IMPORT_EMPTY.into());
        }
        let imported = comments.import(batch.comments)?;
        Ok::<_, Failure>(imported.inserted + imported.updated)
    };
    let count = blocking(import).await.or_say("导入失败")?;
    Ok(message(format!("成功导入 {count} 条评论")))
}

/// The backup, or a part of one, in the body of a request.
fn read(body: &Body, key: &ServerKey) -> Result<Contents, Failure> {
    let options = contents::options(None, None, clock::now());
    let contents =
        contents::read(&*body.bytes, &options, key).map_err(|error| malformed(&error))?;
    // An object without any list is a backup of which every part is missing.
    let nothing = contents.batch.shape == Shape::Item && contents.batch.comments.is_empty();
    if contents.batch.shape != Shape::Lists && !nothing {
        return Err(IMPORT_MALFORMED.into());
    }
    tell(&contents.batch);
    for ((list, reason), count) in &contents.left_out {
        tracing::warn!(list, reason, count, "left out rows of an import");
    }
    Ok(contents)
}

/// What is wrong with a document; the owner finds it in the log.
fn malformed(error: &DocumentError) -> Failure {
    let cause = output::chain(error);
    tracing::warn!(cause, "refused an import");
    IMPORT_MALFORMED.into()
}

fn tell(batch: &Batch) {
    for (reason, skipped) in &batch.skipped {
        let (reason, count, first) = (reason.as_str(), skipped.count, skipped.items.first());
        tracing::warn!(reason, count, first, "left out items of an import");
    }
}

/// What `write` writes.
pub(super) fn written(
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), ExportError>,
) -> Result<Vec<u8>, ExportError> {
    let mut json = Vec::new();
    write(&mut json).map(|()| json)
}

fn file(json: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(json)
}
