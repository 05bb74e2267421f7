//! `POST /api/comments`: posting a comment (contract cwd, 2.4).

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, USER_AGENT},
    web::{Data, Json},
};
use inkstone_accounts::PasswordHash;
use inkstone_comments::{
    Admission, Admitted, Author, AuthorName, AuthorNameError, BodyError, Client, CommentBody,
    Policy, Posted, Status, Submission, Unproven,
};
use inkstone_vocab::{EmailAddress, PageSlug, SiteId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Body, Error,
    admin_key::{AdminKeys, Presented, stored},
    input::{Members, header_site, integer},
    refusal::{
        COMMENT_KEY_MISSING, CONTENT_REQUIRED, CONTENT_TOO_LONG, EMAIL_INVALID, EMAIL_REQUIRED,
        NAME_REQUIRED, NAME_TOO_LONG, Refusal, SUBMIT_SLUG_REQUIRED,
    },
};
use crate::{
    blocking::blocking,
    caller::ClientAddress,
    clock,
    config::{Limits, ServerKey},
    failure::Failure,
    owner_settings::{OwnerSettings, comment_policy},
    services::Comments,
    user_agent,
    visitor::client_key,
};

/// A number that no comment has, for parents that are none.
const NO_COMMENT: i64 = 0;

/// How far a submission comes without a look at the key.
enum Step {
    Posted(Posted),
    NeedsKey(Box<Claim>),
}

/// A submission that claims to be the owner's.
struct Claim {
    unproven: Unproven,
    policy: Policy,
    key: PasswordHash,
    presented: Presented,
    client: String,
}

/// What has become of a comment.
#[derive(Serialize, ToSchema)]
#[schema(as = cwd::Submitted, examples(json!({ "id": 7, "message": "评论已提交", "status": "approved" })))]
pub(super) struct SubmittedView {
    id: i64,
    /// For people.
    message: &'static str,
    /// `approved`, or `pending` until the owner has looked at it.
    status: &'static str,
}

pub(super) async fn submit(
    request: HttpRequest,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    posting: Data<Posting>,
    body: Body,
) -> Result<Json<SubmittedView>, Error> {
    let client = Client {
        address: Some(address.to_string()),
        key: client_key(&key, address),
        agent: user_agent::parse(&header_text(request.headers())),
    };
    let named_site = header_site(request.headers());
    let first = posting.clone();
    let step = blocking(move || first.begin(&body.bytes, named_site, client)).await?;
    let posted = match step {
        Step::Posted(posted) => posted,
        Step::NeedsKey(claim) => prove(posting, *claim).await?,
    };
    let (message, id) = (said(posted.status), posted.id.get());
    Ok(Json(SubmittedView { id, message, status: posted.status.as_str() }))
}

/// The owner's way: only whoever has the key may use the owner's address.
async fn prove(posting: Data<Posting>, claim: Claim) -> Result<Posted, Error> {
    let Claim { unproven, policy, key, presented, client } = claim;
    posting.keys.check(key, presented, client, COMMENT_KEY_MISSING).await?;
    let post = move || posting.comments.post(unproven.proven(), &policy, clock::now());
    Ok(blocking(post).await?)
}

/// What it takes to post a comment.
pub(super) struct Posting {
    /// The comments.
    pub(super) comments: Data<Comments>,
    /// What the owner decided.
    pub(super) settings: Data<OwnerSettings>,
    /// What the operator decided.
    pub(super) limits: Data<Limits>,
    /// The owner's key.
    pub(super) keys: Data<AdminKeys>,
}

impl Posting {
    fn begin(
        &self,
        body: &[u8],
        named_site: Result<Option<SiteId>, Refusal>,
        client: Client,
    ) -> Result<Step, Failure> {
        let members = Members::parse(body)?;
        let who = client.key.as_str().to_owned();
        let submission = submission(&members, named_site, client)?;
        let settings = self.settings.all()?;
        let policy = comment_policy(&settings.comments, &self.limits);
        match policy.admit(submission)? {
            Admission::Open(admitted) => self.post(admitted, &policy),
            Admission::NeedsKey(unproven) => Ok(Step::NeedsKey(Box::new(Claim {
                unproven,
                key: stored(settings.comments.admin_key_hash.as_ref())?
                    .ok_or(COMMENT_KEY_MISSING)?,
                presented: Presented::of(members.get(&["adminToken"])),
                client: who,
                policy,
            }))),
        }
    }

    fn post(&self, admitted: Admitted, policy: &Policy) -> Result<Step, Failure> {
        Ok(Step::Posted(self.comments.post(admitted, policy, clock::now())?))
    }
}

/// Checks the body in the order of the contract.
fn submission(
    members: &Members,
    named_site: Result<Option<SiteId>, Refusal>,
    client: Client,
) -> Result<Submission, Refusal> {
    let slug = members.only_text(&["post_slug"])?;
    let content = members.only_text(&["content"])?;
    let name = members.only_text(&["name", "author"])?;
    let email = members.only_text(&["email"])?;
    let site = match members.site()? {
        None => named_site?,
        site => site,
    };
    let slug = slug.and_then(PageSlug::parse).ok_or(SUBMIT_SLUG_REQUIRED)?;
    let body = CommentBody::parse(content.unwrap_or_default()).map_err(|error| match error {
        BodyError::Empty => CONTENT_REQUIRED,
        BodyError::TooLong => CONTENT_TOO_LONG,
    })?;
    let name = author_name(name)?;
    let email = email.filter(|email| !email.trim().is_empty()).ok_or(EMAIL_REQUIRED)?;
    let email = EmailAddress::parse(email).ok_or(EMAIL_INVALID)?;
    Ok(Submission {
        site,
        slug,
        url: members.url(&["post_url"]),
        title: members.title(&["post_title"]),
        author: Author { name, email, website: members.url(&["url"]) },
        body,
        parent: parent(members),
        client,
    })
}

/// An author's name, refused in the words of the API.
pub(super) fn author_name(name: Option<&str>) -> Result<AuthorName, Refusal> {
    AuthorName::parse(name.unwrap_or_default()).map_err(|error| match error {
        AuthorNameError::Empty => NAME_REQUIRED,
        AuthorNameError::TooLong => NAME_TOO_LONG,
    })
}

/// `0`, `""` and nothing mean a root; what is no number means a comment that does not exist.
fn parent(members: &Members) -> Option<i64> {
    match members.get(&["parent_id", "parentId"])? {
        Value::String(text) if text.trim().is_empty() => None,
        value => match integer(value) {
            Some(0) => None,
            Some(number) => Some(number),
            None => Some(NO_COMMENT),
        },
    }
}

fn said(status: Status) -> &'static str {
    match status {
        Status::Approved => "评论已提交",
        Status::Pending | Status::Rejected => "已提交评论,待管理员审核后显示",
    }
}

fn header_text(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    agent.unwrap_or_default().into_owned()
}
