//! What happens to every request, whichever API it is for, before routing and after answering.

mod slashes;

use std::{
    any::Any,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    rc::Rc,
    task::Poll,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};

use crate::{
    config::RequestLog,
    connections::Progress,
    failure::Failure,
    meter::Meters,
    request_id::{self, RequestId},
    wire::{cors::Sharing, cwd, error::ApiError, readmore},
};

/// The most characters of a path that are logged.
const PATH_CHARS: usize = 200;

/// What a worker keeps for the edge; registered as `app_data` in an `Rc`.
#[derive(Debug)]
pub struct Edge {
    /// Which requests get a line in the log.
    pub log: RequestLog,
    /// The worker's meters.
    pub meters: Meters,
    /// Who may read the answers of the readmore API.
    pub readmore: readmore::Policy,
}

/// The outermost middleware.
///
/// Names the request, collapses slashes, answers preflights before anybody asks who is asking,
/// turns a panic into an answer, and gives every answer the headers that all have.
pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let connection = request.conn_data::<Rc<Progress>>();
    let _handling = connection.map(|connection| connection.handle(request.headers()));
    let edge = request.app_data::<Rc<Edge>>().map(Rc::clone);
    let method = request.method().clone();
    let id = RequestId::of(request.headers());
    slashes::collapse(&mut request);
    // As routing understands it: `/%70ub/` is `/pub/`.
    let path = request.match_info().as_str();
    let policy = edge.as_ref().map_or(readmore::Policy::OPEN, |edge| edge.readmore);
    let shared = Sharing::of(path, request.headers(), policy);
    if let Some(sharing) = &shared
        && method == Method::OPTIONS
    {
        let mut response = request.into_response(sharing.preflight());
        finish(response.headers_mut(), &id, Some(sharing));
        record(&response, &id, started.elapsed());
        return Ok(response);
    }
    // Without a response the request has perished: with a handler that panicked, or in a
    // middleware that refused it. Then its route is unknown, and only an error can answer.
    let (error, route) = match id.scope(survive(next.call(request))).await {
        Ok(Ok(response)) => {
            let mut response = response.map_into_boxed_body();
            finish(response.headers_mut(), &id, shared.as_ref());
            record(&response, &id, started.elapsed());
            return Ok(response);
        }
        Ok(Err(error)) => (error, "refused"),
        Err(_) => (panicked(shared.as_ref()), "panicked"),
    };
    if let Some(edge) = edge {
        let (status, took) = (error.as_response_error().status_code(), started.elapsed());
        if is_logged(edge.log, status) {
            log(&method, Some(route), "", status, &id, took);
        }
        edge.meters.record(Some(route.to_owned()), &method, status, took);
    }
    Err(Perished { error, id, shared }.into())
}

/// What a request is answered whose handler panicked, in the shape of its API.
fn panicked(shared: Option<&Sharing>) -> Error {
    match shared {
        Some(Sharing::Readmore(_)) => readmore::Error::from(Failure::panicked()).into(),
        _ => ApiError::<cwd::Format>::from(Failure::panicked()).into(),
    }
}

/// The headers that every answer carries.
fn finish(headers: &mut HeaderMap, id: &RequestId, shared: Option<&Sharing>) {
    headers.insert(request_id::HEADER, id.as_header().clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(sharing) = shared {
        sharing.apply(headers);
    }
}

fn record(response: &ServiceResponse, id: &RequestId, took: Duration) {
    let (request, status) = (response.request(), response.status());
    let Some(edge) = request.app_data::<Rc<Edge>>() else { return };
    let route = request.match_pattern();
    if is_logged(edge.log, status) {
        // Whoever has such a path can do what it says.
        let secret = route.as_deref().is_some_and(|route| route.contains("{token}"));
        let path = if secret { "" } else { request.path() };
        log(request.method(), route.as_deref(), path, status, id, took);
    }
    edge.meters.record(route, request.method(), status, took);
}

fn is_logged(log: RequestLog, status: StatusCode) -> bool {
    match log {
        RequestLog::Off => false,
        RequestLog::Errors => status.as_u16() >= 400,
        RequestLog::All => true,
    }
}

/// One line, without the query: that is where secrets travel.
fn log(
    method: &Method,
    route: Option<&str>,
    path: &str,
    status: StatusCode,
    id: &RequestId,
    took: Duration,
) {
    let path: String = path.chars().take(PATH_CHARS).collect();
    tracing::info!(
        request_id = %id,
        method = %method,
        route,
        path,
        status = status.as_u16(),
        duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request answered"
    );
}

/// Runs `task`; a panic in it ends the task and not the worker.
pub(crate) async fn survive<T>(task: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut task = pin!(task);
    poll_fn(|context| {
        // After a panic the task is never polled again, so nobody sees it half changed.
        match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// The answer to a request that has perished.
#[derive(Debug)]
struct Perished {
    error: Error,
    id: RequestId,
    shared: Option<Sharing>,
}

impl fmt::Display for Perished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl ResponseError for Perished {
    fn status_code(&self) -> StatusCode {
        self.error.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.error.error_response();
        finish(response.headers_mut(), &self.id, self.shared.as_ref());
        response
    }
}
