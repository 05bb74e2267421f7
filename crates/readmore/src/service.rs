//! The rules, over any repository.

use std::ops::RangeInclusive;

use inkstone_vocab::{Day, PageRequest, Timestamp};

use crate::{
    article::{ArticleContent, ArticleInfo, ArticlePath},
    blog::BlogId,
    browse::{ArticleUnlocks, BrowsePage, BrowseQuery, DayUnlocks, NewBrowse},
    captcha::{Captcha, Code, Draw, Wanted},
    error::ReadmoreError,
    follower::{Follower, Resubscribe, Subscriber, SubscriberPage, Turned},
    repository::{
        ArticleRepository, BrowseRepository, Followed, Issue, Redeemed, UnlockRepository,
    },
    sign_key::SignKey,
    token::{Claims, NewToken, TokenName},
};

/// Locked articles, and who may read them, kept in a repository `R`.
#[derive(Clone, Debug)]
pub struct Readmore<R> {
    repository: R,
}

/// What holds for tokens.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The key that signs them.
    pub key: SignKey,
    /// For how many milliseconds they are good.
    pub life_millis: i64,
    /// What holds for those who left.
    pub resubscribe: Resubscribe,
    /// Whether tokens are good that were never written down, such as those of another server with
    /// the same key.
    pub accept_unlisted: bool,
}

/// A captcha to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The captcha.
    pub captcha: Captcha,
    /// Whether it was made just now.
    pub is_new: bool,
}

/// A token to hand out.
#[derive(Clone, PartialEq, Eq)]
pub struct Unlocked {
    /// The signed token.
    pub token: String,
    /// From when on it is of no use.
    pub expires: Timestamp,
}

impl<R> Readmore<R> {
    /// Over `repository`.
    pub const fn new(repository: R) -> Self {
        Self { repository }
    }
}

impl<R: UnlockRepository> Readmore<R> {
    /// A captcha for whoever may have one; `draws` are [`Draw::COUNT`] random ones.
    pub fn issue(
        &self,
        wanted: &Wanted,
        draws: &[Draw],
        now: Timestamp,
    ) -> Result<Issued, ReadmoreError> {
        match self.repository.issue(wanted, draws, now)? {
            Issue::New(captcha) => Ok(Issued { captcha, is_new: true }),
            Issue::Again(captcha) => Ok(Issued { captcha, is_new: false }),
            Issue::Turned(Turned::NotFollowing) => Err(ReadmoreError::NotFollowing),
            Issue::Turned(Turned::Left) => Err(ReadmoreError::Left),
            Issue::Crowded => Err(ReadmoreError::Crowded),
        }
    }

    /// A token for what a reader typed; `random` are sixteen random bytes.
    pub fn unlock(
        &self,
        blog: &BlogId,
        typed: &str,
        random: [u8; 16],
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Unlocked, ReadmoreError> {
        let code = Code::typed(typed).ok_or(ReadmoreError::WrongCode)?;
        // Tokens count whole seconds.
        let issued = Timestamp::from_millis(now.millis().div_euclid(1000) * 1000);
        let expires = issued.plus_millis(terms.life_millis);
        let token = NewToken { name: TokenName::from_random(random), expires };
        match self.repository.redeem(blog, &code, &token, terms.resubscribe, now)? {
            Redeemed::Unknown | Redeemed::Expired => Err(ReadmoreError::WrongCode),
            Redeemed::Lost => Err(ReadmoreError::LostCode),
            Redeemed::Good(follower) => {
                let NewToken { name, expires } = token;
                let claims = Claims { name, blog: blog.clone(), follower, issued, expires };
                Ok(Unlocked { token: claims.sign(&terms.key)?, expires })
            }
        }
    }

    /// Fails unless `token` opens the articles of `blog` now.
    pub fn check(
        &self,
        blog: &BlogId,
        token: &str,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<(), ReadmoreError> {
        let claims = Claims::verify(token, &terms.key, now)?;
        if claims.blog != *blog {
            return Err(ReadmoreError::InvalidToken);
        }
        let known = self.repository.token(&claims.name, claims.follower.as_ref())?;
        let subscriber = known.subscriber.as_ref();
        let admitted = match &claims.follower {
            Some(_) => terms.resubscribe.admit(subscriber).is_ok(),
            None => true,
        };
        let left = subscriber.and_then(|subscriber| subscriber.left);
        let outlived = left.is_some_and(|left| claims.issued < left);
        let unlisted = !known.listed && !terms.accept_unlisted;
        if known.revoked || unlisted || outlived || !admitted {
            return Err(ReadmoreError::InvalidToken);
        }
        Ok(())
    }

    /// Revokes a token that is good or was.
    pub fn revoke(&self, token: &str, terms: &Terms, now: Timestamp) -> Result<(), ReadmoreError> {
        let claims = Claims::verify(token, &terms.key, now)?;
        Ok(self.repository.revoke(&claims, now)?)
    }

    /// The account is followed.
    pub fn follow(&self, follower: &Follower, now: Timestamp) -> Result<Followed, ReadmoreError> {
        Ok(self.repository.follow(follower, now)?)
    }

    /// The account is left.
    pub fn leave(&self, follower: &Follower, now: Timestamp) -> Result<(), ReadmoreError> {
        Ok(self.repository.leave(follower, now)?)
    }

    /// A follower wrote a message, which proves that the account is followed: when `register` says
    /// so, somebody unknown becomes known. Fails for whoever may have no captcha because of having
    /// left; it does not for strangers, who find out later.
    pub fn wrote(
        &self,
        follower: &Follower,
        resubscribe: Resubscribe,
        register: bool,
        now: Timestamp,
    ) -> Result<(), ReadmoreError> {
        let known: Option<Subscriber> = self.repository.subscriber(follower)?;
        match resubscribe.admit(known.as_ref()) {
            Err(Turned::Left) => Err(ReadmoreError::Left),
            Err(Turned::NotFollowing) if register => {
                self.repository.follow(follower, now)?;
                Ok(())
            }
            Ok(()) | Err(Turned::NotFollowing) => Ok(()),
        }
    }

    /// A page of all subscribers, those known last first.
    pub fn subscribers(&self, slice: PageRequest) -> Result<SubscriberPage, ReadmoreError> {
        Ok(self.repository.subscribers(slice)?)
    }

    /// Forgets captchas and tokens that have expired; how many.
    pub fn forget_expired(&self, now: Timestamp) -> Result<u64, ReadmoreError> {
        Ok(self.repository.forget_expired(now)?)
    }
}

impl<R: BrowseRepository> Readmore<R> {
    /// An article was read; whether that was new.
    pub fn record(&self, read: &NewBrowse, now: Timestamp) -> Result<bool, ReadmoreError> {
        Ok(self.repository.record(read, now)?)
    }

    /// A page of what was read.
    pub fn browses(&self, query: &BrowseQuery) -> Result<BrowsePage, ReadmoreError> {
        Ok(self.repository.browses(query)?)
    }

    /// How often articles of a blog were read, for each day.
    pub fn by_day(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayUnlocks>, ReadmoreError> {
        Ok(self.repository.by_day(blog, days)?)
    }

    /// The articles that were read most in these days.
    pub fn by_article(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<ArticleUnlocks>, ReadmoreError> {
        Ok(self.repository.by_article(blog, days, limit)?)
    }

    /// Forgets what was read before an instant; how many.
    pub fn forget_before(&self, instant: Timestamp) -> Result<u64, ReadmoreError> {
        Ok(self.repository.forget_before(instant)?)
    }
}

impl<R: ArticleRepository> Readmore<R> {
    /// Keeps the rest of an article.
    pub fn put(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
        content: &ArticleContent,
        now: Timestamp,
    ) -> Result<(), ReadmoreError> {
        Ok(self.repository.put(blog, path, content, now)?)
    }

    /// Forgets an article.
    pub fn remove(&self, blog: &BlogId, path: &ArticlePath) -> Result<(), ReadmoreError> {
        if self.repository.remove(blog, path)? { Ok(()) } else { Err(ReadmoreError::NoArticle) }
    }

    /// All articles of a blog.
    pub fn articles(&self, blog: &BlogId) -> Result<Vec<ArticleInfo>, ReadmoreError> {
        Ok(self.repository.articles(blog)?)
    }
}

impl<R: UnlockRepository + ArticleRepository> Readmore<R> {
    /// The rest of an article, for whoever has a good token.
    pub fn read(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
        token: &str,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<ArticleContent, ReadmoreError> {
        self.check(blog, token, terms, now)?;
        self.repository.content(blog, path)?.ok_or(ReadmoreError::NoArticle)
    }
}
