//! Views of a page and its site, visitors ever (contract qexo, 3.26 and section 8).

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName, HeaderValue},
    web::{Data, Json},
};
use inkstone_stats::{DomainList, Referrer};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{Answer, call::Call, error::Error, message::Message};
use crate::{
    blocking::blocking,
    caller::ClientAddress,
    config::{Qexo, ServerKey},
    services::Stats,
    user_agent,
    visitor::reader,
};

/// How often a page and its site were viewed.
#[derive(Serialize, ToSchema)]
#[schema(as = qexo::Hits)]
pub(super) struct HitsView {
    page_pv: u64,
    site_pv: u64,
    site_uv: u64,
    /// True.
    status: bool,
}

/// `/pub/statistic`.
pub(super) async fn statistic(
    call: Call,
    request: HttpRequest,
    ClientAddress(address): ClientAddress,
    key: Data<ServerKey>,
    qexo: Data<Qexo>,
    stats: Data<Stats>,
) -> Answer {
    let page = page(&call, &request).ok_or(Error::forbidden(Message::DomainUnverified))?;
    let robot = || qexo.ignore_robots && user_agent::is_robot(&text(&request, &header::USER_AGENT));
    let hits = if call.is_head() || robot() {
        blocking(move || stats.hits(&page)).await?
    } else {
        let reader = reader(&key, address);
        blocking(move || stats.hit(&page, &reader)).await?
    };
    Ok(Json(json!(HitsView {
        page_pv: hits.page_views,
        site_pv: hits.site_views,
        site_uv: hits.visitors,
        status: true,
    })))
}

/// The page that the browser comes from, if the owner wants it counted.
fn page(call: &Call, request: &HttpRequest) -> Option<Referrer> {
    let settings = &call.settings().statistic;
    let page = Referrer::parse(&text(request, &header::REFERER)).filter(|_| settings.enabled)?;
    DomainList::parse(&settings.domains).includes(page.host()).then_some(page)
}

fn text(request: &HttpRequest, name: &HeaderName) -> String {
    let value = request.headers().get(name).map(HeaderValue::as_bytes);
    String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
}
