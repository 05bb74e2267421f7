//! Articles: kept under their names until they are replaced or removed.

use super::{NOW, at, blog};
use crate::{ArticleContent, ArticleInfo, ArticlePath, ArticleRepository};

pub fn an_article_is_kept_until_it_is_removed(repository: &impl ArticleRepository) {
    let kept = content("<p>The <b>rest</b> 全文 '\"\\ %_</p>");
    assert_eq!(find(repository, "blog", "/a"), None);
    repository.put(&blog("blog"), &path("/a"), &kept, NOW).expect("put");
    assert_eq!(find(repository, "blog", "/a"), Some(kept));
    assert!(repository.remove(&blog("blog"), &path("/a")).expect("remove"));
    assert!(!repository.remove(&blog("blog"), &path("/a")).expect("remove"));
    assert_eq!(find(repository, "blog", "/a"), None);
}

pub fn a_newer_article_takes_the_place(repository: &impl ArticleRepository) {
    for (text, millis) in [("one", 0), ("another", 1)] {
        repository.put(&blog("blog"), &path("/a"), &content(text), at(millis)).expect("put");
    }
    assert_eq!(find(repository, "blog", "/a"), Some(content("another")));
    let info = ArticleInfo { path: path("/a"), bytes: 7, updated: at(1) };
    assert_eq!(repository.articles(&blog("blog")).expect("articles"), [info]);
}

pub fn articles_belong_to_their_blog(repository: &impl ArticleRepository) {
    for (name, at, text) in [("blog", "/b", "1"), ("blog", "/a", "全"), ("other", "/a", "3")] {
        repository.put(&blog(name), &path(at), &content(text), NOW).expect("put");
    }
    let listed = |name| {
        let articles = repository.articles(&blog(name)).expect("articles").into_iter();
        articles.map(|info| (info.path.as_str().to_owned(), info.bytes)).collect::<Vec<_>>()
    };
    assert_eq!(listed("blog"), [("/a".to_owned(), 3), ("/b".to_owned(), 1)]);
    assert_eq!(listed("other"), [("/a".to_owned(), 1)]);
    assert!(repository.remove(&blog("other"), &path("/a")).expect("remove"));
    assert_eq!(find(repository, "blog", "/a"), Some(content("全")));
}

fn path(text: &str) -> ArticlePath {
    ArticlePath::parse(text).expect("path")
}

fn content(text: &str) -> ArticleContent {
    ArticleContent::parse(text).expect("content")
}

fn find(repository: &impl ArticleRepository, name: &str, at: &str) -> Option<ArticleContent> {
    repository.content(&blog(name), &path(at)).expect("content")
}
