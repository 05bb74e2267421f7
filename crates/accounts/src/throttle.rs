//! How often somebody may guess a secret.

use inkstone_vocab::Timestamp;

/// What is tried. Each has counters and locks of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The key with which the owner comments (contract cwd, 2.10).
    AdminKey,
    /// The password of an account (contract cwd, 3.2).
    Login,
    /// To hand in the solution of a puzzle, once; here the client is the puzzle.
    Solution,
}

impl Purpose {
    /// The name to store: `admin_key`, `login` or `solution`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdminKey => "admin_key",
            Self::Login => "login",
            Self::Solution => "solution",
        }
    }
}

/// Who guesses what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    purpose: Purpose,
    client: String,
}

impl Subject {
    /// `client` names whoever guesses: a keyed hash of an address, never the address itself.
    pub fn new(purpose: Purpose, client: impl Into<String>) -> Self {
        Self { purpose, client: client.into() }
    }

    /// What is guessed.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Who guesses.
    pub fn client(&self) -> &str {
        &self.client
    }
}

/// How many tries, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottlePolicy {
    /// The number of the try that sets the lock, at least 1.
    pub limit: u32,
    /// How long a counter lives after its latest try, in milliseconds.
    pub window_ms: i64,
    /// How long a lock lasts, in milliseconds.
    pub lock_ms: i64,
}

impl ThrottlePolicy {
    /// Three tries, forgotten after an hour, locked for half an hour (contract cwd, 2.10).
    pub const ADMIN_KEY: Self = Self { limit: 3, window_ms: 3_600_000, lock_ms: 1_800_000 };

    /// Five tries, forgotten after ten minutes, locked for half an hour (contract cwd, 3.2).
    pub const LOGIN: Self = Self { limit: 5, window_ms: 600_000, lock_ms: 1_800_000 };

    /// Whether tries that are kept until `expires`, or a lock, still count at `now`.
    ///
    /// Clocks of servers differ a little, and requests overtake each other; but what would last
    /// twice as long as it ever may was written while the clock was ahead, and counts no more.
    pub const fn counts(&self, locked: bool, expires: Timestamp, now: Timestamp) -> bool {
        let lasts = if locked { self.lock_ms } else { self.window_ms };
        let left = expires.millis().saturating_sub(now.millis());
        0 < left && left <= lasts.saturating_mul(2)
    }
}

/// Whether a secret may be tried now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// One try is reserved; it counts as failed until the subject is cleared.
    Granted {
        /// The number of this try, from 1 to the limit.
        number: u32,
        /// Whether this try has set the lock.
        last: bool,
    },
    /// No try is allowed before this instant.
    Locked {
        /// The first instant at which a try is allowed again.
        until: Timestamp,
    },
}
