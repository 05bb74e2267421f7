//! All settings at one moment.

use std::collections::BTreeMap;

use inkstone_vocab::EmailAddress;

use crate::{
    comment::CommentSettings, display::DisplaySettings, feature::FeatureSettings,
    mail::MailSettings, qexo::QexoSettings, s3::S3Settings, telegram::TelegramSettings,
};

/// All settings at one moment.
#[derive(Clone, Debug, Default)]
pub struct AllSettings {
    /// How comments are taken and shown.
    pub comments: CommentSettings,
    /// What the widget and the panel offer.
    pub features: FeatureSettings,
    /// How the panel looks.
    pub display: DisplaySettings,
    /// Whether and how mails are sent.
    pub mail: MailSettings,
    /// Whether and how the owner is told of comments by Telegram.
    pub telegram: TelegramSettings,
    /// Where backups are uploaded to.
    pub s3: S3Settings,
    /// What the Qexo API does.
    pub qexo: QexoSettings,
}

impl AllSettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        Self {
            comments: CommentSettings::read(stored),
            features: FeatureSettings::read(stored),
            display: DisplaySettings::read(stored),
            mail: MailSettings::read(stored),
            telegram: TelegramSettings::read(stored),
            s3: S3Settings::read(stored),
            qexo: QexoSettings::read(stored),
        }
    }

    /// Where mails to the owner go: the address to comment with, else the older one; `None` when
    /// neither is set or that one is malformed (contract cwd, 10).
    pub fn owner_address(&self) -> Option<EmailAddress> {
        let address = self.comments.admin_email.as_ref().or(self.mail.notify_address.as_ref())?;
        EmailAddress::parse(address)
    }
}
