//! Who is told of what, and what becomes of messages (contract cwd, 10 and 11; design, section 5).

mod mail;
mod support;
