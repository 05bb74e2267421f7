//! Moderating (contract cwd, 3.3).

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use inkstone_comments::{BodyError, Comment, CommentBody, CommentError, CommentId, Edit, Status};
use inkstone_vocab::{EmailAddress, PageRequest, PageSlug, WebUrl};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        Body, Error, Said,
        input::{Members, Query, integer},
        message,
        refusal::{
            CONTENT_REQUIRED, CONTENT_TOO_LONG, EMAIL_INVALID, EMAIL_REQUIRED, ID_INVALID,
            ID_MISSING, ID_OR_STATUS_MISSING, INVALID_JSON, IP_REQUIRED, Refusal, STATUS_INVALID,
        },
        submission::author_name,
    },
    view::{PaginationView, RowView},
};
use crate::{
    blocking::blocking,
    config::Limits,
    failure::Failure,
    owner_settings::{OwnerSettings, comment_policy},
    services::Comments,
    wire::error::OrSay as _,
};

const PAGE_SIZE: u32 = 10;

/// The newest comments of any status.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::CommentRows)]
pub(in crate::wire::cwd) struct RowsView {
    data: Vec<RowView>,
    pagination: PaginationView,
}

/// `GET /admin/comments/list`.
pub(super) async fn list(
    request: HttpRequest,
    comments: Data<Comments>,
    settings: Data<OwnerSettings>,
    limits: Data<Limits>,
) -> Result<Json<RowsView>, Error> {
    let query = Query::parse(request.query_string());
    let (site, slice) = (query.site()?, PageRequest::new(query.number("page", 1), PAGE_SIZE));
    let read = move || {
        let settings = settings.all()?;
        let listing = comments.latest(site.as_ref(), slice)?;
        Ok::<_, Failure>((settings, listing))
    };
    let (settings, listing) = blocking(read).await.or_say("获取评论列表失败")?;
    let policy = comment_policy(&settings.comments, &limits);
    let prefix = settings.comments.avatar_prefix.as_deref();
    let pagination = PaginationView::new(slice, slice.pages(listing.total));
    let rows = listing.items.into_iter().map(|comment| RowView::new(comment, &policy, prefix));
    Ok(Json(RowsView { data: rows.collect(), pagination }))
}

/// `PUT /admin/comments/status`.
pub(super) async fn set_status(
    request: HttpRequest,
    comments: Data<Comments>,
) -> Result<Json<Said>, Error> {
    let query = Query::parse(request.query_string());
    let id = query_id(&query).ok_or(ID_OR_STATUS_MISSING)?;
    let status = query.get(&["status"]).filter(|status| !status.is_empty());
    let status = Status::parse(status.ok_or(ID_OR_STATUS_MISSING)?).ok_or(STATUS_INVALID)?;
    let comment = CommentId::new(id).ok_or(ID_OR_STATUS_MISSING)?;
    blocking(move || comments.set_status(comment, status)).await.or_say("Update failed")?;
    Ok(message(format!("Comment status updated, id: {id}, status: {}.", status.as_str())))
}

/// `DELETE /admin/comments/delete`; what is gone already counts as deleted.
pub(super) async fn delete(
    request: HttpRequest,
    comments: Data<Comments>,
) -> Result<Json<Said>, Error> {
    let id = query_id(&Query::parse(request.query_string())).ok_or(ID_MISSING)?;
    if let Some(comment) = CommentId::new(id) {
        let remove = move || match comments.remove(comment) {
            Err(CommentError::NotFound(_)) => Ok(()),
            other => other,
        };
        blocking(remove).await.or_say("Delete operation failed")?;
    }
    Ok(message(format!("Comment deleted, id: {id}.")))
}

/// `PUT /admin/comments/update`.
pub(super) async fn update(comments: Data<Comments>, body: Body) -> Result<Json<Said>, Error> {
    let members = Members::parse(&body.bytes).map_err(|_| INVALID_JSON)?;
    let id = members.get(&["id"]).and_then(integer).and_then(CommentId::new).ok_or(ID_INVALID)?;
    let change = move || {
        let edit = edit(&members, &comments.find(id)?)?;
        Ok::<_, Failure>(comments.edit(id, &edit)?)
    };
    blocking(change).await.or_say("Update failed")?;
    Ok(message(format!("Comment updated, id: {id}.")))
}

/// `POST /admin/comments/block-ip`; several addresses may be given at once.
pub(super) async fn block_ip(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let members = Members::parse_or_empty(&body.bytes);
    let addresses = split_list(members.text(&["ip"]).unwrap_or_default());
    if addresses.is_empty() {
        return Err(IP_REQUIRED.into());
    }
    blocking(move || settings.service().block_ips(&addresses)).await.or_say("操作失败")?;
    Ok(message("已加入 IP 黑名单"))
}

/// `POST /admin/comments/block-email`. The list cannot hold an address with a comma: what follows
/// the comma would be somebody else's.
pub(super) async fn block_email(
    settings: Data<OwnerSettings>,
    body: Body,
) -> Result<Json<Said>, Error> {
    let members = Members::parse_or_empty(&body.bytes);
    let text = members.text(&["email"]).filter(|text| !text.trim().is_empty());
    let email = EmailAddress::parse(text.ok_or(EMAIL_REQUIRED)?);
    let email = email.filter(|email| !email.as_str().contains(',')).ok_or(EMAIL_INVALID)?;
    blocking(move || settings.service().block_email(&email)).await.or_say("操作失败")?;
    Ok(message("已加入邮箱黑名单"))
}

/// The entries of a text: separated by commas of either width, or by white space.
pub(super) fn split_list(text: &str) -> Vec<String> {
    text.split(|c: char| matches!(c, ',' | '，') || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

fn query_id(query: &Query<'_>) -> Option<i64> {
    query.get(&["id"])?.trim().parse().ok()
}

/// What the members make of a comment, checked in the order of the contract.
fn edit(members: &Members, before: &Comment) -> Result<Edit, Refusal> {
    let name = author_name(members.text(&["name"]))?;
    let email = members.text(&["email"]).map(str::trim).filter(|email| !email.is_empty());
    let email = email.ok_or(EMAIL_REQUIRED)?;
    if email != before.email && EmailAddress::parse(email).is_none() {
        return Err(EMAIL_INVALID);
    }
    let content = members.text(&["content", "contentText"]).unwrap_or_default();
    let body = CommentBody::parse(content).map_err(|error| match error {
        BodyError::Empty => CONTENT_REQUIRED,
        BodyError::TooLong => CONTENT_TOO_LONG,
    })?;
    let status = members.text(&["status"]).map(str::trim).filter(|status| !status.is_empty());
    let status = status.map(|name| Status::parse(name).ok_or(STATUS_INVALID)).transpose()?;
    Ok(Edit {
        name,
        email: email.to_owned(),
        website: members.url(&["url"]),
        body,
        status,
        priority: members.get(&["priority"]).and_then(integer).and_then(priority),
        slug: members.text(&["postSlug", "post_slug"]).and_then(PageSlug::parse),
        url: page_url(members),
    })
}

fn priority(number: i64) -> Option<u32> {
    i32::try_from(number).ok().filter(|&number| number >= 1)?.try_into().ok()
}

/// Absent keeps the address; anything that is none clears it.
#[expect(clippy::option_option, reason = "as an edit has it")]
fn page_url(members: &Members) -> Option<Option<WebUrl>> {
    const NAMES: [&str; 2] = ["postUrl", "post_url"];
    NAMES.iter().any(|name| members.has(name)).then(|| members.url(&NAMES))
}
