//! `inkstone openapi`.

use crate::{output, wire::openapi};

/// Depends on no configuration and no data.
pub(super) fn run() {
    output::say(format_args!("{:#}", openapi::document()));
}
