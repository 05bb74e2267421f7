//! The one place where libgit2 is told how to reach a remote: through us.
//!
//! libgit2 knows transports by the scheme of an address and keeps them for the whole process. So
//! ours has a scheme of its own, and finds out whom to call from the thread that it runs on.

use std::{
    cell::RefCell,
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use git2::{
    Error, Remote,
    transport::{Service, SmartSubtransport, SmartSubtransportStream, Transport},
};

use super::RemoteProblem;

/// The address of every remote, as far as libgit2 knows.
pub(super) const ADDRESS: &str = "inkstone://remote/";
const SCHEME: &str = "inkstone";

/// A way to talk to a remote.
pub(crate) trait Dial: Send + Sync {
    /// Whether every question is a connection of its own, as in HTTP.
    fn is_stateless(&self) -> bool;

    /// Begins to talk.
    fn dial(
        &self,
        service: Service,
        problem: &ProblemSlot,
    ) -> Result<Box<dyn SmartSubtransportStream>, RemoteProblem>;
}

/// Where a stream leaves the reason why it fails; libgit2 would make mere text of it.
#[derive(Clone, Default)]
pub(crate) struct ProblemSlot(Arc<Mutex<Option<RemoteProblem>>>);

impl ProblemSlot {
    /// Leaves a reason, and gives the error that ends the stream.
    pub(crate) fn fail(&self, problem: RemoteProblem) -> io::Error {
        let error = io::Error::other(problem.to_string());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(problem);
        error
    }

    pub(super) fn take(&self) -> Option<RemoteProblem> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[derive(Clone)]
struct Call {
    dial: Arc<dyn Dial>,
    problem: ProblemSlot,
}

thread_local! {
    static CALL: RefCell<Option<Call>> = const { RefCell::new(None) };
}

/// Lets libgit2 reach a remote while `work` runs on this thread.
pub(super) fn calling<T>(dial: &Arc<dyn Dial>, work: impl FnOnce(&ProblemSlot) -> T) -> T {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            CALL.set(None);
        }
    }
    let problem = ProblemSlot::default();
    CALL.set(Some(Call { dial: Arc::clone(dial), problem: problem.clone() }));
    let _reset = Reset;
    work(&problem)
}

/// Tells libgit2 of our scheme, once per process.
pub(crate) fn register() -> Result<(), RemoteProblem> {
    static DONE: OnceLock<Result<(), RemoteProblem>> = OnceLock::new();
    DONE.get_or_init(|| register_scheme().map_err(|error| RemoteProblem::other(error.message())))
        .clone()
}

#[expect(unsafe_code, reason = "libgit2 does not lock its list of transports")]
fn register_scheme() -> Result<(), Error> {
    // SAFETY: the list may not be read meanwhile. It is read where a remote is connected, which
    // this crate does only after `register` has returned once, and `OnceLock` lets all others wait.
    unsafe { git2::transport::register(SCHEME, transport) }
}

fn transport(remote: &Remote<'_>) -> Result<Transport, Error> {
    let call = CALL.with_borrow(Clone::clone);
    let call = call.ok_or_else(|| Error::from_str("this scheme is for Inkstone itself"))?;
    Transport::smart(remote, call.dial.is_stateless(), Subtransport(call))
}

struct Subtransport(Call);

impl SmartSubtransport for Subtransport {
    fn action(&self, _: &str, service: Service) -> Result<Box<dyn SmartSubtransportStream>, Error> {
        let Call { dial, problem } = &self.0;
        dial.dial(service, problem).map_err(|reason| {
            let error = problem.fail(reason);
            Error::from_str(&error.to_string())
        })
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}
