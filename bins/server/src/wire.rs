//! The wire APIs: the only place that knows JSON names.
//!
//! Each module owns its routes, shapes, failure format and message texts; they share the domain
//! services and nothing else.

pub mod cors;
pub mod cwd;
pub mod error;
pub mod inkstone;
pub mod landing;
pub mod media;
pub mod openapi;
pub mod qexo;
pub mod readmore;
