//! `GET /api/config/comments`: what the widget is told about itself (contract cwd, 2.8).

use actix_web::{HttpRequest, HttpResponse, web::Data};
use inkstone_comments::DEFAULT_AVATAR_PREFIX;
use inkstone_settings::AllSettings;
use serde_json::{Value, json};

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
    let slot = cache.slot("", "configuration");
    if let Some(ready) = cache.get(&slot) {
        return Ok(ready.answer(&request));
    }
    let make = move || {
        let settings = settings.all()?;
        Ok::<_, Failure>(view(&settings).to_string().into_bytes())
    };
    let ready = blocking(move || cache.fill(slot, make)).await.or_say("加载评论配置失败")?;
    Ok(ready.answer(&request))
}

/// Never the key, whether there is one, or who is blocked.
fn view(settings: &AllSettings) -> Value {
    let AllSettings { comments, features, .. } = settings;
    let mut view = json!({
        "adminEmail": comments.admin_email,
        "adminBadge": comments.admin_badge,
        "avatarPrefix": comments.avatar_prefix,
        "avatar": comments.avatar_prefix.as_deref().unwrap_or(DEFAULT_AVATAR_PREFIX),
        "adminEnabled": comments.admin_enabled,
        "allowedDomains": comments.allowed_domains,
        "requireReview": comments.require_review,
        "enableCommentLike": features.comment_like,
        "enableArticleLike": features.article_like,
        "enableImageLightbox": features.image_lightbox,
    });
    for (name, text) in [
        ("commentPlaceholder", &features.placeholder),
        ("widgetLanguage", &features.widget_language),
        ("adminLanguage", &features.admin_language),
    ] {
        if let Some(text) = text {
            view[name] = text.as_str().into();
        }
    }
    view
}
