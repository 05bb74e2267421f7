//! The counters of a page that reports itself by its address (contract qexo, section 8): views of
//! the page, views of its site, and how many visitors there ever were.

mod domains;
mod referrer;
mod views;

use std::sync::Arc;

use inkstone_vocab::{RepositoryError, VisitorId};

pub use domains::DomainList;
pub use referrer::Referrer;
pub use views::Views;

use crate::{error::StatsError, service::Stats};

/// What the counters say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Views of all pages of the site.
    pub site_views: u64,
    /// Views of the page.
    pub page_views: u64,
    /// Visitors ever, over all sites.
    pub visitors: u64,
}

/// Where the counters are kept.
///
/// Every method is atomic. It fails only when the store cannot answer. The laws are in the
/// `contract` module (feature `testing`).
pub trait StatisticRepository: Send + Sync {
    /// Counts one view of the page and of its site, and the visitor unless known; what the
    /// counters say then, this view included. Of several views at once none is lost.
    fn hit(&self, page: &Referrer, visitor: &VisitorId) -> Result<Hits, RepositoryError>;

    /// What the counters say.
    fn hits(&self, page: &Referrer) -> Result<Hits, RepositoryError>;
}

impl<R: StatisticRepository + ?Sized> StatisticRepository for Arc<R> {
    fn hit(&self, page: &Referrer, visitor: &VisitorId) -> Result<Hits, RepositoryError> {
        (**self).hit(page, visitor)
    }

    fn hits(&self, page: &Referrer) -> Result<Hits, RepositoryError> {
        (**self).hits(page)
    }
}

impl<R: StatisticRepository> Stats<R> {
    /// Counts one view, and tells the counters after it.
    pub fn hit(&self, page: &Referrer, visitor: &VisitorId) -> Result<Hits, StatsError> {
        Ok(self.repository.hit(page, visitor)?)
    }

    /// The counters as they are.
    pub fn hits(&self, page: &Referrer) -> Result<Hits, StatsError> {
        Ok(self.repository.hits(page)?)
    }
}
