//! Everything of a backup at once.

use inkstone_comments::{Imported, ImportedComment};
use inkstone_settings::Change;
use inkstone_stats::{ImportedRecords, Records};
use inkstone_vocab::RepositoryError;

use crate::{Store, comments, settings, stats};

impl Store {
    /// Stores comments, settings and statistics, all of them or none; what it did with comments
    /// and statistics.
    pub fn restore(
        &self,
        comments: Vec<ImportedComment>,
        settings: Vec<Change>,
        records: Records,
    ) -> Result<(Imported, ImportedRecords), RepositoryError> {
        self.write(move |connection| {
            settings::save(connection, &settings)?;
            let records = stats::transfer::import(connection, &records)?;
            Ok((comments::transfer::import(connection, &comments)?, records))
        })
    }
}
