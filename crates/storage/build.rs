//! Rebuilds the crate when a migration is added or changed: the macro that embeds them sees only
//! the files that were there when it ran.

fn main() {
    println!("cargo:rerun-if-changed=migrations/sqlite");
    println!("cargo:rerun-if-changed=migrations/postgres");
}
