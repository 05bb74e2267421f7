//! Real conversations with servers that behave as each test says.

#![expect(clippy::unwrap_used, reason = "fixtures and checks shared by tests")]

mod gateway;
mod http;
mod mail;
mod mailer;
mod push;
mod smtp;
mod smtp_hostile;
mod support;
mod telegram;
mod tls;
