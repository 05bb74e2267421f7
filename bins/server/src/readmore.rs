//! Locked articles: what the readmore API needs beside its handlers.

mod guard;
mod links;
mod module;

pub use guard::Guard;
pub use links::{SignedLink, link, signature_is_good};
pub use module::{Life, ReadmoreError, ReadmoreModule, Wechat};
