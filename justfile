# Names for commands; anything longer is Rust in bins/xtask or in .ci/run.

# list the recipes
default:
    @just --list

# start the server on ./data
run *arguments:
    cargo run -- {{arguments}}

# every test that needs nothing but cargo
test *arguments:
    cargo test --workspace --no-fail-fast {{arguments}}

# the tests on PostgreSQL; TEST_POSTGRES_URL names the database
postgres:
    cargo test --workspace --tests --no-fail-fast -- --ignored

# the tests in headless Chromium
browser:
    cargo build --package inkstone-server
    npm ci --no-audit --no-fund --prefix bins/server/tests/browser
    npm test --prefix bins/server/tests/browser

# every fuzz target but `request` for some seconds
fuzz-smoke seconds="10":
    cargo fuzz list | grep -v request | xargs -I{} just fuzz {} -max_total_time={{seconds}}

# one fuzz target until it breaks, with options of libFuzzer; `just fuzz request` builds the server
fuzz target *options:
    mkdir -p fuzz/corpus/{{target}} && cp Cargo.lock fuzz/
    cargo fuzz run -s none {{ if target == "request" { "--features server" } else { "" } }} {{target}} fuzz/corpus/{{target}} fuzz/seeds/{{target}} -- -timeout=20 {{options}}

# take docs/screenshot.png again
screenshot:
    cargo build --package inkstone-server
    npm run screenshot --prefix bins/server/tests/browser

# format everything
format:
    cargo fmt --all
    cargo fmt --manifest-path fuzz/Cargo.toml

# formatting, clippy and the rules of the workspace
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo xtask check

# licences, sources and banned crates of the dependencies
deny:
    cargo deny check licenses bans sources

# the documentation of all crates
doc *arguments:
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps {{arguments}}

# requests made up from the description of the API; options of Schemathesis may follow
schema-test *options:
    cargo build --package inkstone-server
    cargo xtask schema-test {{options}}

# the benchmark table; `just bench --quick` takes under 90 seconds, `just bench compare` compares with the record
bench *arguments:
    cargo build --release --package inkstone-server --package inkstone-bench
    target/release/inkstone-bench {{arguments}}

# three servers on one PostgreSQL: what they agree on and what they cost; `just scale --quick` is rougher
scale *arguments:
    cargo build --release --package inkstone-server --package inkstone-bench
    target/release/inkstone-bench scale {{arguments}}

# what breaks when something around the server does; `just faults clock` runs one
faults *names:
    cargo build --release --package inkstone-server --package inkstone-bench
    target/release/inkstone-bench faults {{names}}

# Relocations are packed, which spares two megabytes and needs glibc 2.36 or newer.
#
# the binary as it is shipped, in target/dist/inkstone; the same bytes from whatever directory
dist:
    RUSTFLAGS="-Clink-arg=-Wl,-z,pack-relative-relocs --remap-path-prefix={{justfile_directory()}}=/inkstone --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo" cargo build --locked --profile dist --package inkstone-server

# packs every library crate as it would be published, and builds it from that
publish-check:
    cargo publish --dry-run --locked --workspace --exclude inkstone-server --exclude inkstone-bench --exclude inkstone-xtask

# everything a change must pass, as CI runs it
ci:
    .ci/run
