//! What is imported is no news, and makes nobody forget what is.

use inkstone_notifications::{InboxRepository, Notice, NoticeTime};
use inkstone_storage::{Store, qexo::Contents};
use inkstone_vocab::ImportMode;

use crate::support::{NOW, postgres, sqlite};

#[test]
fn sqlite_keeps_news_through_an_import() {
    news_outlives_an_import(&sqlite());
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn postgres_keeps_news_through_an_import() {
    news_outlives_an_import(&postgres());
}

fn news_outlives_an_import(store: &Store) {
    let told = store.add("told", "", NOW).unwrap();
    store.forget_news(&[store.news(1).unwrap()[0].number]).unwrap();
    let news = store.add("news", "", NOW).unwrap();
    let time = NoticeTime::parse("1704599400.5").unwrap();
    let imported = Notice { time, label: "imported".to_owned(), content: String::new() };
    let contents = Contents { notices: Some(vec![imported.clone()]), ..Contents::default() };
    store.import_qexo(contents, ImportMode::Merge).unwrap();
    let mut labels: Vec<String> =
        store.notices().unwrap().into_iter().map(|notice| notice.label).collect();
    labels.sort();
    assert_eq!(labels, [imported.label, news.label.clone(), told.label]);
    let left: Vec<Notice> = store.news(10).unwrap().into_iter().map(|news| news.notice).collect();
    assert_eq!(left, [news]);
}
