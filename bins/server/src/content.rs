//! The source of the blog: which one the owner has set, opened once, listed and edited by whoever
//! may (contract qexo, section 5; design, section 6).

mod exclusive;
mod job;
mod opened;
mod provider;
mod setting;
mod sources;

pub use job::run;
pub use opened::{Conflict, Opened, State, Waiting};
pub(crate) use provider::all_layouts;
pub use provider::{ContentProvider, ProviderError};
pub use setting::{Host, Place, ProviderSetting, Repository, SettingProblem};
pub use sources::HookError;
pub(crate) use sources::git_source;
