//! Races (contract readmore, section 4 and 13.3, B3).

use std::num::NonZeroU32;

use diesel::{QueryableByName, sql_types::BigInt};
use serde_json::json;

use super::support::{BLOG, INVALID_CAPTCHA, TOO_MANY, blog_on};
use crate::cwd::support::{Database, at_once, on_both_databases};

on_both_databases!(of_fifty_at_once_one_unlocks, of_fifty_guesses_at_once_ten_are_heard);

#[derive(QueryableByName)]
pub(super) struct Rows {
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

fn of_fifty_at_once_one_unlocks(database: Database) {
    let blog = blog_on(database, |config| {
        config.readmore_limits.failures_per_5_minutes = NonZeroU32::MAX;
        config.readmore_limits.failures_per_hour = NonZeroU32::MAX;
        config.readmore_limits.failures_per_day = NonZeroU32::MAX;
    });
    for _ in 0..3 {
        let code = blog.code();
        let answers = at_once(50, |_| blog.type_code(&code));
        let good = answers.iter().filter(|answer| answer.json()["code"] == 0).count();
        let wrong = answers.iter().filter(|answer| answer.text() == INVALID_CAPTCHA).count();
        assert_eq!((good, wrong), (1, 49));
    }
}

fn of_fifty_guesses_at_once_ten_are_heard(database: Database) {
    let blog = blog_on(database, |_| {});
    let body = json!({ "blogId": BLOG, "code": "12345" });
    let answers = at_once(50, |_| blog.readmore("captcha/validate", &body));
    let wrong = answers.iter().filter(|answer| answer.text() == INVALID_CAPTCHA).count();
    let refused = answers.iter().filter(|answer| answer.text() == TOO_MANY).count();
    assert_eq!((wrong, refused), (10, 40));
}
