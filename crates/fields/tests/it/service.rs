//! The rules of the service, over memory and an evaluator that answers what a test wants.

#![expect(clippy::expect_used, reason = "fixtures")]

use std::sync::Arc;

use inkstone_fields::{
    Content, Evaluation, EvaluationError, Evaluator, Excess, FieldError, FieldRepository, Fields,
    Input, MemoryFields, Origin, Rendering,
};
use inkstone_vocab::{Fault, FaultKind, Timestamp};

/// Answers always the same.
struct Answering<F>(F);

impl<F> Evaluator for Answering<F>
where
    F: Fn(&str) -> Result<Evaluation, EvaluationError> + Send + Sync,
{
    fn evaluate(&self, text: &str, _: &Input) -> Result<Evaluation, EvaluationError> {
        (self.0)(text)
    }
}

fn input() -> Input {
    Input::new(Timestamp::from_millis(0))
}

/// What a field with `content` says when its evaluation ends in `answer`.
fn render<F>(content: &str, answer: F) -> Result<Rendering, FieldError>
where
    F: Fn(&str) -> Result<Evaluation, EvaluationError> + Send + Sync,
{
    let fields = Fields::new(MemoryFields::default(), Answering(answer));
    fields.set("field", content).expect("a field");
    fields.render("field", &input())
}

fn evaluation(printed: &str, value: Option<&str>) -> Evaluation {
    Evaluation { printed: printed.to_owned(), value: value.map(str::to_owned) }
}

#[test]
fn what_a_script_says_is_the_answer() {
    for (printed, value, data) in [
        ("a\nb\n", None, "a\nb\n"),
        ("a\n", Some("ignored"), "a\n"),
        ("", Some("3"), "3\n"),
        ("", Some(""), "\n"),
        ("\n", Some("x"), "\n"),
        ("", None, ""),
    ] {
        let rendering = render("script", |_| Ok(evaluation(printed, value))).unwrap();
        assert_eq!(rendering, Rendering { data: data.to_owned(), origin: Origin::Script });
    }
}

#[test]
fn texts_are_not_evaluated() {
    for text in ["007", " 42 ", "2026-11-21", "//cdn.example/a.png", " \n"] {
        let rendering = render(text, |text| panic!("{text} is no script")).unwrap();
        assert_eq!(rendering, Rendering { data: format!("{text}\n"), origin: Origin::Text });
    }
    let empty = render("", |_| panic!("nothing is no script")).unwrap();
    assert_eq!(empty.data, "");
}

#[test]
fn what_does_not_compile_is_a_text() {
    let rendering = render("<b>hi</b>", |_| Err(EvaluationError::NotAScript)).unwrap();
    let expected = Rendering { data: "<b>hi</b>\n".to_owned(), origin: Origin::Text };
    assert_eq!(rendering, expected);
}

#[test]
fn a_failure_ends_in_the_stored_text() {
    let rendering = render("script", |_| {
        Err(EvaluationError::Failed { printed: "a\n".to_owned(), reason: "no".to_owned() })
    });
    let origin = Origin::Failed { reason: "no".to_owned() };
    assert_eq!(rendering.unwrap(), Rendering { data: "a\nscript\n".to_owned(), origin });
}

#[test]
fn what_was_stopped_is_an_error() {
    type Case = (fn() -> EvaluationError, FaultKind, &'static str);
    let cases: [Case; 3] = [
        (
            || EvaluationError::LimitExceeded(Excess::Time),
            FaultKind::Invalid,
            "field_limit_exceeded",
        ),
        (|| EvaluationError::Busy, FaultKind::Unavailable, "field_evaluator_busy"),
        (|| EvaluationError::Broken("gone".into()), FaultKind::Internal, "field_evaluator_failed"),
    ];
    for (error, kind, code) in cases {
        let refused = render("script", |_| Err(error())).unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (kind, code));
    }
}

#[test]
fn unknown_names_are_not_found_and_removed_in_vain() {
    let fields = Fields::new(MemoryFields::default(), ());
    for name in ["unknown", "", "\0", &"x".repeat(256)] {
        assert!(matches!(fields.render(name, &input()), Err(FieldError::NotFound)));
        assert!(!fields.remove(name).unwrap());
    }
    assert!(matches!(fields.set("", "x"), Err(FieldError::InvalidName)));
}

#[test]
fn setting_creates_and_replaces_under_every_spelling() {
    let repository: Arc<dyn FieldRepository> = Arc::new(MemoryFields::default());
    let fields = Fields::new(Arc::clone(&repository), ());
    fields.set("cafe\u{301}", "first").unwrap();
    fields.set("caf\u{e9}", "second").unwrap();
    assert_eq!(fields.render("cafe\u{301}", &input()).unwrap().data, "second\n");
    let list = fields.list().unwrap();
    assert_eq!((list.len(), &list[0].content), (1, &Content::parse("second").unwrap()));
    assert!(fields.remove("cafe\u{301}").unwrap());
    assert_eq!(repository.list().unwrap(), []);
}

#[test]
fn a_refused_content_leaves_what_was_there() {
    let fields = Fields::new(MemoryFields::default(), ());
    fields.set("notice", "kept").unwrap();
    let long = "x".repeat(Content::MAX_BYTES + 1);
    assert!(matches!(fields.set("notice", &long), Err(FieldError::ContentTooLong)));
    assert!(matches!(fields.set("notice", "\0"), Err(FieldError::InvalidContent)));
    assert_eq!(fields.render("notice", &input()).unwrap().data, "kept\n");
}
