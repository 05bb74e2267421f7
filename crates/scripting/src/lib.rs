#![doc = include_str!("../README.md")]

mod builtins;
mod compat;
mod engine;
mod foreign;
mod limits;
mod memory;
mod run;
mod sandbox;
mod script;
mod texts;
mod value;

pub use foreign::is_foreign_script;
pub use limits::Limits;
pub use sandbox::{Sandbox, ScriptError};
