//! Everything that moves between a Qexo installation and this one, at once.

mod export;
mod import;
mod source;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use diesel::result::Error;
use inkstone_fields::Field;
use inkstone_friends::Friend;
use inkstone_media::Image;
use inkstone_notifications::Notice;
use inkstone_settings::Change;
use inkstone_stats::Views;
use inkstone_talks::TalkRecord;
use inkstone_vocab::{ImportMode, RepositoryError, VisitorId};

pub use self::{
    export::Exported,
    source::{Cell, SourceError, is_sqlite, read_sqlite},
};
use crate::{Store, connection::AnyConnection};

/// What comes from a Qexo installation. `None` leaves what is there of a kind as it is.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// Settings under Qexo's names. Replacing removes the others, but never the token: without
    /// it nobody could call the API.
    pub settings: Option<Vec<Change>>,
    /// Uploaded images.
    pub images: Option<Vec<Image>>,
    /// Links to other sites.
    pub friends: Option<Vec<Friend>>,
    /// The owner's inbox.
    pub notices: Option<Vec<Notice>>,
    /// Custom fields, at most one of each name.
    pub fields: Option<Vec<Field>>,
    /// Who was ever there.
    pub visitors: Option<BTreeSet<VisitorId>>,
    /// How often pages and sites were viewed. Merging keeps the larger number, so that importing
    /// twice counts nothing twice.
    pub views: Option<Views>,
    /// Short posts.
    pub talks: Option<Vec<TalkRecord>>,
}

/// How many rows of one kind an import has changed.
pub use inkstone_vocab::ImportCounts as Moved;

/// What an import has changed; `None` where it brought nothing of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Settings.
    pub settings: Option<Moved>,
    /// Uploaded images.
    pub images: Option<Moved>,
    /// Links to other sites.
    pub friends: Option<Moved>,
    /// Notices in the owner's inbox.
    pub notices: Option<Moved>,
    /// Custom fields.
    pub fields: Option<Moved>,
    /// Visitors.
    pub visitors: Option<Moved>,
    /// Counters of pages and sites.
    pub views: Option<Moved>,
    /// Short posts.
    pub talks: Option<Moved>,
}

impl Store {
    /// Stores all of `contents` or nothing.
    pub fn import_qexo(
        &self,
        contents: Contents,
        mode: ImportMode,
    ) -> Result<Imported, RepositoryError> {
        self.write(move |connection| import::import(connection, &contents, mode))
    }

    /// What [`import_qexo`](Self::import_qexo) would change. It is done and taken back, so that
    /// the answer is right whatever is stored; meanwhile nobody else writes.
    pub fn rehearse_qexo(
        &self,
        contents: Contents,
        mode: ImportMode,
    ) -> Result<Imported, RepositoryError> {
        let told = Arc::new(Mutex::new(None));
        let teller = Arc::clone(&told);
        let rehearsal = move |connection: &mut AnyConnection| {
            let imported = import::import(connection, &contents, mode)?;
            *teller.lock().unwrap_or_else(PoisonError::into_inner) = Some(imported);
            Err::<(), _>(Error::RollbackTransaction)
        };
        let undone = self.write(rehearsal);
        let imported = *told.lock().unwrap_or_else(PoisonError::into_inner);
        match (imported, undone) {
            (Some(imported), Err(_)) => Ok(imported),
            (None, Err(error)) => Err(error),
            (_, Ok(())) => Err(RepositoryError::Backend("a rehearsal was not undone".into())),
        }
    }

    /// Hands over everything as of one moment, kind by kind in the order of [`Exported`].
    pub fn export_qexo(&self, each: &mut dyn FnMut(Exported)) -> Result<(), RepositoryError> {
        self.read_snapshot(|connection| export::export(connection, each))
    }
}
