//! A program of its own that lets its owner log in.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{error::Error, sync::Arc};

use inkstone_accounts::{Accounts, MemoryAccounts, NewPassword};
use inkstone_vocab::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    // Real programs read a clock and a random number generator here.
    let now = Timestamp::from_millis(1_790_000_000_000);
    let accounts = Accounts::new(Arc::new(MemoryAccounts::default()));

    let password = NewPassword::parse("correct horse battery").ok_or("password is too short")?;
    accounts.create_first("owner", &password, [7; 16], now)?;
    for guess in ["12345678", "correct horse battery"] {
        match accounts.login("owner", guess, "client-1", [1; 32], now) {
            Ok(token) => println!("welcome; your session is {}", token.expose()),
            Err(error) => println!("refused: {error}"),
        }
    }

    let token = accounts.create_token("backup script", [2; 32], now)?;
    let caller = accounts.authenticate(token.expose(), now)?;
    println!("a token authenticates {caller:?}");
    Ok(())
}
