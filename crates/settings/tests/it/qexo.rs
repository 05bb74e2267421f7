//! The settings of the Qexo API (contract qexo, section 6).

#![expect(clippy::unwrap_used, reason = "fixtures")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
};

use inkstone_settings::{
    AllSettings, Captcha, Change, KEYS, Language, MemorySettings, QEXO_NAMES, SettingError,
    SettingRepository as _, Settings, is_qexo_name, is_secret,
};
use inkstone_vocab::{Fault as _, Timestamp};
use secrecy::ExposeSecret as _;

const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn settings() -> Settings<Arc<MemorySettings>> {
    Settings::new(Arc::new(MemorySettings::default()), ())
}

fn set(settings: &Settings<Arc<MemorySettings>>, name: &str, content: &str) {
    settings.save(&[Change::qexo(name, content).unwrap()]).unwrap();
}

/// What an old installation may have stored: anything.
fn stored(entries: &[(&'static str, &str)]) -> Settings<Arc<MemorySettings>> {
    let repository = Arc::new(MemorySettings::default());
    let changes: Vec<Change> =
        entries.iter().map(|&(key, value)| Change { key, value: Some(value.to_owned()) }).collect();
    repository.save(&changes).unwrap();
    Settings::new(repository, ())
}

fn no_token(_: &str) -> String {
    panic!("there is no token in clear")
}

#[test]
fn there_are_thirty_five_names_and_none_is_a_key_of_cwd() {
    assert_eq!(QEXO_NAMES.iter().collect::<BTreeSet<_>>().len(), 36);
    for name in QEXO_NAMES {
        assert!(is_qexo_name(name) && !KEYS.contains(name), "{name}");
    }
    assert!(!is_qexo_name("comment_admin_badge") && !is_qexo_name("language"));
}

#[test]
fn nothing_stored_is_everything_off() {
    let qexo = AllSettings::default().qexo;
    assert_eq!(qexo.language, Language::Chinese);
    assert!(qexo.access.token_hash.is_none() && qexo.last_active.is_none());
    assert!(!qexo.friends.applications && qexo.friends.captcha.kind == Captcha::Off);
    assert!(!qexo.statistic.enabled && qexo.statistic.domains.is_empty());
    assert!(qexo.provider.is_none() && qexo.notifier.is_none() && qexo.image_host.is_none());
}

#[test]
fn settings_are_read_typed() {
    let settings = stored(&[
        ("WEBHOOK_APIKEY", &HASH.to_uppercase()),
        ("LANGUAGE", "en_UK"),
        ("ALLOW_FRIEND", "是"),
        ("FRIEND_RECAPTCHA", "v3"),
        ("RECAPTCHA_TOKEN", "hunter2"),
        ("STATISTIC_ALLOW", "是"),
        ("STATISTIC_DOMAINS", "a.io，b.io"),
        ("LAST_LOGIN", "1767753000.4817219"),
        ("PROVIDER", r#"{"provider":"github","params":{"token":"hunter2"}}"#),
        ("ONEPUSH", r#"{"notifier":"Bark","params":null}"#),
        ("IMG_HOST", r#"{"type":"关闭"}"#),
    ]);
    let qexo = settings.all().unwrap().qexo;
    assert_eq!(qexo.access.token_hash.as_ref().unwrap().expose_secret(), HASH);
    assert_eq!(qexo.language, Language::English);
    assert!(qexo.friends.applications && qexo.friends.captcha.kind == Captcha::V3);
    assert_eq!(qexo.friends.captcha.secret.as_ref().unwrap().expose_secret(), "hunter2");
    assert_eq!((qexo.statistic.enabled, &*qexo.statistic.domains), (true, "a.io，b.io"));
    assert_eq!(qexo.last_active, Some(Timestamp::from_millis(1_767_753_000_000)));
    let provider = qexo.provider.as_ref().unwrap();
    assert_eq!((provider.name.as_str(), &provider.params["token"]), ("github", &"hunter2".into()));
    assert_eq!(qexo.notifier.as_ref().unwrap().name, "Bark");
    assert_eq!(qexo.image_host.as_ref().unwrap().name, "关闭");
    assert!(!format!("{qexo:?}").contains("hunter2"));
}

#[test]
fn a_captcha_of_ours_is_a_value_that_no_repair_touches() {
    for (content, captcha) in [
        ("否", Captcha::Off),
        ("关闭", Captcha::Off),
        ("v2", Captcha::V2),
        ("v3", Captcha::V3),
        ("altcha", Captcha::ProofOfWork),
    ] {
        let settings = settings();
        set(&settings, "FRIEND_RECAPTCHA", content);
        settings.repair_qexo(no_token).unwrap();
        assert_eq!(settings.export_qexo().unwrap()["FRIEND_RECAPTCHA"], content);
        assert_eq!(settings.all().unwrap().qexo.friends.captcha.kind, captcha, "{content}");
    }
}

#[test]
fn an_unknown_language_is_the_nearest_known_one() {
    for (code, language) in [
        ("zh_CN", Language::Chinese),
        ("zh_TW", Language::Chinese),
        ("ja_JP", Language::Chinese),
        ("", Language::Chinese),
        ("english", Language::Chinese),
        ("en_US", Language::English),
        ("en_UK", Language::English),
    ] {
        assert_eq!(Language::of(code), language, "{code}");
    }
}

#[test]
fn neither_system_exports_or_imports_what_is_the_others() {
    let settings = settings();
    set(&settings, "STATISTIC_ALLOW", "是");
    settings.save(&[Change::restored("comment_admin_badge", "博主").unwrap()]).unwrap();
    assert_eq!(settings.export().unwrap().into_keys().collect::<Vec<_>>(), ["comment_admin_badge"]);
    let qexo = settings.export_qexo().unwrap();
    assert_eq!(qexo, BTreeMap::from([("STATISTIC_ALLOW".to_owned(), "是".to_owned())]));
    assert_eq!(Change::restored("STATISTIC_ALLOW", "是"), None);
    let refused = Change::qexo("comment_admin_badge", "博主").unwrap_err();
    assert_eq!(refused.code(), "setting_name_unknown");
    assert_eq!(Change::qexo_removed("comment_admin_badge"), None);
}

#[test]
fn a_setting_takes_only_what_it_may_hold() {
    for (name, content) in [
        ("STATISTIC_ALLOW", "yes"),
        ("ALLOW_FRIEND", ""),
        ("LANGUAGE", "de_DE"),
        ("FRIEND_RECAPTCHA", "v4"),
        ("LAST_LOGIN", "now"),
        ("LAST_LOGIN", "1.x"),
        ("PROVIDER", "{"),
        ("IMG_HOST", ""),
        ("IMG_HOST", "5"),
        ("IMG_HOST", r#"{"params":{}}"#),
        ("WEBHOOK_APIKEY", "in clear"),
    ] {
        let refused = Change::qexo(name, content).unwrap_err();
        assert!(matches!(refused, SettingError::InvalidValue { key } if key == name), "{name}");
    }
    let long = "x".repeat(1_048_577);
    assert_eq!(Change::qexo("QEXO_NAME", &long).unwrap_err().code(), "setting_too_long");
    let named = Change::qexo("QEXO_NAME", "a\0b").unwrap();
    assert_eq!(named.value.as_deref(), Some("ab"));
}

#[test]
fn secrets_are_known_as_such() {
    for name in ["WEBHOOK_APIKEY", "PROVIDER", "ONEPUSH", "IMG_HOST", "RECAPTCHA_TOKEN"] {
        assert!(is_secret(name), "{name}");
    }
    let change = Change::qexo("PROVIDER", r#"{"params":{"token":"hunter2"}}"#).unwrap();
    assert!(!format!("{change:?}").contains("hunter2"));
}

#[test]
fn repairing_adds_what_is_missing_and_then_finds_nothing() {
    let settings = settings();
    assert_eq!(settings.repair_qexo(no_token).unwrap(), 34);
    let qexo = settings.export_qexo().unwrap();
    assert!(!qexo.contains_key("WEBHOOK_APIKEY"), "a token that nobody knows helps nobody");
    assert_eq!((&*qexo["LANGUAGE"], &*qexo["STATISTIC_ALLOW"]), ("zh_CN", "否"));
    assert_eq!(settings.repair_qexo(no_token).unwrap(), 0);
    assert_eq!(settings.export_qexo().unwrap(), qexo);
}

#[test]
fn repairing_leaves_alone_whatever_makes_sense() {
    let good = [
        ("WEBHOOK_APIKEY", HASH),
        ("LANGUAGE", "ja_JP"),
        ("LAST_LOGIN", "1767753000.25"),
        ("PROVIDER", r#"{"provider":"github"}"#),
        ("ALLOW_FRIEND", "是"),
        ("FRIEND_RECAPTCHA", "关闭"),
        ("ALL_UPDATES", r#"[{"name":"x","url":"y"}]"#),
        ("CDN_PREV", "https://cdn.example/{version}/"),
    ];
    let settings = stored(&good);
    assert_eq!(settings.repair_qexo(no_token).unwrap(), 35 - 8);
    let repaired = settings.export_qexo().unwrap();
    for (name, content) in good {
        assert_eq!(repaired[name], content, "{name}");
    }
}

#[test]
fn repairing_replaces_what_makes_no_sense() {
    let settings = settings();
    settings.repair_qexo(no_token).unwrap();
    let healthy = settings.export_qexo().unwrap();
    for (name, content) in [
        ("LANGUAGE", "klingon"),
        ("ALLOW_FRIEND", "true"),
        ("STATISTIC_ALLOW", ""),
        ("FRIEND_RECAPTCHA", "v1"),
        ("LAST_LOGIN", "yesterday"),
        ("PROVIDER", "{'provider':"),
        ("ONEPUSH", "null}"),
        ("IMG_HOST", "[]"),
        ("TALK_SIDEBAR", "[1,"),
    ] {
        let broken = stored(
            &QEXO_NAMES
                .iter()
                .filter_map(|known| Some((*known, healthy.get(*known)?.as_str())))
                .chain([(name, content)])
                .collect::<Vec<_>>(),
        );
        assert_eq!(broken.repair_qexo(no_token).unwrap(), 1, "{name}");
        assert_eq!(broken.export_qexo().unwrap(), healthy, "{name}");
    }
}

#[test]
fn a_token_in_clear_is_hashed_and_none_is_no_fault() {
    let settings = stored(&[("WEBHOOK_APIKEY", "k3v9x0q2m7ab")]);
    let hash = |token: &str| {
        assert_eq!(token, "k3v9x0q2m7ab");
        HASH.to_owned()
    };
    assert_eq!(settings.repair_qexo(hash).unwrap(), 35);
    assert_eq!(settings.export_qexo().unwrap()["WEBHOOK_APIKEY"], HASH);
    assert_eq!(stored(&[("WEBHOOK_APIKEY", "")]).repair_qexo(no_token).unwrap(), 34);
}

#[test]
fn parallel_repairs_count_each_fault_once() {
    let settings = settings();
    let counts = thread::scope(|scope| {
        let repair = || settings.repair_qexo(no_token).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(repair)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(counts.iter().sum::<u64>(), 34, "{counts:?}");
}

#[test]
fn activity_is_remembered_in_whole_seconds() {
    let settings = settings();
    settings.note_activity(Timestamp::from_millis(1_767_753_000_999)).unwrap();
    assert_eq!(settings.export_qexo().unwrap()["LAST_LOGIN"], "1767753000");
    let seen = settings.all().unwrap().qexo.last_active;
    assert_eq!(seen, Some(Timestamp::from_millis(1_767_753_000_000)));
}
