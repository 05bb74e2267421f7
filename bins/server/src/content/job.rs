//! What is done for the content whoever asks: changes that wait are delivered, news fetched.

use std::time::Duration;

use actix_web::web::Data;
use tokio::time::{MissedTickBehavior, interval};

use super::{
    opened::{Conflict, Opened},
    provider::ContentProvider,
};
use crate::{
    blocking::blocking,
    clock,
    failure::Failure,
    owner_settings::OwnerSettings,
    postman::Wake,
    services::Inbox,
    wire::qexo::{ContentMessage, Message},
};

/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The most conflicts that are taken note of in one go.
const CONFLICTS_AT_ONCE: usize = 100;

/// Works until it is dropped.
pub async fn run(
    provider: Data<ContentProvider>,
    settings: Data<OwnerSettings>,
    inbox: Data<Inbox>,
    postman: Data<Wake>,
) {
    // Whoever asks first should not have to wait for a clone.
    let mut first = true;
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = provider.job().called() => {}
        }
        let due = provider.at_hand().is_some_and(|opened| opened.is_work_due(clock::now()));
        if !first && !due {
            continue;
        }
        let (provider, settings) = (provider.clone(), settings.clone());
        let (inbox, postman, opening) = (inbox.clone(), postman.clone(), first);
        let work = move || {
            let opened = if opening { provider.current().ok() } else { provider.at_hand() };
            if let Some(opened) = opened {
                work(&opened, |conflict| tell(&settings, &inbox, &postman, conflict))?;
            }
            Ok::<_, Failure>(())
        };
        // A failure has been logged when it was made; the next round tries again.
        if blocking(work).await.is_ok() {
            first = false;
        }
    }
}

fn work(opened: &Opened, tell: impl Fn(&Conflict) -> Result<(), Failure>) -> Result<(), Failure> {
    let now = clock::now();
    if opened.is_delivery_due(now) {
        // Each conflict is a change less that waits.
        for _ in 0..CONFLICTS_AT_ONCE {
            let Some(conflict) = opened.deliver(now) else { break };
            tell(&conflict)?;
        }
    }
    opened.fresh(now);
    Ok(())
}

/// Puts a notice into the owner's inbox.
fn tell(
    settings: &OwnerSettings,
    inbox: &Inbox,
    postman: &Wake,
    conflict: &Conflict,
) -> Result<(), Failure> {
    let language = settings.all()?.qexo.language;
    let Conflict { path, kept, .. } = conflict.clone();
    let label = Message::from(ContentMessage::ConflictLabel).text(language);
    let text = Message::from(ContentMessage::ConflictFound { path, kept }).text(language);
    inbox.add(&label, &escaped(&text), clock::now())?;
    postman.wake();
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
