//! How comments are taken and shown (contract cwd, 3.5).

use actix_web::web::{Data, Json};
use inkstone_accounts::PasswordHash;
use inkstone_settings::{CommentPatch, DisplayPatch, FeaturePatch};
use rand::RngExt as _;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    super::{
        Body, Error,
        input::Members,
        message,
        refusal::{INVALID_JSON, Refusal},
    },
    comments::split_list,
};
use crate::{
    blocking::blocking, owner_settings::OwnerSettings, verification::Verification,
    wire::error::OrSay as _,
};

pub(super) const SAVED: &str = "保存成功";
pub(super) const SAVE_FAILED: &str = "保存失败";

/// `GET /admin/settings/comments`; the key never leaves, for only its hash is kept.
pub(super) async fn comments(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载评论配置失败")?;
    let comments = &settings.comments;
    Ok(Json(json!({
        "adminEmail": comments.admin_email,
        "adminBadge": comments.admin_badge,
        "avatarPrefix": comments.avatar_prefix,
        "adminEnabled": comments.admin_enabled,
        "allowedDomains": comments.allowed_domains,
        "requireReview": comments.require_review,
        "blockedIps": comments.blocked_ips,
        "blockedEmails": comments.blocked_emails,
        "adminKey": null,
        "adminKeySet": comments.admin_key_hash.is_some(),
    })))
}

/// `PUT /admin/settings/comments`; absent members stay as they are (D-28).
pub(super) async fn update_comments(
    settings: Data<OwnerSettings>,
    verification: Data<Verification>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let key = members.only_text(&["adminKey"]).map_err(|_| INVALID_JSON)?;
    let key = key.map(|key| SecretString::from(key.trim()));
    let mut patch = comment_patch(&members)?;
    let _turn = match key {
        Some(_) => Some(verification.turn().await?),
        None => None,
    };
    let save = move || {
        patch.admin_key_hash = key.map(hashed);
        settings.service().update_comments(&patch)
    };
    blocking(save).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}

fn comment_patch(members: &Members) -> Result<CommentPatch, Refusal> {
    Ok(CommentPatch {
        admin_email: clearable_text(members, "adminEmail")?,
        admin_badge: clearable_text(members, "adminBadge")?,
        avatar_prefix: clearable_text(members, "avatarPrefix")?,
        admin_enabled: flag(members, "adminEnabled")?,
        allowed_domains: list(members, "allowedDomains")?,
        require_review: flag(members, "requireReview")?,
        blocked_ips: list(members, "blockedIps")?,
        blocked_emails: list(members, "blockedEmails")?,
        admin_key_hash: None,
    })
}

/// An empty key stays empty, which clears the one that is set.
fn hashed(key: SecretString) -> SecretString {
    use secrecy::ExposeSecret as _;
    if key.expose_secret().is_empty() {
        return key;
    }
    let hash = PasswordHash::create(key.expose_secret(), rand::rng().random());
    hash.as_str().into()
}

/// `null` clears like an empty text.
pub(super) fn clearable_text(members: &Members, name: &str) -> Result<Option<String>, Refusal> {
    let text = members.only_text(&[name]).map_err(|_| INVALID_JSON)?;
    Ok(members.has(name).then(|| text.unwrap_or_default().to_owned()))
}

/// On and off in the spellings of the panel and its predecessors.
pub(super) fn flag(members: &Members, name: &str) -> Result<Option<bool>, Refusal> {
    match members.get(&[name]) {
        None => Ok(None),
        Some(Value::Bool(on)) => Ok(Some(*on)),
        Some(value) if *value == json!(1) || *value == json!("1") => Ok(Some(true)),
        Some(value) if *value == json!(0) || *value == json!("0") || *value == json!("") => {
            Ok(Some(false))
        }
        Some(_) => Err(INVALID_JSON),
    }
}

fn list(members: &Members, name: &str) -> Result<Option<Vec<String>>, Refusal> {
    match members.get(&[name]) {
        None => Ok(members.has(name).then(Vec::new)),
        Some(Value::String(text)) => Ok(Some(split_list(text))),
        Some(Value::Array(entries)) => {
            let texts = entries.iter().map(|entry| entry.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map(Some).ok_or(INVALID_JSON)
        }
        Some(_) => Err(INVALID_JSON),
    }
}

/// `GET /admin/settings/features`.
pub(super) async fn features(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings =
        blocking(move || settings.all()).await.or_say("Failed to load feature settings")?;
    let features = &settings.features;
    let mut view = json!({
        "enableCommentLike": features.comment_like,
        "enableArticleLike": features.article_like,
        "enableImageLightbox": features.image_lightbox,
    });
    for (name, value) in [
        ("commentPlaceholder", features.placeholder.as_ref().map(|text| json!(text))),
        ("visibleDomains", features.visible_domains.as_ref().map(|sites| json!(sites))),
        ("adminLanguage", features.admin_language.as_ref().map(|code| json!(code))),
        ("widgetLanguage", features.widget_language.as_ref().map(|code| json!(code))),
    ] {
        if let Some(value) = value {
            view[name] = value;
        }
    }
    Ok(Json(view))
}

/// `PUT /admin/settings/features`; members of other types are left out.
pub(super) async fn update_features(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let flag = |name: &str| members.get(&[name]).and_then(Value::as_bool);
    let text = |name: &str| members.text(&[name]).map(str::to_owned);
    let sites = members
        .get(&["visibleDomains"])
        .and_then(Value::as_array)
        .map(|sites| sites.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    let patch = FeaturePatch {
        comment_like: flag("enableCommentLike"),
        article_like: flag("enableArticleLike"),
        image_lightbox: flag("enableImageLightbox"),
        placeholder: text("commentPlaceholder"),
        visible_domains: sites,
        admin_language: text("adminLanguage"),
        widget_language: text("widgetLanguage"),
    };
    blocking(move || settings.service().update_features(&patch))
        .await
        .or_say("Failed to save feature settings")?;
    Ok(message("保存成功！"))
}

/// `GET /admin/settings/admin-display`.
pub(super) async fn display(settings: Data<OwnerSettings>) -> Result<Json<Value>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载显示配置失败")?;
    Ok(Json(json!({ "layoutTitle": settings.display.layout_title })))
}

/// `PUT /admin/settings/admin-display`.
pub(super) async fn update_display(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let patch = DisplayPatch { layout_title: clearable_text(&members, "layoutTitle")? };
    blocking(move || settings.service().update_display(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}
