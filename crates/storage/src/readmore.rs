//! Captchas, tokens and followers of locked articles; what was read, and the articles.

mod articles;
mod browses;
mod captchas;
mod row;
mod subscribers;

use diesel::{delete, insert_into, prelude::*};
use inkstone_readmore::{
    BlogId, Claims, Code, Draw, Followed, Follower, Issue, KnownToken, NewToken, Redeemed,
    Resubscribe, Subscriber, SubscriberPage, TokenName, UnlockRepository, Wanted,
};
use inkstone_vocab::{PageRequest, RepositoryError, Timestamp};

use crate::{
    Store,
    connection::AnyConnection,
    schema::{readmore_captchas, readmore_tokens},
};

impl UnlockRepository for Store {
    fn issue(
        &self,
        wanted: &Wanted,
        draws: &[Draw],
        now: Timestamp,
    ) -> Result<Issue, RepositoryError> {
        let (wanted, draws) = (wanted.clone(), draws.to_vec());
        self.write(move |connection| captchas::issue(connection, &wanted, &draws, now))
    }

    fn redeem(
        &self,
        blog: &BlogId,
        code: &Code,
        token: &NewToken,
        resubscribe: Resubscribe,
        now: Timestamp,
    ) -> Result<Redeemed, RepositoryError> {
        let (blog, code, token) = (blog.clone(), code.clone(), token.clone());
        self.write(move |connection| {
            let redeemed = captchas::take(connection, &blog, &code, resubscribe, now)?;
            if let Redeemed::Good(follower) = &redeemed {
                let NewToken { name, expires } = &token;
                list(connection, name, &blog, follower.as_ref(), [now, *expires])?;
            }
            Ok(redeemed)
        })
    }

    fn token(
        &self,
        name: &TokenName,
        follower: Option<&Follower>,
    ) -> Result<KnownToken, RepositoryError> {
        self.read(|connection| {
            let listed: Option<Option<i64>> = readmore_tokens::table
                .find(name.as_str())
                .select(readmore_tokens::revoked_at)
                .first(connection)
                .optional()?;
            let subscriber = match follower {
                Some(follower) => subscribers::find(connection, follower)?,
                None => None,
            };
            let revoked = listed.flatten().is_some();
            Ok(KnownToken { listed: listed.is_some(), revoked, subscriber })
        })
    }

    fn revoke(&self, claims: &Claims, now: Timestamp) -> Result<(), RepositoryError> {
        let claims = claims.clone();
        self.write(move |connection| {
            let Claims { name, blog, follower, issued, expires } = &claims;
            list(connection, name, blog, follower.as_ref(), [*issued, *expires])?;
            diesel::update(readmore_tokens::table.find(name.as_str()))
                .set(readmore_tokens::revoked_at.eq(now.millis()))
                .execute(connection)
                .map(drop)
        })
    }

    fn follow(&self, follower: &Follower, now: Timestamp) -> Result<Followed, RepositoryError> {
        let follower = follower.clone();
        self.write(move |connection| subscribers::follow(connection, &follower, now))
    }

    fn leave(&self, follower: &Follower, now: Timestamp) -> Result<(), RepositoryError> {
        let follower = follower.clone();
        self.write(move |connection| subscribers::leave(connection, &follower, now))
    }

    fn subscriber(&self, follower: &Follower) -> Result<Option<Subscriber>, RepositoryError> {
        self.read(|connection| subscribers::find(connection, follower))
    }

    fn subscribers(&self, slice: PageRequest) -> Result<SubscriberPage, RepositoryError> {
        self.read_snapshot(|connection| subscribers::page(connection, slice))
    }

    fn forget_expired(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        self.write(move |connection| {
            let captchas = readmore_captchas::expires_at.le(now.millis());
            let captchas = delete(readmore_captchas::table.filter(captchas)).execute(connection)?;
            let tokens = readmore_tokens::expires_at.le(now.millis());
            let tokens = delete(readmore_tokens::table.filter(tokens)).execute(connection)?;
            Ok((captchas + tokens) as u64)
        })
    }
}

/// Writes a token down, unless it was before.
fn list(
    connection: &mut AnyConnection,
    name: &TokenName,
    blog: &BlogId,
    follower: Option<&Follower>,
    [created, expires]: [Timestamp; 2],
) -> QueryResult<()> {
    use readmore_tokens::{account, blog as of, created_at, expires_at, name as named, person};
    let new = (
        named.eq(name.as_str()),
        of.eq(blog.as_str()),
        person.eq(follower.map(|follower| follower.person.as_str())),
        account.eq(follower.map(|follower| follower.account.as_str())),
        created_at.eq(created.millis()),
        expires_at.eq(expires.millis()),
    );
    let insert = insert_into(readmore_tokens::table).values(new).on_conflict_do_nothing();
    connection.execute_native(insert).map(drop)
}
