//! The one shape that every failure takes on its way to a client, and the one place that logs it.

use inkstone_vocab::{Fault, FaultKind};

use crate::{output, request_id::RequestId};

/// A failure, ready to be told to a client.
///
/// Made from any [`Fault`]: what only the operator may know (the causes of an internal failure or
/// of an unavailable store) goes to the log at that moment, and only there. So make it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    kind: FaultKind,
    code: &'static str,
}

impl Failure {
    /// What a request is answered whose handler panicked; the panic itself has been logged.
    pub(crate) const fn panicked() -> Self {
        Self { kind: FaultKind::Internal, code: "panicked" }
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Its stable name, such as `comment_not_found`.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Whether it is the server's fault, so that the client is told nothing but a fixed text.
    pub const fn is_ours(&self) -> bool {
        matches!(self.kind, FaultKind::Internal | FaultKind::Unavailable)
    }
}

impl<F: Fault + 'static> From<F> for Failure {
    fn from(fault: F) -> Self {
        let failure = Self { kind: fault.kind(), code: fault.code() };
        if failure.is_ours() {
            log(&failure, &output::chain(&fault));
        }
        failure
    }
}

fn log(failure: &Failure, cause: &str) {
    let request = RequestId::current();
    let id = request.as_ref().map(tracing::field::display);
    if failure.kind == FaultKind::Internal {
        tracing::error!(request_id = id, code = failure.code, cause, "request failed");
    } else {
        tracing::warn!(request_id = id, code = failure.code, cause, "request refused");
    }
}

#[cfg(test)]
mod tests {
    use inkstone_vocab::RepositoryError;

    use super::*;

    #[test]
    fn keeps_kind_and_code_and_nothing_else() {
        let failure = Failure::from(RepositoryError::Backend("disk full at /srv".into()));
        assert_eq!((failure.kind(), failure.code()), (FaultKind::Internal, "repository_failed"));
        assert!(failure.is_ours());
        assert!(!format!("{failure:?}").contains("disk"));
    }
}
