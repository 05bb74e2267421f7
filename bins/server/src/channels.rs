//! The ways to the other side, with what the owner and the operator have set.

use std::{fs, io, path::PathBuf, time::Duration};

use actix_web::web::Data;
use inkstone_delivery::{
    HttpClient, HttpLimits, Installation, MailGateway, Mailer, Notifier, PushAddresses,
    PushMessage, Pusher, SmtpLimits, SmtpServer, Targets, TelegramBot, Trust, TrustError,
};
use inkstone_notifications::{Channel as _, ChannelKind, DeliveryError, Leased};
use inkstone_settings::{AllSettings, OutsideService, SmtpSettings};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    clock,
    config::{Config, ServerKey},
    failure::Failure,
    keyed::{hex, keyed_hash},
    owner_settings::OwnerSettings,
};

/// The ways to the other side.
pub struct Channels {
    settings: Data<OwnerSettings>,
    gateway: Option<MailGateway>,
    trust: Trust,
    smtp_limits: SmtpLimits,
    telegram: HttpClient,
    telegram_api: String,
    pusher: Pusher,
    installation: Installation,
}

/// Why there are no channels.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The file with further certificates is not to be read.
    #[error("cannot read {} (mail.ca_file)", .0.display())]
    CertificateFile(PathBuf, #[source] io::Error),
    /// The file holds something else.
    #[error("{} (mail.ca_file) is not a list of certificates", .0.display())]
    Certificates(PathBuf, #[source] TrustError),
    /// There is no encryption.
    #[error("mails cannot be encrypted")]
    Trust(#[source] TrustError),
}

impl Channels {
    /// The channels of an installation.
    pub fn new(
        config: &Config,
        key: &ServerKey,
        settings: Data<OwnerSettings>,
    ) -> Result<Self, ChannelError> {
        let mail_time = Duration::from_secs(config.mail.timeout_s.get().into());
        let telegram_time = Duration::from_secs(config.telegram.timeout_s.get().into());
        let gateway = config.mail.gateway_url.as_ref().map(|url| {
            let token = config.mail.gateway_token.as_ref().cloned();
            MailGateway::new(client(mail_time), url.as_str(), token.unwrap_or_default())
        });
        let trust = trust(config.mail.ca_file.as_ref())?;
        let installation = installation(config, key);
        Ok(Self {
            settings,
            gateway,
            pusher: pusher(config, trust.clone(), installation.clone()),
            trust,
            smtp_limits: limits(mail_time),
            telegram: client(telegram_time),
            telegram_api: config.telegram.api_url.to_string(),
            installation,
        })
    }

    /// Hands a message over; may block.
    pub fn deliver(&self, message: &Leased) -> Result<(), DeliveryError> {
        let settings = self.settings.all().map_err(|error| {
            // Which logs it.
            let failure = Failure::from(error);
            DeliveryError::temporary(format!("the settings were not read: {}", failure.code()))
        })?;
        match message.channel {
            ChannelKind::Mail => self.mailer(&settings).deliver(message),
            ChannelKind::Telegram => match &settings.telegram.bot_token {
                Some(token) => self.telegram_bot(token).deliver(message),
                None => Err(DeliveryError::temporary("telegram_bot_token is not set")),
            },
            ChannelKind::Push => {
                let notifier = settings.qexo.notifier.as_ref();
                let notifier = notifier.filter(|notifier| notifier.name == message.recipient);
                match notifier {
                    Some(notifier) => self.push(notifier, &message.into()),
                    None => Err(DeliveryError::permanent("ONEPUSH names another notifier by now")),
                }
            }
            _ => Err(DeliveryError::permanent("this server does not know the channel")),
        }
    }

    /// Whether a mail could leave at all.
    pub fn can_mail(&self, settings: &AllSettings) -> bool {
        self.gateway.is_some() || is_complete(&settings.mail.smtp)
    }

    /// Hands a message to a push service; may block.
    pub fn push(
        &self,
        notifier: &OutsideService,
        message: &PushMessage<'_>,
    ) -> Result<(), DeliveryError> {
        let service = Notifier::parse(&notifier.name);
        let service = service.ok_or_else(|| DeliveryError::permanent(UNSUPPORTED))?;
        self.pusher.push(service, &notifier.params, message)
    }

    /// The bot with this token.
    pub fn telegram_bot(&self, token: &SecretString) -> TelegramBot {
        TelegramBot::new(self.telegram.clone(), &self.telegram_api, token.clone())
    }

    /// The mail server with these settings; `None` without a user and a password.
    pub fn smtp(&self, settings: &SmtpSettings) -> Option<SmtpServer> {
        is_complete(settings).then(|| SmtpServer {
            host: settings.host.clone(),
            port: settings.port,
            user: settings.user.clone(),
            password: settings.password.clone().unwrap_or_default(),
            secure: settings.secure,
            trust: self.trust.clone(),
            limits: self.smtp_limits,
        })
    }

    /// By which name mail servers know us.
    pub const fn installation(&self) -> &Installation {
        &self.installation
    }

    fn mailer(&self, settings: &AllSettings) -> Mailer {
        Mailer {
            smtp: self.smtp(&settings.mail.smtp),
            gateway: self.gateway.clone(),
            installation: self.installation.clone(),
            clock: clock::now,
        }
    }
}

/// Why a message does not travel through a service of which Qexo knows more than we.
pub const UNSUPPORTED: &str = "the notifier in ONEPUSH is not supported";

/// What Telegram proves itself with, as long as the bot has this token.
pub fn webhook_secret(key: &ServerKey, token: &SecretString) -> SecretString {
    hex(&keyed_hash(key, "telegram webhook", &[token.expose_secret().as_bytes()])).into()
}

fn is_complete(smtp: &SmtpSettings) -> bool {
    let password = smtp.password.as_ref().map(ExposeSecret::expose_secret);
    !smtp.user.is_empty() && password.is_some_and(|password| !password.is_empty())
}

fn client(total: Duration) -> HttpClient {
    let limits = HttpLimits::default();
    HttpClient::new(
        HttpLimits { total, connect: limits.connect.min(total), ..limits },
        Targets::Any,
    )
}

fn limits(total: Duration) -> SmtpLimits {
    let limits = SmtpLimits::default();
    SmtpLimits { connect: limits.connect.min(total), command: limits.command.min(total), total }
}

fn pusher(config: &Config, trust: Trust, installation: Installation) -> Pusher {
    let notifiers = &config.notifiers;
    let time = Duration::from_secs(notifiers.timeout_s.get().into());
    Pusher {
        http: client(time),
        addresses: PushAddresses {
            bark: notifiers.bark_url.to_string(),
            dingtalk: notifiers.dingtalk_url.to_string(),
            pushdeer: notifiers.pushdeer_url.to_string(),
            pushplus: notifiers.pushplus_url.to_string(),
            qmsg: notifiers.qmsg_url.to_string(),
            serverchan: notifiers.serverchan_url.to_string(),
            serverchan_turbo: notifiers.serverchan_turbo_url.to_string(),
            telegram: config.telegram.api_url.to_string(),
            wecom: notifiers.wecom_url.to_string(),
        },
        trust,
        smtp_limits: limits(time),
        installation,
        clock: clock::now,
    }
}

fn trust(file: Option<&PathBuf>) -> Result<Trust, ChannelError> {
    let Some(file) = file else { return Trust::public().map_err(ChannelError::Trust) };
    let pem = fs::read(file).map_err(|error| ChannelError::CertificateFile(file.clone(), error))?;
    Trust::also(&pem).map_err(|error| ChannelError::Certificates(file.clone(), error))
}

/// The host under which we are reached, if there is one, and something of our own before it.
fn installation(config: &Config, key: &ServerKey) -> Installation {
    let own = hex(&keyed_hash(key, "installation", &[])[..4]);
    let host = config.server.public_url.as_ref().and_then(|url| url.domain());
    let name = format!("{own}.{}", host.unwrap_or("inkstone.localdomain"));
    #[expect(clippy::expect_used, reason = "hexadecimal digits before a fixed name")]
    Installation::parse(&name)
        .or_else(|| Installation::parse(&format!("{own}.inkstone.localdomain")))
        .expect("a host name")
}
