//! Captchas: given out, and taken back once.

use diesel::{delete, dsl::count_star, insert_into, prelude::*};
use inkstone_readmore::{
    BlogId, Captcha, Code, Crowd, Draw, Follower, Holder, Issue, REUSE_MILLIS, Redeemed,
    Resubscribe, Wanted,
};
use inkstone_vocab::{Timestamp, VisitorId};

use super::{row, subscribers};
use crate::{
    connection::AnyConnection,
    schema::readmore_captchas::{
        self, account, blog as of, client, code as digits, expires_at, id, person,
    },
};

pub(super) fn issue(
    connection: &mut AnyConnection,
    wanted: &Wanted,
    draws: &[Draw],
    now: Timestamp,
) -> QueryResult<Issue> {
    let Wanted { blog, holder, resubscribe, crowd, .. } = wanted;
    if let Some(follower) = holder.follower() {
        let known = subscribers::hold(connection, follower)?;
        if let Err(turned) = resubscribe.admit(known.as_ref()) {
            return Ok(Issue::Turned(turned));
        }
    }
    forget_expired(connection, blog, now)?;
    match holder {
        Holder::Follower(follower) => {
            if let Some(captcha) = again(connection, blog, follower, crowd, now)? {
                return Ok(Issue::Again(captcha));
            }
        }
        Holder::Client(name) => {
            if held(connection, blog, name)? >= crowd.per_client.into() {
                return Ok(Issue::Crowded);
            }
        }
    }
    give(connection, wanted, draws, now)
}

fn forget_expired(
    connection: &mut AnyConnection,
    blog: &BlogId,
    now: Timestamp,
) -> QueryResult<()> {
    let expired =
        readmore_captchas::table.filter(of.eq(blog.as_str())).filter(expires_at.le(now.millis()));
    delete(expired).execute(connection).map(drop)
}

/// The newest captcha of a follower who has enough of them; makes room for another when the newest
/// does not last long enough.
fn again(
    connection: &mut AnyConnection,
    blog: &BlogId,
    follower: &Follower,
    crowd: &Crowd,
    now: Timestamp,
) -> QueryResult<Option<Captcha>> {
    let held: Vec<(i64, String, i64)> = readmore_captchas::table
        .filter(person.eq(follower.person.as_str()).and(account.eq(follower.account.as_str())))
        .filter(of.eq(blog.as_str()))
        .order(id)
        .select((id, digits, expires_at))
        .load(connection)?;
    let (Some((oldest, ..)), Some((_, code, expires))) = (held.first(), held.last()) else {
        return Ok(None);
    };
    if held.len() < crowd.per_follower as usize {
        return Ok(None);
    }
    let expires = Timestamp::from_millis(*expires);
    if expires >= now.plus_millis(REUSE_MILLIS) {
        return Ok(Some(Captcha { code: row::code(code)?, expires }));
    }
    delete(readmore_captchas::table.find(oldest)).execute(connection)?;
    Ok(None)
}

fn held(connection: &mut AnyConnection, blog: &BlogId, name: &VisitorId) -> QueryResult<i64> {
    readmore_captchas::table
        .filter(client.eq(name.as_str()).and(of.eq(blog.as_str())))
        .select(count_star())
        .first(connection)
}

/// Stores the first code that nobody has.
fn give(
    connection: &mut AnyConnection,
    wanted: &Wanted,
    draws: &[Draw],
    now: Timestamp,
) -> QueryResult<Issue> {
    let Wanted { blog, holder, length, life_millis, crowd, .. } = wanted;
    let outstanding: i64 = readmore_captchas::table
        .filter(of.eq(blog.as_str()))
        .select(count_star())
        .first(connection)?;
    if outstanding >= crowd.per_blog.into() {
        return Ok(Issue::Crowded);
    }
    let expires = now.plus_millis(*life_millis);
    let name = match holder {
        Holder::Client(name) => Some(name.as_str()),
        Holder::Follower(_) => None,
    };
    for code in Draw::codes(draws, length.among(outstanding.unsigned_abs())) {
        let new = (
            of.eq(blog.as_str()),
            digits.eq(code.as_str()),
            person.eq(holder.follower().map(|follower| follower.person.as_str())),
            account.eq(holder.follower().map(|follower| follower.account.as_str())),
            client.eq(name),
            expires_at.eq(expires.millis()),
        );
        let insert = insert_into(readmore_captchas::table).values(new).on_conflict_do_nothing();
        if connection.execute_native(insert)? > 0 {
            return Ok(Issue::New(Captcha { code, expires }));
        }
    }
    Ok(Issue::Crowded)
}

/// Takes the captcha with this code away, and says whether it was good. The statement that removes
/// it is the one that decides: of several at once, one finds it.
pub(super) fn take(
    connection: &mut AnyConnection,
    blog: &BlogId,
    code: &Code,
    resubscribe: Resubscribe,
    now: Timestamp,
) -> QueryResult<Redeemed> {
    let named =
        readmore_captchas::table.filter(of.eq(blog.as_str())).filter(digits.eq(code.as_str()));
    let taken: Option<(Option<String>, Option<String>, i64)> =
        delete(named).returning((person, account, expires_at)).get_result(connection).optional()?;
    let Some((openid, of_account, expires)) = taken else { return Ok(Redeemed::Unknown) };
    if expires <= now.millis() {
        return Ok(Redeemed::Expired);
    }
    let (Some(openid), Some(of_account)) = (openid, of_account) else {
        return Ok(Redeemed::Good(None));
    };
    let follower = row::follower(&openid, &of_account)?;
    let known = subscribers::find(connection, &follower)?;
    Ok(match resubscribe.admit(known.as_ref()) {
        Ok(()) => Redeemed::Good(Some(follower)),
        Err(_) => Redeemed::Lost,
    })
}
