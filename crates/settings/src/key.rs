//! The names under which settings are stored (contract cwd, 9.2).

use crate::qexo;

pub(crate) const ADMIN_EMAIL: &str = "comment_admin_email";
pub(crate) const ADMIN_BADGE: &str = "comment_admin_badge";
pub(crate) const AVATAR_PREFIX: &str = "comment_avatar_prefix";
pub(crate) const ADMIN_ENABLED: &str = "comment_admin_enabled";
pub(crate) const ALLOWED_DOMAINS: &str = "comment_allowed_domains";
pub(crate) const ADMIN_KEY_HASH: &str = "comment_admin_key_hash";
pub(crate) const REQUIRE_REVIEW: &str = "comment_require_review";
pub(crate) const BLOCKED_IPS: &str = "comment_blocked_ips";
pub(crate) const BLOCKED_EMAILS: &str = "comment_blocked_emails";
pub(crate) const COMMENT_LIKE: &str = "comment_feature_comment_like";
pub(crate) const ARTICLE_LIKE: &str = "comment_feature_article_like";
pub(crate) const IMAGE_LIGHTBOX: &str = "comment_feature_image_lightbox";
pub(crate) const PLACEHOLDER: &str = "comment_feature_placeholder";
pub(crate) const VISIBLE_DOMAINS: &str = "admin_visible_domains";
pub(crate) const ADMIN_LANGUAGE: &str = "admin_language";
pub(crate) const WIDGET_LANGUAGE: &str = "widget_language";
pub(crate) const NOTIFY_ADDRESS: &str = "admin_notify_email";
pub(crate) const NOTIFY_ENABLED: &str = "email_notify_enabled";
pub(crate) const SMTP_HOST: &str = "email_smtp_host";
pub(crate) const SMTP_PORT: &str = "email_smtp_port";
pub(crate) const SMTP_USER: &str = "email_smtp_user";
pub(crate) const SMTP_PASSWORD: &str = "email_smtp_pass";
pub(crate) const SMTP_SECURE: &str = "email_smtp_secure";
pub(crate) const TEMPLATE_REPLY: &str = "email_template_reply";
pub(crate) const TEMPLATE_ADMIN: &str = "email_template_admin";
pub(crate) const TELEGRAM_TOKEN: &str = "telegram_bot_token";
pub(crate) const TELEGRAM_CHAT: &str = "telegram_chat_id";
pub(crate) const TELEGRAM_ENABLED: &str = "telegram_notify_enabled";
pub(crate) const S3: &str = "s3_config";
pub(crate) const DISPLAY: &str = "admin_display_config";

/// Every key of the CWD comment system: what its exports show and its imports change.
pub const KEYS: &[&str] = &[
    ADMIN_EMAIL,
    ADMIN_BADGE,
    AVATAR_PREFIX,
    ADMIN_ENABLED,
    ALLOWED_DOMAINS,
    ADMIN_KEY_HASH,
    REQUIRE_REVIEW,
    BLOCKED_IPS,
    BLOCKED_EMAILS,
    COMMENT_LIKE,
    ARTICLE_LIKE,
    IMAGE_LIGHTBOX,
    PLACEHOLDER,
    VISIBLE_DOMAINS,
    ADMIN_LANGUAGE,
    WIDGET_LANGUAGE,
    NOTIFY_ADDRESS,
    NOTIFY_ENABLED,
    SMTP_HOST,
    SMTP_PORT,
    SMTP_USER,
    SMTP_PASSWORD,
    SMTP_SECURE,
    TEMPLATE_REPLY,
    TEMPLATE_ADMIN,
    TELEGRAM_TOKEN,
    TELEGRAM_CHAT,
    TELEGRAM_ENABLED,
    S3,
    DISPLAY,
];

/// What clients are shown instead of a secret, and what they send back to leave it as it is.
pub const SECRET_MASK: &str = "********";

/// Whether the value under `key` is, or holds, a secret: not to be shown, logged or uploaded.
pub fn is_secret(key: &str) -> bool {
    [ADMIN_KEY_HASH, SMTP_PASSWORD, TELEGRAM_TOKEN, S3].contains(&key) || qexo::is_secret(key)
}
