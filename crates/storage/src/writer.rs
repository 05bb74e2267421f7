//! The one thread that writes to a `SQLite` file.
//!
//! It commits all writes that are waiting in one transaction: one flush of the disk for many
//! answers. Batches form by themselves, since new writes arrive while the last batch commits.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::result::Error;
use inkstone_vocab::RepositoryError;

use crate::connection::{AnyConnection, Begin};
use crate::error::{Cause, OpenError, Refusal, repository_error};
use crate::metrics;
use crate::pool::{Purpose, open};
use crate::url::DatabaseUrl;

/// The queue in front of the writer thread, and the thread.
pub(crate) struct Writer {
    /// `None` when closed: the thread ends when the last sender is gone and the queue is empty.
    queue: RwLock<Option<flume::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread with a connection of its own; `queue` writes may wait, up to `batch`
    /// are committed together.
    pub(crate) fn start(url: DatabaseUrl, queue: usize, batch: usize) -> Result<Self, OpenError> {
        let connection = Some(open(&url, Purpose::Writer)?);
        let (sender, jobs) = flume::bounded(queue.max(1));
        let serving = Serving { url, connection, jobs, batch: batch.max(1) };
        let thread = thread::Builder::new()
            .name("inkstone-writer".to_owned())
            .spawn(move || serving.run())
            .map_err(OpenError::Thread)?;
        Ok(Self { queue: RwLock::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    /// Has `work` done by the writer thread, and waits until it is durable.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        let (answer, answered) = flume::bounded(1);
        self.enqueue(Box::new(Task { work, result: None, answer }))?;
        answered.recv().unwrap_or_else(|_| Err(Cause::Busy.error(Refusal::WriterEnded)))
    }

    /// Whether writes are accepted and served.
    pub(crate) fn check(&self) -> Result<(), RepositoryError> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        match thread.as_ref() {
            Some(thread) if !thread.is_finished() => Ok(()),
            Some(_) => Err(Cause::Busy.error(Refusal::WriterEnded)),
            None => Err(Cause::Busy.error(Refusal::Closed)),
        }
    }

    /// Refuses new writes, commits those that are queued, and ends the thread.
    pub(crate) fn close(&self) {
        drop(self.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        // Held while joining, so that everybody who closes returns to a closed store.
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("writer thread panicked");
        }
    }

    /// How many writes wait in the queue.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(0, flume::Sender::len)
    }

    fn enqueue(&self, job: Box<dyn Job>) -> Result<(), RepositoryError> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or_else(|| Cause::Busy.error(Refusal::Closed))?;
        metrics::queued();
        queue.try_send(job).map_err(|error| {
            metrics::dequeued(1);
            Cause::Busy.error(match error {
                flume::TrySendError::Full(_) => Refusal::QueueFull,
                flume::TrySendError::Disconnected(_) => Refusal::WriterEnded,
            })
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// A write, whatever its result.
trait Job: Send {
    /// Does the work in a savepoint and keeps the result. Fails when the transaction is lost.
    fn run(&mut self, connection: &mut AnyConnection) -> QueryResult<()>;

    /// Answers with the result, now that the batch is durable.
    fn answer(self: Box<Self>);

    /// Answers that nothing of the batch has happened.
    ///
    /// This is also for work that had failed by itself: it may have seen what others of the
    /// batch wrote and is now gone.
    fn fail(self: Box<Self>, batch: &Arc<Error>);
}

struct Task<T, W> {
    work: W,
    result: Option<QueryResult<T>>,
    answer: flume::Sender<Result<T, RepositoryError>>,
}

impl<T, W> Task<T, W> {
    fn send(&self, result: Result<T, RepositoryError>) {
        // Whoever asked waits without a time limit; if they are gone, their thread is.
        drop(self.answer.send(result));
    }
}

impl<T, W> Job for Task<T, W>
where
    T: Send,
    W: Fn(&mut AnyConnection) -> QueryResult<T> + Send,
{
    fn run(&mut self, connection: &mut AnyConnection) -> QueryResult<()> {
        self.result = Some(connection.savepoint(&self.work)?);
        Ok(())
    }

    fn answer(mut self: Box<Self>) {
        if let Some(result) = self.result.take() {
            self.send(result.map_err(repository_error));
        }
    }

    fn fail(self: Box<Self>, batch: &Arc<Error>) {
        let cause = match Cause::of(batch) {
            // A deferred constraint: it need not be this write that broke it.
            Cause::Conflict => Cause::Backend,
            cause => cause,
        };
        self.send(Err(cause.error(BatchFailed(Arc::clone(batch)))));
    }
}

/// The transaction that many writes shared has failed.
#[derive(Debug, thiserror::Error)]
#[error("writes could not be committed")]
struct BatchFailed(#[source] Arc<Error>);

/// What the thread owns.
struct Serving {
    url: DatabaseUrl,
    /// `None` after a failed transaction: a connection in doubt is replaced, not repaired.
    connection: Option<AnyConnection>,
    jobs: flume::Receiver<Box<dyn Job>>,
    batch: usize,
}

impl Serving {
    fn run(mut self) {
        while let Ok(first) = self.jobs.recv() {
            let mut batch = vec![first];
            batch.extend(self.jobs.try_iter().take(self.batch - 1));
            let size = u32::try_from(batch.len()).unwrap_or(u32::MAX);
            metrics::dequeued(size);
            metrics::batch(size);
            self.serve(batch);
        }
        self.finish();
    }

    fn serve(&mut self, mut batch: Vec<Box<dyn Job>>) {
        match self.commit(&mut batch) {
            Ok(()) => {
                for job in batch {
                    job.answer();
                }
            }
            Err(error) => {
                self.connection = None;
                let error = Arc::new(error);
                for job in batch {
                    job.fail(&error);
                }
            }
        }
    }

    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> QueryResult<()> {
        let connection = self.connection()?;
        connection.begin(Begin::Write)?;
        batch.iter_mut().try_for_each(|job| job.run(connection))?;
        connection.commit()
    }

    fn connection(&mut self) -> QueryResult<&mut AnyConnection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            none => {
                let opened = open(&self.url, Purpose::Writer);
                Ok(none.insert(opened.map_err(|error| Error::QueryBuilderError(error.into()))?))
            }
        }
    }

    /// Leaves everything in the database file itself, so that a copy of it alone is complete.
    fn finish(self) {
        let Some(mut connection) = self.connection else { return };
        if let Err(error) = connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(error = &error as &dyn std::error::Error, "checkpoint failed");
        }
    }
}
