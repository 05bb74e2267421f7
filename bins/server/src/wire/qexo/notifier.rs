//! Which push service tells the owner of notices (contract qexo, 6.3 and section 10).

use actix_web::web::Data;
use inkstone_delivery::PushMessage;
use inkstone_settings::OutsideService;

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
    settings::{change, save},
};
use crate::{
    blocking::blocking, channels::Channels, clock, failure::Failure, owner_settings::OwnerSettings,
};

/// The setting that names the service.
const NOTIFIER: &str = "ONEPUSH";
const PARAMETER: &str = "onepush";

/// What the owner is told for a test.
const TEST: &str =
    "如果您能看到这条消息，说明通知已经可以使用。<br>If you can read this, notifications work.";

/// `POST /api/set_onepush`. An empty text means none; a service that is not known is kept, too.
pub(super) async fn set(call: Call, settings: Data<OwnerSettings>) -> Answer {
    let content = nfc(&call.required(PARAMETER)?);
    if !content.trim().is_empty() {
        parse(&content)?;
    }
    let change = change(PARAMETER, NOTIFIER, content.trim())?;
    save(&call, settings, vec![change]).await
}

/// `POST /api/test_onepush`: sends a message at once, through the service in the parameter or else
/// the one that is set. The answer waits for the service, within its limits.
pub(super) async fn test(call: Call, channels: Data<Channels>) -> Answer {
    let notifier = match call.filled(PARAMETER)? {
        Some(content) => parse(&nfc(&content))?,
        None => call.settings().notifier.clone().ok_or(Error::missing(PARAMETER))?,
    };
    let title = Message::QexoMessage.text(call.settings().language);
    let send = move || {
        let number = clock::now().millis();
        let message = PushMessage { title: &title, content: TEST, number };
        Ok::<_, Failure>(channels.push(&notifier, &message))
    };
    match blocking(send).await? {
        Ok(()) => Ok(call.done(&Message::PushSuccess)),
        Err(error) => Err(Error::refused(Message::ProviderFailed(error.to_string()))),
    }
}

fn parse(content: &str) -> Result<OutsideService, Error> {
    let notifier = OutsideService::read("notifier", content);
    notifier.ok_or(Error::invalid(PARAMETER))
}
