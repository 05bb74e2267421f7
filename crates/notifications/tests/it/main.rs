//! Memory obeys the contract; what is sent and how it is put into words.

mod memory {
    use inkstone_notifications::MemoryOutbox;

    inkstone_notifications::outbox_repository_contract!(Box::new(MemoryOutbox::default()));
}
