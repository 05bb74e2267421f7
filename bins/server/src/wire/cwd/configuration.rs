//! `GET /api/config/comments`: what the widget is told about itself (contract cwd, 2.8).

use actix_web::{HttpRequest, HttpResponse, web::Data};
use inkstone_comments::DEFAULT_AVATAR_PREFIX;
use inkstone_settings::AllSettings;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Error;
use crate::{
    blocking::blocking, cache::ResponseCache, failure::Failure, owner_settings::OwnerSettings,
    wire::error::OrSay as _,
};

pub(super) async fn read(
    request: HttpRequest,
    cache: Data<ResponseCache>,
    settings: Data<OwnerSettings>,
) -> Result<HttpResponse, Error> {
    // Whatever the topic: changed settings clear the whole cache.
    let slot = cache.slot(cache.name("", "configuration"));
    if let Some(ready) = cache.get(&slot) {
        return Ok(ready.answer(&request));
    }
    let make = move || {
        let settings = settings.all()?;
        Ok::<_, Failure>(json!(ConfigurationView::new(&settings)).to_string().into_bytes())
    };
    let ready = blocking(move || cache.fill(slot, make)).await.or_say("加载评论配置失败")?;
    Ok(ready.answer(&request))
}

/// How the widget behaves. Never the key, whether there is one, or who is blocked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = cwd::Configuration, examples(json!({
    "adminBadge": "博主",
    "adminEmail": "ann@example.org",
    "adminEnabled": true,
    "allowedDomains": [],
    "avatar": "https://gravatar.com/avatar",
    "avatarPrefix": null,
    "enableArticleLike": true,
    "enableCommentLike": true,
    "enableImageLightbox": false,
    "requireReview": false,
})))]
#[expect(clippy::struct_excessive_bools, reason = "switches, as the contract has them")]
pub(super) struct ConfigurationView<'a> {
    admin_badge: Option<&'a str>,
    admin_email: Option<&'a str>,
    admin_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_language: Option<&'a str>,
    allowed_domains: &'a [String],
    /// The prefix in force.
    avatar: &'a str,
    /// The prefix that the owner has set.
    avatar_prefix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_placeholder: Option<&'a str>,
    enable_article_like: bool,
    enable_comment_like: bool,
    enable_image_lightbox: bool,
    require_review: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    widget_language: Option<&'a str>,
}

impl<'a> ConfigurationView<'a> {
    fn new(settings: &'a AllSettings) -> Self {
        let AllSettings { comments, features, .. } = settings;
        let prefix = comments.avatar_prefix.as_deref();
        Self {
            admin_badge: comments.admin_badge.as_deref(),
            admin_email: comments.admin_email.as_deref(),
            admin_enabled: comments.admin_enabled,
            admin_language: features.admin_language.as_deref(),
            allowed_domains: &comments.allowed_domains,
            avatar: prefix.unwrap_or(DEFAULT_AVATAR_PREFIX),
            avatar_prefix: prefix,
            comment_placeholder: features.placeholder.as_deref(),
            enable_article_like: features.article_like,
            enable_comment_like: features.comment_like,
            enable_image_lightbox: features.image_lightbox,
            require_review: comments.require_review,
            widget_language: features.widget_language.as_deref(),
        }
    }
}
