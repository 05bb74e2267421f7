//! Automation for Inkstone developers: whatever needs more than one line of a recipe.
//!
//! `cargo xtask schema-test` tries the API as it is described. `cargo xtask check` tells what breaks the rules of the workspace. The same rules are tests of
//! this package, so `cargo test` finds a new arrow between crates, too.

mod layers;
mod schema_test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "usage: cargo xtask <command>

commands:
  check    every rule below
  layers   which crate may depend on which, and who owns a framework
  tidy     manifests, sources, documentation, lints and migrations agree
  schema-test [options of Schemathesis]
           requests made up from the description of the API, against target/debug/inkstone";

#[expect(clippy::print_stderr, reason = "a command line tool speaks on the terminal")]
fn main() -> anyhow::Result<ExitCode> {
    let command = std::env::args().nth(1).unwrap_or_default();
    let rules: &[fn(&Workspace) -> Vec<String>] = match command.as_str() {
        "check" => &[layers::problems, tidy::problems],
        "layers" => &[layers::problems],
        "tidy" => &[tidy::problems],
        "schema-test" => {
            let options: Vec<String> = std::env::args().skip(2).collect();
            return Ok(exit_code(schema_test::run(&workspace::root()?, &options)?));
        }
        _ => {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    let workspace = Workspace::load()?;
    let problems: Vec<String> = rules.iter().flat_map(|rule| rule(&workspace)).collect();
    for problem in &problems {
        eprintln!("{problem}");
    }
    Ok(exit_code(problems.is_empty()))
}

fn exit_code(is_success: bool) -> ExitCode {
    if is_success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
