//! Locked articles: what the readmore API needs beside its handlers.

mod advice;
mod guard;
mod links;
mod module;

pub use advice::advice;
pub use guard::Guard;
pub use links::{SignedLink, link, signature_is_good};
pub use module::{Life, ReadmoreError, ReadmoreModule, Wechat};
