//! What the program writes to standard error while it runs.

use std::{io, panic::PanicHookInfo};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{
    config::{Log, LogFormat},
    request_id::RequestId,
};

/// Why nothing can be logged.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("log.filter is not a list of levels")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else logs already.
    #[error("logging was set up twice")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// The most characters of a panic's message that are logged.
const PANIC_CHARS: usize = 300;

/// Starts logging; from then on panics are logged, too, with the request they happened in.
pub fn start(log: &Log) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let registry = tracing_subscriber::registry().with(filter).with(filter_fn(keeps_secrets));
    match log.format {
        LogFormat::Text => {
            registry.with(tracing_subscriber::fmt::layer().with_writer(io::stderr)).try_init()?;
        }
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().json().flatten_event(true);
            registry.with(layer.with_writer(io::stderr)).try_init()?;
        }
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Whether a line may be written, whatever the operator asks for: at its lowest level the HTTP
/// client tells whole addresses, and a bot's holds its token.
fn keeps_secrets(line: &Metadata<'_>) -> bool {
    *line.level() < Level::TRACE || !line.target().starts_with("ureq")
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let request = RequestId::current();
    let message: String =
        panic.payload_as_str().unwrap_or("(no message)").chars().take(PANIC_CHARS).collect();
    let location = panic.location().map(tracing::field::display);
    tracing::error!(
        request_id = request.as_ref().map(tracing::field::display),
        location,
        message_text = message,
        "panicked"
    );
}
