//! What this crate counts, through the `metrics` facade.

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};

const QUEUE_LENGTH: &str = "inkstone_writer_queue_length";
const BATCH_SIZE: &str = "inkstone_writer_batch_size";
const ERRORS: &str = "inkstone_database_errors_total";

/// Says what each name means; the recorder must be installed before.
pub(crate) fn describe() {
    describe_gauge!(QUEUE_LENGTH, Unit::Count, "Writes waiting for the SQLite writer");
    describe_histogram!(BATCH_SIZE, Unit::Count, "Writes committed together by the SQLite writer");
    describe_counter!(
        ERRORS,
        Unit::Count,
        "Errors of the database by kind: conflict, unavailable, corrupt, backend"
    );
}

/// One write joins the queue.
pub(crate) fn queued() {
    gauge!(QUEUE_LENGTH).increment(1);
}

/// `count` writes leave the queue.
pub(crate) fn dequeued(count: u32) {
    gauge!(QUEUE_LENGTH).decrement(count);
}

/// A batch of `size` writes begins.
pub(crate) fn batch(size: u32) {
    metrics::histogram!(BATCH_SIZE).record(size);
}

/// One error of `kind` was answered.
pub(crate) fn count_error(kind: &'static str) {
    counter!(ERRORS, "kind" => kind).increment(1);
}
