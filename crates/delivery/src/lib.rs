#![doc = include_str!("../README.md")]

mod deadline;
mod gateway;
mod http;
mod installation;
mod mail;
mod mailer;
mod push;
mod reason;
mod resolve;
mod smtp;
mod telegram;

#[cfg(feature = "testing")]
pub mod testing;

pub use gateway::{GatewayError, MailGateway};
pub use http::{HttpAnswer, HttpClient, HttpError, HttpLimits, Targets};
pub use installation::Installation;
pub use mail::Mail;
pub use mailer::Mailer;
pub use push::{Notifier, PushAddresses, PushMessage, Pusher};
pub use smtp::{SmtpError, SmtpLimits, SmtpServer, Trust, TrustError};
pub use telegram::{Button, TELEGRAM_API, TelegramBot, TelegramError};
