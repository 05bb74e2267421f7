//! Every sentence of the API, by the code of the failure. The punctuation is the contract's
//! (D-02): clients only display these, except for the two about tokens.

use inkstone_vocab::FaultKind;

use crate::failure::Failure;

/// What a client is told whose name or password is wrong.
pub(super) const LOGIN_WRONG: &str = "用户名或密码无效";

/// What a client is told about a failure.
pub(super) fn of(failure: &Failure) -> &'static str {
    match failure.code() {
        "body_too_large" => "请求体过大",
        "route_unknown" => "Not Found",
        "body_invalid" => "无效的请求体",
        "json_invalid" => "Invalid JSON body",
        "list_slug_required" => "post_slug is required",
        "submit_slug_required" => "post_slug 必填",
        "body_slug_required" => "postSlug is required",
        "content_required" => "评论内容不能为空",
        "content_too_long" => "评论内容过长",
        "name_required" => "昵称不能为空",
        "name_too_long" => "昵称不能超过 50 字",
        "email_required" => "邮箱不能为空",
        "email_invalid" | "setting_email_invalid" => "邮箱格式不正确",
        "ip_required" => "IP 地址不能为空",
        "comment_address_blocked" => "当前 IP 已被限制评论,请联系站长进行处理",
        "comment_email_blocked" => "当前邮箱已被限制评论,请联系站长进行处理",
        "comment_key_missing" | "admin_key_missing" => "请输入管理员密钥",
        "admin_key_wrong" => "密钥错误",
        "admin_key_locked" => "验证失败次数过多,请 30 分钟后再试",
        "comment_too_frequent" => "评论频繁,等 10s 后再试",
        "comment_parent_not_found" => "父评论不存在",
        "comment_not_found" => "Comment not found",
        "liked_id_invalid" | "id_invalid" => "Missing or invalid id",
        "liked_comment_unknown" => "评论不存在",
        "over_budget" => "操作频繁,请稍后再试",
        "id_or_status_missing" => "Missing id or status",
        "status_invalid" => "Invalid status",
        "id_missing" => "Missing id",
        "import_empty" => "导入数据为空",
        "import_malformed" => "数据格式错误",
        "config_invalid" => "没有有效的配置数据",
        "recipient_invalid" => "请输入有效的接收邮箱",
        "smtp_incomplete" => "SMTP 配置不完整",
        "key_missing" => "缺少 key 参数",
        "s3_unconfigured" => "S3 配置不完整，请先配置 S3 信息",
        "login_locked" => "IP 已被封禁，30 分钟后重试",
        "login_wrong" => LOGIN_WRONG,
        "token_missing" => "Unauthorized",
        "token_invalid" => "Token expired or invalid",
        "setting_too_long" | "setting_too_many" => "内容过长",
        _ => of_kind(failure.kind()),
    }
}

fn of_kind(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Invalid => "Bad Request",
        FaultKind::Unauthenticated => "Unauthorized",
        FaultKind::Forbidden => "Forbidden",
        FaultKind::NotFound => "Not Found",
        FaultKind::Conflict => "Conflict",
        FaultKind::RateLimited => "操作频繁,请稍后再试",
        FaultKind::Unavailable => "Service Unavailable",
        FaultKind::Internal => "Internal Server Error",
    }
}
