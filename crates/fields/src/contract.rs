//! The laws of [`FieldRepository`]: one function per law, and a macro that makes each a test.
//!
//! The macro takes an expression that makes a fixture, a smart pointer to an empty store, and
//! optionally attributes for every test:
//!
//! ```
//! # use std::sync::Arc;
//! # use inkstone_fields::MemoryFields;
//! inkstone_fields::field_repository_contract!(Arc::new(MemoryFields::default()));
//!
//! mod slow {
//!     # use std::sync::Arc;
//!     # use inkstone_fields::MemoryFields;
//!     inkstone_fields::field_repository_contract!(
//!         Arc::new(MemoryFields::default()),
//!         [#[ignore = "needs a server"]]
//!     );
//! }
//! ```

#![expect(clippy::unwrap_used, reason = "a law fails by panicking")]

use std::thread;

use crate::{
    field::{Content, Field, FieldName},
    repository::FieldRepository,
};

/// Makes every law of [`FieldRepository`] a test.
#[macro_export]
macro_rules! field_repository_contract {
    ($fixture:expr) => {
        $crate::field_repository_contract!($fixture, []);
    };
    ($fixture:expr, $attributes:tt) => {
        $crate::laws!(
            $fixture,
            $attributes,
            [
                a_fresh_store_is_empty,
                contents_are_kept_as_they_are,
                names_are_told_apart_exactly,
                putting_again_replaces,
                removing_leaves_the_others,
                the_list_is_in_the_order_of_code_points,
                parallel_puts_of_one_name_make_one_field,
                parallel_puts_of_different_names_lose_none,
                a_field_that_is_replaced_is_never_missing,
            ]
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! laws {
    ($fixture:expr, $attributes:tt, [$($law:ident),* $(,)?]) => {
        $($crate::law!($fixture, $attributes, $law);)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! law {
    ($fixture:expr, [$($attribute:tt)*], $law:ident) => {
        #[test]
        $($attribute)*
        fn $law() {
            let fixture = $fixture;
            $crate::contract::$law(&*fixture);
        }
    };
}

/// A fresh store is empty, and has nothing to remove.
pub fn a_fresh_store_is_empty(repository: &impl FieldRepository) {
    assert_eq!(repository.list().unwrap(), []);
    assert_eq!(found(repository, "notice"), None);
    assert!(!repository.remove(&name("notice")).unwrap());
}

/// Contents are kept as they are: empty, long, of many lines and scripts.
pub fn contents_are_kept_as_they_are(repository: &impl FieldRepository) {
    let long = "print('你好 👑') \\ % ; -- \"x\"\r\n\t".repeat(20_000);
    for (name, content) in [("empty", ""), ("long", &long), ("space", " \n ")] {
        repository.put(&field(name, content)).unwrap();
        assert_eq!(found(repository, name).as_deref(), Some(content));
    }
    assert_eq!(repository.list().unwrap().len(), 3);
}

/// Names are told apart exactly: by case, by space, and whatever characters they have.
pub fn names_are_told_apart_exactly(repository: &impl FieldRepository) {
    let longest = "博".repeat(FieldName::MAX_CHARS);
    let names = ["a", "A", "a ", " a", "%", "_", "a'b", "\u{e9}", "e", &longest];
    for name in names {
        repository.put(&field(name, name)).unwrap();
    }
    for name in names {
        assert_eq!(found(repository, name).as_deref(), Some(name));
    }
}

/// Putting a field of a name that there is replaces its content.
pub fn putting_again_replaces(repository: &impl FieldRepository) {
    for content in ["first", "second", "second", ""] {
        repository.put(&field("notice", content)).unwrap();
        assert_eq!(repository.list().unwrap(), [field("notice", content)]);
    }
}

/// Removing a field leaves the others, and happens once.
pub fn removing_leaves_the_others(repository: &impl FieldRepository) {
    for name in ["a", "b", "c"] {
        repository.put(&field(name, "x")).unwrap();
    }
    assert!(repository.remove(&name("b")).unwrap());
    assert!(!repository.remove(&name("b")).unwrap());
    assert_eq!(repository.list().unwrap(), [field("a", "x"), field("c", "x")]);
    repository.put(&field("b", "y")).unwrap();
    assert_eq!(found(repository, "b").as_deref(), Some("y"));
}

/// The list is in the order of code points, whatever the language of the store.
pub fn the_list_is_in_the_order_of_code_points(repository: &impl FieldRepository) {
    let mut names = ["b", "B", "a", "Z", "_", "ä", "~", "你", "1", "-"];
    for name in names {
        repository.put(&field(name, "")).unwrap();
    }
    names.sort_unstable();
    let list = repository.list().unwrap();
    assert_eq!(list.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), names);
}

/// Eight that put one name at once make one field, with the content of one of them.
pub fn parallel_puts_of_one_name_make_one_field(repository: &impl FieldRepository) {
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || repository.put(&field("one", &number.to_string())).unwrap());
        }
    });
    let list = repository.list().unwrap();
    assert_eq!(list.len(), 1);
    assert!(list[0].content.as_str().parse::<u32>().unwrap() < 8);
}

/// Those that put different names at once lose none.
pub fn parallel_puts_of_different_names_lose_none(repository: &impl FieldRepository) {
    thread::scope(|scope| {
        for number in 0..20 {
            scope.spawn(move || repository.put(&field(&format!("f{number:02}"), "x")).unwrap());
        }
    });
    let expected: Vec<Field> = (0..20).map(|number| field(&format!("f{number:02}"), "x")).collect();
    assert_eq!(repository.list().unwrap(), expected);
}

/// A field that is replaced is never missing, and never a mixture.
pub fn a_field_that_is_replaced_is_never_missing(repository: &impl FieldRepository) {
    let content = |number: u32| number.to_string().repeat(1_000);
    repository.put(&field("notice", &content(0))).unwrap();
    thread::scope(|scope| {
        for writer in 1..3 {
            scope.spawn(move || {
                (0..30).for_each(|_| repository.put(&field("notice", &content(writer))).unwrap());
            });
        }
        for _ in 0..60 {
            let seen = found(repository, "notice").unwrap();
            assert!((0..3).any(|number| seen == content(number)));
        }
    });
}

fn name(text: &str) -> FieldName {
    FieldName::parse(text).unwrap()
}

fn field(text: &str, content: &str) -> Field {
    Field { name: name(text), content: Content::parse(content).unwrap() }
}

fn found(repository: &impl FieldRepository, text: &str) -> Option<String> {
    repository.find(&name(text)).unwrap().map(|content| content.as_str().to_owned())
}
