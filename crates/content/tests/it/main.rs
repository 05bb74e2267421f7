//! Memory obeys the laws; the rules of paths, layouts, front matter and the service.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test")]

mod front_matter;
mod layouts;
mod paths;
mod properties;
mod service;

mod memory {
    inkstone_content::content_source_contract!(Box::new(inkstone_content::MemorySource::default()));
    inkstone_content::content_history_contract!(
        Box::new(inkstone_content::MemorySource::default())
    );
}
