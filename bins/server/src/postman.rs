//! Turns news into messages and sends what waits, for as long as the server runs (design,
//! section 5).

use std::{pin::pin, sync::Arc, time::Duration};

use actix_web::web::Data;
use inkstone_notifications::{DeliveryError, Lease, Leased, OutboxError, RetryPolicy};
use inkstone_vocab::Timestamp;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{
    announcements::Announcements, blocking::blocking, channels::Channels, clock,
    config::Notifications, failure::Failure, services::Outbox,
};

/// How many messages are on their way at once; slow recipients hold up no more than these.
const AT_ONCE: usize = 4;

/// How often it looks for messages that have become due and for news of other servers.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many pieces of news become messages in one go.
const NEWS_AT_ONCE: u32 = 64;

/// Calls the postman of this server.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something to do; may be called at any time, from any thread.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits until somebody has called.
    pub async fn called(&self) {
        self.0.notified().await;
    }
}

/// Writes messages down and sends them.
pub struct Postman {
    announcements: Announcements,
    outbox: Data<Outbox>,
    channels: Data<Channels>,
    wake: Data<Wake>,
    policy: RetryPolicy,
    lease_ms: i64,
}

impl Postman {
    /// A postman; others may work on the same outbox.
    pub fn new(
        announcements: Announcements,
        outbox: Data<Outbox>,
        channels: Data<Channels>,
        wake: Data<Wake>,
        config: &Notifications,
    ) -> Self {
        Self {
            announcements,
            outbox,
            channels,
            wake,
            policy: RetryPolicy {
                attempts: config.attempts.get(),
                first_ms: config.retry_ms.get().into(),
                max_ms: config.retry_max_ms.get().into(),
            },
            lease_ms: config.lease_ms.get().into(),
        }
    }

    /// Works until `stop` is called; then finishes what is on its way and begins nothing new.
    pub async fn run(self, stop: Wake) {
        let this = Arc::new(self);
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sending = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.called() => break,
                _ = look.tick() => {}
                () = this.wake.called() => {}
                Some(_) = sending.join_next() => {}
            }
            // A failure has been logged when it was made; the next round tries again.
            let _ = this.announce().await;
            while sending.len() < AT_ONCE
                && let Ok(Some((message, lease))) = this.lease().await
            {
                let this = Arc::clone(&this);
                sending.spawn_local(async move { this.send(message, lease).await });
            }
        }
        while sending.join_next().await.is_some() {}
    }

    /// Turns all news into messages.
    async fn announce(&self) -> Result<(), Failure> {
        loop {
            let announcements = self.announcements.clone();
            let found = blocking(move || announcements.announce(NEWS_AT_ONCE)).await?;
            if found < NEWS_AT_ONCE as usize {
                return Ok(());
            }
        }
    }

    /// The message that is due for longest, under a lease of its own.
    async fn lease(&self) -> Result<Option<(Leased, Lease)>, Failure> {
        let lease = Lease { name: format!("{:032x}", rand::random::<u128>()), until: self.until() };
        let (outbox, policy) = (self.outbox.clone(), self.policy);
        let take = move || {
            let taken = outbox.lease(&lease, 1, &policy, clock::now())?.pop();
            Ok::<_, OutboxError>(taken.map(|message| (message, lease)))
        };
        blocking(take).await
    }

    fn until(&self) -> Timestamp {
        clock::now().plus_millis(self.lease_ms)
    }

    /// Sends one message and writes down what came of it. Until then nobody else may.
    async fn send(&self, message: Leased, lease: Lease) {
        let mut sending = pin!(self.deliver(message, lease.name.clone()));
        let mut renew = interval(Duration::from_millis((self.lease_ms.unsigned_abs() / 3).max(1)));
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        renew.tick().await;
        loop {
            tokio::select! {
                // Logged when it was made. Not written down: the lease runs out, and the message
                // is sent once more.
                _ = &mut sending => return,
                _ = renew.tick() => {
                    let outbox = self.outbox.clone();
                    let lease = Lease { until: self.until(), ..lease.clone() };
                    // Should it fail for long, another server takes the message over.
                    let _ = blocking(move || outbox.renew(&lease)).await;
                }
            }
        }
    }

    async fn deliver(&self, message: Leased, lease: String) -> Result<(), Failure> {
        let (announcements, outbox) = (self.announcements.clone(), self.outbox.clone());
        let (channels, policy) = (self.channels.clone(), self.policy);
        let deliver = move || {
            let result = if announcements.is_wanted(&message)? {
                channels.deliver(&message)
            } else {
                Err(DeliveryError::permanent("the recipient has unsubscribed"))
            };
            if let Err(error) = &result {
                // Not the reason, which may name the recipient; the owner finds it in the outbox.
                tracing::warn!(
                    message_id = message.id.get(),
                    channel = message.channel.as_str(),
                    attempt = message.attempt,
                    permanent = matches!(error, DeliveryError::Permanent { .. }),
                    "message not delivered"
                );
            }
            let jitter = rand::random();
            outbox.settle_delivery(&message, &lease, result, &policy, jitter, clock::now())?;
            Ok::<_, Failure>(())
        };
        blocking(deliver).await
    }
}
