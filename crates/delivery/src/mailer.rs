//! The channel on which mails travel.

use inkstone_notifications::{Channel, DeliveryError, Leased};
use inkstone_vocab::{EmailAddress, Timestamp};

use crate::{
    gateway::MailGateway,
    installation::Installation,
    mail::Mail,
    smtp::{SmtpError, SmtpServer},
};

/// The channel on which mails travel: a mail server, a gateway when there is none or when it
/// fails, or neither.
#[derive(Clone, Debug)]
pub struct Mailer {
    /// The owner's mail server.
    pub smtp: Option<SmtpServer>,
    /// The operator's gateway.
    pub gateway: Option<MailGateway>,
    /// Which installation sends the mails.
    pub installation: Installation,
    /// Tells the time, for the mails' dates.
    pub clock: fn() -> Timestamp,
}

impl Channel for Mailer {
    fn deliver(&self, message: &Leased) -> Result<(), DeliveryError> {
        if EmailAddress::parse(&message.recipient).is_none() {
            return Err(SmtpError::Recipient.into());
        }
        let mail = Mail::notification(message, &self.installation, (self.clock)());
        let failed = match &self.smtp {
            Some(server) => match server.send(&mail) {
                Ok(()) => return Ok(()),
                // Perhaps it arrives. The next attempt bears the same identity; what the gateway
                // sends would not.
                Err(error @ SmtpError::Unconfirmed(_)) => return Err(error.into()),
                Err(error) => Some(error.into()),
            },
            None => None,
        };
        match (failed, &self.gateway) {
            (Some(first), Some(gateway)) => {
                hand_over(gateway, &mail).map_err(|second| both(&first, second))
            }
            (Some(first), None) => Err(first),
            (None, Some(gateway)) => hand_over(gateway, &mail),
            // The owner can mend that.
            (None, None) => Err(DeliveryError::temporary("mail is not configured")),
        }
    }
}

fn hand_over(gateway: &MailGateway, mail: &Mail<'_>) -> Result<(), DeliveryError> {
    Ok(gateway.send(mail.recipient, &mail.subject_line(), mail.html)?)
}

/// It will never work only when neither way ever will.
fn both(first: &DeliveryError, second: DeliveryError) -> DeliveryError {
    let reason = format!("{first}; {second}");
    match (first, second) {
        (DeliveryError::Permanent { .. }, DeliveryError::Permanent { .. }) => {
            DeliveryError::permanent(reason)
        }
        (_, DeliveryError::Temporary { retry_after_ms, .. }) => {
            DeliveryError::Temporary { reason, retry_after_ms }
        }
        (DeliveryError::Temporary { .. }, DeliveryError::Permanent { .. }) => {
            DeliveryError::temporary(reason)
        }
    }
}
