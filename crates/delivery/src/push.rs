//! Services that reach the owner: what Qexo calls notifiers (contract qexo, 6.3).

mod answer;
mod chat;
mod mail;
mod markdown;
mod params;
mod phone;
mod qq;
mod robot;
mod text;
mod webhook;
mod wechat;

use inkstone_notifications::{DeliveryError, Leased};
use inkstone_vocab::Timestamp;
use serde_json::{Map, Value};

use self::params::Params;
use crate::{
    http::HttpClient,
    installation::Installation,
    smtp::{SmtpLimits, Trust},
    telegram::TELEGRAM_API,
};

/// A service that reaches the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the name of a service")]
#[non_exhaustive]
pub enum Notifier {
    Bark,
    CqHttp,
    /// Any address, called as the owner says.
    Custom,
    DingTalk,
    Discord,
    Gotify,
    Lark,
    PushDeer,
    PushPlus,
    Qmsg,
    ServerChan,
    ServerChanTurbo,
    /// Mail.
    Smtp,
    Telegram,
    WeComApp,
    WeComBot,
}

impl Notifier {
    /// Every service.
    pub const ALL: [Self; 16] = [
        Self::Bark,
        Self::CqHttp,
        Self::Custom,
        Self::DingTalk,
        Self::Discord,
        Self::Gotify,
        Self::Lark,
        Self::PushDeer,
        Self::PushPlus,
        Self::Qmsg,
        Self::ServerChan,
        Self::ServerChanTurbo,
        Self::Smtp,
        Self::Telegram,
        Self::WeComApp,
        Self::WeComBot,
    ];

    /// The name that Qexo has for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bark => "Bark",
            Self::CqHttp => "CqHttp",
            Self::Custom => "自定义",
            Self::DingTalk => "钉钉",
            Self::Discord => "Discord",
            Self::Gotify => "Gotify",
            Self::Lark => "Lark",
            Self::PushDeer => "Pushdeer",
            Self::PushPlus => "PushPlus",
            Self::Qmsg => "Qmsg酱",
            Self::ServerChan => "Server酱",
            Self::ServerChanTurbo => "Server酱·Turbo版",
            Self::Smtp => "Smtp邮件",
            Self::Telegram => "Telegram",
            Self::WeComApp => "企业微信应用",
            Self::WeComBot => "企业微信机器人",
        }
    }

    /// The service with this name; the case of Latin letters does not matter.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notifier| notifier.as_str().eq_ignore_ascii_case(name.trim()))
    }
}

/// Where services are whose parameters do not say so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of a service")]
pub struct PushAddresses {
    pub bark: String,
    pub dingtalk: String,
    pub pushdeer: String,
    pub pushplus: String,
    pub qmsg: String,
    pub serverchan: String,
    pub serverchan_turbo: String,
    pub telegram: String,
    pub wecom: String,
}

/// Where they are unless a mirror is configured.
impl Default for PushAddresses {
    fn default() -> Self {
        Self {
            bark: "https://api.day.app".to_owned(),
            dingtalk: "https://oapi.dingtalk.com".to_owned(),
            pushdeer: "https://api2.pushdeer.com".to_owned(),
            pushplus: "https://www.pushplus.plus".to_owned(),
            qmsg: "https://qmsg.zendee.cn".to_owned(),
            serverchan: "https://sc.ftqq.com".to_owned(),
            serverchan_turbo: "https://sctapi.ftqq.com".to_owned(),
            telegram: TELEGRAM_API.to_owned(),
            wecom: "https://qyapi.weixin.qq.com".to_owned(),
        }
    }
}

/// What the owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushMessage<'a> {
    /// What it is about; one line.
    pub title: &'a str,
    /// What it says, in HTML.
    pub content: &'a str,
    /// A number that it keeps when it is sent again.
    pub number: i64,
}

impl<'a> From<&'a Leased> for PushMessage<'a> {
    fn from(message: &'a Leased) -> Self {
        let content = &message.content;
        Self { title: &content.title, content: &content.html, number: message.id.get() }
    }
}

/// The way to all of the services.
#[derive(Clone, Debug)]
pub struct Pusher {
    /// What requests go through; the owner says where some of them go.
    pub http: HttpClient,
    /// Where services are.
    pub addresses: PushAddresses,
    /// Whose certificates mail servers are believed by.
    pub trust: Trust,
    /// How long mail servers may take.
    pub smtp_limits: SmtpLimits,
    /// Which installation sends mails.
    pub installation: Installation,
    /// Tells the time, for signatures and mails.
    pub clock: fn() -> Timestamp,
}

/// A message on its way, with all that the services need to know.
#[derive(Debug)]
struct Push<'a> {
    pusher: &'a Pusher,
    params: Params<'a>,
    title: String,
    content: String,
    number: i64,
}

impl Pusher {
    /// Hands a message to a service; may block, within limits.
    ///
    /// `params` are the owner's, as Qexo stores them. With `mdFormat` the content arrives as
    /// Markdown. What the owner can mend, such as a parameter that is missing or a wrong token,
    /// is a temporary failure; reasons name no value of a parameter.
    pub fn push(
        &self,
        notifier: Notifier,
        params: &Map<String, Value>,
        message: &PushMessage<'_>,
    ) -> Result<(), DeliveryError> {
        let params = Params::new(params);
        let markdown = params.flag("mdFormat").then(|| markdown::of(message.content)).flatten();
        let push = Push {
            pusher: self,
            title: text::line(message.title),
            content: markdown.unwrap_or_else(|| message.content.to_owned()),
            number: message.number,
            params,
        };
        match notifier {
            Notifier::Bark => phone::bark(&push),
            Notifier::CqHttp => qq::cq_http(&push),
            Notifier::Custom => webhook::custom(&push),
            Notifier::DingTalk => robot::dingtalk(&push),
            Notifier::Discord => chat::discord(&push),
            Notifier::Gotify => phone::gotify(&push),
            Notifier::Lark => robot::lark(&push),
            Notifier::PushDeer => phone::pushdeer(&push),
            Notifier::PushPlus => wechat::pushplus(&push),
            Notifier::Qmsg => qq::qmsg(&push),
            Notifier::ServerChan => wechat::serverchan(&push),
            Notifier::ServerChanTurbo => wechat::serverchan_turbo(&push),
            Notifier::Smtp => mail::smtp(&push),
            Notifier::Telegram => chat::telegram(&push),
            Notifier::WeComApp => robot::wecom_app(&push),
            Notifier::WeComBot => robot::wecom_bot(&push),
        }
    }
}

impl Push<'_> {
    /// Title and content in one text, for services that have no title.
    fn whole(&self) -> String {
        match (self.title.as_str(), self.content.as_str()) {
            (title, "") => title.to_owned(),
            ("", content) => content.to_owned(),
            (title, content) => format!("{title}\n\n{content}"),
        }
    }
}
