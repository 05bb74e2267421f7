//! Every sentence of the API, in every language that it speaks (contract qexo, section 9).

mod content;

use std::borrow::Cow;

use inkstone_blobstore::ImageHosts;
use inkstone_settings::Language;

pub use content::ContentMessage;

impl From<ContentMessage> for Message {
    fn from(message: ContentMessage) -> Self {
        Self::Content(message)
    }
}

/// Something that a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the key of the contract")]
pub enum Message {
    SaveSuccess,
    DelSuccess,
    DelSuccessAndDeploy,
    AddSuccess,
    EditSuccess,
    AuthFailed,
    /// With how many settings were mended.
    FixDisplay(u64),
    GetSuccess,
    WebhookCreateSuccess,
    WebhookNotSupport,
    QexoMessage,
    PublishSuccess,
    LikeSuccess,
    LikeCancelled,
    AskSuccess,
    LoginSuccess,
    /// The name or the password; nobody learns which.
    LoginWrong,
    CaptchaFailed,
    DomainUnverified,
    MethodError,
    /// With the name of the parameter.
    ParamMissing(Cow<'static, str>),
    /// With the name of the parameter.
    ParamInvalid(Cow<'static, str>),
    FriendNotFound,
    TalkNotFound,
    CustomNotFound,
    FileNotFound,
    PathInvalid,
    FriendClosed,
    /// With how many hidden friends were removed.
    FriendsCleaned(u64),
    ProviderNotSet,
    /// With what the provider said; no token and no path of this machine.
    ProviderFailed(String),
    /// Something about the blog's source.
    Content(ContentMessage),
    /// A push service took a message.
    PushSuccess,
    ScriptLimit,
    UploadSuccess,
    UploadFailed,
    /// The record of an image is gone.
    RecordDeleted,
    ImageNotFound,
    /// A file is no image that is taken.
    NoImage,
    /// With the name of the host.
    HostUnsupported(String),
    /// With what the host said; no token and no address.
    HostFailed(String),
    /// Only the host that keeps an image can delete it.
    HostElsewhere,
    RateLimited,
    /// No endpoint has this path; the same in every language.
    NotFound,
    Internal,
}

impl Message {
    /// The sentence in `language`.
    pub fn text(&self, language: Language) -> Cow<'static, str> {
        match language {
            Language::Chinese => self.chinese(),
            Language::English => self.english(),
        }
    }

    fn chinese(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::SaveSuccess => "保存成功!",
            Self::DelSuccess => "删除成功!",
            Self::DelSuccessAndDeploy => "删除成功并提交部署!",
            Self::AddSuccess => "添加成功!",
            Self::EditSuccess => "修改成功!",
            Self::AuthFailed => "鉴权错误!",
            Self::FixDisplay(count) => {
                return format!("尝试自动修复了 {count} 个字段,请在稍后检查和修改配置").into();
            }
            Self::GetSuccess => "获取成功!",
            Self::WebhookCreateSuccess => "Webhook创建成功!",
            Self::WebhookNotSupport => "平台不支持",
            Self::QexoMessage => "Qexo 消息",
            Self::PublishSuccess => "发布成功!",
            Self::LikeSuccess => "点赞成功!",
            Self::LikeCancelled => "取消成功!",
            Self::AskSuccess => "申请成功!",
            Self::LoginSuccess => "登录成功，等待转跳",
            Self::LoginWrong => "登录信息错误",
            Self::CaptchaFailed => "人机验证失败!",
            Self::DomainUnverified => "域名未验证",
            Self::MethodError => "Error!",
            Self::ParamMissing(name) => return format!("缺少参数: {name}").into(),
            Self::ParamInvalid(name) => return format!("参数错误: {name}").into(),
            Self::FriendNotFound => "友链不存在",
            Self::TalkNotFound => "说说不存在",
            Self::CustomNotFound => "自定义字段不存在",
            Self::FileNotFound => "文件不存在",
            Self::PathInvalid => "文件路径不合法",
            Self::FriendClosed => "友链申请未开启",
            Self::FriendsCleaned(0) => "无隐藏的友链",
            Self::FriendsCleaned(count) => return format!("成功清理了{count}条友链").into(),
            Self::ProviderNotSet => "未配置博客平台",
            Self::ProviderFailed(said) => return format!("平台请求失败: {said}").into(),
            Self::Content(message) => return message.chinese(),
            Self::PushSuccess => "推送成功!",
            Self::ScriptLimit => "自定义字段执行超限",
            Self::UploadSuccess => "上传成功！",
            Self::UploadFailed => "上传失败！",
            Self::RecordDeleted => "已删除本地记录",
            Self::ImageNotFound => "图片不存在",
            Self::NoImage => "文件不是支持的图片: PNG, JPEG, GIF, WebP, AVIF, BMP, ICO",
            Self::HostUnsupported(name) => {
                return format!("不支持的图床: {name}; 可用: {}", supported_hosts()).into();
            }
            Self::HostFailed(said) => return format!("图床请求失败: {said}").into(),
            Self::HostElsewhere => "图片不在当前图床",
            Self::RateLimited => "请求过于频繁,请稍后再试",
            Self::NotFound => "Not Found",
            Self::Internal => "服务器内部错误",
        })
    }

    fn english(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::SaveSuccess => "Save Successful!",
            Self::DelSuccess => "Delete Success!",
            Self::DelSuccessAndDeploy => "Delete Success and Deployment Submitted!",
            Self::AddSuccess => "Add Success!",
            Self::EditSuccess => "Modification Success!",
            Self::AuthFailed => "Authentication Failed!",
            Self::FixDisplay(count) => {
                return format!(
                    "Attempted Automatic Repair of {count} Fields, Please Check and Modify \
                     Configuration Later"
                )
                .into();
            }
            Self::GetSuccess => "Retrieved successfully",
            Self::WebhookCreateSuccess => "Webhook Created Successfully!",
            Self::WebhookNotSupport => "Platform does not support Webhook or an error occurred",
            Self::QexoMessage => "Qexo Message",
            Self::PublishSuccess => "Published!",
            Self::LikeSuccess => "Liked!",
            Self::LikeCancelled => "Like withdrawn!",
            Self::AskSuccess => "Application submitted!",
            Self::LoginSuccess => "Logged in, please wait",
            Self::LoginWrong => "Wrong name or password",
            Self::CaptchaFailed => "Captcha Verification Failed!",
            Self::DomainUnverified => "Domain not verified",
            Self::MethodError => "Error!",
            Self::ParamMissing(name) => return format!("Missing parameter: {name}").into(),
            Self::ParamInvalid(name) => return format!("Invalid parameter: {name}").into(),
            Self::FriendNotFound => "Friend link not found",
            Self::TalkNotFound => "Talk not found",
            Self::CustomNotFound => "Custom field not found",
            Self::FileNotFound => "File not found",
            Self::PathInvalid => "Invalid file path",
            Self::FriendClosed => "Friend link applications are closed",
            Self::FriendsCleaned(0) => "No hidden friend links",
            Self::FriendsCleaned(count) => return format!("Removed {count} friend links").into(),
            Self::ProviderNotSet => "No content provider configured",
            Self::ProviderFailed(said) => return format!("Provider request failed: {said}").into(),
            Self::Content(message) => return message.english(),
            Self::PushSuccess => "Push Successful!",
            Self::ScriptLimit => "Custom field exceeded its limits",
            Self::UploadSuccess => "Upload Successful!",
            Self::UploadFailed => "Upload Failed!",
            Self::RecordDeleted => "Local record deleted",
            Self::ImageNotFound => "Image not found",
            Self::NoImage => {
                "The file is no image that is taken: PNG, JPEG, GIF, WebP, AVIF, BMP, ICO"
            }
            Self::HostUnsupported(name) => {
                return format!("Image host {name} is not supported; use {}", supported_hosts())
                    .into();
            }
            Self::HostFailed(said) => return format!("Image host request failed: {said}").into(),
            Self::HostElsewhere => "The image is with another host than the one that is set",
            Self::RateLimited => "Too many requests, try again later",
            Self::NotFound => "Not Found",
            Self::Internal => "Internal server error",
        })
    }
}

fn supported_hosts() -> String {
    ImageHosts::SUPPORTED.join(", ")
}
