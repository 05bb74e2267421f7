//! The rules of the service, over memory.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use inkstone_settings::{
    AllSettings, Change, CommentPatch, DisplayPatch, FeaturePatch, MAX_ENTRIES, MailPatch,
    MemorySettings, SettingError, SettingObserver, SettingRepository, Settings,
};
use inkstone_vocab::{EmailAddress, Fault, FaultKind};

#[derive(Default)]
struct Count(AtomicUsize);

impl SettingObserver for Count {
    fn settings_changed(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn counted() -> (Settings<MemorySettings, Arc<Count>>, Arc<Count>) {
    let count = Arc::new(Count::default());
    (Settings::new(MemorySettings::default(), Arc::clone(&count)), count)
}

#[test]
fn updates_are_read_back() {
    let settings = Settings::new(MemorySettings::default(), ());
    let patch = CommentPatch { admin_badge: Some("博主".into()), ..CommentPatch::default() };
    settings.update_comments(&patch).unwrap();
    let patch = FeaturePatch { placeholder: Some(String::new()), ..FeaturePatch::default() };
    settings.update_features(&patch).unwrap();
    settings.update_display(&DisplayPatch { layout_title: Some("我的".into()) }).unwrap();
    settings.update_mail(&MailPatch { enabled: Some(false), ..MailPatch::default() }).unwrap();
    let AllSettings { comments, features, display, mail, .. } = settings.all().unwrap();
    assert_eq!(comments.admin_badge.as_deref(), Some("博主"));
    assert_eq!(features.placeholder.as_deref(), Some(""));
    assert_eq!(display.layout_title, "我的");
    assert!(!mail.enabled);
}

#[test]
fn a_partial_update_leaves_the_rest() {
    let settings = Settings::new(MemorySettings::default(), ());
    let first = CommentPatch {
        admin_badge: Some("博主".into()),
        require_review: Some(true),
        blocked_ips: Some(vec!["::1".to_owned()]),
        admin_key_hash: Some("$argon2id$".into()),
        ..CommentPatch::default()
    };
    settings.update_comments(&first).unwrap();
    settings
        .update_comments(&CommentPatch {
            admin_badge: Some(String::new()),
            ..CommentPatch::default()
        })
        .unwrap();
    let comments = settings.all().unwrap().comments;
    assert_eq!(comments.admin_badge, None);
    assert!(comments.require_review && comments.admin_key_hash.is_some());
    assert_eq!(comments.blocked_ips, ["::1"]);
}

#[test]
fn a_refused_update_changes_nothing() {
    let (settings, count) = counted();
    let patch = CommentPatch {
        admin_badge: Some("博主".into()),
        admin_email: Some("boss".into()),
        ..CommentPatch::default()
    };
    let refused = settings.update_comments(&patch).unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (FaultKind::Invalid, "setting_email_invalid"));
    assert!(settings.export().unwrap().is_empty());
    assert_eq!(count.0.load(Ordering::Relaxed), 0);
}

#[test]
fn the_observer_is_told_of_every_change_and_of_nothing_else() {
    let (settings, count) = counted();
    settings.update_comments(&CommentPatch::default()).unwrap();
    settings.block_ips(&[" , ".to_owned()]).unwrap();
    settings.all().unwrap();
    assert_eq!(count.0.load(Ordering::Relaxed), 0);
    settings.update_display(&DisplayPatch { layout_title: Some("x".into()) }).unwrap();
    settings.block_ips(&["::1".to_owned()]).unwrap();
    settings.save(&[Change::restored("admin_language", "de").unwrap()]).unwrap();
    assert_eq!(count.0.load(Ordering::Relaxed), 3);
}

#[test]
fn blocking_adds_to_the_lists() {
    let settings = Settings::new(MemorySettings::default(), ());
    settings.block_ips(&["10.0.0.1".to_owned(), "10.0.0.2, 10.0.0.1".to_owned()]).unwrap();
    settings.block_ips(&["10.0.0.3".to_owned()]).unwrap();
    for address in ["Spam@x.io", "spam@X.io"] {
        settings.block_email(&EmailAddress::parse(address).unwrap()).unwrap();
    }
    let comments = settings.all().unwrap().comments;
    assert_eq!(comments.blocked_ips, ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    assert_eq!(comments.blocked_emails, ["spam@x.io"]);
}

#[test]
fn block_lists_are_bounded() {
    let settings = Settings::new(MemorySettings::default(), ());
    let full: Vec<String> = (0..MAX_ENTRIES).map(|number| number.to_string()).collect();
    settings.block_ips(&full).unwrap();
    settings.block_ips(&full[..1]).unwrap();
    let refused = settings.block_ips(&["::1".to_owned()]);
    assert!(matches!(refused, Err(SettingError::TooMany { max: MAX_ENTRIES, .. })));
    assert_eq!(settings.all().unwrap().comments.blocked_ips.len(), MAX_ENTRIES);
}

#[test]
fn a_trait_object_is_a_repository() {
    let repository: Arc<dyn SettingRepository> = Arc::new(MemorySettings::default());
    let settings = Settings::new(Arc::clone(&repository), ());
    settings.update_display(&DisplayPatch { layout_title: Some("x".into()) }).unwrap();
    assert_eq!(repository.load().unwrap().len(), 1);
}
