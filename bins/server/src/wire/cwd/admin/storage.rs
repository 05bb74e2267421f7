//! Where backups are uploaded to (contract cwd, 3.5).

use actix_web::web::{Data, Json};
use inkstone_settings::{S3Patch, SECRET_MASK};
use serde_json::{Value, json};

use super::{
    super::{Body, Error, input::Members, message, refusal::INVALID_JSON},
    settings::{SAVE_FAILED, SAVED},
};
use crate::{blocking::blocking, owner_settings::OwnerSettings, wire::error::OrSay as _};

/// `GET /admin/settings/s3`; the secret is masked.
pub(super) async fn read(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载 S3 配置失败")?;
    let s3 = &settings.s3;
    let mask = if s3.secret_access_key.is_some() { SECRET_MASK } else { "" };
    Ok(Json(json!({
        "endpoint": s3.endpoint,
        "accessKeyId": s3.access_key_id,
        "secretAccessKey": mask,
        "bucket": s3.bucket,
        "region": s3.region,
    })))
}

/// `PUT /admin/settings/s3`; what is no text is removed.
pub(super) async fn update(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Value>, Error> {
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
