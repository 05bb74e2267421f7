//! Attempts to reach what is outside: files, network, environment, other inputs.

use inkstone_fields::EvaluationError;
use proptest::prelude::*;

use crate::support::{evaluate, input, sandbox};

#[test]
fn nothing_outside_is_reachable() {
    for script in [
        "import \"/etc/passwd\" as p; p",
        "import \"secrets\"",
        "export let x = 1;",
        "eval(\"1+1\")",
        "let f = Fn(\"eval\"); f.call(\"1+1\")",
        "call(\"eval\", \"1\")",
        "Fn(\"import\").call(\"x\")",
        "open(\"/etc/passwd\")",
        "open_file(\"/etc/passwd\")",
        "read_file(\"/etc/passwd\")",
        "include(\"/etc/passwd\")",
        "std::fs::read(\"/etc/passwd\")",
        "fs::read(\"x\")",
        "env(\"HOME\")",
        "env::var(\"HOME\")",
        "ENV[\"HOME\"]",
        "os.environ",
        "global::x",
        "exec(\"id\")",
        "system(\"id\")",
        "spawn(\"id\")",
        "http_get(\"http://127.0.0.1\")",
        "fetch(\"http://127.0.0.1\")",
        "connect(\"127.0.0.1\", 22)",
        "sleep(1)",
        "sleep(0.5)",
        "parse_json(\"{}\")",
        "rand()",
        "now()",
        "abort()",
        "panic(\"x\")",
        "blob(100)",
        "json.load(\"/etc/passwd\")",
        "json.dump(1, \"/tmp/x\")",
        "this",
        "__import__(\"os\")",
        "().__class__",
        "let f = |x| x; f.curry(1)",
        "curry(Fn(\"print\"), 1)",
        "let x = 1; let f = || x; f.call()",
    ] {
        let answer = evaluate(sandbox(), script, &input(&[]));
        let refused =
            matches!(answer, Err(EvaluationError::NotAScript | EvaluationError::Failed { .. }));
        assert!(refused, "{script}: {answer:?}");
    }
}

#[test]
fn nothing_stays_behind() {
    let first = "fn leaked() { secret } let kept = secret; print(secret); throw secret";
    let secret = [("secret", "tulip".into())];
    for _ in 0..8 {
        // An error may quote what the script itself was given.
        assert!(evaluate(sandbox(), first, &input(&secret)).is_err());
    }
    for second in ["leaked()", "kept", "secret", "args.secret", "args", "json", "\"\"", "print()"] {
        for _ in 0..8 {
            let answer = evaluate(sandbox(), second, &input(&[]));
            assert!(!format!("{answer:?}").contains("tulip"), "{second}: {answer:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_ends_without_a_panic(text in ".{0,300}") {
        ends(&text);
    }

    #[test]
    fn any_tokens_end_without_a_panic(
        tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..60),
        separator in prop::sample::select(vec!["", " ", "\n"]),
    ) {
        ends(&tokens.join(separator));
    }
}

/// What scripts are made of, in both notations.
const TOKENS: &[&str] = &[
    "print(", "'a'", "\"b\"", "f'{x}'", "`${", "x", "y", "=", "==", "let ", "fn ", "f(", "(", ")",
    "[", "]", "{", "}", "#{", "#", "\n", ";", ",", ".", "1", "0.5", "-", "+", "*", "//", "/*", "|",
    "||", "loop ", "while ", "for ", "in ", "if ", "switch ", "=>", "_", "True", "None", "return ",
    "throw ", "try ", "catch", "this", "json.", "dumps(", "loads(", "..", "你", "\\", "\u{0}", "'",
];

fn ends(text: &str) {
    let answer = evaluate(sandbox(), text, &input(&[("x", "1".into())]));
    assert!(!matches!(answer, Err(EvaluationError::Broken(_))), "{text:?}: {answer:?}");
}
