//! Where the blog's source is, and webhooks that tell of its changes (contract qexo, 3.3, 5.5 and
//! section 10).

use std::time::Instant;

use actix_web::{
    FromRequest as _, HttpRequest,
    web::{Data, Payload},
};
use inkstone_accounts::TokenHash;
use inkstone_gitstore::SignatureCheck;
use inkstone_settings::OutsideService;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use super::{
    Answer,
    admission::Gate,
    call::{Call, nfc},
    content::{edit, forget},
    error::Error,
    message::{ContentMessage, Message},
    settings::{change, save},
};
use crate::{
    blocking::blocking,
    budget::Budgets,
    caller::ClientAddress,
    clock,
    content::{ContentProvider, HookError},
    output,
    owner_settings::OwnerSettings,
    services::Accounts,
};

/// The setting that says where it is.
const PROVIDER: &str = "PROVIDER";
/// The setting that holds the hash of the webhook's token.
const WEBHOOK_TOKEN: &str = "WEBHOOK_TOKEN";

/// How many characters a webhook's token has: 165 bits.
const TOKEN_CHARS: usize = 32;
const TOKEN_ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// What the host of the repository calls.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Webhook, examples(json!({
    "token": "k3v9x0q2m7ab",
    "webhook_url": "https://api.example/api/webhook?token=k3v9x0q2m7ab",
})))]
pub(super) struct WebhookView {
    token: String,
    webhook_url: String,
}

/// `POST /api/set_hexo`: looks at the place first, unless `force` is `true`. An empty text means
/// none.
pub(super) async fn set(
    call: Call,
    provider: Data<ContentProvider>,
    settings: Data<OwnerSettings>,
) -> Answer {
    let content = nfc(&call.required("provider")?);
    let force = call.filled("force")?.as_deref() == Some("true");
    if !content.trim().is_empty() {
        let service =
            OutsideService::read("provider", &content).ok_or(Error::invalid("provider"))?;
        edit(provider, move |provider| provider.check(&service, force)).await?;
    }
    let change = change("provider", PROVIDER, content.trim())?;
    save(&call, settings, vec![change]).await
}

/// `POST /pub/create_webhook` and its twin: the host of the repository calls `uri` after a push.
pub(super) async fn create_webhook(
    call: Call,
    provider: Data<ContentProvider>,
    settings: Data<OwnerSettings>,
) -> Answer {
    let uri = call.required("uri")?;
    if uri.trim().is_empty() {
        return Err(Error::missing("uri"));
    }
    let uri = target(&uri).ok_or(Error::invalid("uri"))?;
    let token = token();
    let separator = if uri.query().is_some() { '&' } else { '?' };
    let address = format!("{uri}{separator}token={token}");
    let hook = Url::parse(&address).map_err(|_| Error::invalid("uri"))?;
    let made = edit(provider, move |provider| {
        Ok(provider.current()?.replace_hook(&hook, provider.webhook_secret()))
    });
    match made.await? {
        Ok(()) => {}
        Err(HookError::Unsupported) => return Err(Error::refused(Message::WebhookNotSupport)),
        Err(error) => {
            tracing::warn!(cause = output::chain(&error), "webhook not created");
            return Err(Error::refused(Message::ProviderFailed(error.to_string())));
        }
    }
    // Not before the host has taken it, so that an older one goes on.
    let change = change("uri", WEBHOOK_TOKEN, TokenHash::of(&token).as_str())?;
    blocking(move || settings.service().save(&[change])).await?;
    let webhook = WebhookView { token, webhook_url: address };
    Ok(call.done_with(&Message::WebhookCreateSuccess, webhook))
}

/// `/api/webhook`: the source has changed. What the body says does not matter, but it may be signed.
pub(super) async fn webhook(
    call: Call,
    request: HttpRequest,
    payload: Payload,
    gate: Data<Gate>,
    accounts: Data<Accounts>,
    budgets: Data<Budgets>,
    provider: Data<ContentProvider>,
) -> Answer {
    let Ok(ClientAddress(address)) = ClientAddress::extract(&request).await;
    let secret = provider.webhook_secret();
    let header = |name| request.headers().get(name)?.to_str().ok();
    let mut signature = secret.and_then(|secret| SignatureCheck::begin(secret, header));
    let update = |piece: &[u8]| signature.iter_mut().for_each(|check| check.update(piece));
    gate.drain(payload.into_inner(), update).await?;
    let signed = signature.map(SignatureCheck::holds);
    let token = call.parameters().query("token").filter(|token| !token.is_empty());
    if signed.is_none() && token.is_none() {
        return Err(Error::forbidden(ContentMessage::NoToken.into()));
    }
    if let Some(wait) = budgets.tokens.wait(address, Instant::now()) {
        return Err(Error::too_often(wait));
    }
    let access = &call.settings().access;
    // Where calls are signed, the token in the address of webhooks is not enough.
    let of_webhooks = access.webhook_hash.as_ref().filter(|_| secret.is_none());
    let accepted = match token {
        _ if signed == Some(true) => true,
        Some(token) => is_known(token, [of_webhooks, access.token_hash.as_ref()], accounts).await?,
        None => false,
    };
    if !accepted {
        budgets.tokens.count(address, Instant::now());
        return Err(Error::forbidden(ContentMessage::NoPermission.into()));
    }
    tracing::debug!(path = request.path(), "the source was reported as changed");
    forget(provider).await?;
    Ok(call.done(&ContentMessage::Done.into()))
}

/// Whether a token is one of these, or one for the API.
async fn is_known(
    token: &str,
    hashes: [Option<&SecretString>; 2],
    accounts: Data<Accounts>,
) -> Result<bool, Error> {
    let presented = TokenHash::of(token);
    let mut hashes = hashes.into_iter().flatten();
    if hashes.any(|hash| TokenHash::parse(hash.expose_secret()).as_ref() == Some(&presented)) {
        return Ok(true);
    }
    let token = token.to_owned();
    let authenticate = move || accounts.authenticate(&token, clock::now());
    Ok(blocking(authenticate).await?.is_some())
}

/// An address that a host of repositories can call, without a fragment.
fn target(text: &str) -> Option<Url> {
    let mut url = Url::parse(text.trim()).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && plain).then_some(url)
}

fn token() -> String {
    let letter = |_| {
        let at = rand::random_range(0..TOKEN_ALPHABET.len());
        char::from(TOKEN_ALPHABET[at])
    };
    (0..TOKEN_CHARS).map(letter).collect()
}
