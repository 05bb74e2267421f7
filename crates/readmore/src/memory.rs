//! The reference repository: everything in memory, behind one lock.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inkstone_vocab::{Day, ImportTally, PageRequest, RepositoryError, Timestamp};

use crate::{
    article::{ArticleContent, ArticleInfo, ArticlePath},
    blog::BlogId,
    browse::{
        ArticleUnlocks, Browse, BrowseOrder, BrowsePage, BrowseQuery, DayUnlocks, NewBrowse,
        Unlock, by_day, most_read,
    },
    captcha::{Captcha, Code, Draw, Holder, REUSE_MILLIS, Wanted},
    follower::{Follower, Resubscribe, Subscriber, SubscriberPage},
    repository::{
        ArticleRepository, BrowseRepository, Followed, Issue, KnownToken, Redeemed,
        UnlockRepository,
    },
    token::{Claims, NewToken, TokenName},
    transfer::{SubscriberTransfer, tally},
};

/// Everything in memory, for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryReadmore(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were made.
    captchas: Vec<(BlogId, Holder, Captcha)>,
    tokens: BTreeMap<TokenName, (Timestamp, bool)>,
    /// In the order in which they became known.
    subscribers: Vec<Subscriber>,
    browses: Vec<Browse>,
    articles: BTreeMap<(BlogId, ArticlePath), (ArticleContent, Timestamp)>,
}

impl MemoryReadmore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn subscriber(&self, follower: &Follower) -> Option<&Subscriber> {
        self.subscribers.iter().find(|known| known.follower == *follower)
    }

    fn subscriber_mut(&mut self, follower: &Follower) -> Option<&mut Subscriber> {
        self.subscribers.iter_mut().find(|known| known.follower == *follower)
    }

    /// The places of the blog's captchas that this holder has.
    fn held(&self, blog: &BlogId, holder: &Holder) -> Vec<usize> {
        let held = |(of, by, _): &(BlogId, Holder, Captcha)| of == blog && by == holder;
        let places = self.captchas.iter().enumerate().filter(|(_, captcha)| held(captcha));
        places.map(|(place, _)| place).collect()
    }
}

impl UnlockRepository for MemoryReadmore {
    fn issue(
        &self,
        wanted: &Wanted,
        draws: &[Draw],
        now: Timestamp,
    ) -> Result<Issue, RepositoryError> {
        let Wanted { blog, holder, length, life_millis, resubscribe, crowd } = wanted;
        let mut state = self.state();
        if let Some(follower) = holder.follower()
            && let Err(turned) = resubscribe.admit(state.subscriber(follower))
        {
            return Ok(Issue::Turned(turned));
        }
        state.captchas.retain(|(of, _, captcha)| of != blog || captcha.expires > now);
        let held = state.held(blog, holder);
        match holder {
            Holder::Follower(_) if held.len() >= crowd.per_follower as usize => {
                let newest = state.captchas[held[held.len() - 1]].2.clone();
                if newest.expires >= now.plus_millis(REUSE_MILLIS) {
                    return Ok(Issue::Again(newest));
                }
                state.captchas.remove(held[0]);
            }
            Holder::Client(_) if held.len() >= crowd.per_client as usize => {
                return Ok(Issue::Crowded);
            }
            Holder::Follower(_) | Holder::Client(_) => {}
        }
        let outstanding: Vec<&Code> = state
            .captchas
            .iter()
            .filter(|(of, ..)| of == blog)
            .map(|(_, _, captcha)| &captcha.code)
            .collect();
        let number = outstanding.len() as u64;
        if number >= crowd.per_blog.into() {
            return Ok(Issue::Crowded);
        }
        let mut codes = Draw::codes(draws, length.among(number));
        let Some(code) = codes.find(|code| !outstanding.contains(&code)) else {
            return Ok(Issue::Crowded);
        };
        let captcha = Captcha { code, expires: now.plus_millis(*life_millis) };
        state.captchas.push((blog.clone(), holder.clone(), captcha.clone()));
        Ok(Issue::New(captcha))
    }

    fn redeem(
        &self,
        blog: &BlogId,
        code: &Code,
        token: &NewToken,
        resubscribe: Resubscribe,
        now: Timestamp,
    ) -> Result<Redeemed, RepositoryError> {
        let mut state = self.state();
        let wanted =
            |(of, _, captcha): &(BlogId, Holder, Captcha)| of == blog && captcha.code == *code;
        let Some(place) = state.captchas.iter().position(wanted) else {
            return Ok(Redeemed::Unknown);
        };
        let (_, holder, captcha) = state.captchas.remove(place);
        if captcha.expires <= now {
            return Ok(Redeemed::Expired);
        }
        let follower = holder.follower();
        if let Some(follower) = follower
            && resubscribe.admit(state.subscriber(follower)).is_err()
        {
            return Ok(Redeemed::Lost);
        }
        state.tokens.insert(token.name.clone(), (token.expires, false));
        Ok(Redeemed::Good(follower.cloned()))
    }

    fn token(
        &self,
        name: &TokenName,
        follower: Option<&Follower>,
    ) -> Result<KnownToken, RepositoryError> {
        let state = self.state();
        let listed = state.tokens.get(name);
        Ok(KnownToken {
            listed: listed.is_some(),
            revoked: listed.is_some_and(|&(_, revoked)| revoked),
            subscriber: follower.and_then(|follower| state.subscriber(follower)).cloned(),
        })
    }

    fn revoke(&self, claims: &Claims, _: Timestamp) -> Result<(), RepositoryError> {
        self.state().tokens.insert(claims.name.clone(), (claims.expires, true));
        Ok(())
    }

    fn follow(&self, follower: &Follower, now: Timestamp) -> Result<Followed, RepositoryError> {
        let mut state = self.state();
        if let Some(known) = state.subscriber_mut(follower) {
            known.follows = true;
            return Ok(Followed::Known);
        }
        let follower = follower.clone();
        state.subscribers.push(Subscriber { follower, follows: true, since: now, left: None });
        Ok(Followed::New)
    }

    fn leave(&self, follower: &Follower, now: Timestamp) -> Result<(), RepositoryError> {
        let mut state = self.state();
        match state.subscriber_mut(follower) {
            Some(known) if known.follows => {
                known.follows = false;
                known.left = Some(now);
            }
            Some(_) => return Ok(()),
            None => state.subscribers.push(Subscriber {
                follower: follower.clone(),
                follows: false,
                since: now,
                left: Some(now),
            }),
        }
        state.captchas.retain(|(_, holder, _)| holder.follower() != Some(follower));
        Ok(())
    }

    fn subscriber(&self, follower: &Follower) -> Result<Option<Subscriber>, RepositoryError> {
        Ok(self.state().subscriber(follower).cloned())
    }

    fn subscribers(&self, slice: PageRequest) -> Result<SubscriberPage, RepositoryError> {
        let state = self.state();
        let following = state.subscribers.iter().filter(|known| known.follows).count();
        Ok(SubscriberPage {
            items: part(state.subscribers.iter().rev().cloned(), slice),
            total: state.subscribers.len() as u64,
            following: following as u64,
        })
    }

    fn forget_expired(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        let mut state = self.state();
        let before = state.captchas.len() + state.tokens.len();
        state.captchas.retain(|(_, _, captcha)| captcha.expires > now);
        state.tokens.retain(|_, (expires, _)| *expires > now);
        Ok((before - state.captchas.len() - state.tokens.len()) as u64)
    }
}

impl SubscriberTransfer for MemoryReadmore {
    fn import(&self, subscribers: Vec<Subscriber>) -> Result<ImportTally, RepositoryError> {
        let mut state = self.state();
        let tally = tally(&subscribers, |follower| state.subscriber(follower).is_some());
        for subscriber in subscribers {
            if state.subscriber(&subscriber.follower).is_none() {
                state.subscribers.push(subscriber);
            }
        }
        Ok(tally)
    }

    fn preview(&self, subscribers: &[Subscriber]) -> Result<ImportTally, RepositoryError> {
        let state = self.state();
        Ok(tally(subscribers, |follower| state.subscriber(follower).is_some()))
    }
}

impl BrowseRepository for MemoryReadmore {
    fn record(&self, read: &NewBrowse, now: Timestamp) -> Result<bool, RepositoryError> {
        let mut state = self.state();
        let since = now.plus_millis(-NewBrowse::REPEAT_MILLIS);
        let same =
            |known: &Browse| known.at > since && known.read.fingerprint() == read.fingerprint();
        if state.browses.iter().any(same) {
            return Ok(false);
        }
        let id = state.browses.last().map_or(1, |last| last.id + 1);
        state.browses.push(Browse { id, read: read.clone(), at: now });
        Ok(true)
    }

    fn browses(&self, query: &BrowseQuery) -> Result<BrowsePage, RepositoryError> {
        let state = self.state();
        let mut items: Vec<&Browse> =
            state.browses.iter().filter(|browse| browse.read.blog == query.blog).collect();
        items.sort_by(|one, other| in_order(query.order, one, other));
        if !query.ascending {
            items.reverse();
        }
        let total = items.len() as u64;
        Ok(BrowsePage { items: part(items.into_iter().cloned(), query.slice), total })
    }

    fn by_day(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<DayUnlocks>, RepositoryError> {
        let state = self.state();
        let of = state.browses.iter().filter(|browse| browse.read.blog == *blog);
        Ok(by_day(of.map(|browse| (browse.read.day, browse.read.unlock, 1)), days))
    }

    fn by_article(
        &self,
        blog: &BlogId,
        days: RangeInclusive<Day>,
        limit: usize,
    ) -> Result<Vec<ArticleUnlocks>, RepositoryError> {
        let state = self.state();
        let of = state.browses.iter().map(|browse| &browse.read);
        let of = of.filter(|read| read.blog == *blog && days.contains(&read.day));
        Ok(most_read(of.map(|read| (read.url.clone(), read.title.clone(), read.unlock, 1)), limit))
    }

    fn forget_before(&self, instant: Timestamp) -> Result<u64, RepositoryError> {
        let mut state = self.state();
        let before = state.browses.len();
        state.browses.retain(|browse| browse.at >= instant);
        Ok((before - state.browses.len()) as u64)
    }
}

fn in_order(order: BrowseOrder, one: &Browse, other: &Browse) -> std::cmp::Ordering {
    let probability =
        |browse: &Browse| browse.read.probability.map_or(0.0, crate::browse::Probability::get);
    let ordering = match order {
        BrowseOrder::Id => one.id.cmp(&other.id),
        BrowseOrder::Time => one.at.cmp(&other.at),
        BrowseOrder::Unlock => number(one.read.unlock).cmp(&number(other.read.unlock)),
        BrowseOrder::Probability => probability(one).total_cmp(&probability(other)),
        BrowseOrder::Url => one.read.url.cmp(&other.read.url),
        BrowseOrder::Title => one.read.title.cmp(&other.read.title),
    };
    ordering.then(one.id.cmp(&other.id))
}

fn number(unlock: Option<Unlock>) -> u8 {
    unlock.map_or(0, Unlock::number)
}

impl ArticleRepository for MemoryReadmore {
    fn put(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
        content: &ArticleContent,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        let name = (blog.clone(), path.clone());
        self.state().articles.insert(name, (content.clone(), now));
        Ok(())
    }

    fn content(
        &self,
        blog: &BlogId,
        path: &ArticlePath,
    ) -> Result<Option<ArticleContent>, RepositoryError> {
        let state = self.state();
        Ok(state.articles.get(&(blog.clone(), path.clone())).map(|(content, _)| content.clone()))
    }

    fn remove(&self, blog: &BlogId, path: &ArticlePath) -> Result<bool, RepositoryError> {
        Ok(self.state().articles.remove(&(blog.clone(), path.clone())).is_some())
    }

    fn articles(&self, blog: &BlogId) -> Result<Vec<ArticleInfo>, RepositoryError> {
        let state = self.state();
        let of = state.articles.iter().filter(|((of, _), _)| of == blog);
        let info = of.map(|((_, path), (content, updated))| ArticleInfo {
            path: path.clone(),
            bytes: content.as_str().len() as u64,
            updated: *updated,
        });
        Ok(info.collect())
    }
}

fn part<T>(items: impl Iterator<Item = T>, slice: PageRequest) -> Vec<T> {
    let offset = usize::try_from(slice.offset()).unwrap_or(usize::MAX);
    items.skip(offset).take(slice.size() as usize).collect()
}
