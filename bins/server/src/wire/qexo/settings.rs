//! What the owner configures in the panel (contract qexo, section 10).

use actix_web::web::Data;
use inkstone_accounts::TokenHash;
use inkstone_settings::{Change, SettingError};

use super::{
    Answer,
    call::{Call, nfc},
    error::Error,
    message::Message,
};
use crate::{blocking::blocking, owner_settings::OwnerSettings};

/// The setting that holds the hash of the token.
const API_TOKEN: &str = "WEBHOOK_APIKEY";
/// The fewest characters of a token; Qexo's own have as many.
const MIN_TOKEN_CHARS: usize = 12;

/// `POST /api/set_api`.
pub(super) async fn set_api(call: Call, settings: Data<OwnerSettings>) -> Answer {
    let mut changes = changes(
        &call,
        &[
            ("allow_friend", "ALLOW_FRIEND"),
            ("friend-recaptcha", "FRIEND_RECAPTCHA"),
            ("recaptcha-token", "RECAPTCHA_TOKEN"),
        ],
    )?;
    if let Some(token) = call.filled("apikey")? {
        if token.chars().count() < MIN_TOKEN_CHARS {
            return Err(Error::invalid("apikey"));
        }
        changes.push(change("apikey", API_TOKEN, TokenHash::of(&token).as_str())?);
    }
    save(&call, settings, changes).await
}

/// `POST /api/set_statistic`.
pub(super) async fn set_statistic(call: Call, settings: Data<OwnerSettings>) -> Answer {
    let names =
        [("allow_statistic", "STATISTIC_ALLOW"), ("statistic_domains", "STATISTIC_DOMAINS")];
    let changes = changes(&call, &names)?;
    save(&call, settings, changes).await
}

/// `POST /api/change_lang`.
pub(super) async fn change_language(call: Call, settings: Data<OwnerSettings>) -> Answer {
    let change = change("lang", "LANGUAGE", &call.required("lang")?)?;
    save(&call, settings, vec![change]).await
}

/// `POST /api/set_value` and `/api/new_value`. A token is given as its hash or, when it is no
/// hash, in clear.
pub(super) async fn set_value(call: Call, settings: Data<OwnerSettings>) -> Answer {
    let (name, content) = (nfc(&call.required("name")?), nfc(&call.required("content")?));
    let in_clear = name == API_TOKEN && !content.is_empty() && TokenHash::parse(&content).is_none();
    let change = if in_clear {
        if content.chars().count() < MIN_TOKEN_CHARS {
            return Err(Error::invalid("content"));
        }
        change("content", &name, TokenHash::of(&content).as_str())?
    } else {
        change("content", &name, &content)?
    };
    save(&call, settings, vec![change]).await
}

/// `POST /api/del_value`.
pub(super) async fn remove_value(call: Call, settings: Data<OwnerSettings>) -> Answer {
    let name = nfc(&call.required("name")?);
    let change = Change::qexo_removed(&name).ok_or(Error::invalid("name"))?;
    blocking(move || settings.service().save(&[change])).await?;
    Ok(call.done(&Message::DelSuccess))
}

/// The changes for those parameters that were sent: each with the setting it is stored under.
fn changes(call: &Call, names: &[(&'static str, &str)]) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for &(parameter, name) in names {
        if let Some(content) = call.optional(parameter)? {
            changes.push(change(parameter, name, &nfc(&content))?);
        }
    }
    Ok(changes)
}

/// The change of one setting; a value that it cannot have is the parameter's fault.
pub(super) fn change(parameter: &'static str, name: &str, content: &str) -> Result<Change, Error> {
    Change::qexo(name, content).map_err(|error| match error {
        SettingError::InvalidValue { .. } | SettingError::TooLong { .. } => {
            Error::invalid(parameter)
        }
        other => other.into(),
    })
}

pub(super) async fn save(
    call: &Call,
    settings: Data<OwnerSettings>,
    changes: Vec<Change>,
) -> Answer {
    blocking(move || settings.service().save(&changes)).await?;
    Ok(call.done(&Message::SaveSuccess))
}
