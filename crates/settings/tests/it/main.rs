//! Memory obeys the contract; what is stored and how it is read.

mod patches;
mod qexo;
mod reading;
mod service;
mod transports;

mod memory {
    use std::sync::Arc;

    use inkstone_settings::MemorySettings;

    inkstone_settings::setting_repository_contract!(Arc::new(MemorySettings::default()));
}
