#![doc = include_str!("../README.md")]

#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod evaluator;
mod field;
mod input;
#[cfg(feature = "testing")]
mod memory;
mod plain;
mod repository;
mod service;

pub use error::FieldError;
pub use evaluator::{Evaluation, EvaluationError, Evaluator, Excess};
pub use field::{Content, Field, FieldName};
pub use input::{Input, Scalar};
#[cfg(feature = "testing")]
pub use memory::MemoryFields;
pub use repository::FieldRepository;
pub use service::{Fields, Origin, Rendering};
