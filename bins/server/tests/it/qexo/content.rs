//! The blog's source through the API (contract qexo, 3.1 to 3.6, 3.25, 5 and 10; checklist 4 to 6
//! and 14).

mod clients;
mod editor;
mod files;
mod lists;
mod provider;
mod remote;
mod support;
mod webhooks;
