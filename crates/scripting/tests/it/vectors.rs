//! The vectors of the contract (qexo, 7.2), through the service, and the rules beside them.

use std::thread;

use inkstone_fields::{EvaluationError, FieldError, Fields, MemoryFields, Scalar};
use inkstone_scripting::{Limits, Sandbox};

use crate::support::{evaluate, input, sandbox};

type Parameters<'a> = &'a [(&'a str, &'a str)];

/// What a field with this content says.
fn said(content: &str, parameters: Parameters) -> String {
    let parameters: Vec<_> = parameters.iter().map(|&(name, value)| (name, value.into())).collect();
    let fields = Fields::new(MemoryFields::default(), sandbox().clone());
    fields.set("field", content).expect("a field");
    fields.render("field", &input(&parameters)).expect("an answer").data
}

#[track_caller]
fn check(cases: &[(&str, Parameters, &str)]) {
    for (content, parameters, data) in cases {
        assert_eq!(said(content, parameters), *data, "{content}");
    }
}

#[test]
fn the_vectors_of_the_contract() {
    check(&[
        ("print('Hello World')", &[], "Hello World\n"),
        ("print(\"a\"); print(\"b\")", &[], "a\nb\n"),
        ("1+2", &[], "3\n"),
        ("name", &[("name", "bob")], "bob\n"),
        ("name", &[], "name\n"),
        ("<b>hi</b>", &[], "<b>hi</b>\n"),
        ("plain text here", &[], "plain text here\n"),
        ("{\"a\":1}", &[], "{\"a\":1}\n"),
        ("007", &[], "007\n"),
        (
            "total = sum([1, 2, 3])\n\
             data = {'name': param1, 'value': int(param2)}\n\
             print(json.dumps(data))",
            &[("param1", "x"), ("param2", "3")],
            "{\"name\":\"x\",\"value\":3}\n",
        ),
        ("import os", &[], "import os\n"),
        ("", &[], ""),
    ]);
}

#[test]
fn an_endless_script_is_an_error() {
    let sandbox = Sandbox::start(Limits::default()).expect("threads");
    let fields = Fields::new(MemoryFields::default(), sandbox);
    fields.set("field", "loop {}").expect("a field");
    let refused = fields.render("field", &input(&[]));
    assert!(matches!(refused, Err(FieldError::LimitExceeded(_))), "{refused:?}");
}

#[test]
fn what_owners_store_as_text_is_served_as_it_is() {
    for text in [
        "hello",
        "Hello, world!",
        "你好，世界",
        "https://blog.example/a?b=c#d",
        "//cdn.example/logo.png",
        "<script>alert(1)</script>",
        "<p class=\"a\">x</p>\n<p>y</p>",
        "[{\"a\": 1}, {\"b\": [2]}]",
        "{}x",
        "# Title\n\n- one\n- two",
        "key: value\nlist:\n  - a",
        "a = b",
        "body { color: red }",
        "2026-11-21 12:00",
        "v1.2.3",
        "100%",
        "def f(): return 1",
        "from os import path\nprint(path)",
        "SELECT * FROM x;",
        " \n",
    ] {
        assert_eq!(said(text, &[]), format!("{text}\n"));
    }
}

#[test]
fn values_are_printed_by_their_kind() {
    check(&[
        ("\"text\"", &[], "text\n"),
        ("[1, 2.5, \"a\", true, ()]", &[], "[1,2.5,\"a\",true,null]\n"),
        ("#{b: 'x', a: [#{}]}", &[], "{\"a\":[{}],\"b\":\"x\"}\n"),
        ("true", &[], "true\n"),
        ("1.5 * 2.0", &[], "3.0\n"),
        ("let x = 1;", &[], ""),
        ("print(1); 2", &[], "1\n"),
        ("print(); 2", &[], "\n"),
        ("print(1); exit(); print(2)", &[], "1\n"),
        (
            "print(1, \"b\", [2], #{c: 3}, 4.5, true, 'g', ())",
            &[],
            "1 b [2] {\"c\":3} 4.5 true g \n",
        ),
        ("debug(\"x\"); debug([1])", &[], ""),
        ("let a = [1, \"a\"]; `${a} ` + #{b: 2}", &[], "[1,\"a\"] {\"b\":2}\n"),
    ]);
}

#[test]
fn a_failing_script_ends_in_its_text() {
    let script = "print(1); let x = []; x[5]";
    assert_eq!(said(script, &[]), format!("1\n{script}\n"));
    for script in ["unknown()", "1 / 0", "throw \"x\"", "int(\"x\")", "sleep(1)", "[1] < 2 + []"] {
        assert_eq!(said(script, &[]), format!("{script}\n"));
    }
}

#[test]
fn parameters_are_variables() {
    check(&[
        ("a", &[("a", "1"), ("a", "2")], "[\"1\",\"2\"]\n"),
        (
            "args",
            &[("key", "k"), ("odd name", "o"), ("let", "l")],
            "{\"key\":\"k\",\"let\":\"l\",\"odd name\":\"o\"}\n",
        ),
        ("key + json.dumps(args.len())", &[("key", "k"), ("json", "j")], "k2\n"),
        ("print(args[\"print\"])", &[("print", "p")], "p\n"),
        ("args", &[("token", "secret")], "{}\n"),
        ("token", &[("token", "secret")], "token\n"),
        ("x += \"!\"; x", &[("x", "a")], "a!\n"),
    ]);
}

#[test]
fn values_of_json_bodies_keep_their_types() {
    let parameters = [
        ("i", Scalar::Integer(2)),
        ("f", Scalar::Float(0.5)),
        ("b", Scalar::Flag(true)),
        ("t", Scalar::Text("2".to_owned())),
    ];
    let answer = evaluate(sandbox(), "if b { i + f } else { t }", &input(&parameters));
    assert_eq!(answer.expect("a value").value.as_deref(), Some("2.5"));
}

#[test]
fn more_parameters_than_variables_are_all_in_args() {
    let names: Vec<String> = (0..1_000).map(|number| format!("p{number:03}")).collect();
    let parameters: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    assert_eq!(said("p000 + args.p999 + args.len()", &parameters), "p000p9991000\n");
}

#[test]
fn familiar_functions_are_there() {
    check(&[
        ("sum([1, 2]) + sum([0.5])", &[], "3.5\n"),
        ("[len(\"你好\"), len([1]), len(#{a: 1})]", &[], "[2,1,1]\n"),
        (
            "[int(\" 7 \"), int(3.9), int(-3.9), int(true), float(\"1.5\"), float(2)]",
            &[],
            "[7,3,-3,1,1.5,2.0]\n",
        ),
        ("str(12) + str([1])", &[], "12[1]\n"),
        (
            "[abs(-3), min(1, 2), max(1, 2), min([3, 1.5]), max([\"a\", \"b\"])]",
            &[],
            "[3,1,2,1.5,\"b\"]\n",
        ),
        ("[sorted([3, 1, 2]), sorted([\"b\", \"a\"])]", &[], "[[1,2,3],[\"a\",\"b\"]]\n"),
        (
            "[round(2.5), round(3.5), round(-1.2), round(1.005, 1), round(7)]",
            &[],
            "[2,4,-1,1.0,7]\n",
        ),
        (
            "json.loads(\"{\\\"a\\\":[1,2.5,null,true,\\\"x\\\"]}\")",
            &[],
            "{\"a\":[1,2.5,null,true,\"x\"]}\n",
        ),
        ("timestamp()", &[], "1795248000\n"),
        ("let s = \"a-b-c\"; s.replace(\"-\", \"+\"); s", &[], "a+b+c\n"),
        ("let s = \"a-b-c\"; s.replace('-', '+'); s", &[], "a+b+c\n"),
        (
            "[\"a b\".split(), \"a,b\".split(\",\"), \"a,b,c\".split(',', 2), \"ab\".split(1)]",
            &[],
            "[[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b,c\"],[\"a\",\"b\"]]\n",
        ),
        (
            "[[1, [2]] == [1, [2]], #{a: 1} != #{a: 1.5}, [1] == [2], [1, 2].contains(2)]",
            &[],
            "[true,true,false,true]\n",
        ),
    ]);
}

#[test]
fn parallel_scripts_do_not_mix() {
    let script = "for i in 0..50 { print(who + i); }";
    thread::scope(|scope| {
        for number in 0..32 {
            scope.spawn(move || {
                let who = format!("w{number}-");
                let lines: Vec<String> = (0..50).map(|i| format!("{who}{i}")).collect();
                assert_eq!(said(script, &[("who", &who)]), lines.join("\n") + "\n");
            });
        }
    });
}

#[test]
fn a_full_queue_is_a_clear_refusal() {
    let limits = Limits { queue: 0, ..Limits::default() };
    let sandbox = Sandbox::start(limits).expect("threads");
    // Nobody waits in a queue of no places: with more askers than threads some are refused.
    let busy = thread::scope(|scope| {
        let askers: Vec<_> =
            (0..64).map(|_| scope.spawn(|| evaluate(&sandbox, "loop {}", &input(&[])))).collect();
        let answers = askers.into_iter().map(|asker| asker.join().expect("an answer"));
        answers.filter(|answer| matches!(answer, Err(EvaluationError::Busy))).count()
    });
    assert!(busy > 0);
}
