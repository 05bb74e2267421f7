#![doc = include_str!("../README.md")]

mod bucket;
mod client;
mod error;

pub use bucket::{Download, S3Bucket, S3Config, S3Object};
pub use client::Limits;
pub use error::BlobError;
