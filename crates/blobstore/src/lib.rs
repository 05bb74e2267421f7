#![doc = include_str!("../README.md")]

mod bucket;
mod client;
mod directory;
mod error;
mod hosts;
mod key_pattern;
mod params;
mod remote_api;
mod removal;
mod s3_host;

pub use bucket::{Download, S3Bucket, S3Config, S3Object};
pub use client::Limits;
pub use directory::{Directory, FileName};
pub use error::BlobError;
pub use hosts::ImageHosts;
