//! What happens to every request before its handler, and to every answer after it.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpMessage as _, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header::HeaderMap},
    middleware::Next,
    rt::time::timeout,
    web::Data,
};
use futures_util::stream::empty;
use inkstone_settings::{AllSettings, Language};

use super::{
    access::{authenticate, bearer},
    call::Call,
    endpoint::{BodySize, Endpoint},
    error::Error,
    parameters::Parameters,
};
use crate::{
    activity::Activity,
    blocking::blocking,
    body::{BodyError, BodyLimit, drain, pieces_within},
    budget::Budgets,
    caller::ClientAddress,
    clock,
    config::{Qexo, TimeZone},
    edge::survive,
    failure::Failure,
    owner_settings::OwnerSettings,
    services::{Accounts, Services},
};

/// What it takes to let a request in.
pub(super) struct Gate {
    accounts: Data<Accounts>,
    settings: Data<OwnerSettings>,
    budgets: Data<Budgets>,
    activity: Data<Activity>,
    zone: TimeZone,
    body: BodyLimit,
    article: BodyLimit,
    import: BodyLimit,
    image: BodyLimit,
}

/// The most bytes of a form that are not the image in it.
const FORM_AROUND_IMAGE: u32 = 65_536;

impl Gate {
    pub(super) fn new(services: &Services) -> Self {
        let Qexo { body, article_body, time_zone, .. } = services.qexo.as_ref();
        let limit = |bytes: u32, time: Duration| BodyLimit { bytes: bytes as usize, time };
        let time = services.public_body.time;
        Self {
            accounts: services.accounts.clone(),
            settings: services.settings.clone(),
            budgets: services.budgets.clone(),
            activity: services.activity.clone(),
            zone: time_zone.clone(),
            body: limit(body.get(), time),
            article: limit(article_body.get(), time),
            import: services.import_body,
            image: limit(
                services.media.max_bytes.get().saturating_add(FORM_AROUND_IMAGE),
                Duration::from_secs(services.media.upload_timeout_s.get().into()),
            ),
        }
    }

    async fn settings(&self) -> Result<Arc<AllSettings>, Failure> {
        if let Some(settings) = self.settings.at_hand() {
            return Ok(settings);
        }
        let settings = self.settings.clone();
        blocking(move || settings.all()).await
    }

    /// Who asks, then how, then what, then how often (contract qexo, 1.5).
    async fn check(
        &self,
        endpoint: Endpoint,
        request: &mut ServiceRequest,
        settings: Arc<AllSettings>,
    ) -> Result<Call, Error> {
        let Ok(ClientAddress(address)) = request.extract::<ClientAddress>().await;
        let method = request.method().clone();
        let limit = match endpoint.body {
            BodySize::Form => self.body,
            BodySize::Article => self.article,
            BodySize::Import | BodySize::Foreign => self.import,
            BodySize::Image => self.image,
        };
        let parameters = match endpoint.body {
            BodySize::Foreign => in_address(request).await?,
            _ => sent(request, limit).await?,
        };
        if endpoint.guarded {
            let token = parameters.token().or_else(|| bearer(request.headers()));
            let (access, failures) = (&settings.qexo.access, &self.budgets.tokens);
            authenticate(token, access, &self.accounts, failures, address).await?;
        }
        if !endpoint.methods.contains(&method) {
            return Err(Error::wrong_method(endpoint.methods));
        }
        if parameters.is_malformed() {
            return Err(Error::invalid("body"));
        }
        if let Some(budget) = endpoint.budget {
            budget(&self.budgets).try_take(address).map_err(Error::too_often)?;
        }
        Ok(Call::new(method, parameters, settings, self.zone.clone()))
    }

    /// Shows `each` piece of a foreign body to its end.
    pub(super) async fn drain(
        &self,
        body: Payload,
        each: impl FnMut(&[u8]),
    ) -> Result<(), BodyError> {
        drain(self.import, body, each).await
    }

    /// The owner was here.
    async fn note_activity(&self) {
        let activity = self.activity.clone();
        let note = move || {
            activity.note(clock::now());
            Ok::<_, Failure>(())
        };
        // Neither does a panic stop anybody; it has been logged.
        let _ = blocking(note).await;
    }
}

/// What the address of a request holds.
async fn in_address(request: &ServiceRequest) -> Result<Parameters, Error> {
    Parameters::read(request.query_string(), &HeaderMap::new(), empty()).await
}

/// What a request holds.
async fn sent(request: &mut ServiceRequest, limit: BodyLimit) -> Result<Parameters, Error> {
    let payload = request.take_payload();
    let (query, headers) = (request.query_string(), request.headers());
    if [Method::GET, Method::HEAD].contains(request.method()) {
        return Parameters::read(query, headers, empty()).await;
    }
    let pieces = pieces_within(limit, request.request(), payload)?;
    let read = timeout(limit.time, Parameters::read(query, headers, pieces)).await;
    read.unwrap_or(Err(BodyError::TooSlow.into()))
}

/// Lets a request through to its handler, and gives every failure its shape.
pub(super) async fn admit(
    endpoint: Endpoint,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(gate) = request.app_data::<Data<Gate>>().cloned() else {
        return Ok(request.into_response(Error::internal().error_response()));
    };
    let settings = gate.settings().await;
    let language = settings.as_ref().map_or(Language::default(), |all| all.qexo.language);
    let told = |error: Error| error.told(language, endpoint.both_keys);
    let checked = match settings {
        Ok(settings) => gate.check(endpoint, &mut request, settings).await,
        Err(failure) => Err(failure.into()),
    };
    let call = match checked {
        Ok(call) => call,
        Err(refused) => return Ok(request.into_response(told(refused).error_response())),
    };
    let read = endpoint.reads() && request.match_info().as_str().starts_with("/pub/");
    request.extensions_mut().insert(call);
    // The request has perished with its handler; only an error can answer.
    let Ok(answered) = survive(next.call(request)).await else {
        return Err(told(Failure::panicked().into()).into());
    };
    let response = answered?.map_into_boxed_body();
    if let Some(failed) = response.response().error() {
        let error = failed.as_error::<Error>().cloned().unwrap_or_else(Error::internal);
        return Ok(response.into_response(told(error).error_response()));
    }
    if endpoint.guarded && !read {
        gate.note_activity().await;
    }
    Ok(response)
}
