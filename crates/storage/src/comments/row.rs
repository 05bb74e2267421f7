//! Rows of `comments` and `comment_pages`, and what they stand for.

#![expect(clippy::ref_option_ref, reason = "derived for columns that may be NULL")]

use diesel::{Insertable, QueryResult, Queryable, result::Error};
use inkstone_comments::{Comment, CommentId, Status, UserAgent};
use inkstone_vocab::{PageIdentity, SiteId, Timestamp};

use super::threads::Totals;
use crate::schema::{comment_pages, comments};

/// All columns of `comments`, in order.
#[derive(Queryable)]
pub(super) struct CommentRow {
    pub(super) id: i64,
    created: i64,
    pub(super) page_id: i64,
    pub(super) root_id: Option<i64>,
    parent_id: Option<i64>,
    _shown: bool,
    site_id: String,
    post_slug: String,
    post_url: Option<String>,
    post_title: Option<String>,
    name: String,
    email: String,
    url: Option<String>,
    content_text: String,
    content_html: String,
    likes: i64,
    priority: i32,
    pub(super) status: String,
    admin_verified: bool,
    ip_address: Option<String>,
    ua: String,
    os: String,
    browser: String,
    device: String,
    _announced: bool,
}

impl CommentRow {
    pub(super) fn into_comment(self) -> QueryResult<Comment> {
        Ok(Comment {
            id: comment_id(self.id)?,
            created: Timestamp::from_millis(self.created),
            site: site(&self.site_id)?,
            slug: self.post_slug,
            url: self.post_url,
            title: self.post_title,
            name: self.name,
            email: self.email,
            website: self.url,
            text: self.content_text,
            html: self.content_html,
            parent: self.parent_id.map(comment_id).transpose()?,
            likes: self.likes.try_into().map_err(corrupt)?,
            priority: self.priority.try_into().map_err(corrupt)?,
            status: Status::parse(&self.status).ok_or_else(|| corrupt("unknown status"))?,
            verified: self.admin_verified,
            address: self.ip_address,
            agent: UserAgent {
                header: self.ua,
                os: self.os,
                browser: self.browser,
                device: self.device,
            },
        })
    }
}

/// What a new row of `comments` is made of; likes and priority begin the same for all.
#[derive(Insertable)]
// One statement whatever is NULL, so that it is prepared once.
#[diesel(table_name = comments, treat_none_as_default_value = false)]
pub(super) struct NewCommentRow<'a> {
    pub(super) created: i64,
    pub(super) page_id: i64,
    pub(super) root_id: Option<i64>,
    pub(super) parent_id: Option<i64>,
    pub(super) shown: bool,
    pub(super) site_id: &'a str,
    pub(super) post_slug: &'a str,
    pub(super) post_url: Option<&'a str>,
    pub(super) post_title: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) url: Option<&'a str>,
    pub(super) content_text: &'a str,
    pub(super) content_html: &'a str,
    pub(super) likes: i64,
    pub(super) priority: i32,
    pub(super) status: &'a str,
    pub(super) admin_verified: bool,
    pub(super) ip_address: Option<&'a str>,
    pub(super) ua: &'a str,
    pub(super) os: &'a str,
    pub(super) browser: &'a str,
    pub(super) device: &'a str,
    pub(super) announced: bool,
}

/// All columns of `comment_pages`, in order.
#[derive(Queryable)]
pub(super) struct PageRow {
    pub(super) id: i64,
    site_id: String,
    slug_key: String,
    slug_path: Option<String>,
    url_key: String,
    pub(super) roots: i64,
    pub(super) shown: i64,
    pub(super) approved: i64,
}

impl PageRow {
    pub(super) fn into_identity(self) -> QueryResult<PageIdentity> {
        Ok(PageIdentity {
            site: site(&self.site_id)?,
            key: self.slug_key,
            path: self.slug_path,
            url_key: Some(self.url_key).filter(|url_key| !url_key.is_empty()),
        })
    }
}

/// A new row of `comment_pages`.
#[derive(Insertable)]
#[diesel(table_name = comment_pages, treat_none_as_default_value = false)]
pub(super) struct NewPageRow<'a> {
    site_id: &'a str,
    slug_key: &'a str,
    slug_path: Option<&'a str>,
    url_key: &'a str,
    roots: i64,
    shown: i64,
    approved: i64,
}

impl<'a> NewPageRow<'a> {
    pub(super) fn new(page: &'a PageIdentity, totals: Totals) -> Self {
        Self {
            site_id: page.site.as_str(),
            slug_key: &page.key,
            slug_path: page.path.as_deref(),
            url_key: page.url_key.as_deref().unwrap_or_default(),
            roots: totals.roots,
            shown: totals.shown,
            approved: totals.approved,
        }
    }
}

pub(super) fn comment_id(number: i64) -> QueryResult<CommentId> {
    CommentId::new(number).ok_or_else(|| corrupt("comment id is not positive"))
}

pub(super) fn site(name: &str) -> QueryResult<SiteId> {
    SiteId::parse(name).ok_or_else(|| corrupt("invalid site id"))
}

fn corrupt(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::DeserializationError(reason.into())
}
