//! Where captchas, tokens, followers, what was read, and articles are kept.

use std::{ops::RangeInclusive, sync::Arc};

use inkstone_vocab::{Day, PageRequest, RepositoryError, Timestamp};

use crate::{
    article::{ArticleContent, ArticleInfo, ArticlePath},
    blog::BlogId,
    browse::{ArticleUnlocks, BrowsePage, BrowseQuery, DayUnlocks, NewBrowse},
    captcha::{Captcha, Code, Draw, Wanted},
    follower::{Follower, Resubscribe, Subscriber, SubscriberPage, Turned},
    token::{Claims, NewToken, TokenName},
};

/// Where captchas, tokens and followers are kept.
///
/// Every method is atomic: it happens entirely or not at all. It fails only when the store cannot
/// answer; refusals are answers. The laws are in the `contract` module (feature `testing`).
pub trait UnlockRepository: Send + Sync {
    /// Stores a captcha with the first code of `draws` that no other of the blog has; what has
    /// expired is no other. A follower who has as many as allowed gets the newest again while it
    /// lasts [`REUSE_MILLIS`](crate::REUSE_MILLIS), else a new one instead of the oldest.
    fn issue(
        &self,
        wanted: &Wanted,
        draws: &[Draw],
        now: Timestamp,
    ) -> Result<Issue, RepositoryError>;

    /// Uses a captcha up, and writes down the token that is given for it. Of several at once one
    /// succeeds. What has expired, or was made for somebody who left, is used up for nothing.
    fn redeem(
        &self,
        blog: &BlogId,
        code: &Code,
        token: &NewToken,
        resubscribe: Resubscribe,
        now: Timestamp,
    ) -> Result<Redeemed, RepositoryError>;

    /// What is known of a token, and of the follower it was made for.
    fn token(
        &self,
        name: &TokenName,
        follower: Option<&Follower>,
    ) -> Result<KnownToken, RepositoryError>;

    /// Marks a token as revoked, whether it was written down or not.
    fn revoke(&self, claims: &Claims, now: Timestamp) -> Result<(), RepositoryError>;

    /// The account is followed. Nothing changes when it was already.
    fn follow(&self, follower: &Follower, now: Timestamp) -> Result<Followed, RepositoryError>;

    /// The account is left, which is remembered for ever; captchas go along. Nothing changes when
    /// it was not followed; whoever is unknown has left it, too.
    fn leave(&self, follower: &Follower, now: Timestamp) -> Result<(), RepositoryError>;

    /// What is known of a follower.
    fn subscriber(&self, follower: &Follower) -> Result<Option<Subscriber>, RepositoryError>;

    /// A page of all subscribers, those known last first.
    fn subscribers(&self, slice: PageRequest) -> Result<SubscriberPage, RepositoryError>;

    /// Forgets captchas and tokens that have expired; how many.
    fn forget_expired(&self, now: Timestamp) -> Result<u64, RepositoryError>;
}

/// What became of a wanted captcha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// It was made.
    New(Captcha),
    /// The follower had one that is still good.
    Again(Captcha),
    /// It is not for this follower.
    Turned(Turned),
    /// Too many are outstanding.
    Crowded,
}

/// What became of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It was good, and was made for this follower, if any.
    Good(Option<Follower>),
    /// There is no such captcha.
    Unknown,
    /// The captcha had expired.
    Expired,
    /// The captcha was made for somebody who may not use it any more.
    Lost,
}

/// What is known of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownToken {
    /// Whether it was written down.
    pub listed: bool,
    /// Whether it was revoked.
    pub revoked: bool,
    /// What is known of the follower it was made for.
    pub subscriber: Option<Subscriber>,
}

/// How an account came to be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// By somebody new.
    New,
    /// By somebody known.
    Known,
}

/// Where it is kept who read what.
///
/// Atomic like [`UnlockRepository`].
pub trait BrowseRepository: Send + Sync {
    /// Stores what was read; not, when the same was stored within the
    /// [time](NewBrowse::REPEAT_MILLIS) before. Whether it was stored.
    fn record(&self, read: &NewBrowse, now: Timestamp) -> Result<bool, RepositoryError>;

    /// A page of what was read.
    fn browses(&self, query: &BrowseQuery) -> Result<BrowsePage, RepositoryError>;

    /// How often articles of a blog were read, for each day.
    fn by_day(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayUnlocks>, RepositoryError>;

    /// The `limit` articles that were read most in these days, most often first.
    fn by_article(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<ArticleUnlocks>, RepositoryError>;

    /// Forgets what was read before an instant; how many.
    fn forget_before(&self, instant: Timestamp) -> Result<u64, RepositoryError>;
}

/// Where the remainders of articles are kept.
///
/// Atomic like [`UnlockRepository`].
pub trait ArticleRepository: Send + Sync {
    /// Stores an article in the place of an older one.
    fn put(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
        content: &ArticleContent,
        now: Timestamp,
    ) -> Result<(), RepositoryError>;

    /// The article of this name.
    fn content(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
    ) -> Result<Option<ArticleContent>, RepositoryError>;

    /// Forgets an article; whether there was one of this name.
    fn remove(&self, blog: &BlogId, path: &ArticlePath) -> Result<bool, RepositoryError>;

    /// All articles of a blog, by name.
    fn articles(&self, blog: &BlogId) -> Result<Vec<ArticleInfo>, RepositoryError>;
}

impl<R: UnlockRepository + ?Sized> UnlockRepository for Arc<R> {
    fn issue(
        &self,
        wanted: &Wanted,
        draws: &[Draw],
        now: Timestamp,
    ) -> Result<Issue, RepositoryError> {
        (**self).issue(wanted, draws, now)
    }

    fn redeem(
        &self,
        blog: &BlogId,
        code: &Code,
        token: &NewToken,
        resubscribe: Resubscribe,
        now: Timestamp,
    ) -> Result<Redeemed, RepositoryError> {
        (**self).redeem(blog, code, token, resubscribe, now)
    }

    fn token(
        &self,
        name: &TokenName,
        follower: Option<&Follower>,
    ) -> Result<KnownToken, RepositoryError> {
        (**self).token(name, follower)
    }

    fn revoke(&self, claims: &Claims, now: Timestamp) -> Result<(), RepositoryError> {
        (**self).revoke(claims, now)
    }

    fn follow(&self, follower: &Follower, now: Timestamp) -> Result<Followed, RepositoryError> {
        (**self).follow(follower, now)
    }

    fn leave(&self, follower: &Follower, now: Timestamp) -> Result<(), RepositoryError> {
        (**self).leave(follower, now)
    }

    fn subscriber(&self, follower: &Follower) -> Result<Option<Subscriber>, RepositoryError> {
        (**self).subscriber(follower)
    }

    fn subscribers(&self, slice: PageRequest) -> Result<SubscriberPage, RepositoryError> {
        (**self).subscribers(slice)
    }

    fn forget_expired(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        (**self).forget_expired(now)
    }
}

impl<R: BrowseRepository + ?Sized> BrowseRepository for Arc<R> {
    fn record(&self, read: &NewBrowse, now: Timestamp) -> Result<bool, RepositoryError> {
        (**self).record(read, now)
    }

    fn browses(&self, query: &BrowseQuery) -> Result<BrowsePage, RepositoryError> {
        (**self).browses(query)
    }

    fn by_day(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayUnlocks>, RepositoryError> {
        (**self).by_day(blog, days)
    }

    fn by_article(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<ArticleUnlocks>, RepositoryError> {
        (**self).by_article(blog, days, limit)
    }

    fn forget_before(&self, instant: Timestamp) -> Result<u64, RepositoryError> {
        (**self).forget_before(instant)
    }
}

impl<R: ArticleRepository + ?Sized> ArticleRepository for Arc<R> {
    fn put(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
        content: &ArticleContent,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        (**self).put(blog, path, content, now)
    }

    fn content(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
    ) -> Result<Option<ArticleContent>, RepositoryError> {
        (**self).content(blog, path)
    }

    fn remove(&self, blog: &BlogId, path: &ArticlePath) -> Result<bool, RepositoryError> {
        (**self).remove(blog, path)
    }

    fn articles(&self, blog: &BlogId) -> Result<Vec<ArticleInfo>, RepositoryError> {
        (**self).articles(blog)
    }
}
