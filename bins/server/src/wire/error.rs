//! How a failure becomes an answer in the shape of an API.

use std::{fmt, marker::PhantomData};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use inkstone_vocab::{Fault, FaultKind};

use crate::failure::Failure;

/// The seconds after which a client may try again what was impossible just now.
const RETRY_AFTER: &str = "1";

/// How one API tells failures.
pub trait FailureFormat: fmt::Debug + 'static {
    /// The status of the answer: the one that HTTP has for its kind, unless the API says otherwise.
    fn status(failure: &Failure) -> StatusCode {
        match (failure.kind(), failure.code()) {
            (_, "body_too_large") => StatusCode::PAYLOAD_TOO_LARGE,
            (_, "body_too_slow") => StatusCode::REQUEST_TIMEOUT,
            (FaultKind::Invalid, _) => StatusCode::BAD_REQUEST,
            (FaultKind::Unauthenticated, _) => StatusCode::UNAUTHORIZED,
            (FaultKind::Forbidden, _) => StatusCode::FORBIDDEN,
            (FaultKind::NotFound, _) => StatusCode::NOT_FOUND,
            (FaultKind::Conflict, _) => StatusCode::CONFLICT,
            (FaultKind::RateLimited, _) => StatusCode::TOO_MANY_REQUESTS,
            (FaultKind::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
            (FaultKind::Internal, _) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body of the answer. `said` is the endpoint's own text for failures of the server; it
    /// is absent for all others.
    fn body(failure: &Failure, said: Option<&'static str>) -> serde_json::Value;
}

/// The error of the handlers of an API: any failure, told in the format `F`.
#[derive(Debug)]
pub struct ApiError<F> {
    failure: Failure,
    said: Option<&'static str>,
    format: PhantomData<F>,
}

impl<F> ApiError<F> {
    /// What failed.
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }
}

impl<F> From<Failure> for ApiError<F> {
    fn from(failure: Failure) -> Self {
        Self { failure, said: None, format: PhantomData }
    }
}

impl<F, E: Fault + 'static> From<E> for ApiError<F> {
    fn from(fault: E) -> Self {
        Failure::from(fault).into()
    }
}

impl<F> fmt::Display for ApiError<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.failure.code())
    }
}

impl<F: FailureFormat> ResponseError for ApiError<F> {
    fn status_code(&self) -> StatusCode {
        F::status(&self.failure)
    }

    fn error_response(&self) -> HttpResponse {
        let said = self.said.filter(|_| self.failure.is_ours());
        let mut response = HttpResponse::build(self.status_code());
        if self.failure.kind() == FaultKind::Unavailable {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        response.json(F::body(&self.failure, said))
    }
}

/// No route has this path and method.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no such route")]
pub struct UnknownRoute;

impl Fault for UnknownRoute {
    fn kind(&self) -> FaultKind {
        FaultKind::NotFound
    }

    fn code(&self) -> &'static str {
        "route_unknown"
    }
}

/// Answers what no route has asked for.
pub async fn unknown_route<F: FailureFormat>() -> Result<HttpResponse, ApiError<F>> {
    Err(UnknownRoute.into())
}

/// Attaches the endpoint's own text for failures of the server.
pub trait OrSay<T> {
    /// When the server fails, it says `text` instead of its general sentence. Failures that the
    /// client can mend keep their own texts.
    fn or_say<F>(self, text: &'static str) -> Result<T, ApiError<F>>;
}

impl<T, E: Into<Failure>> OrSay<T> for Result<T, E> {
    fn or_say<F>(self, text: &'static str) -> Result<T, ApiError<F>> {
        self.map_err(|error| ApiError { said: Some(text), ..ApiError::from(error.into()) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use inkstone_vocab::RepositoryError;

    use super::*;
    use crate::wire::cwd::Format;

    #[track_caller]
    fn check(error: &ApiError<Format>, status: u16, body: &str) -> HttpResponse {
        let response = error.error_response();
        assert_eq!(response.status().as_u16(), status);
        let (head, sent) = response.into_parts();
        assert_eq!(sent.try_into_bytes().unwrap(), body);
        head.set_body(actix_web::body::BoxBody::new(()))
    }

    #[test]
    fn a_failure_of_ours_is_told_in_the_endpoints_words() {
        let failed: Result<(), RepositoryError> = Err(RepositoryError::Backend("secret".into()));
        check(&failed.or_say("点赞失败").unwrap_err(), 500, r#"{"message":"点赞失败"}"#);
        let busy: Result<(), RepositoryError> = Err(RepositoryError::Unavailable("secret".into()));
        let response =
            check(&busy.or_say("点赞失败").unwrap_err(), 503, r#"{"message":"点赞失败"}"#);
        assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), RETRY_AFTER);
    }

    #[test]
    fn a_failure_of_the_clients_keeps_its_own_words() {
        let refused: Result<(), RepositoryError> = Err(RepositoryError::Conflict("secret".into()));
        check(&refused.or_say("点赞失败").unwrap_err(), 409, r#"{"message":"Conflict"}"#);
    }
}
