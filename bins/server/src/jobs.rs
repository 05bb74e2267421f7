//! What happens now and then, whoever asks.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{blocking::blocking, clock, failure::Failure, meter, services::Services};

/// How often expired sessions, tries, locks, intervals and messages are removed. They stopped to
/// count long before.
const PURGE_EVERY: Duration = Duration::from_mins(10);

const DAY_MILLIS: i64 = 86_400_000;

/// How often clients with their full budget are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(10);

/// Runs all jobs until it is dropped.
pub async fn run(services: Services, figures: &'static PrometheusHandle) {
    let (mut upkeep, mut purge, mut forget) =
        (every(meter::UPKEEP), every(PURGE_EVERY), every(FORGET_EVERY));
    loop {
        tokio::select! {
            _ = upkeep.tick() => figures.run_upkeep(),
            _ = purge.tick() => remove_expired(&services).await,
            _ = forget.tick() => services.budgets.forget_idle(),
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn remove_expired(services: &Services) {
    let Services { accounts, comments, outbox, limits, .. } = services.clone();
    let keep = i64::from(services.notifications.keep_days.get()) * DAY_MILLIS;
    let remove = move || {
        let now = clock::now();
        let clients = comments.forget_clients(limits.comment_interval_ms.into(), now)?;
        let messages = outbox.purge(now.plus_millis(-keep))?;
        Ok::<_, Failure>(accounts.purge(now)? + clients + messages)
    };
    // A failure has been logged when it was made; the next round tries again.
    if let Ok(removed) = blocking(remove).await {
        tracing::debug!(removed, "expired sessions, locks, intervals and messages removed");
    }
}
