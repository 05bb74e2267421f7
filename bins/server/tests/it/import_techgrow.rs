//! `inkstone import techgrow` with the built program, and what readers see afterwards.

use std::fs;

use serde_json::{Value, json};

use crate::{
    readmore::support::{ACCOUNT, BLOG, LEFT, NOT_FOLLOWING, by, path},
    support::{Answer, PostgresSchema, Program, Run, Serving, check, send},
};

/// As `mysql --batch` writes it: ada follows, bob came back, eve left, max left before the time was
/// written down.
const TABLE: &str = "\
id\tfrom_open_id\tto_open_id\tcreate_time\tupdate_time\tstatus
1\toAda\tgh_0123456789ab\t2026-01-07 10:30:00\tNULL\t1
2\toBob\tgh_0123456789ab\t2026-01-07 10:30:01\t2026-01-08 10:30:00\t1
3\toEve\tgh_0123456789ab\t2026-01-07 10:30:02\t2026-01-08 10:30:00\t0
4\toMax\tgh_0123456789ab\t2026-01-07 10:30:03\tNULL\t0
";

/// A server of one blog, and a file beside it.
fn program(table: &str) -> Program {
    let program = Program::new(&[("BLOG_ID", BLOG)]);
    write(&program, table);
    program
}

fn write(program: &Program, table: impl AsRef<[u8]>) {
    fs::write(program.directory.path().join("followers.tsv"), table).unwrap();
}

fn import(program: &Program, more: &[&str]) -> Run {
    program.run(&[&["import", "techgrow", "followers.tsv"], more].concat())
}

fn generate(serving: &Serving, asked: &Value) -> Answer {
    let (address, headers) =
        (serving.address.parse().unwrap(), [("content-type", "application/json")]);
    send(address, "POST", &path("captcha/generate"), &headers, Some(&asked.to_string()))
}

/// What the owner sees, those known last first; the zone there is Shanghai's.
fn listed(serving: &Serving, program: &Program) -> Vec<Value> {
    let token = program.run(&["token", "create", "test"]).stdout;
    let headers = [("authorization", token.trim())];
    let path = path("subscriber/list?pageSize=100");
    let answer = send(serving.address.parse().unwrap(), "GET", &path, &headers, None);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["data"]["list"].as_array().unwrap().clone()
}

fn row(name: &str, status: u8, since: &str, left: Option<&str>) -> Value {
    let mut row = json!({ "fromOpenId": name, "toOpenId": ACCOUNT, "status": status,
        "createTime": since });
    if let Some(left) = left {
        row["leaveTime"] = left.into();
    }
    row
}

fn followers_are_served_and_those_who_left_are_not(program: &Program) {
    let dry = import(program, &["--dry-run"]);
    let said = [
        "Followers in the file: 4",
        "Would import followers: 4 new, 0 known already, 0 left out.",
        "Nothing was changed (--dry-run).",
    ];
    check(&dry, 0, &said);
    let new = "Imported followers: 4 new, 0 known already, 0 left out.";
    check(&import(program, &[]), 0, &[new]);
    let known = "followers: 0 new, 4 known already, 0 left out.";
    check(&import(program, &["--dry-run"]), 0, &["Would import ", known]);
    write(program, TABLE.replace("NULL\t1", "2026-01-09 10:30:00\t0"));
    check(&import(program, &[]), 0, &["Imported ", known]);
    let serving = program.serve();
    let answer = generate(&serving, &by("oAda"));
    assert_eq!(answer.json()["code"], 0, "{answer:?}");
    for left in ["oBob", "oEve", "oMax"] {
        generate(&serving, &by(left)).expect(200, LEFT);
    }
    generate(&serving, &by("oNobody")).expect(200, NOT_FOLLOWING);
    let day = "2026-01-08 10:30:00";
    let rows = [
        row("oMax", 0, "2026-01-07 10:30:03", Some("2026-01-07 10:30:03")),
        row("oEve", 0, "2026-01-07 10:30:02", Some(day)),
        row("oBob", 1, "2026-01-07 10:30:01", Some(day)),
        row("oAda", 1, "2026-01-07 10:30:00", None),
    ];
    assert_eq!(listed(&serving, program), rows);
    assert_eq!(serving.stop("TERM").code, Some(0));
}

#[test]
fn followers_are_served_and_those_who_left_are_not_sqlite() {
    followers_are_served_and_those_who_left_are_not(&program(TABLE));
}

#[test]
#[ignore = "needs TEST_POSTGRES_URL"]
fn followers_are_served_and_those_who_left_are_not_postgres() {
    let schema = PostgresSchema::create();
    let program = program(TABLE).with("INKSTONE__DATABASE__URL", schema.address());
    followers_are_served_and_those_who_left_are_not(&program);
}

#[test]
fn a_dry_run_makes_no_installation() {
    let program = program(TABLE);
    check(&import(&program, &["--dry-run"]), 0, &["Would import followers: 4 new"]);
    assert!(!program.directory.path().join("data").exists());
}

/// Two followers, however they are written.
#[test]
fn tables_of_other_programs_are_understood() {
    for (table, zone) in [
        // phpMyAdmin
        (
            "\"id\",\"from_open_id\",\"to_open_id\",\"create_time\",\"update_time\",\"status\"\n\
             \"1\",\"oAda\",\"gh_0123456789ab\",\"2026-01-07 10:30:00\",NULL,\"1\"\n\
             \"2\",\"oBob\",\"gh_0123456789ab\",\"2026-01-07 10:30:01\",\"2026-01-08 10:30:00\",\"0\"\n",
            "Asia/Shanghai",
        ),
        // DBeaver, with a byte order mark, other columns in another order, and Windows' line ends
        (
            "\u{feff}status,note,TO_OPEN_ID,from_open_id,update_time,create_time\r\n\
             true,\"a \"\"note\"\", quoted\",gh_0123456789ab,oAda,,2026-01-07 02:30:00.000\r\n\
             false,,gh_0123456789ab,oBob,2026-01-08 02:30:00.000,2026-01-07 02:30:01.000\r\n",
            "UTC",
        ),
        // `mysql`, newest first, with escapes and a quote that is none
        (
            "from_open_id\tto_open_id\tcreate_time\tupdate_time\tstatus\tnote\n\
             oBob\tgh_0123456789ab\t2026-01-06 21:30:01\t2026-01-07 21:30:00\t0\t\"a\\tb\\n\n\
             oAda\tgh_0123456789ab\t2026-01-06 21:30:00\tNULL\t1\tNULL",
            "America/New_York",
        ),
    ] {
        let program = program(table);
        let run = import(&program, &["--time-zone", zone]);
        check(&run, 0, &["Imported followers: 2 new, 0 known already, 0 left out."]);
        let serving = program.serve();
        let rows = [
            row("oBob", 0, "2026-01-07 10:30:01", Some("2026-01-08 10:30:00")),
            row("oAda", 1, "2026-01-07 10:30:00", None),
        ];
        assert_eq!(listed(&serving, &program), rows, "{zone}");
    }
}

#[test]
fn rows_that_make_no_sense_are_left_out_by_line() {
    let mut table = b"from_open_id\tto_open_id\tcreate_time\tupdate_time\tstatus\n".to_vec();
    let good = "oAda\tgh_1\t2026-01-07 10:30:00\tNULL\t1";
    for row in [
        good.into(),
        good.replace("oAda", "o<script>"),
        good.replace("oAda", ""),
        good.replace("oAda", "o\\0Ada"),
        good.replace("oAda", &"o".repeat(100_000)),
        good.replace("oAda", "NULL Ada"),
        good.replace("oAda", "'; DROP TABLE readmore_subscribers; --"),
        good.replace("gh_1", "gh 1"),
        good.replace("2026-01-07 10:30:00", "0000-00-00 00:00:00"),
        good.replace("NULL", "yesterday"),
        good.replace("\t1", "\t2"),
        "oAda\tgh_1".into(),
        format!("{good}\tmore"),
        String::new(),
        good.replace("oAda", "oFuture").replace("2026", "9026"),
    ] {
        table.extend(row.as_bytes());
        table.push(b'\n');
    }
    table.extend(b"o\xff\tgh_1\t2026-01-07 10:30:00\tNULL\t1\n");
    let program = Program::new(&[]);
    write(&program, table);
    let said = [
        "Followers in the file: 15",
        "Left out, `from_open_id` is no openid: 7 (line 3, 4, 5, 6, 7, …)",
        "Left out, `to_open_id` is no openid: 1 (line 9)",
        "Left out, `create_time` is no time: 1 (line 10)",
        "Left out, `update_time` is no time: 1 (line 11)",
        "Left out, `status` is neither 1 nor 0: 1 (line 12)",
        "Left out, it has more or fewer columns than the first line: 2 (line 13, 14)",
        "Imported followers: 2 new, 0 known already, 13 left out.",
    ];
    check(&import(&program, &[]), 0, &said);
}

#[test]
fn what_cannot_be_used_changes_nothing() {
    let program = Program::new(&[]);
    let csv = "from_open_id,to_open_id,create_time,update_time,status\n";
    let row = "oAda,gh_1,2026-01-07 10:30:00,,1\n";
    let many = format!("{csv}{}", "x\n".repeat(1_000_001));
    for (table, reason) in [
        ("", "the first line names no column `from_open_id`"),
        ("oAda\tgh_1\t2026-01-07 10:30:00\tNULL\t1\n", "names no column `from_open_id`"),
        (&TABLE.replace("status", "state"), "names no column `status`"),
        (&TABLE.replace("update_time", "updated"), "names no column `update_time`"),
        (csv, "there is nothing to import in followers.tsv"),
        (&format!("{csv}oAda,gh_1,never,,1\n"), "there is nothing to import in followers.tsv"),
        (
            &format!("{csv}{row}oBob,\"gh_1,2026-01-07 10:30:00,,1\n{row}{row}"),
            "a cell that begins on line 3 has several lines; is a quote missing?",
        ),
        (&many, "the table has more than 1000000 rows"),
    ] {
        write(&program, table);
        check(&import(&program, &[]), 1, &[reason]);
        let data = program.directory.path().join("data");
        assert!(!data.exists(), "{reason}");
    }
    write(&program, TABLE);
    for (arguments, reason) in [
        (["--time-zone", "Mars/Olympus"], "it is no time zone"),
        (["--site", "x"], "--site is not for techgrow"),
        (["--talks-from", "x"], "--talks-from is for qexo only"),
    ] {
        let run = import(&program, &arguments);
        assert!(run.code != Some(0) && run.stderr.contains(reason), "{run:?}");
    }
    let run = program.run(&["import", "techgrow", "none.tsv"]);
    check(&run, 1, &["cannot read none.tsv"]);
}
