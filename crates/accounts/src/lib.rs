#![doc = include_str!("../README.md")]

mod error;
mod password;
mod repository;
mod service;
mod throttle;
mod token;

#[cfg(feature = "testing")]
pub mod contract;
#[cfg(feature = "testing")]
mod memory;

pub use error::{AccountError, KeyError, LoginError};
#[cfg(feature = "testing")]
pub use memory::MemoryAccounts;
pub use password::{NewPassword, PasswordHash};
pub use repository::{
    AccountRepository, ApiTokenInfo, ApiTokenRepository, Session, ThrottleRepository,
};
pub use service::{Accounts, Caller, SESSION_MILLIS, Via};
pub use throttle::{Attempt, Purpose, Subject, ThrottlePolicy};
pub use token::{AccessToken, TokenHash};
