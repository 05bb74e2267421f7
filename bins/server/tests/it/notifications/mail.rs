//! Contract cwd, 10: who gets which mail, in a real conversation with a mail server.

mod gateway;
mod owner;
mod replies;
mod trial;
mod trouble;
