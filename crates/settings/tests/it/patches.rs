//! What patches do to the store.

#![expect(clippy::unwrap_used, reason = "fixtures")]

use inkstone_settings::{
    Change, CommentPatch, DisplayPatch, FeaturePatch, MAX_ENTRIES, MAX_ENTRY_CHARS,
    MAX_TEMPLATE_BYTES, MAX_TEXT_CHARS, MailPatch, SECRET_MASK, SettingError, SmtpPatch,
};

type Changes = Result<Vec<Change>, SettingError>;

fn check(changes: Changes, expected: &[(&str, Option<&str>)]) {
    let changes = changes.unwrap();
    let found: Vec<_> =
        changes.iter().map(|change| (change.key, change.value.as_deref())).collect();
    assert_eq!(found, expected);
}

#[test]
fn absent_members_change_nothing() {
    check(CommentPatch::default().changes(), &[]);
    check(FeaturePatch::default().changes(), &[]);
    check(DisplayPatch::default().changes(), &[]);
    check(MailPatch::default().changes(), &[]);
}

#[test]
fn comment_settings_are_cleaned() {
    let patch = CommentPatch {
        admin_email: Some(" boss@x.io ".into()),
        admin_badge: Some("博\0主\n".into()),
        avatar_prefix: Some("https://a.io/".into()),
        admin_enabled: Some(true),
        allowed_domains: Some(vec![" a.io,b.io ".to_owned(), String::new(), "a.io".to_owned()]),
        require_review: Some(false),
        blocked_ips: Some(vec!["::1".to_owned()]),
        blocked_emails: Some(vec!["a@x.io".to_owned()]),
        admin_key_hash: Some("$argon2id$".into()),
    };
    check(
        patch.changes(),
        &[
            ("comment_admin_email", Some("boss@x.io")),
            ("comment_admin_badge", Some("博主")),
            ("comment_avatar_prefix", Some("https://a.io/")),
            ("comment_admin_enabled", Some("1")),
            ("comment_allowed_domains", Some("a.io,b.io")),
            ("comment_require_review", Some("0")),
            ("comment_blocked_ips", Some("::1")),
            ("comment_blocked_emails", Some("a@x.io")),
            ("comment_admin_key_hash", Some("$argon2id$")),
        ],
    );
}

#[test]
fn empty_members_of_comment_settings_are_removed() {
    let patch = CommentPatch {
        admin_email: Some(String::new()),
        admin_badge: Some(" ".into()),
        avatar_prefix: Some(String::new()),
        allowed_domains: Some(Vec::new()),
        blocked_ips: Some(vec![" , ".to_owned()]),
        blocked_emails: Some(Vec::new()),
        admin_key_hash: Some("".into()),
        ..CommentPatch::default()
    };
    let changes = patch.changes().unwrap();
    assert_eq!(changes.len(), 7);
    assert!(changes.iter().all(|change| change.value.is_none()), "{changes:?}");
}

#[test]
fn feature_settings_keep_an_empty_placeholder() {
    let patch = FeaturePatch {
        comment_like: Some(false),
        article_like: Some(true),
        image_lightbox: Some(true),
        placeholder: Some("  ".into()),
        visible_domains: Some(vec!["a".to_owned(), " 站 \"b\"".to_owned()]),
        admin_language: Some("zh-CN".into()),
        widget_language: Some(String::new()),
    };
    check(
        patch.changes(),
        &[
            ("comment_feature_comment_like", Some("0")),
            ("comment_feature_article_like", Some("1")),
            ("comment_feature_image_lightbox", Some("1")),
            ("comment_feature_placeholder", Some("")),
            ("admin_visible_domains", Some(r#"["a","站 \"b\""]"#)),
            ("admin_language", Some("zh-CN")),
            ("widget_language", None),
        ],
    );
}

#[test]
fn the_title_is_stored_as_json() {
    let changes = |title: &str| DisplayPatch { layout_title: Some(title.into()) }.changes();
    check(changes("我的"), &[("admin_display_config", Some(r#"{"layoutTitle":"我的"}"#))]);
    check(changes(" "), &[("admin_display_config", Some(r#"{"layoutTitle":""}"#))]);
}

#[test]
fn mail_settings_are_cleaned() {
    let patch = MailPatch {
        enabled: Some(false),
        smtp: SmtpPatch {
            host: Some(" smtp.x.io\r\n".into()),
            port: Some(587),
            user: Some("me@x.io\r\nBcc: you@x.io".into()),
            password: Some(" pass word".into()),
            secure: Some(false),
        },
        template_reply: Some("<p>\n${toName}\0</p>".into()),
        template_admin: Some(" ".into()),
        notify_address: Some("older@x.io".into()),
    };
    check(
        patch.changes(),
        &[
            ("email_notify_enabled", Some("0")),
            ("email_smtp_host", Some("smtp.x.io")),
            ("email_smtp_port", Some("587")),
            ("email_smtp_user", Some("me@x.ioBcc: you@x.io")),
            ("email_smtp_pass", Some(" pass word")),
            ("email_smtp_secure", Some("0")),
            ("email_template_reply", Some("<p>\n${toName}</p>")),
            ("email_template_admin", None),
            ("admin_notify_email", Some("older@x.io")),
        ],
    );
}

#[test]
fn the_mask_leaves_a_password_as_it_is() {
    let changes = |password: &str| {
        let smtp = SmtpPatch { password: Some(password.into()), ..SmtpPatch::default() };
        MailPatch { smtp, ..MailPatch::default() }.changes()
    };
    check(changes(SECRET_MASK), &[]);
    check(changes(""), &[("email_smtp_pass", None)]);
}

#[test]
fn a_port_of_zero_returns_to_the_default() {
    let smtp = SmtpPatch { port: Some(0), ..SmtpPatch::default() };
    check(MailPatch { smtp, ..MailPatch::default() }.changes(), &[("email_smtp_port", None)]);
}

#[test]
fn malformed_addresses_are_refused() {
    let comment = CommentPatch { admin_email: Some("boss".into()), ..CommentPatch::default() };
    assert!(matches!(comment.changes(), Err(SettingError::InvalidEmail)));
    let mail = MailPatch { notify_address: Some("a@b".into()), ..MailPatch::default() };
    assert!(matches!(mail.changes(), Err(SettingError::InvalidEmail)));
}

#[test]
fn everything_has_a_limit() {
    let text =
        |chars| CommentPatch { admin_badge: Some("字".repeat(chars)), ..CommentPatch::default() };
    check_limit(&text(MAX_TEXT_CHARS).changes(), &text(MAX_TEXT_CHARS + 1).changes());
    let title = |chars| DisplayPatch { layout_title: Some("字".repeat(chars)) };
    check_limit(&title(MAX_TEXT_CHARS).changes(), &title(MAX_TEXT_CHARS + 1).changes());
    let placeholder =
        |chars| FeaturePatch { placeholder: Some("字".repeat(chars)), ..FeaturePatch::default() };
    check_limit(&placeholder(MAX_TEXT_CHARS).changes(), &placeholder(MAX_TEXT_CHARS + 1).changes());
    let template =
        |bytes| MailPatch { template_admin: Some("x".repeat(bytes)), ..MailPatch::default() };
    check_limit(
        &template(MAX_TEMPLATE_BYTES).changes(),
        &template(MAX_TEMPLATE_BYTES + 1).changes(),
    );
    let entry = |chars| CommentPatch {
        blocked_emails: Some(vec!["字".repeat(chars)]),
        ..CommentPatch::default()
    };
    check_limit(&entry(MAX_ENTRY_CHARS).changes(), &entry(MAX_ENTRY_CHARS + 1).changes());
    let entries = |count: usize| CommentPatch {
        blocked_ips: Some((0..count).map(|number| number.to_string()).collect()),
        ..CommentPatch::default()
    };
    assert!(entries(MAX_ENTRIES).changes().is_ok());
    assert!(matches!(entries(MAX_ENTRIES + 1).changes(), Err(SettingError::TooMany { .. })));
}

#[track_caller]
fn check_limit(within: &Changes, over: &Changes) {
    assert!(within.is_ok());
    assert!(matches!(over, Err(SettingError::TooLong { .. })));
}

#[test]
fn debug_reveals_no_secret() {
    let comment =
        CommentPatch { admin_key_hash: Some("hunter2".into()), ..CommentPatch::default() };
    let smtp = SmtpPatch { password: Some("hunter2".into()), ..SmtpPatch::default() };
    let mail = MailPatch { smtp, ..MailPatch::default() };
    let shown = format!("{comment:?} {mail:?} {:?} {:?}", comment.changes(), mail.changes());
    assert!(!shown.contains("hunter2"), "{shown}");
}
