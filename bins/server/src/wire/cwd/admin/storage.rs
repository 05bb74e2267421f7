//! Where backups are uploaded to (contract cwd, 3.5).

use actix_web::web::{Data, Json};
use inkstone_settings::{S3Patch, SECRET_MASK};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{Body, Error, Said, input::Members, message, refusal::INVALID_JSON},
    settings::{SAVE_FAILED, SAVED},
};
use crate::{blocking::blocking, owner_settings::OwnerSettings, wire::error::OrSay as _};

/// Where backups go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::S3Settings, examples(json!({
    "accessKeyId": "AKIA…",
    "bucket": "backups",
    "endpoint": "https://s3.example",
    "region": "auto",
    "secretAccessKey": "******",
})))]
pub(in crate::wire::cwd) struct S3View {
    access_key_id: String,
    bucket: String,
    endpoint: String,
    region: String,
    /// Masked.
    secret_access_key: &'static str,
}

/// `GET /admin/settings/s3`; the secret is masked.
pub(super) async fn read(settings: Data<OwnerSettings>) -> Result<Json<S3View>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载 S3 配置失败")?;
    let s3 = settings.s3.clone();
    Ok(Json(S3View {
        access_key_id: s3.access_key_id,
        bucket: s3.bucket,
        endpoint: s3.endpoint,
        region: s3.region,
        secret_access_key: if s3.secret_access_key.is_some() { SECRET_MASK } else { "" },
    }))
}

/// `PUT /admin/settings/s3`; what is no text is removed.
pub(super) async fn update(settings: Data<OwnerSettings>, body: Body) -> Result<Json<Said>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let text = |name: &str| members.text(&[name]).unwrap_or_default().to_owned();
    let patch = S3Patch {
        endpoint: text("endpoint"),
        access_key_id: text("accessKeyId"),
        secret_access_key: members.text(&["secretAccessKey"]).map(Into::into),
        bucket: text("bucket"),
        region: text("region"),
    };
    blocking(move || settings.service().update_s3(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}
