//! How comments are taken and shown (contract cwd, 3.5).

use actix_web::web::{Data, Json};
use inkstone_accounts::PasswordHash;
use inkstone_settings::{CommentPatch, DisplayPatch, FeaturePatch};
use rand::RngExt as _;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    super::{
        Body, Error, Said,
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

/// How comments are taken and shown.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::CommentSettings, examples(json!({
    "adminBadge": "博主",
    "adminEmail": "ann@example.org",
    "adminEnabled": true,
    "adminKey": null,
    "adminKeySet": true,
    "allowedDomains": [],
    "avatarPrefix": null,
    "blockedEmails": ["spam@example.net"],
    "blockedIps": ["203.0.113.9"],
    "requireReview": false,
})))]
pub(in crate::wire::cwd) struct CommentsView {
    admin_badge: Option<String>,
    admin_email: Option<String>,
    admin_enabled: bool,
    /// Always null: only its hash is kept.
    admin_key: Option<String>,
    admin_key_set: bool,
    allowed_domains: Vec<String>,
    avatar_prefix: Option<String>,
    blocked_emails: Vec<String>,
    blocked_ips: Vec<String>,
    require_review: bool,
}

/// What the widget and the panel show.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::FeatureSettings, examples(json!({
    "enableArticleLike": true,
    "enableCommentLike": true,
    "enableImageLightbox": false,
    "widgetLanguage": "zh-CN",
})))]
pub(in crate::wire::cwd) struct FeaturesView {
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_placeholder: Option<String>,
    enable_article_like: bool,
    enable_comment_like: bool,
    enable_image_lightbox: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    visible_domains: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    widget_language: Option<String>,
}

/// How the panel looks.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::DisplaySettings, examples(json!({ "layoutTitle": "My blog" })))]
pub(in crate::wire::cwd) struct DisplayView {
    layout_title: String,
}

/// `GET /admin/settings/comments`; the key never leaves, for only its hash is kept.
pub(super) async fn comments(settings: Data<OwnerSettings>) -> Result<Json<CommentsView>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载评论配置失败")?;
    let comments = settings.comments.clone();
    Ok(Json(CommentsView {
        admin_badge: comments.admin_badge,
        admin_email: comments.admin_email,
        admin_enabled: comments.admin_enabled,
        admin_key: None,
        admin_key_set: comments.admin_key_hash.is_some(),
        allowed_domains: comments.allowed_domains,
        avatar_prefix: comments.avatar_prefix,
        blocked_emails: comments.blocked_emails,
        blocked_ips: comments.blocked_ips,
        require_review: comments.require_review,
    }))
}

/// `PUT /admin/settings/comments`; absent members stay as they are (D-28).
pub(super) async fn update_comments(
    settings: Data<OwnerSettings>,
    verification: Data<Verification>,
    body: Body,
) -> Result<Json<Said>, Error> {
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
pub(super) async fn features(settings: Data<OwnerSettings>) -> Result<Json<FeaturesView>, Error> {
    let settings =
        blocking(move || settings.all()).await.or_say("Failed to load feature settings")?;
    let features = settings.features.clone();
    Ok(Json(FeaturesView {
        admin_language: features.admin_language,
        comment_placeholder: features.placeholder,
        enable_article_like: features.article_like,
        enable_comment_like: features.comment_like,
        enable_image_lightbox: features.image_lightbox,
        visible_domains: features.visible_domains,
        widget_language: features.widget_language,
    }))
}

/// `PUT /admin/settings/features`; members of other types are left out.
pub(super) async fn update_features(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Said>, Error> {
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
pub(super) async fn display(settings: Data<OwnerSettings>) -> Result<Json<DisplayView>, Error> {
    let settings = blocking(move || settings.all()).await.or_say("加载显示配置失败")?;
    Ok(Json(DisplayView { layout_title: settings.display.layout_title.clone() }))
}

/// `PUT /admin/settings/admin-display`.
pub(super) async fn update_display(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let patch = DisplayPatch { layout_title: clearable_text(&members, "layoutTitle")? };
    blocking(move || settings.service().update_display(&patch)).await.or_say(SAVE_FAILED)?;
    Ok(message(SAVED))
}
