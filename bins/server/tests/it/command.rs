//! The command line: what it prints, what it leaves behind, how it ends.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use crate::support::{Program, check};

const CONFIGURED: (&str, &str) = ("INKSTONE__OWNER__PASSWORD", "configured-password");

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_first_start_needs_nothing_and_shows_a_password_once() {
    let program = Program::new(&[]);
    let first = program.serve().stop("TERM");
    let (_, password) =
        first.stdout.split_once("account    admin, password ").expect(&first.stdout);
    let password = password.split(' ').next().unwrap();
    assert_eq!(password.len(), 23);
    assert!(!first.stderr.contains(password), "{}", first.stderr);
    for said in ["secrets.toml", "inkstone.db", "inkstone doctor", "inkstone token create NAME"] {
        assert!(first.stdout.contains(said), "{said}: {}", first.stdout);
    }
    let data = program.directory.path().join("data");
    assert_eq!((mode(&data), mode(&data.join("secrets.toml"))), (0o700, 0o600));

    let second = program.serve().stop("TERM");
    assert!(!second.stdout.contains("password") && !second.stdout.contains("Next:"), "{second:?}");
}

#[test]
fn a_configured_password_is_never_shown() {
    let program = Program::new(&[CONFIGURED]);
    let run = program.serve().stop("TERM");
    assert!(run.stdout.contains("account    admin, with the configured password"), "{run:?}");
    assert!(!format!("{run:?}").contains(CONFIGURED.1));
}

#[test]
fn a_weak_configured_password_is_refused() {
    let run = Program::new(&[("INKSTONE__OWNER__PASSWORD", "hunter2")]).run(&[]);
    check(&run, 1, &["owner.password must have 8 to 1024 characters"]);
}

#[test]
fn exposed_secrets_are_refused() {
    let program = Program::new(&[]);
    check(&program.run(&["migrate"]), 0, &["The database is up to date."]);
    let secrets = program.directory.path().join("data/secrets.toml");
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o644)).unwrap();
    check(&program.run(&[]), 1, &["chmod 600 ./data/secrets.toml"]);
    let run = program.run(&["doctor"]);
    check(&run, 1, &["1 of the above must be mended"]);
    assert!(
        run.stdout.contains("fail  the secrets file ./data/secrets.toml can be read"),
        "{run:?}"
    );
}

#[test]
fn an_unknown_setting_names_its_file_and_the_nearest_one() {
    let program = Program::new(&[]);
    fs::write(program.directory.path().join("inkstone.toml"), "[server]\nlistne = ''\n").unwrap();
    let said = "unknown setting server.listne in inkstone.toml; did you mean server.listen?";
    for arguments in [&[][..], &["config", "check"], &["doctor"], &["token", "list"]] {
        check(&program.run(arguments), 1, &[said]);
    }
    check(&program.run(&["config", "print", "--reference"]), 0, &["| `listen` |"]);
}

#[test]
fn wrong_usage_has_a_code_of_its_own() {
    let program = Program::new(&[]);
    for arguments in
        [&["brew"][..], &["--brew"], &["user", "set-password", "hunter2"], &["token", "create"]]
    {
        let run = program.run(arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
    }
    check(&program.run(&["--version"]), 0, &[env!("CARGO_PKG_VERSION")]);
    assert_eq!(fs::read_dir(program.directory.path()).unwrap().count(), 0);
}

#[test]
fn a_configuration_is_checked_and_printed() {
    let program = Program::new(&[CONFIGURED]);
    let file = program.directory.path().join("other.toml");
    fs::write(&file, "[limits]\nlikes_per_minute = 7\n").unwrap();
    let run = program.run(&["config", "check", "--config", "other.toml"]);
    check(&run, 0, &["The configuration is valid: other.toml, and INKSTONE__METRICS__LISTEN"]);
    let run = program.run(&["config", "print", "--config", "other.toml"]);
    check(&run, 0, &["likes_per_minute = 7"]);
    check(&run, 0, &["password = \"********\""]);
    assert!(!run.stdout.contains(CONFIGURED.1));
    check(&program.run(&["--config", "none.toml", "config", "check"]), 1, &["none.toml"]);
    fs::write(&file, "[server]\nlisten = 1\n").unwrap();
    let run = program.run(&["config", "check", "--config", "other.toml"]);
    check(&run, 0, &["valid"]);
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let program = Program::new(&[]);
    let made = program.run(&["token", "create", "backup"]);
    check(&made, 0, &["ink_"]);
    assert_eq!(made.stdout.lines().count(), 1);
    check(&program.run(&["token", "create", "backup"]), 1, &["API token exists"]);
    check(&program.run(&["token", "create", " "]), 1, &["name must have 1 to 64 characters"]);
    let listed = program.run(&["token", "list"]);
    check(&listed, 0, &["  backup\n"]);
    assert!(!listed.stdout.contains(made.stdout.trim()));
    check(&program.run(&["token", "revoke", "backup"]), 0, &["Revoked."]);
    check(&program.run(&["token", "revoke", "backup"]), 1, &["there is no token of this name"]);
    assert_eq!(program.run(&["token", "list"]).stdout, "");
}

#[test]
fn a_password_is_read_from_standard_input() {
    let program = Program::new(&[]);
    let set = |input| program.run_with_input(&["user", "set-password"], input);
    check(&set("a good password\n"), 0, &["The password of admin is set"]);
    check(&set("short\n"), 1, &["a password must have 8 to 1024 characters"]);
    check(&set(""), 1, &["a password must have 8 to 1024 characters"]);
    // The account exists already, so the first start makes none.
    let run = program.serve().stop("TERM");
    assert!(!run.stdout.contains("account"), "{run:?}");
}

#[test]
fn migrations_are_checked_and_applied() {
    let program = Program::new(&[]);
    check(&program.run(&["migrate", "--check"]), 1, &["there is no database yet"]);
    assert!(!program.directory.path().join("data").exists());
    check(&program.run(&["migrate"]), 0, &["Applied "]);
    check(&program.run(&["migrate", "--check"]), 0, &["The database is up to date."]);
    assert!(!program.run(&["migrate"]).stdout.contains("Applied "));
}

#[test]
fn the_doctor_explains_before_and_after_the_first_start() {
    let program = Program::new(&[("INKSTONE__SERVER__TRUSTED_PROXIES", "10.0.0.0/8")]);
    let run = program.run(&["doctor"]);
    check(&run, 0, &["warn  The data directory ./data does not exist yet"]);
    check(&run, 0, &["warn  The database sqlite://./data/inkstone.db does not exist yet"]);
    check(&run, 0, &["ok    Clients are known by x-forwarded-for when 10.0.0.0/8 sends it."]);
    assert!(!program.directory.path().join("data").exists(), "it only looks");
    check(&program.run(&["migrate"]), 0, &[""]);
    let run = program.run(&["doctor"]);
    check(&run, 0, &["ok    The database is up to date."]);
    check(&run, 0, &["ok    The database is intact."]);
    check(&run, 0, &["ok    The server's key is in ./data/secrets.toml."]);
}

#[test]
fn the_doctor_recognises_a_running_server_and_a_stranger() {
    let program = Program::new(&[]);
    let serving = program.serve();
    let doctor = |address: &str| {
        let file = program.directory.path().join("there.toml");
        fs::write(&file, format!("[server]\nlisten = '{address}'\n")).unwrap();
        program.run_without("INKSTONE__SERVER__LISTEN", &["doctor", "--config", "there.toml"])
    };
    let said = format!("ok    An Inkstone server answers at {}.", serving.address);
    check(&doctor(&serving.address), 0, &[&said]);
    assert_eq!(serving.stop("TERM").code, Some(0));

    let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = stranger.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = stranger.accept().unwrap();
        // Closing with unread input would be a reset instead of an answer.
        let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
        assert!(request.any(|line| line.unwrap().is_empty()));
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        stranger
    });
    let run = doctor(&address);
    answering.join().unwrap();
    check(&run, 1, &["1 of the above must be mended"]);
    assert!(
        run.stdout.contains(&format!("fail  Another program listens on {address}.")),
        "{run:?}"
    );
}
