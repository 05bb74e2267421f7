//! Memory obeys the laws; the service's rules; what the body pipeline lets through.

#![expect(clippy::expect_used, reason = "fixtures")]

mod body;
mod import;
mod report;
mod safety;
mod service;

mod memory {
    inkstone_comments::comment_repository_contract!(Box::new(
        inkstone_comments::MemoryComments::default()
    ));
    inkstone_comments::comment_report_contract!(Box::new(
        inkstone_comments::MemoryComments::default()
    ));
}

mod memory_transfer {
    inkstone_comments::comment_transfer_contract!(Box::new(
        inkstone_comments::MemoryComments::default()
    ));
}
