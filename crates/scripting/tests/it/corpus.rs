//! Scripts that take what they can.

use inkstone_fields::{EvaluationError, Excess};

use crate::support::Answer;

/// How a script must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By a limit, whichever comes first on this machine.
    Stopped,
    /// By this limit.
    By(Excess),
    /// It is no script.
    Refused,
    /// By an error of its own.
    Failed,
    /// With a value.
    Done,
    /// In any way but a broken interpreter: what matters is that it ends.
    Ended,
}

impl End {
    pub(crate) fn is(self, answer: &Answer) -> bool {
        match self {
            Self::Stopped => matches!(answer, Err(EvaluationError::LimitExceeded(_))),
            Self::By(expected) => {
                matches!(answer, Err(EvaluationError::LimitExceeded(excess)) if *excess == expected)
            }
            Self::Refused => matches!(answer, Err(EvaluationError::NotAScript)),
            Self::Failed => matches!(answer, Err(EvaluationError::Failed { .. })),
            Self::Done => answer.is_ok(),
            Self::Ended => !matches!(answer, Err(EvaluationError::Broken(_))),
        }
    }
}

/// The scripts that want much memory.
pub(crate) fn hungry() -> Vec<&'static str> {
    [LISTS, SUMS].concat().into_iter().map(|(script, _)| script).collect()
}

/// All hostile scripts, each with its end.
pub(crate) fn corpus() -> Vec<(String, End)> {
    let written = [LOOPS, RECURSION, TEXTS, LISTS, BUILTINS, NUMBERS].concat();
    // A slow machine may run out of time before it runs out of memory.
    let sums = SUMS.iter().map(|&(script, _)| (script, Stopped));
    let mut corpus: Vec<_> =
        written.into_iter().chain(sums).map(|(script, end)| (script.to_owned(), end)).collect();
    corpus.extend(bombs());
    corpus
}

pub(crate) type Script = (&'static str, End);

use End::{By, Done, Ended, Failed, Refused, Stopped};

/// What a loop may do at most is its operations, and never more than its time.
const LOOPS: &[Script] = &[
    ("loop {}", Stopped),
    ("while true {}", Stopped),
    ("do {} while true", Stopped),
    ("do { let x = 1; } until false", Stopped),
    ("let x = 0; loop { x += 1; }", Stopped),
    ("let s = 0; for i in 0..9223372036854775807 { s += i % 2; }", Stopped),
    ("for i in range(0, 9000000000000, 1) { i; }", Stopped),
    ("for i in 0..=9223372036854775806 { let y = i * 0; }", Stopped),
    ("loop { try { loop {} } catch {} }", Stopped),
    ("try { loop {} } catch { print(\"caught\"); }", Stopped),
    ("loop { try { throw 1 } catch (e) { continue; } }", Stopped),
    ("loop { if true { continue; } }", Stopped),
    ("loop { switch 1 { 1 => continue, _ => break } }", Stopped),
    ("loop { loop { break; } }", Stopped),
    ("for c in \"a\" { loop { c; } }", Stopped),
    ("[1].for_each(|| loop {})", Stopped),
    ("[1].map(|x| { loop {} })", Stopped),
    ("[1].filter(|x| { while true {} })", Stopped),
    ("[1, 2].reduce(|a, b| { loop {} })", Stopped),
    ("let f = || { loop {} }; f.call()", Stopped),
    ("fn f() { loop {} } f()", Stopped),
    ("`${loop {}}`", Stopped),
    ("let a = [3, 2, 1]; a.sort(|x, y| { loop {} }); a", Stopped),
    ("let a = [3, 2, 1]; a.dedup(|x, y| { loop {} }); a", Stopped),
    ("let a = [1]; a.pad(9999, 1); loop { a.sort(|x, y| 0); }", Stopped),
    ("loop { print(\"\"); }", Stopped),
    ("loop { print(\"flood \".repeat) }", Ended),
    ("loop { print(\"0123456789012345678901234567890123456789\"); }", By(Excess::Output)),
    ("let s = \"x\"; s.pad(200000, 'x'); print(s); print(s); print(s);", By(Excess::Output)),
    ("loop { debug(\"flood\"); }", Stopped),
];

const RECURSION: &[Script] = &[
    ("fn f() { f() } f()", By(Excess::Depth)),
    ("fn f(x) { f(x + 1) + 1 } f(0)", By(Excess::Depth)),
    ("fn f() { g() } fn g() { f() } f()", By(Excess::Depth)),
    ("fn f() { try { f() } catch { f() } } f()", By(Excess::Depth)),
    ("fn f(x) { [x].map(|y| f(y)) } f(1)", By(Excess::Depth)),
    ("fn f(x) { [2, 1].sort(|a, b| f(a)); 0 } f(1)", Ended),
    ("fn f(x) { let a = [2, 1, 3]; a.sort(|a, b| f(a)); 0 } f(1)", Ended),
    ("fn f(x) { [x].for_each(|y| f(y)); } f(1)", By(Excess::Depth)),
    ("fn f(n) { Fn(\"f\").call(n) } f(1)", By(Excess::Depth)),
    ("fn f(n) { call(\"f\", n) } f(1)", Ended),
    ("let f = |g| g.call(g); f.call(f)", By(Excess::Depth)),
    ("fn f(x) { `${f(x)}` } f(1)", By(Excess::Depth)),
    ("fn f(x) { #{a: f(x)} } f(1)", By(Excess::Depth)),
    ("fn f(x) { x[f(x)] } f([1])", By(Excess::Depth)),
    ("fn f(x) { f(f(x)) } f(1)", By(Excess::Depth)),
    ("fn f(a, b) { f(a + b, a + b) } f(\"x\", \"y\")", Stopped),
];

/// Texts that grow, and functions that make them grow.
const TEXTS: &[Script] = &[
    ("let s = \"x\"; loop { s += s; }", By(Excess::Memory)),
    ("let s = \"x\"; loop { s = s + s; }", By(Excess::Memory)),
    ("let s = \"x\"; loop { s = `${s}${s}`; }", By(Excess::Memory)),
    (
        "let s = \"ab\"; loop { s.replace(\"a\", \"aa\"); s.replace(\"b\", \"bb\"); }",
        By(Excess::Memory),
    ),
    (
        "let s = \"\"; s.pad(262144, 'a'); let t = s; s.replace(\"a\", t); s.len()",
        By(Excess::Memory),
    ),
    ("let s = \"\"; s.pad(262144, 'a'); let t = s; s.replace('a', t); s.len()", By(Excess::Memory)),
    (
        "let s = \"\"; s.pad(100, 'a'); let t = \"\"; t.pad(262144, 'b'); s.replace(\"\", t); s",
        By(Excess::Memory),
    ),
    ("let s = \"\"; s.pad(262145, 'a');", By(Excess::Memory)),
    ("let s = \"\"; s.pad(9223372036854775807, 'a');", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, \"长长长\"); s", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, '长'); s", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, 'a'); s.split(\"\")", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, ' '); s.split(' ')", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, \"a \"); s.split()", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, 'a'); s.split(\"\", 9223372036854775807)", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, 'a'); s.split_rev(\"\")", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, ','); s.split_rev(',', 300000)", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, 'a'); s.to_chars()", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, 'a'); s.to_blob()", Stopped),
    ("let s = \"\"; s.pad(262144, '\"'); json.dumps(s)", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, '\"'); debug(s);", Stopped),
    ("let s = \"\"; s.pad(262144, 'a'); loop { s.replace(\"b\", \"c\"); }", Stopped),
    ("let s = \"\"; s.pad(262144, 'a'); loop { s.index_of(\"b\"); }", Stopped),
    ("let s = \"\"; s.pad(262144, 'a'); loop { s.index_of(\"aaaaaaaaaaaaaaaab\"); }", Stopped),
    ("let s = \"\"; s.pad(200000, 'a'); loop { s.to_upper(); }", Stopped),
    ("let s = \"\"; s.pad(262144, 'a'); loop { s == s + \"\"; }", Stopped),
    ("let s = \"\"; s.pad(262144, 'ß'); s", By(Excess::Memory)),
    ("let s = \"\"; s.pad(262144, 'a'); loop { for c in s { c; } }", Stopped),
    ("let s = \"\"; s.pad(262144, 'a'); loop { s.chars(); s.sub_string(1); s.crop(1); }", Stopped),
    ("throw \"x\" + { let s = \"\"; s.pad(200000, 'x'); s }", Failed),
];

/// Arrays and maps that grow, where the engine looks and where it does not.
const LISTS: &[Script] = &[
    ("let a = []; loop { a.push(1); }", By(Excess::Memory)),
    ("let a = [1]; loop { a += a; }", By(Excess::Memory)),
    ("let a = [1]; loop { a = a + a; }", By(Excess::Memory)),
    ("let a = [1]; loop { a.append(a); }", By(Excess::Memory)),
    ("let a = [1]; loop { a = [a, a]; }", By(Excess::Memory)),
    ("let a = [1]; loop { a.insert(0, a); }", By(Excess::Memory)),
    ("let a = []; a.pad(10001, 0);", By(Excess::Memory)),
    ("let a = []; a.pad(9223372036854775807, 0);", By(Excess::Memory)),
    ("let a = []; let s = \"\"; s.pad(200000, 'x'); a.pad(100, s);", By(Excess::Memory)),
    ("let m = #{}; let i = 0; loop { m[`${i}`] = i; i += 1; }", Stopped),
    ("let a = [0]; loop { a[0] = a; }", Stopped),
    ("let a = [0, 0]; loop { a[0] = a; a[1] = a; }", Stopped),
    ("let a = [0]; loop { let b = [0]; b[0] = a; a = b; }", Stopped),
    ("let a = []; loop { a = [a]; }", Stopped),
    ("let m = #{}; loop { m = #{m: m}; }", Stopped),
    ("let m = #{}; loop { m.m = m; }", Stopped),
    (
        "fn f(n) { let a = []; a.pad(9999, n); let b = a; let c = a; f(n + 1); a.len() + b.len() + c.len() } f(0)",
        Stopped,
    ),
    (
        "fn f(a, b, c, d) { f(a + \"a\", b + \"b\", c + \"c\", d + \"d\") } let s = \"\"; s.pad(200000, 'x'); f(s, s, s, s)",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } a.to_string().len()",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } print(a)",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } debug(a)",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } \"\" + a",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } `${a}`",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } json.dumps(a)",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } throw a",
        Ended,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let m = #{}; for i in 0..2000 { m[`${i}`] = s; } m.to_json()",
        Stopped,
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } a",
        Stopped,
    ),
    ("let a = [0]; for i in 0..3000 { let b = [0]; b[0] = a; a = b; } a == a", Stopped),
    ("let a = [0]; for i in 0..3000 { let b = [0]; b[0] = a; a = b; } [a].contains(a)", Stopped),
    ("let a = [0]; for i in 0..3000 { let b = [0]; b[0] = a; a = b; } `${a}`", Stopped),
    ("let a = [0]; for i in 0..3000 { let b = [0]; b[0] = a; a = b; } json.dumps(a)", Stopped),
    ("let m = #{}; for i in 0..3000 { let n = #{}; n[\"n\"] = m; m = n; } m != #{n: m}", Ended),
    ("let a = []; for i in 0..192 { let s = \"\"; s.pad(200000, 'x'); a[0] = s; }", Failed),
];

/// Values that are small one by one, and many: only the memory of the process tells.
pub(crate) const SUMS: &[Script] = &[
    (
        "let s = \"\"; s.pad(200000, 'x'); let m = #{}; let i = 0; loop { m[`${i}`] = s + i; i += 1; }",
        By(Excess::Memory),
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); let i = 0; loop { a[i] = s + i; i += 1; }",
        By(Excess::Memory),
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let m = #{a: #{}}; let i = 0; loop { m.a[`${i}`] = s + i; i += 1; }",
        By(Excess::Memory),
    ),
    (
        "let a = []; a.pad(9999, 0); let b = a; loop { for i in 0..9999 { b[i] = a; } }",
        By(Excess::Memory),
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } a.map(|x| x + \"y\")",
        By(Excess::Memory),
    ),
    (
        "let s = \"\"; s.pad(200000, 'x'); let a = []; a.pad(9999, 0); for i in 0..9999 { a[i] = s; } a.zip(a, |x, y| x + \"y\")",
        By(Excess::Memory),
    ),
    (
        "let a = []; a.pad(9999, 0); a.map(|x| { let b = []; b.pad(9999, 1); b })",
        By(Excess::Memory),
    ),
];

/// Functions that are slow for large arguments, called again and again.
const BUILTINS: &[Script] = &[
    ("let a = []; a.pad(9999, 1); loop { a.insert(0, 1); a.remove(0); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { a.index_of(2); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { a.contains(2); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { let b = a; b.dedup(); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { let b = a; b.reverse(); b.sort(); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { a == a; }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { a.extract(0); a.splice(0, 1, [1]); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { sum(a); sorted(a); max(a); }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { `${a}`; }", Stopped),
    ("let a = []; a.pad(9999, 1); loop { json.loads(json.dumps(a)); }", Stopped),
    ("let m = #{a: 1}; loop { m.keys(); m.values(); m.to_json(); m + m; }", Stopped),
    ("let s = \"\"; s.pad(262144, '['); json.loads(s)", Failed),
    ("let s = \"\"; s.pad(99999, \"[],\"); json.loads(\"[\" + s + \"1]\")", Stopped),
    ("let s = \"\"; s.pad(120, '['); let t = \"\"; t.pad(120, ']'); json.loads(s + t)", Stopped),
    ("let s = \"\"; s.pad(200000, \"{\\\"a\\\":\"); json.loads(s)", Failed),
    ("json.loads(\"1e999999999\")", Failed),
];

/// The edges of numbers.
const NUMBERS: &[Script] = &[
    ("9223372036854775807 + 1", Failed),
    ("-9223372036854775808 - 1", Ended),
    ("let x = -9223372036854775807 - 1; -x", Failed),
    ("let x = -9223372036854775807 - 1; abs(x)", Failed),
    ("let x = -9223372036854775807 - 1; x / -1", Failed),
    ("let x = -9223372036854775807 - 1; x % -1", Ended),
    ("1 / 0", Failed),
    ("1 % 0", Failed),
    ("1.0 / 0.0", Done),
    ("int(1.0 / 0.0)", Failed),
    ("int(\"99999999999999999999\")", Failed),
    ("2 ** 64", Failed),
    ("2 ** -1", Failed),
    ("2 ** 9223372036854775807", Failed),
    ("1 << 64", Ended),
    ("1 << -1", Ended),
    ("1 >> 9223372036854775807", Ended),
    ("sum([9223372036854775807, 1])", Failed),
    ("round(1.5, 9223372036854775807)", Done),
    ("round(1.0e308 * 10.0)", Failed),
    ("let a = [1]; a[9223372036854775807]", Failed),
    ("let a = [1]; a[-9223372036854775807]", Failed),
    ("\"a\".sub_string(9223372036854775807, 9223372036854775807)", Done),
    ("\"你\".sub_string(-1, 9223372036854775807)", Done),
    ("let s = \"你\"; s.truncate(9223372036854775807); s.crop(-9223372036854775807); s", Done),
    ("let a = [1]; a.splice(-9223372036854775807, 9223372036854775807, [2]); a", Done),
    ("let a = [1]; a.extract(9223372036854775807, 9223372036854775807)", Done),
    ("range(0, 10, 0)", Ended),
    ("for i in range(9223372036854775806, 9223372036854775807, 5) { i; }", Ended),
    ("parse_int(\"zz\", 99)", Failed),
    ("0xffffffffffffffff", Ended),
    ("let x = 5; x.set_bits(0..999, 1); x", Failed),
    ("Fn(\"eval\")", Ended),
    ("Fn(\"print\").call(1, 2, 3, 4, 5, 6, 7, 8, 9)", Failed),
];

/// Texts that are hard to compile: every one fits into the limit of the source.
fn bombs() -> Vec<(String, End)> {
    const SIZE: usize = 32_000;
    let repeated = |part: &str| part.repeat(SIZE / part.len());
    let mut bombs: Vec<_> = [
        "(",
        "[",
        "{",
        "#{a:",
        "`${",
        "f(",
        "!",
        "-",
        "~",
        "1+",
        "1**",
        "a.",
        "a?.",
        "a[",
        "a[0]",
        "||",
        "if ",
        "if x {",
        "while x {",
        "fn f() {",
        "switch 1 {",
        "try {",
        "|x|",
        "{}",
        "{};",
        ";",
        "loop{",
        "\"",
        "'",
        "`",
        "/*",
        "//",
        "1.",
        "..",
        "x=>",
        "let x=",
        "return ",
        "throw ",
        "()",
        "[]",
        "#{}",
        "1??",
        "a!",
    ]
    .into_iter()
    .map(|part| (repeated(part), Ended))
    .collect();
    let numbered = |begin: &str, part: fn(usize) -> String, end: &str| {
        let parts: String = (0..)
            .map(part)
            .scan(0, |length, part| {
                *length += part.len();
                (*length < SIZE - begin.len() - end.len()).then_some(part)
            })
            .collect();
        (format!("{begin}{parts}{end}"), Ended)
    };
    bombs.extend([
        numbered("switch 1 {", |number| format!("{number}=>0,"), "_=>0}"),
        numbered("switch \"a\" {", |number| format!("\"{number}\"=>0,"), "_=>0}"),
        numbered("", |number| format!("let x{number}=0;"), ""),
        numbered("", |number| format!("fn f{number}(){{}}"), ""),
        numbered("#{", |number| format!("a{number}:0,"), "}"),
        numbered("[", |_| "0,".to_owned(), "0]"),
        numbered("unknown(", |_| "1,".to_owned(), "1)"),
        numbered("print(", |_| "1,".to_owned(), "1)"),
        numbered("1", |_| "+1".to_owned(), ""),
        numbered("\"a\"", |_| "+\"a\"".to_owned(), ""),
        numbered("let a=1;a", |_| ".a".to_owned(), ""),
        numbered("let s=\"\";s.pad(200000,'x');len([", |number| format!("s+{number},"), "s])"),
        numbered("let s=\"\";s.pad(200000,'x');unknown(", |_| "s+1,".to_owned(), "s)"),
        numbered("let s=\"\";s.pad(200000,'x');", |_| "s+".to_owned(), "s"),
        numbered("let s=\"\";s.pad(200000,'x');", |number| format!("let s{number}=s+1;"), "0"),
        numbered("if true{}", |_| "else if true{}".to_owned(), ""),
        numbered("print(1);x=", |_| "'a'+".to_owned(), "'a'"),
        numbered("print(1);x=f'", |_| "{x}".to_owned(), "'"),
        (format!("print('{}')", "\\\\".repeat(15_000)), Done),
        ("x".repeat(32_769), Refused),
        (format!("print({})", "1+".repeat(16_400)), Refused),
    ]);
    bombs
}
