//! Mail by a server of its own, which need not be that of comments.

use inkstone_notifications::DeliveryError;
use inkstone_vocab::EmailAddress;

use super::{Push, markdown};
use crate::{
    mail::Mail,
    smtp::{SmtpError, SmtpServer},
};

const PORT: u16 = 25;
const TLS_PORT: u16 = 465;

/// `From` and `To` are the user unless they are named. `ssl` is TLS from the start, as is the port
/// that is meant for it unless `ssl` says otherwise.
pub(super) fn smtp(push: &Push<'_>) -> Result<(), DeliveryError> {
    let (host, user) = (push.params.required("host")?, push.params.required("user")?);
    let password = push.params.required("password")?;
    let port = match push.params.text("port").filter(|port| port != "0") {
        Some(port) => Some(port.parse::<u16>().map_err(|_| {
            DeliveryError::temporary("the notifier's parameter port is not a port")
        })?),
        None => None,
    };
    let secure = match push.params.text("ssl") {
        Some(_) => push.params.flag("ssl"),
        None => port == Some(TLS_PORT),
    };
    let from = push.params.text("From").unwrap_or_else(|| user.clone());
    let to = push.params.text("To").unwrap_or_else(|| user.clone());
    if EmailAddress::parse(&to).is_none() {
        // The owner can mend that, unlike a stranger's address.
        return Err(DeliveryError::temporary(SmtpError::Recipient.to_string()));
    }
    let subject = push.params.text("subject").unwrap_or_else(|| push.title.clone());
    let text = markdown::of(&push.content).unwrap_or_else(|| push.content.clone());
    let server = SmtpServer {
        host,
        port: port.unwrap_or(if secure { TLS_PORT } else { PORT }),
        user,
        password: password.into(),
        secure,
        trust: push.pusher.trust.clone(),
        limits: push.pusher.smtp_limits,
    };
    let mail = Mail {
        sender: "Qexo",
        from: Some(&from),
        recipient: &to,
        subject: &subject,
        html: &push.content,
        text: &text,
        unsubscribe: None,
        number: push.number,
        installation: &push.pusher.installation,
        at: (push.pusher.clock)(),
    };
    Ok(server.send(&mail)?)
}
