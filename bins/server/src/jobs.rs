//! What happens now and then, whoever asks.
//!
//! What concerns the database, one of several servers does for all (see [`Leadership`]). Each does
//! for itself what concerns its own memory, its own clone of the blog's source, and messages, which
//! are leased one by one. Copies of the database are made where it is a file.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::rt::task::spawn_blocking;
use inkstone_storage::Backend;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use crate::{
    blocking::blocking, clock, content, failure::Failure, leadership::Leadership,
    local_backup::LocalBackups, meter, services::Services,
};

/// How often expired sessions, tries, locks, intervals and messages are removed, which stopped to
/// count long before, and notices of which there are too many.
const PURGE_EVERY: Duration = Duration::from_mins(10);

const DAY_MILLIS: i64 = 86_400_000;

/// How often captchas are removed that have expired.
const PURGE_CAPTCHAS_EVERY: Duration = Duration::from_secs(30);

/// How often clients with their full budget are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(10);

/// How often it is asked whether a backup is due, and how long after the start for the first time:
/// a start has other things to do.
const BACK_UP_EVERY: Duration = Duration::from_mins(10);
const BACK_UP_AFTER: Duration = Duration::from_mins(1);

/// Runs all jobs until it is dropped.
pub async fn run(
    services: Services,
    backups: Option<LocalBackups>,
    figures: &'static PrometheusHandle,
) {
    // Apart from the others, because a copy may take its time.
    let Services { content, settings, inbox, wake, .. } = services.clone();
    tokio::join!(
        content::run(content, settings, inbox, wake),
        back_up(backups, services.store.backend()),
        keep_up(services, figures),
    );
}

async fn keep_up(services: Services, figures: &'static PrometheusHandle) {
    let leadership = Leadership::new(services.store.as_ref().clone());
    let (mut upkeep, mut purge, mut forget) =
        (every(meter::UPKEEP), every(PURGE_EVERY), every(FORGET_EVERY));
    let mut captchas = every(PURGE_CAPTCHAS_EVERY);
    loop {
        tokio::select! {
            _ = upkeep.tick() => figures.run_upkeep(),
            _ = purge.tick() => once(&leadership, purge_all(&services)).await,
            _ = captchas.tick() => once(&leadership, remove_captchas(&services)).await,
            _ = forget.tick() => forget_clients(&services),
        }
    }
}

/// Does `job` unless another server does.
async fn once(leadership: &Leadership, job: impl Future<Output = ()>) {
    let leadership = leadership.clone();
    // A failure has been logged when it was made; the next round tries again.
    if blocking(move || leadership.claim()).await == Ok(true) {
        job.await;
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn purge_all(services: &Services) {
    remove_expired(services).await;
    remove_old_browses(services).await;
}

async fn remove_expired(services: &Services) {
    let Services { accounts, comments, inbox, outbox, limits, .. } = services.clone();
    let notices = services.notifications.keep_notices.get();
    let keep = i64::from(services.notifications.keep_days.get()) * DAY_MILLIS;
    let remove = move || {
        let now = clock::now();
        let clients = comments.forget_clients(limits.comment_interval_ms.into(), now)?;
        let messages = outbox.purge(now.plus_millis(-keep))?;
        let notices = inbox.keep_latest(notices)?;
        Ok::<_, Failure>(accounts.purge(now)? + clients + messages + notices)
    };
    // A failure has been logged when it was made; the next round tries again.
    if let Ok(removed) = blocking(remove).await {
        tracing::debug!(
            removed,
            "expired sessions, locks, intervals, messages and notices removed"
        );
    }
}

async fn remove_captchas(services: &Services) {
    let Some(readmore) = services.readmore.clone() else { return };
    let forget = move || readmore.service.forget_expired(clock::now());
    if let Ok(removed) = blocking(forget).await
        && removed > 0
    {
        tracing::debug!(removed, "expired captchas and unlock tokens removed");
    }
}

async fn remove_old_browses(services: &Services) {
    let Some(readmore) = services.readmore.clone() else { return };
    let keep = i64::from(readmore.settings.browse_retention_days.get()) * DAY_MILLIS;
    let forget = move || readmore.service.forget_before(clock::now().plus_millis(-keep));
    if let Ok(removed) = blocking(forget).await
        && removed > 0
    {
        tracing::debug!(removed, "old records of what was read removed");
    }
}

fn forget_clients(services: &Services) {
    services.budgets.forget_idle();
    if let Some(readmore) = &services.readmore {
        readmore.guard.forget_idle();
    }
}

async fn back_up(backups: Option<LocalBackups>, backend: Backend) {
    let Some(backups) = backups else {
        if backend == Backend::Postgres {
            tracing::info!("PostgreSQL is not backed up from here: use pg_dump, docs/BACKUP.md");
        }
        return;
    };
    let running = Running::default();
    sleep(BACK_UP_AFTER).await;
    let mut ticks = every(BACK_UP_EVERY);
    loop {
        ticks.tick().await;
        let (backups, stopped) = (backups.clone(), Arc::clone(&running.stopped));
        let mut observe = move |_| {
            let stopped = stopped.load(Ordering::Relaxed);
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // A panic has been logged by the panic hook; the next round tries again.
        let _ = spawn_blocking(move || backups.tick(clock::now(), &mut observe)).await;
    }
}

/// Tells a copy that is being made when its job is dropped: the program would wait for it.
#[derive(Default)]
struct Running {
    stopped: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}
