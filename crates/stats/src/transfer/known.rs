//! What an import does with each record: the part that all repositories have in common.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use inkstone_vocab::{Day, ImportTally, SiteId, VisitorId};

use super::{ImportedRecords, Records};

/// What is stored of the pages, days and likes that an import is about; more does not matter.
#[derive(Clone, Debug, Default)]
pub struct KnownRecords {
    /// The views of pages, by site and key.
    pub pages: HashMap<(SiteId, String), u64>,
    /// Days, by site and domain.
    pub days: HashSet<(Day, SiteId, Option<String>)>,
    /// Likes, by site, page key and visitor.
    pub likes: HashSet<(SiteId, String, VisitorId)>,
}

impl KnownRecords {
    /// What becomes of `records`, in their order.
    pub fn tally(mut self, records: &Records) -> ImportedRecords {
        let mut done = ImportedRecords::default();
        for page in &records.pages {
            let key = (page.site.clone(), page.slug.key().to_owned());
            replaced(&mut done.pages, self.pages.insert(key, page.views).is_some());
        }
        for day in &records.days {
            let key = (day.day, day.site.clone(), day.domain.clone());
            replaced(&mut done.days, !self.days.insert(key));
        }
        for like in &records.likes {
            let key = (like.site.clone(), like.slug.key().to_owned(), like.visitor.clone());
            if self.likes.insert(key) {
                done.likes.inserted += 1;
            } else {
                done.likes.known += 1;
            }
        }
        for count in &records.counts {
            let views = self.pages.entry((count.site.clone(), count.slug.key().to_owned()));
            match views {
                Entry::Occupied(known) if *known.get() >= count.views => {
                    done.counts.known += 1;
                }
                Entry::Occupied(mut known) => {
                    known.insert(count.views);
                    done.counts.updated += 1;
                }
                Entry::Vacant(new) => {
                    new.insert(count.views);
                    done.counts.inserted += 1;
                }
            }
        }
        done
    }
}

fn replaced(tally: &mut ImportTally, stored: bool) {
    if stored {
        tally.updated += 1;
    } else {
        tally.inserted += 1;
    }
}
