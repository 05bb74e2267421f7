//! What the API is, for `/openapi.json`: each call with what it takes, answers and refuses.

use serde_json::json;

use super::{
    Refused, Said, admin, comments, configuration, likes,
    requests::{
        AdminKey, LikedComment, LikerHeaders, ListQuery, Login, NewComment, Page, PageQuery,
        TelegramHeaders, TelegramUpdate,
    },
    submission, visits,
};
use crate::wire::openapi::{Call, Catalogue, JSON, TEXT};

/// Describes the API.
pub(in crate::wire) fn describe(to: &mut Catalogue) {
    to.group((
        "Comments",
        "The CWD comment API: comments, likes and visits. Served while `cwd.enabled` is set.",
    ));
    comment_calls(to);
    page_calls(to);
    to.get(
        "/api/config/comments",
        call("Tell a widget how to behave")
            .answers::<configuration::ConfigurationView<'_>>(200, "How it is to behave.")
            .answers_nothing(304, "It has not changed."),
    );
    to.post(
        "/api/verify-admin",
        with_body::<AdminKey>("Check the owner's key")
            .answers::<Said>(200, "It is right, or there is none.")
            .refuses(401, "No key, or a wrong one.", "密钥错误")
            .refuses(403, "Too many wrong keys.", "验证失败次数过多,请 30 分钟后再试"),
    );
    to.post(
        "/api/telegram/webhook",
        Call::new("Take an update from Telegram")
            .note("Nobody but Telegram has the secret that this takes.")
            .headers::<TelegramHeaders>()
            .body::<TelegramUpdate>(&[JSON])
            .answers_text(200, "It was taken.", TEXT, "OK")
            .answers_text(400, "There is no bot.", TEXT, "Bot token not configured")
            .answers_text(401, "It does not come from Telegram.", TEXT, "Unauthorized")
            .refuses(408, "The body takes too long.", "Bad Request")
            .refuses(413, "The body is too large.", "请求体过大")
            .answers_text(500, "The server failed.", TEXT, "Internal Server Error"),
    );
    to.group((
        "Comments: owner",
        "What the owner does with comments: the calls of CWD's panel, below `/admin`.",
    ));
    to.post(
        "/admin/login",
        with_body::<Login>("Open a session")
            .answers::<admin::SessionView>(200, "The session.")
            .answers::<admin::LoginRefusedView>(401, "The name or the password is wrong.")
            .refuses(403, "Too many wrong passwords.", "IP 已被封禁，30 分钟后重试"),
    );
    admin::describe(to);
}

fn comment_calls(to: &mut Catalogue) {
    to.get(
        "/api/comments",
        call("List the comments of a page")
            .query::<ListQuery>()
            .answers::<comments::PageView>(200, "The comments.")
            .answers_nothing(304, "Nothing has changed.")
            .refuses(400, "No page is named.", "post_slug is required"),
    );
    to.post(
        "/api/comments",
        with_body::<NewComment>("Post a comment")
            .answers::<submission::SubmittedView>(200, "It is kept.")
            .refuses(400, "Something is missing, or makes no sense.", "评论内容不能为空")
            .answers_like::<Refused<'_>>(
                401,
                "Only the owner comments under this address, with the key.",
                json!({ "message": "请输入管理员密钥", "requireAuth": true }),
            )
            .refuses(
                403,
                "The author is blocked, or presented too many wrong keys.",
                "当前 IP 已被限制评论,请联系站长进行处理",
            )
            .refuses(429, "Too soon after another one.", "评论频繁,等 10s 后再试"),
    );
    let like = |summary| {
        with_body::<LikedComment>(summary)
            .headers::<LikerHeaders>()
            .answers::<likes::CommentLikesView>(200, "How many likes it has now.")
            .refuses(400, "There is no such comment.", "评论不存在")
            .refuses(429, "Too many likes.", "操作频繁,请稍后再试")
    };
    to.post("/api/comments/like", like("Like a comment"));
    to.delete("/api/comments/like", like("Like a comment no more"));
}

fn page_calls(to: &mut Catalogue) {
    to.get(
        "/api/like",
        call("Tell the likes of a page")
            .query::<PageQuery>()
            .headers::<LikerHeaders>()
            .answers::<likes::PageLikesView>(200, "The likes.")
            .refuses(400, "No page is named.", "post_slug is required"),
    );
    to.post(
        "/api/like",
        with_body::<Page>("Like a page")
            .headers::<LikerHeaders>()
            .answers::<likes::PageLikesView>(200, "The likes.")
            .refuses(400, "No page is named.", "postSlug is required")
            .refuses(429, "Too many likes.", "操作频繁,请稍后再试"),
    );
    to.post(
        "/api/analytics/visit",
        with_body::<Page>("Count a visit")
            .note("Over its budget a client is told the same, and counts nothing.")
            .answers::<visits::VisitedView>(200, "It was heard.")
            .refuses(400, "No page is named.", "postSlug is required"),
    );
    to.get(
        "/api/analytics/pv",
        call("Tell how often a page was visited")
            .query::<PageQuery>()
            .answers::<visits::ViewsView>(200, "How often.")
            .refuses(400, "No page is named.", "post_slug is required"),
    );
}

/// A call that fails as all do.
pub(super) fn call(summary: &'static str) -> Call {
    Call::new(summary).refuses(500, "The server failed.", "Internal Server Error").refuses(
        503,
        "The server is busy.",
        "Service Unavailable",
    )
}

/// The same with a JSON body, which may be malformed, large or slow.
pub(super) fn with_body<T: utoipa::ToSchema>(summary: &'static str) -> Call {
    call(summary)
        .body::<T>(&[JSON])
        .refuses(400, "The body cannot be read.", "无效的请求体")
        .refuses(408, "The body takes too long.", "Bad Request")
        .refuses(413, "The body is too large.", "请求体过大")
}

/// How the API tells failures.
pub(super) trait Refuses {
    /// Answers why nothing was done.
    fn refuses(self, status: u16, text: &str, message: &str) -> Self;
}

impl Refuses for Call {
    fn refuses(self, status: u16, text: &str, message: &str) -> Self {
        self.answers_like::<Refused<'_>>(status, text, json!({ "message": message }))
    }
}
