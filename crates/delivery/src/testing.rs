//! Servers that behave as a test says: real sockets on the loopback interface, real
//! conversations, and a record of what arrived.
//!
//! They panic when something that they wait for does not happen within a minute.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod certificate;
mod gate;
mod http_session;
mod http_stub;
mod listener;
mod received;
mod script;
mod smtp_session;
mod smtp_stub;

pub use certificate::Authority;
pub use gate::Gate;
pub use http_stub::{HttpBehaviour, HttpStub, ReceivedRequest};
pub use received::ReceivedMail;
pub use smtp_stub::{Act, Encryption, SmtpBehaviour, SmtpStub, SmtpStubSettings, Stage};
