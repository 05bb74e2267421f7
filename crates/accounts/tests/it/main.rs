//! Memory obeys the contracts; the rules of the service.

mod admin_key;
mod login;
mod solutions;
mod tokens;

mod memory {
    use std::sync::Arc;

    use inkstone_accounts::MemoryAccounts;

    inkstone_accounts::account_repository_contract!(Arc::new(MemoryAccounts::default()));

    mod tokens {
        use super::{Arc, MemoryAccounts};

        inkstone_accounts::api_token_repository_contract!(Arc::new(MemoryAccounts::default()));
    }

    mod throttle {
        use super::{Arc, MemoryAccounts};

        inkstone_accounts::throttle_repository_contract!(Arc::new(MemoryAccounts::default()));
    }
}

fn at(millis: i64) -> inkstone_vocab::Timestamp {
    inkstone_vocab::Timestamp::from_millis(1_790_000_000_000 + millis)
}
