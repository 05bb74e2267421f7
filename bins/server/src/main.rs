//! The `inkstone` program.

// Named so that their bundled sources are linked: no database library is needed to run.
use libsqlite3_sys as _;
use pq_sys as _;

fn main() -> std::process::ExitCode {
    inkstone_server::command::run()
}
