//! Whether somebody is human, or has at least worked for it.

mod altcha;
mod recaptcha;

use std::time::Duration;

use actix_web::{rt::time::timeout, web::Data};
use inkstone_settings::{Captcha, CaptchaSettings};
use inkstone_vocab::Timestamp;
use tokio::sync::Semaphore;

pub use self::altcha::Challenge;
use self::{
    altcha::{Altcha, LIFETIME_MILLIS},
    recaptcha::{Recaptcha, Version},
};
use crate::{
    blocking::blocking,
    clock,
    config::{Qexo, ServerKey},
    failure::Failure,
    services::Accounts,
};

/// How many answers are checked at once: a service that is slow must not take every thread.
const AT_ONCE: usize = 8;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks what strangers answer to captchas.
pub struct Captchas {
    recaptcha: Recaptcha,
    altcha: Altcha,
    accounts: Data<Accounts>,
    turns: Semaphore,
}

impl Captchas {
    /// The captchas that the operator configured.
    pub fn new(config: &Qexo, key: &ServerKey, accounts: Data<Accounts>) -> Self {
        let time = Duration::from_secs(config.captcha_timeout_s.get().into());
        Self {
            recaptcha: Recaptcha::new(&config.captcha_url, time),
            altcha: Altcha::new(key, config.proof_of_work.get()),
            accounts,
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// Something to work on, made now.
    pub fn challenge(&self) -> Challenge {
        self.altcha.challenge(rand::random(), rand::random(), clock::now())
    }

    /// Whether `answer` is what `settings` ask for. Whatever is in doubt is not.
    pub async fn accept(
        captchas: Data<Self>,
        settings: &CaptchaSettings,
        answer: &str,
    ) -> Result<bool, Failure> {
        if settings.kind == Captcha::Off {
            return Ok(true);
        }
        if answer.is_empty() {
            return Ok(false);
        }
        let Ok(Ok(_turn)) = timeout(PATIENCE, captchas.turns.acquire()).await else {
            tracing::warn!("captcha not checked: too many at once");
            return Ok(false);
        };
        let (checking, settings) = (captchas.clone(), settings.clone());
        let answer = answer.to_owned();
        blocking(move || checking.check(&settings, &answer, clock::now())).await
    }

    fn check(
        &self,
        settings: &CaptchaSettings,
        answer: &str,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let ask = |version| self.recaptcha.accepts(version, settings.secret.as_ref(), answer);
        Ok(match settings.kind {
            Captcha::Off => true,
            Captcha::V2 => ask(Version::Two),
            Captcha::V3 => ask(Version::Three),
            Captcha::ProofOfWork => match self.altcha.solved(answer, now) {
                // Remembered for longer than it is valid.
                Some(puzzle) => self.accounts.use_up(&puzzle, 2 * LIFETIME_MILLIS, now)?,
                None => false,
            },
        })
    }
}
