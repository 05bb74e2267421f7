//! Defaults, and how stored values are read (contract cwd, 9.2).

use std::collections::BTreeMap;

use inkstone_settings::{AllSettings, KEYS};
use secrecy::ExposeSecret;

fn read<const N: usize>(values: [(&str, &str); N]) -> AllSettings {
    let own = |(key, value): (&str, &str)| {
        assert!(KEYS.contains(&key), "{key}");
        (key.to_owned(), value.to_owned())
    };
    AllSettings::read(&values.into_iter().map(own).collect())
}

#[test]
fn nothing_stored_gives_the_defaults() {
    let AllSettings { comments, features, display, mail, telegram, s3, qexo: _ } = read([]);
    assert_eq!(
        (comments.admin_email, comments.admin_badge, comments.avatar_prefix),
        (None, None, None)
    );
    assert!(!comments.admin_enabled && !comments.require_review);
    assert!(comments.admin_key_hash.is_none());
    assert!(comments.allowed_domains.is_empty());
    assert!(comments.blocked_ips.is_empty() && comments.blocked_emails.is_empty());
    assert!(features.comment_like && features.article_like && !features.image_lightbox);
    assert_eq!((features.placeholder, features.visible_domains), (None, None));
    assert_eq!((features.admin_language, features.widget_language), (None, None));
    assert_eq!(display.layout_title, "CWD 评论系统");
    assert!(mail.enabled && mail.smtp.secure && mail.smtp.password.is_none());
    assert_eq!((mail.smtp.host.as_str(), mail.smtp.port), ("smtp.qq.com", 465));
    assert_eq!(mail.smtp.user, "");
    assert_eq!((mail.template_reply, mail.template_admin, mail.notify_address), (None, None, None));
    assert!(telegram.bot_token.is_none() && telegram.chat_id.is_none() && !telegram.enabled);
    assert!(s3.secret_access_key.is_none());
    assert_eq!((s3.endpoint.as_str(), s3.access_key_id.as_str(), s3.bucket.as_str()), ("", "", ""));
    assert_eq!(s3.region, "auto");
}

#[test]
fn the_default_of_a_type_is_what_nothing_reads_as() {
    let nothing = AllSettings::read(&BTreeMap::new());
    assert_eq!(format!("{:?}", AllSettings::default()), format!("{nothing:?}"));
}

#[test]
fn flags_are_read_by_their_own_rules() {
    for (value, expected) in [
        ("1", (true, true, true, true)),
        (" 1 ", (true, true, true, true)),
        ("0", (false, false, false, false)),
        ("", (false, false, true, true)),
        ("true", (false, false, true, true)),
    ] {
        let all = read([
            ("comment_admin_enabled", value),
            ("email_notify_enabled", value),
            ("comment_feature_comment_like", value),
            ("email_smtp_secure", value),
        ]);
        let found = (
            all.comments.admin_enabled,
            all.mail.enabled,
            all.features.comment_like,
            all.mail.smtp.secure,
        );
        assert_eq!(found, expected, "{value:?}");
    }
    assert!(read([("comment_require_review", "1")]).comments.require_review);
    assert!(read([("comment_feature_image_lightbox", "1")]).features.image_lightbox);
    assert!(!read([("comment_feature_article_like", "0")]).features.article_like);
}

#[test]
fn texts_are_trimmed_and_blanks_are_unset() {
    let all = read([
        ("comment_admin_email", " boss@x.io "),
        ("comment_admin_badge", "  "),
        ("comment_feature_placeholder", ""),
        ("admin_language", ""),
        ("widget_language", "auto"),
        ("comment_admin_key_hash", "$argon2id$"),
        ("email_template_admin", " \n"),
        ("email_template_reply", " <p>\n</p> "),
    ]);
    assert_eq!(all.comments.admin_email.as_deref(), Some("boss@x.io"));
    assert_eq!(all.comments.admin_badge, None);
    assert_eq!(all.features.placeholder.as_deref(), Some(""));
    assert_eq!(all.features.admin_language, None);
    assert_eq!(all.features.widget_language.as_deref(), Some("auto"));
    assert_eq!(all.comments.admin_key_hash.unwrap().expose_secret(), "$argon2id$");
    assert_eq!(all.mail.template_admin, None);
    assert_eq!(all.mail.template_reply.as_deref(), Some(" <p>\n</p> "));
}

#[test]
fn lists_are_split_and_addresses_canonical() {
    let comments = read([
        ("comment_allowed_domains", "b.io, a.io,,b.io,"),
        ("comment_blocked_ips", "::ffff:1.2.3.4,1.2.3.4,2001:DB8::1,10.0.0.*"),
        ("comment_blocked_emails", " a@x.io"),
    ])
    .comments;
    assert_eq!(comments.allowed_domains, ["b.io", "a.io"]);
    assert_eq!(comments.blocked_ips, ["1.2.3.4", "2001:db8::1", "10.0.0.*"]);
    assert_eq!(comments.blocked_emails, ["a@x.io"]);
}

#[test]
fn only_web_addresses_serve_avatars() {
    let prefix = |text: &str| read([("comment_avatar_prefix", text)]).comments.avatar_prefix;
    assert_eq!(prefix("https://a.io/x/").as_deref(), Some("https://a.io/x/"));
    let long = format!("https://a.io/{}", "x".repeat(288));
    for bad in ["javascript:alert(1)", "a.io", "//a.io", &long] {
        assert_eq!(prefix(bad), None, "{bad}");
    }
    assert!(prefix(&long[..300]).is_some());
}

#[test]
fn json_is_read_where_it_makes_sense() {
    let sites = |json: &str| read([("admin_visible_domains", json)]).features.visible_domains;
    assert_eq!(sites(r#"["a,b"," c ",1,null,"c"]"#).unwrap(), ["a,b", "c"]);
    assert_eq!(sites("[]").unwrap(), [""; 0]);
    for bad in ["", "a,b", "{}", "null", "[", &"[".repeat(100_000)] {
        assert_eq!(sites(bad), None);
    }
    let title = |json: &str| read([("admin_display_config", json)]).display.layout_title;
    assert_eq!(title(r#"{"layoutTitle":" My blog ","more":1}"#), "My blog");
    for bad in ["", "x", "[]", "{}", r#"{"layoutTitle":""}"#, r#"{"layoutTitle":3}"#] {
        assert_eq!(title(bad), "CWD 评论系统", "{bad}");
    }
}

#[test]
fn ports_that_are_none_give_the_default() {
    let port = |text: &str| read([("email_smtp_port", text)]).mail.smtp.port;
    assert_eq!((port("587"), port(" 25 ")), (587, 25));
    for bad in ["", "0", "-1", "65536", "smtp", "25.5"] {
        assert_eq!(port(bad), 465, "{bad}");
    }
}

#[test]
fn mails_to_the_owner_go_to_the_first_address_that_is_set() {
    let owner = |email, older| {
        let all = read([("comment_admin_email", email), ("admin_notify_email", older)]);
        all.owner_address().map(|address| address.as_str().to_owned())
    };
    assert_eq!(owner("a@x.io", "b@x.io").as_deref(), Some("a@x.io"));
    assert_eq!(owner(" ", "b@x.io").as_deref(), Some("b@x.io"));
    assert_eq!(owner("boss", "b@x.io"), None);
    assert_eq!(owner("", ""), None);
}

#[test]
fn where_backups_go_is_read_member_by_member() {
    let s3 = |json: &str| read([("s3_config", json)]).s3;
    let read = s3(r#"{"endpoint":" https://s3.io ","accessKeyId":"id","bucket":7,"region":"eu"}"#);
    assert_eq!((read.endpoint.as_str(), read.access_key_id.as_str()), ("https://s3.io", "id"));
    assert_eq!((read.bucket.as_str(), read.region.as_str()), ("", "eu"));
    for bad in ["", "x", "[]", "null", r#"{"secretAccessKey":" ","region":""}"#] {
        assert_eq!(format!("{:?}", s3(bad)), format!("{:?}", s3("{}")), "{bad}");
    }
}

#[test]
fn debug_reveals_no_secret() {
    let all = read([
        ("comment_admin_key_hash", "hunter2"),
        ("email_smtp_pass", "hunter2"),
        ("telegram_bot_token", "hunter2"),
        ("s3_config", r#"{"secretAccessKey":"hunter2"}"#),
    ]);
    assert_eq!(all.s3.secret_access_key.as_ref().unwrap().expose_secret(), "hunter2");
    assert!(!format!("{all:?}").contains("hunter2"));
}
