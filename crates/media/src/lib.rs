#![doc = include_str!("../README.md")]

#[cfg(feature = "testing")]
pub mod contract;
mod error;
mod host;
mod image;
mod kind;
#[cfg(feature = "testing")]
mod memory;
mod repository;
mod service;
mod size;
mod text;

pub use error::{HostError, ImageError};
pub use host::{ImageFile, ImageHost, Moment, Stored};
pub use image::{Image, NewImage};
/// What names an image: the second it was uploaded in.
pub use inkstone_vocab::EpochName as ImageId;
pub use kind::ImageKind;
#[cfg(feature = "testing")]
pub use memory::MemoryImages;
pub use repository::ImageRepository;
pub use service::Images;
pub use size::Size;
pub use text::{ImageUrl, Removal, Title};
