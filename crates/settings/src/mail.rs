//! Whether and how mails are sent (contract cwd, 3.5 and 10).

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    change::{Change, Changes},
    error::SettingError,
    key,
    stored::Stored,
};

const DEFAULT_HOST: &str = "smtp.qq.com";
const DEFAULT_PORT: u16 = 465;

/// Whether and how mails are sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Whether comments are announced by mail; on unless switched off.
    pub enabled: bool,
    /// The server that takes the mails.
    pub smtp: SmtpSettings,
    /// The HTML of a mail to somebody who was answered; `None` for the built-in one.
    pub template_reply: Option<String>,
    /// The HTML of a mail to the owner; `None` for the built-in one.
    pub template_admin: Option<String>,
    /// Where the owner gets mail when no address to comment with is set (`admin_notify_email`, of
    /// older versions). Imported ones may be malformed.
    pub notify_address: Option<String>,
}

/// The server that takes the mails.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its host; `smtp.qq.com` unless another is set.
    pub host: String,
    /// Its port, from 1; 465 unless another is set.
    pub port: u16,
    /// Whom to log in as, and the sender; empty when not set.
    pub user: String,
    /// The password to log in with.
    pub password: Option<SecretString>,
    /// Whether TLS is on from the start; on unless switched off.
    pub secure: bool,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self::read(&BTreeMap::new())
    }
}

impl MailSettings {
    /// Reads stored values; what makes no sense counts as not set.
    pub fn read(stored: &BTreeMap<String, String>) -> Self {
        let stored = Stored(stored);
        let unset = stored.raw(key::NOTIFY_ENABLED).is_none();
        Self {
            enabled: unset || stored.is_on(key::NOTIFY_ENABLED),
            smtp: SmtpSettings::read(stored),
            template_reply: stored.text(key::TEMPLATE_REPLY),
            template_admin: stored.text(key::TEMPLATE_ADMIN),
            notify_address: stored.line(key::NOTIFY_ADDRESS),
        }
    }
}

impl SmtpSettings {
    fn read(stored: Stored<'_>) -> Self {
        let port = stored.raw(key::SMTP_PORT).and_then(|port| port.trim().parse().ok());
        Self {
            host: stored.line(key::SMTP_HOST).unwrap_or_else(|| DEFAULT_HOST.to_owned()),
            port: port.filter(|&port| port != 0).unwrap_or(DEFAULT_PORT),
            user: stored.line(key::SMTP_USER).unwrap_or_default(),
            password: stored.secret(key::SMTP_PASSWORD),
            secure: !stored.is_off(key::SMTP_SECURE),
        }
    }
}

/// What to change of [`MailSettings`]: absent members stay, empty ones return to the default.
#[derive(Clone, Debug, Default)]
pub struct MailPatch {
    /// On or off.
    pub enabled: Option<bool>,
    /// The server.
    pub smtp: SmtpPatch,
    /// HTML; empty for the built-in template.
    pub template_reply: Option<String>,
    /// HTML; empty for the built-in template.
    pub template_admin: Option<String>,
    /// Blank, or of the shape of an address.
    pub notify_address: Option<String>,
}

/// What to change of [`SmtpSettings`]: absent members stay, empty ones return to the default.
#[derive(Clone, Debug, Default)]
pub struct SmtpPatch {
    /// A host; empty for the default.
    pub host: Option<String>,
    /// A port; 0 for the default.
    pub port: Option<u16>,
    /// A user; empty for none.
    pub user: Option<String>,
    /// A password; empty for none, [`SECRET_MASK`](crate::SECRET_MASK) to leave it as it is.
    pub password: Option<SecretString>,
    /// On or off.
    pub secure: Option<bool>,
}

impl MailPatch {
    /// What this does to the store.
    pub fn changes(&self) -> Result<Vec<Change>, SettingError> {
        let mut changes = Changes::default();
        changes.flag(key::NOTIFY_ENABLED, self.enabled);
        self.smtp.gather(&mut changes)?;
        changes.template(key::TEMPLATE_REPLY, self.template_reply.as_deref())?;
        changes.template(key::TEMPLATE_ADMIN, self.template_admin.as_deref())?;
        changes.email(key::NOTIFY_ADDRESS, self.notify_address.as_deref())?;
        Ok(changes.into_vec())
    }
}

impl SmtpPatch {
    fn gather(&self, changes: &mut Changes) -> Result<(), SettingError> {
        changes.line(key::SMTP_HOST, self.host.as_deref())?;
        if let Some(port) = self.port {
            changes.put(key::SMTP_PORT, if port == 0 { String::new() } else { port.to_string() });
        }
        changes.line(key::SMTP_USER, self.user.as_deref())?;
        changes
            .secret(key::SMTP_PASSWORD, self.password.as_ref().map(ExposeSecret::expose_secret))?;
        changes.flag(key::SMTP_SECURE, self.secure);
        Ok(())
    }
}
