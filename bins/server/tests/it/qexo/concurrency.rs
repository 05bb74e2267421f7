//! Many at once (contract qexo, section 13).

use std::collections::BTreeSet;

use super::support::{ADDED, TOKEN, blog_on};
use crate::cwd::support::{Database, at_once, on_both_databases};

on_both_databases!(
    a_hundred_notifications_have_a_hundred_times,
    parallel_repairs_count_each_fault_once
);

fn a_hundred_notifications_have_a_hundred_times(database: Database) {
    let blog = blog_on(database, |_| {});
    at_once(10, |thread| {
        for number in 0..10 {
            let title = format!("{thread} {number}");
            let fields = [("title", title.as_str()), ("content", "")];
            blog.owner_form("/pub/notifications", &fields).expect(200, ADDED);
        }
    });
    let notices = blog.notices();
    let distinct = |name: &str| {
        notices.iter().map(|notice| notice[name].as_str().unwrap()).collect::<BTreeSet<_>>().len()
    };
    assert_eq!((notices.len(), distinct("time"), distinct("label")), (100, 100, 100));
}

fn parallel_repairs_count_each_fault_once(database: Database) {
    let blog = blog_on(database, |_| {});
    let counts = at_once(8, |_| {
        let said = blog.get(&format!("/pub/fix?token={TOKEN}")).json()["msg"].clone();
        let count = said.as_str().unwrap().split(' ').nth(1).unwrap();
        count.parse::<u32>().unwrap()
    });
    // The token is set; the last activity may be noted before somebody misses it.
    let sum: u32 = counts.iter().sum();
    assert!((33..=34).contains(&sum), "{counts:?}");
    let again = blog.get(&format!("/pub/fix?token={TOKEN}"));
    assert!(again.text().contains("修复了 0 个"), "{again:?}");
}
