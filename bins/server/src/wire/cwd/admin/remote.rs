//! Backups in the owner's S3 bucket (contract cwd, section 13).

use std::io::{self, Read as _};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{self, ContentType},
    rt::task::spawn_blocking,
    web::{Bytes, Data, Json},
};
use futures_util::{Stream, stream::poll_fn};
use inkstone_blobstore::{Download, S3Bucket, S3Object};
use inkstone_storage::Store;
use serde::Serialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::{
    super::{
        Error, Said,
        input::Query,
        message,
        refusal::{KEY_MISSING, Refusal},
    },
    transfer::written,
};
use crate::{
    backup,
    blocking::blocking,
    clock,
    failure::Failure,
    owner_settings::OwnerSettings,
    remote_backup::{PREFIX, RemoteBackupError, RemoteBackups, is_key, key},
    wire::error::OrSay as _,
};

/// The most bytes that are read ahead of a client, times the pieces that wait.
const PIECE_BYTES: usize = 64 * 1024;
const PIECES: usize = 4;

/// A backup that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::BackupMade, examples(json!({
    "file": "cwd-backup-2026-01-07-1767753000000.json",
    "message": "备份成功",
})))]
pub(in crate::wire::cwd) struct UploadedView {
    file: String,
    /// For people.
    message: &'static str,
}

/// The backups in the bucket.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Backups)]
pub(in crate::wire::cwd) struct FilesView {
    files: Vec<FileView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Backup, examples(json!({
    "key": "cwd-backup-2026-01-07-1767753000000.json",
    "lastModified": "2026-01-07T02:30:01.000Z",
    "size": 4096,
})))]
struct FileView {
    key: String,
    last_modified: String,
    /// In bytes.
    size: u64,
}

/// `POST /admin/backup/s3`.
pub(super) async fn upload(
    store: Data<Store>,
    settings: Data<OwnerSettings>,
    remote: Data<RemoteBackups>,
) -> Result<Json<UploadedView>, Error> {
    let waiting = remote.clone();
    let _turn = waiting.turn().await?;
    let upload = move || {
        let bucket = bucket(&settings, &remote)?;
        let now = clock::now();
        let json = if remote.with_secrets {
            written(|json| backup::everything(&store, None, now, json))
        } else {
            written(|json| backup::everything_but_secrets(&store, now, json))
        }?;
        let key = key(now);
        let put = bucket.put(&key, "application/json", &json, clock::now());
        put.map_err(RemoteBackupError::from)?;
        Ok::<_, Failure>(key)
    };
    let file = blocking(upload).await.or_say("S3 备份失败")?;
    Ok(Json(UploadedView { file, message: "备份成功" }))
}

/// `GET /admin/backup/s3/list`, newest first.
pub(super) async fn list(
    settings: Data<OwnerSettings>,
    remote: Data<RemoteBackups>,
) -> Result<Json<FilesView>, Error> {
    let list = move || {
        let listed = bucket(&settings, &remote)?.list(PREFIX, clock::now());
        Ok::<_, Failure>(listed.map_err(RemoteBackupError::from)?)
    };
    let mut objects = blocking(list).await.or_say("获取备份列表失败")?;
    // Others could be neither fetched nor deleted here.
    objects.retain(|object| is_key(&object.key));
    objects.sort_by(|a, b| (b.modified, &b.key).cmp(&(a.modified, &a.key)));
    let file = |object: S3Object| FileView {
        last_modified: object.modified.to_string(),
        key: object.key,
        size: object.bytes,
    };
    Ok(Json(FilesView { files: objects.into_iter().map(file).collect() }))
}

/// `GET /admin/backup/s3/download`.
pub(super) async fn download(
    request: HttpRequest,
    settings: Data<OwnerSettings>,
    remote: Data<RemoteBackups>,
) -> Result<HttpResponse, Error> {
    let key = asked_key(&request)?;
    let disposition = format!("attachment; filename=\"{key}\"");
    let get = move || {
        let found = bucket(&settings, &remote)?.get(&key, clock::now());
        Ok::<_, Failure>(found.map_err(RemoteBackupError::from)?)
    };
    let download = blocking(get).await.or_say("下载备份失败")?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(ContentType::json())
        .insert_header((header::CONTENT_DISPOSITION, disposition));
    Ok(match download.bytes {
        Some(bytes) => response.body(SizedStream::new(bytes, pieces(download))),
        None => response.streaming(pieces(download)),
    })
}

/// `DELETE /admin/backup/s3`.
pub(super) async fn delete(
    request: HttpRequest,
    settings: Data<OwnerSettings>,
    remote: Data<RemoteBackups>,
) -> Result<Json<Said>, Error> {
    let key = asked_key(&request)?;
    let delete = move || {
        let deleted = bucket(&settings, &remote)?.delete(&key, clock::now());
        Ok::<_, Failure>(deleted.map_err(RemoteBackupError::from)?)
    };
    blocking(delete).await.or_say("删除备份失败")?;
    Ok(message("删除成功"))
}

fn asked_key(request: &HttpRequest) -> Result<String, Refusal> {
    let query = Query::parse(request.query_string());
    query.get(&["key"]).filter(|key| is_key(key)).map(str::to_owned).ok_or(KEY_MISSING)
}

fn bucket(settings: &OwnerSettings, remote: &RemoteBackups) -> Result<S3Bucket, Failure> {
    Ok(remote.bucket(&settings.all()?.s3)?)
}

/// The object piece by piece, read no faster than the client takes it. Where reading fails, the
/// answer breaks off, so that nobody takes a part for the whole.
fn pieces(mut download: Download) -> impl Stream<Item = io::Result<Bytes>> {
    let (sender, mut pieces) = mpsc::channel(PIECES);
    spawn_blocking(move || {
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let piece = match download.read(&mut piece) {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    Ok(Bytes::from(piece))
                }
                Err(error) => {
                    tracing::warn!(%error, "download of a backup broke off");
                    Err(error)
                }
            };
            let is_broken = piece.is_err();
            // The client may be gone.
            if sender.blocking_send(piece).is_err() || is_broken {
                return;
            }
        }
    });
    poll_fn(move |context| pieces.poll_recv(context))
}
