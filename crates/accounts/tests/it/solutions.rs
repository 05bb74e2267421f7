//! Solutions of puzzles.

use inkstone_accounts::{Accounts, MemoryAccounts};

use crate::at;

#[test]
fn a_solution_is_used_up_by_the_first_who_hands_it_in() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let use_up = |puzzle, millis| accounts.use_up(puzzle, 1_000, at(millis)).unwrap();
    assert!(use_up("one", 0));
    assert!(!use_up("one", 0) && !use_up("one", 999));
    assert!(use_up("other", 1));
    // The first try was not extended by those that failed.
    assert!(use_up("one", 1_000));
    accounts.purge(at(3_000)).unwrap();
    assert!(use_up("one", 3_000));
}
