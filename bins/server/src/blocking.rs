//! The only way from a handler to anything that may block: repositories above all.

use actix_web::web;

use crate::{failure::Failure, request_id::RequestId};

/// Runs `work` on a thread that may block, as work on the current request.
///
/// Log lines of `work` carry the request's id. A panic is logged by the panic hook and becomes an
/// internal failure.
pub async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Failure>
where
    T: Send + 'static,
    E: Into<Failure>,
{
    let request = RequestId::current();
    // The failure is made on that thread, inside the request's scope, so that its log line
    // carries the id, too.
    let work = move || match request {
        Some(id) => id.scope_blocking(|| {
            tracing::error_span!("request", %id).in_scope(|| work().map_err(Into::into))
        }),
        None => work().map_err(Into::into),
    };
    web::block(work).await.unwrap_or_else(|_| Err(Failure::panicked()))
}

#[cfg(test)]
mod tests {
    use inkstone_vocab::{FaultKind, RepositoryError};

    use super::*;

    #[actix_web::test]
    async fn a_panic_becomes_an_internal_failure() {
        let result = blocking(|| -> Result<(), RepositoryError> { panic!("expected by a test") });
        assert_eq!(result.await.unwrap_err(), Failure::panicked());
    }

    #[actix_web::test]
    async fn the_request_is_known_to_the_work() {
        let id = RequestId::of(&actix_web::http::header::HeaderMap::new());
        let seen = id.scope(blocking(|| Ok::<_, RepositoryError>(RequestId::current())));
        assert_eq!(seen.await.unwrap(), Some(id));
    }

    #[actix_web::test]
    async fn an_error_becomes_its_failure() {
        let result = blocking(|| Err::<(), _>(RepositoryError::Unavailable("busy".into())));
        assert_eq!(result.await.unwrap_err().kind(), FaultKind::Unavailable);
    }
}
