//! Memory obeys the contract; the rules of the service.

mod service;

mod memory {
    use std::sync::Arc;

    use inkstone_fields::MemoryFields;

    inkstone_fields::field_repository_contract!(Arc::new(MemoryFields::default()));
}
