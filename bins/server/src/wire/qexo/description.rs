//! What the API is, for `/openapi.json`: paths, methods, tokens and limits are those of each
//! [`Endpoint`], the rest is here by its name.

use actix_web::{FromRequest, Handler, Responder, http::Method};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    applications::ChallengeView,
    call::{Done, Said},
    content::{ConfigsView, PagesView, PostsView, SavedView},
    custom::FieldView,
    endpoint::{BodySize, Endpoint, Register},
    error::{Error, Refused},
    friends::{AddedView, FriendsView},
    images::{ImagesView, NotUploadedView, UploadedView},
    login::SessionView,
    maintenance::StatusView,
    notifications::NoticesView,
    provider::WebhookView,
    requests,
    statistic::HitsView,
    talks::{CreatedView, LikeView, SummariesView, TalksView},
    transfer::ImportedView,
};
use crate::wire::openapi::{Call, Catalogue, FORM, JSON, MULTIPART};

const PUBLIC: (&str, &str) = (
    "Qexo",
    "What everybody may call of the Qexo API: friends, talks, counters. Served while \
     `qexo.enabled` is set. Refusals that a form should show have status 200.",
);
const OWNERS: (&str, &str) = (
    "Qexo: owner",
    "What takes the token: the blog's source, friends, talks, images, fields, notices, settings. \
     `/pub/` is for scripts, `/api/` for the panel.",
);

/// Describes the API.
pub(in crate::wire) fn describe(to: &mut Catalogue) {
    super::endpoints(to);
}

impl Register for Catalogue {
    fn register<F, Arguments, Success>(&mut self, endpoint: Endpoint, _: F)
    where
        F: Handler<Arguments, Output = Result<Success, Error>>,
        Arguments: FromRequest + 'static,
        Success: Responder + 'static,
    {
        self.group(if endpoint.guarded { OWNERS } else { PUBLIC });
        for path in endpoint.paths() {
            if endpoint.methods.contains(&Method::GET) {
                self.get(&path, described(&endpoint, Sent::InQuery));
            }
            self.post(&path, described(&endpoint, Sent::InBody(endpoint.body)));
        }
    }
}

/// Where parameters are: a call of GET has no body.
#[derive(Clone, Copy)]
enum Sent {
    InQuery,
    InBody(BodySize),
}

impl Sent {
    /// A call that takes the members of `T`.
    fn takes<T: ToSchema>(self, call: Call) -> Call {
        match self {
            Self::InQuery => call.query::<T>(),
            Self::InBody(BodySize::Image) => call.body::<T>(&[MULTIPART]),
            Self::InBody(_) => call.body::<T>(&[FORM, MULTIPART, JSON]),
        }
    }
}

/// What is said of an endpoint, and what follows from its limits.
fn described(endpoint: &Endpoint, sent: Sent) -> Call {
    let name = endpoint.name;
    let call = content(name, sent)
        .or_else(|| editor(name, sent))
        .or_else(|| images(name, sent))
        .or_else(|| friends(name, sent))
        .or_else(|| talks(name, sent))
        .or_else(|| installation(name, sent))
        .or_else(|| settings(name, sent))
        .unwrap_or_default();
    let mut call = call
        .refuses(408, "The body takes too long.", "参数错误: body")
        .refuses(413, "There is too much of it.", "参数错误: body")
        .refuses(500, "The server failed.", "服务器内部错误")
        .refuses(503, "The server is busy.", "服务器内部错误");
    if endpoint.guarded {
        call = call.for_owner_of_address().refuses(403, "No token, or a wrong one.", "鉴权错误!");
    }
    if endpoint.guarded || endpoint.budget.is_some() {
        call = call.refuses(429, "Too often.", "请求过于频繁,请稍后再试");
    }
    call
}

fn content(name: &str, sent: Sent) -> Option<Call> {
    let lists = |call| Some(sent.takes::<requests::Search>(call));
    match name {
        "get_posts" => lists(gives::<PostsView>("List posts and drafts")),
        "get_pages" => lists(gives::<PagesView>("List pages")),
        "get_configs" => lists(gives::<ConfigsView>("List configurations")),
        "save" => {
            let call = gives::<Done<SavedView>>("Save a file")
                .note("Path and version are told to clients that send a version.")
                .answers::<Said>(200, "It is saved.");
            Some(sent.takes::<requests::FileToSave>(call))
        }
        "delete" => Some(sent.takes::<requests::NamedFile>(does("Delete a file"))),
        "create_webhook" => {
            let call = gives::<Done<WebhookView>>("Have the repository's host report changes");
            Some(sent.takes::<requests::WebhookTarget>(call))
        }
        "webhook" => Some(
            does("Take over what was pushed")
                .note(
                    "The token is in the address. The body does not matter; with \
                     `content.webhook_secret` it has to be signed, and no token is needed.",
                )
                .query::<requests::WebhookQuery>()
                .refuses(403, "No token, or a wrong one.", "No permission")
                .refuses(429, "Too many wrong tokens.", "请求过于频繁,请稍后再试"),
        ),
        "set_hexo" => Some(sent.takes::<requests::Provider>(does("Set where the source is"))),
        "purge" => Some(does("Forget lists, and look again")),
        _ => None,
    }
}

fn editor(name: &str, sent: Sent) -> Option<Call> {
    let done = gives::<Done<SavedView>>;
    Some(match name {
        "save_post" => sent.takes::<requests::FileToSave>(done("Save a post")),
        "save_page" => sent.takes::<requests::FileToSave>(done("Save a page")),
        "save_draft" => sent.takes::<requests::Draft>(done("Save a draft")),
        "publish" => sent.takes::<requests::Turned>(done("Make a draft a post")),
        "unpublish" => sent.takes::<requests::Turned>(done("Make a post a draft")),
        "new_post" => sent.takes::<requests::NewFile>(done("Make a post")),
        "new_page" => sent.takes::<requests::NewFile>(done("Make a page")),
        "rename" => sent.takes::<requests::Moving>(done("Move a file")),
        _ => return None,
    })
}

fn images(name: &str, sent: Sent) -> Option<Call> {
    Some(match name {
        "get_images" => sent.takes::<requests::Search>(gives::<ImagesView>("List images")),
        "upload" => sent.takes::<requests::Upload>(
            gives::<Done<UploadedView>>("Upload an image")
                .answers::<NotUploadedView>(200, "No host is set."),
        ),
        "delete_img" => sent.takes::<requests::NamedImage>(does("Delete an image")),
        "set_image_host" => sent.takes::<requests::ImageHostSetting>(does("Set where images go")),
        _ => return None,
    })
}

fn friends(name: &str, sent: Sent) -> Option<Call> {
    let closed = |call: Call| call.refuses(403, "Applications are closed.", "友链申请未开启");
    Some(match name {
        "friends" => gives::<FriendsView>("List friends").answers_nothing(304, "Nothing changed."),
        "get_friends" => sent
            .takes::<requests::Search>(gives::<FriendsView>("List all friends, hidden ones, too")),
        "add_friend" => sent.takes::<requests::NewFriend>(gives::<Done<AddedView>>("Add a friend")),
        "edit_friend" => sent.takes::<requests::EditedFriend>(does("Edit a friend")),
        "del_friend" => sent.takes::<requests::Time>(does("Remove a friend")),
        "clean_friend" => does("Remove all hidden friends"),
        "ask_friend" => closed(
            sent.takes::<requests::Application>(gives::<Done<AddedView>>("Apply for a link")),
        ),
        "ask_friend_challenge" => closed(gives::<ChallengeView>("Get a challenge of altcha")),
        _ => return None,
    })
}

fn talks(name: &str, sent: Sent) -> Option<Call> {
    Some(match name {
        "talks" => sent.takes::<requests::Slice>(gives::<Done<TalksView>>("List talks")),
        "like_talk" => sent.takes::<requests::NamedTalk>(gives::<Done<LikeView>>(
            "Like a talk, or like it no more",
        )),
        "get_all_talks" => {
            sent.takes::<requests::Search>(gives::<Done<SummariesView>>("List all talks in short"))
        }
        "save_talk" => sent.takes::<requests::SavedTalk>(
            gives::<Done<CreatedView>>("Write a talk, or change it")
                .answers::<Said>(200, "It is changed."),
        ),
        "del_talk" => sent.takes::<requests::NamedTalk>(does("Delete a talk")),
        _ => return None,
    })
}

fn installation(name: &str, sent: Sent) -> Option<Call> {
    Some(match name {
        "status" => gives::<StatusView>("Count posts, and tell when the owner was last here"),
        "statistic" => gives::<HitsView>("Count a view of the page that refers here")
            .headers::<requests::Referer>()
            .refuses(403, "Pages of this domain are not counted.", "域名未验证"),
        "fix" => does("Mend what is broken"),
        "get_notifications" => gives::<NoticesView>("List notices"),
        "notifications" => sent.takes::<requests::NewNotice>(does("Write a notice")),
        "del_notifications" => sent.takes::<requests::Time>(does("Delete a notice")),
        "clear_notifications" => does("Delete all notices"),
        "auth" => sent
            .takes::<requests::Login>(gives::<Done<SessionView>>("Open a session"))
            .refuses(429, "Too many tries.", "请求过于频繁,请稍后再试"),
        "migrate" => sent.takes::<requests::Migration>(
            gives::<Done<ImportedView>>("Import or export everything")
                .answers::<requests::Export>(200, "The export."),
        ),
        _ => return None,
    })
}

fn settings(name: &str, sent: Sent) -> Option<Call> {
    Some(match name {
        "get_custom" => sent.takes::<requests::FieldKey>(gives::<FieldView>("Tell a custom field")),
        "set_custom" | "new_custom" => sent.takes::<requests::Named>(does("Set a custom field")),
        "del_custom" => sent.takes::<requests::Name>(does("Remove a custom field")),
        "set_api" => sent.takes::<requests::Access>(does("Set who may call and apply")),
        "set_statistic" => {
            sent.takes::<requests::StatisticSettings>(does("Set which pages are counted"))
        }
        "set_onepush" => sent.takes::<requests::Notifier>(does("Set who tells of notices")),
        "test_onepush" => sent.takes::<requests::NotifierTest>(does("Send a notice to try it")),
        "change_lang" => sent.takes::<requests::LanguageSetting>(does("Set the language")),
        "set_value" | "new_value" => sent.takes::<requests::Named>(does("Set any setting")),
        "del_value" => sent.takes::<requests::Name>(does("Reset any setting")),
        _ => return None,
    })
}

/// A call that does something, or refuses.
fn does(summary: &'static str) -> Call {
    gives::<Said>(summary)
}

/// A call that answers a `T`, or refuses.
fn gives<T: ToSchema>(summary: &'static str) -> Call {
    Call::new(summary).answers::<T>(200, "It is done.").answers::<Refused>(200, "Or refused.")
}

/// How the API tells failures.
trait Refuses {
    /// Answers why nothing was done.
    fn refuses(self, status: u16, text: &str, msg: &str) -> Self;
}

impl Refuses for Call {
    fn refuses(self, status: u16, text: &str, msg: &str) -> Self {
        self.answers_like::<Refused>(status, text, json!({ "msg": msg, "status": false }))
    }
}
