//! Turns news into messages and sends what waits, for as long as the server runs (design,
//! section 5).

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;
use inkstone_notifications::{DeliveryError, Lease, Leased, RetryPolicy};
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
    /// The name of every lease of this process.
    holder: String,
}

impl Postman {
    /// A postman with his own name; others may work on the same outbox.
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
            holder: format!("{:032x}", rand::random::<u128>()),
        }
    }

    /// Works until `stop` is called; then finishes what is on its way and begins nothing new.
    pub async fn run(self, stop: Wake) {
        let this = Arc::new(self);
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut renew = interval(Duration::from_millis(this.lease_ms.unsigned_abs() / 3));
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sending = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.called() => break,
                _ = renew.tick(), if !sending.is_empty() => this.renew().await,
                _ = look.tick() => {}
                () = this.wake.called() => {}
                Some(_) = sending.join_next() => {}
            }
            // A failure has been logged when it was made; the next round tries again.
            let _ = this.announce().await;
            let free = AT_ONCE.saturating_sub(sending.len());
            for message in this.lease(free).await.unwrap_or_default() {
                let this = Arc::clone(&this);
                sending.spawn_local(async move { this.send(message).await });
            }
        }
        while !sending.is_empty() {
            tokio::select! {
                _ = renew.tick() => this.renew().await,
                _ = sending.join_next() => {}
            }
        }
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

    async fn lease(&self, free: usize) -> Result<Vec<Leased>, Failure> {
        let Some(limit) = u32::try_from(free).ok().filter(|&free| free > 0) else {
            return Ok(Vec::new());
        };
        let (outbox, lease, policy) = (self.outbox.clone(), self.held(), self.policy);
        blocking(move || outbox.lease(&lease, limit, &policy, clock::now())).await
    }

    async fn renew(&self) {
        let (outbox, lease) = (self.outbox.clone(), self.held());
        // Logged when it was made. Should it go on, another server takes the messages over.
        let _ = blocking(move || outbox.renew(&lease)).await;
    }

    fn held(&self) -> Lease {
        Lease { name: self.holder.clone(), until: clock::now().plus_millis(self.lease_ms) }
    }

    /// Sends one message and writes down what came of it.
    async fn send(&self, message: Leased) {
        let (outbox, channels) = (self.outbox.clone(), self.channels.clone());
        let (holder, policy) = (self.holder.clone(), self.policy);
        let send = move || {
            let result = channels.deliver(&message);
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
            outbox.settle_delivery(&message, &holder, result, &policy, jitter, clock::now())
        };
        // Not written down: the lease runs out, and the message is sent once more.
        let _ = blocking(send).await;
    }
}
