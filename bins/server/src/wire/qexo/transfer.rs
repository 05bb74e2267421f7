//! `POST /migrate`: everything out, and in (contract qexo, section 11).

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, ContentType},
    web::Data,
};
use inkstone_storage::{
    Store,
    qexo::{Imported, Moved},
};
use inkstone_vocab::{Fault, FaultKind, ImportMode};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{call::Call, error::Error, message::Message, parameters::Parameter};
use crate::{
    backup::ExportError,
    blocking::blocking,
    config::ServerKey,
    failure::Failure,
    output,
    owner_settings::OwnerSettings,
    qexo_file::{self, DocumentError, List, Reading, Report, read_document, read_list},
};

/// What an import has done.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Imported, examples(json!({
    "imported": { "friends": { "added": 3, "removed": 1, "replaced": 0 } },
    "report": ["Left out of talks, no content: 1 (item 4)"],
})))]
pub(super) struct ImportedView {
    /// By list.
    imported: BTreeMap<&'static str, MovedView>,
    /// What was left out or changed.
    report: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Moved)]
struct MovedView {
    added: u64,
    removed: u64,
    replaced: u64,
}

/// `type=export`: the file; `type=import`: all lists of one, in `data`; `type=import_friends` and
/// the like: one list, a JSON array in `data`. They replace what is there, unless `mode=merge`.
pub(super) async fn migrate(
    call: Call,
    store: Data<Store>,
    settings: Data<OwnerSettings>,
    key: Data<ServerKey>,
) -> Result<HttpResponse, Error> {
    let kind = call.required("type")?.into_owned();
    let list = match kind.strip_prefix("import_").map(List::of) {
        _ if kind == "export" => return export(store).await,
        _ if kind == "import" => None,
        Some(Some(list)) => Some(list),
        _ => return Err(Error::invalid("type")),
    };
    let mode = match call.filled("mode")?.as_deref() {
        None | Some("replace") => ImportMode::Replace,
        Some("merge") => ImportMode::Merge,
        Some(_) => return Err(Error::invalid("mode")),
    };
    let data = match call.parameters().body("data").ok_or_else(|| Error::missing("data"))? {
        Parameter::Text(text) => text.to_owned(),
        Parameter::Json(Value::String(text)) => text.clone(),
        Parameter::Json(value) => value.to_string(),
    };
    let import = move || {
        let mut reading = Reading::new(&key);
        match list {
            Some(list) => read_list(&data, list, &mut reading),
            None => read_document(data.as_bytes(), &mut reading),
        }
        .map_err(|error| refused(&error))?;
        drop(data);
        let (contents, report) = reading.finish();
        for line in report.lines() {
            tracing::warn!(line, "could not import everything as it is");
        }
        let imported = store.import_qexo(contents, mode)?;
        settings.restored();
        Ok::<_, Failure>((imported, report))
    };
    let (imported, report) = blocking(import).await?;
    Ok(HttpResponse::Ok().json(call.done_with(&Message::SaveSuccess, told(&imported, &report)).0))
}

async fn export(store: Data<Store>) -> Result<HttpResponse, Error> {
    let json = blocking(move || {
        let mut json = Vec::new();
        qexo_file::write(&store, &mut json)?;
        Ok::<_, ExportError>(json)
    });
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((CONTENT_DISPOSITION, r#"attachment; filename="qexo-export.json""#))
        .body(json.await?))
}

/// What was done, and what could not be.
fn told(imported: &Imported, report: &Report) -> ImportedView {
    let Imported { settings, images, friends, notices, fields, visitors, views, talks } = imported;
    let mut done = BTreeMap::new();
    for (list, moved) in [
        (List::Settings, settings),
        (List::Images, images),
        (List::Friends, friends),
        (List::Notifications, notices),
        (List::Custom, fields),
        (List::Uv, visitors),
        (List::Pv, views),
        (List::Talks, talks),
    ] {
        if let Some(Moved { added, replaced, removed }) = *moved {
            done.insert(list.key(), MovedView { added, removed, replaced });
        }
    }
    ImportedView { imported: done, report: report.lines() }
}

/// What was sent is no export; the owner finds the reason in the log.
fn refused(error: &DocumentError) -> Failure {
    let cause = output::chain(error);
    tracing::warn!(cause, "refused an import");
    Refused.into()
}

/// What was sent is no export.
#[derive(Debug, thiserror::Error)]
#[error("data is no export")]
struct Refused;

impl Fault for Refused {
    fn kind(&self) -> FaultKind {
        FaultKind::Invalid
    }

    fn code(&self) -> &'static str {
        "data"
    }
}
