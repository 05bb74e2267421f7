//! Automation for Inkstone developers: whatever needs more than one line of a recipe.
//!
//! `cargo xtask check` tells what breaks the rules of the workspace. The same rules are tests of
//! this package, so `cargo test` finds a new arrow between crates, too.

mod layers;
mod tidy;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "usage: cargo xtask <command>

commands:
  check    every rule below
  layers   which crate may depend on which, and who owns a framework
  tidy     manifests, sources, documentation, lints and migrations agree";

#[expect(clippy::print_stderr, reason = "a command line tool speaks on the terminal")]
fn main() -> anyhow::Result<ExitCode> {
    let command = std::env::args().nth(1).unwrap_or_default();
    let rules: &[fn(&Workspace) -> Vec<String>] = match command.as_str() {
        "check" => &[layers::problems, tidy::problems],
        "layers" => &[layers::problems],
        "tidy" => &[tidy::problems],
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
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
