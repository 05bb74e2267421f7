//! An application together with what the owner is told of it.

use inkstone_friends::{Application, Applied};
use inkstone_vocab::{RepositoryError, Timestamp};

use super::apply;
use crate::{Store, inbox};

impl Store {
    /// Lets an application wait as
    /// [`FriendRepository::apply`](inkstone_friends::FriendRepository::apply) does. Of a new one the
    /// owner's inbox has a notice with this label and content: both are stored, or neither.
    pub fn apply_with_notice(
        &self,
        application: &Application,
        label: &str,
        content: &str,
        at: Timestamp,
    ) -> Result<Option<Applied>, RepositoryError> {
        let application = application.clone();
        let (label, content) = (label.to_owned(), content.to_owned());
        self.write(move |connection| {
            let applied = apply(connection, &application, at)?;
            if let Some(Applied::New(_)) = applied {
                inbox::add(connection, &label, &content, at)?;
            }
            Ok(applied)
        })
    }
}
