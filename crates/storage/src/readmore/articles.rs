//! The remainders of articles.

use diesel::{delete, insert_into, prelude::*};
use inkstone_readmore::{ArticleContent, ArticleInfo, ArticlePath, ArticleRepository, BlogId};
use inkstone_vocab::{RepositoryError, Timestamp};

use super::row::known;
use crate::{
    Store,
    schema::readmore_articles::{self, blog as of, bytes, content, path as at, updated_at},
};

impl ArticleRepository for Store {
    fn put(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
        text: &ArticleContent,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        let (blog, path, text) = (blog.clone(), path.clone(), text.clone());
        self.write(move |connection| {
            let said = (
                content.eq(text.as_str()),
                bytes.eq(i64::try_from(text.as_str().len()).unwrap_or(i64::MAX)),
                updated_at.eq(now.millis()),
            );
            let upsert = insert_into(readmore_articles::table)
                .values((of.eq(blog.as_str()), at.eq(path.as_str()), said))
                .on_conflict((of, at))
                .do_update()
                .set(said);
            connection.execute_native(upsert).map(drop)
        })
    }

    fn content(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
    ) -> Result<Option<ArticleContent>, RepositoryError> {
        self.read(|connection| {
            let text: Option<String> = readmore_articles::table
                .find((blog.as_str(), path.as_str()))
                .select(content)
                .first(connection)
                .optional()?;
            text.map(|text| known(ArticleContent::parse(&text), "article")).transpose()
        })
    }

    fn remove(&self, blog: &BlogId, path: &ArticlePath) -> Result<bool, RepositoryError> {
        let (blog, path) = (blog.clone(), path.clone());
        self.write(move |connection| {
            let named = readmore_articles::table.find((blog.as_str(), path.as_str()));
            Ok(delete(named).execute(connection)? > 0)
        })
    }

    fn articles(&self, blog: &BlogId) -> Result<Vec<ArticleInfo>, RepositoryError> {
        self.read(|connection| {
            let rows: Vec<(String, i64, i64)> = readmore_articles::table
                .filter(of.eq(blog.as_str()))
                .select((at, bytes, updated_at))
                .load(connection)?;
            let info = |(path, size, updated): (String, i64, i64)| {
                Ok(ArticleInfo {
                    path: known(ArticlePath::parse(&path), "path of an article")?,
                    bytes: size.unsigned_abs(),
                    updated: Timestamp::from_millis(updated),
                })
            };
            let mut articles = rows.into_iter().map(info).collect::<QueryResult<Vec<_>>>()?;
            // Sorted here: what databases call order depends on their locale.
            articles.sort_by(|one, other| one.path.cmp(&other.path));
            Ok(articles)
        })
    }
}
