//! What happens now and then, whoever asks.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::{blocking::blocking, clock, meter, services::Services};

/// How often expired sessions, tries and locks are removed. They stopped to count long before.
const PURGE_EVERY: Duration = Duration::from_secs(600);

/// How often clients with their full budget are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(10);

/// Runs all jobs until it is dropped.
pub async fn run(services: Services, figures: &'static PrometheusHandle) {
    let mut upkeep = interval(meter::UPKEEP);
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut purge = interval(PURGE_EVERY);
    purge.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let sort = async {
        loop {
            upkeep.tick().await;
            figures.run_upkeep();
        }
    };
    let clean = async {
        loop {
            purge.tick().await;
            remove_expired(&services).await;
        }
    };
    let mut forget = interval(FORGET_EVERY);
    forget.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let forget = async {
        loop {
            forget.tick().await;
            services.budgets.forget_idle();
        }
    };
    futures_util::future::join3(sort, clean, forget).await;
}

async fn remove_expired(services: &Services) {
    let accounts = services.accounts.clone();
    // A failure has been logged when it was made; the next round tries again.
    if let Ok(removed) = blocking(move || accounts.purge(clock::now())).await {
        tracing::debug!(removed, "expired sessions and locks removed");
    }
}
