//! Settings that are replaced as a whole, and keep their secrets all the same.

use std::sync::Arc;

use inkstone_settings::{
    MemorySettings, S3Patch, SECRET_MASK, SettingError, SettingRepository as _, Settings,
    TelegramPatch,
};
use secrecy::ExposeSecret as _;

#[test]
fn what_is_not_said_of_telegram_is_removed() {
    let settings = Settings::new(MemorySettings::default(), ());
    let patch = TelegramPatch {
        bot_token: Some(" 1:abc ".into()),
        chat_id: Some(" -100 ".to_owned()),
        enabled: true,
    };
    settings.update_telegram(&patch).unwrap();
    let telegram = settings.all().unwrap().telegram;
    assert_eq!(telegram.bot_token.unwrap().expose_secret(), "1:abc");
    assert_eq!(telegram.chat_id.as_deref(), Some("-100"));
    assert!(telegram.enabled);

    settings.update_telegram(&TelegramPatch::default()).unwrap();
    let stored = settings.export().unwrap();
    assert_eq!(stored.into_iter().collect::<Vec<_>>(), [off()]);
}

#[test]
fn the_mask_leaves_a_token_as_it_is() {
    let settings = Settings::new(MemorySettings::default(), ());
    let put = |token: &str| {
        let patch = TelegramPatch { bot_token: Some(token.into()), ..TelegramPatch::default() };
        settings.update_telegram(&patch).unwrap();
        settings.export().unwrap().remove("telegram_bot_token")
    };
    assert_eq!(put(SECRET_MASK), None);
    assert_eq!(put("1:abc").as_deref(), Some("1:abc"));
    assert_eq!(put(SECRET_MASK).as_deref(), Some("1:abc"));
    assert_eq!(put(" "), None);
}

#[test]
fn where_backups_go_is_replaced_as_a_whole() {
    let repository = Arc::new(MemorySettings::default());
    let settings = Settings::new(Arc::clone(&repository), ());
    let patch = S3Patch {
        endpoint: " https://s3.example ".to_owned(),
        access_key_id: "id".to_owned(),
        secret_access_key: Some(" secret ".into()),
        bucket: "blog".to_owned(),
        region: "eu".to_owned(),
    };
    let put = |patch: &S3Patch| {
        settings.update_s3(patch).unwrap();
        repository.load().unwrap().remove("s3_config").unwrap()
    };
    let expected = r#"{"accessKeyId":"id","bucket":"blog","endpoint":"https://s3.example","region":"eu","secretAccessKey":"secret"}"#;
    assert_eq!(put(&patch), expected);
    let masked = S3Patch {
        secret_access_key: Some(SECRET_MASK.into()),
        region: " ".to_owned(),
        ..S3Patch::default()
    };
    let expected = r#"{"accessKeyId":"","bucket":"","endpoint":"","region":"auto","secretAccessKey":"secret"}"#;
    assert_eq!(put(&masked), expected);
    let expected =
        r#"{"accessKeyId":"","bucket":"","endpoint":"","region":"auto","secretAccessKey":""}"#;
    assert_eq!(put(&S3Patch::default()), expected);
    assert_eq!(put(&masked), expected, "nothing is there to be left");
}

#[test]
fn texts_have_a_limit() {
    let settings = Settings::new(MemorySettings::default(), ());
    let long = "x".repeat(4_097);
    let s3 = S3Patch { bucket: long.clone(), ..S3Patch::default() };
    assert!(matches!(settings.update_s3(&s3), Err(SettingError::TooLong { .. })));
    let telegram = TelegramPatch { chat_id: Some(long), ..TelegramPatch::default() };
    assert!(matches!(settings.update_telegram(&telegram), Err(SettingError::TooLong { .. })));
    assert!(settings.export().unwrap().is_empty());
}

#[test]
fn debug_reveals_no_secret() {
    let telegram = TelegramPatch { bot_token: Some("hunter2".into()), ..TelegramPatch::default() };
    let s3 = S3Patch { secret_access_key: Some("hunter2".into()), ..S3Patch::default() };
    let shown = format!("{telegram:?} {:?} {s3:?}", telegram.changes());
    assert!(!shown.contains("hunter2"), "{shown}");
}

fn off() -> (String, String) {
    ("telegram_notify_enabled".to_owned(), "0".to_owned())
}
