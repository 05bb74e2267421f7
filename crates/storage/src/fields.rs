//! Custom fields: a row for each name.

use diesel::{OptionalExtension as _, delete, insert_into, prelude::*, result::Error};
use inkstone_fields::{Content, Field, FieldError, FieldName, FieldRepository};
use inkstone_vocab::RepositoryError;

use crate::{Store, connection::AnyConnection, schema::fields};

impl FieldRepository for Store {
    fn find(&self, name: &FieldName) -> Result<Option<Content>, RepositoryError> {
        let row: Option<String> = self.read(|connection| {
            let row = fields::table.find(name.as_str()).select(fields::content);
            row.first(connection).optional()
        })?;
        row.as_deref().map(Content::parse).transpose().map_err(corrupt)
    }

    fn put(&self, field: &Field) -> Result<(), RepositoryError> {
        let name = field.name.as_str().to_owned();
        let content = field.content.as_str().to_owned();
        self.write(move |connection| {
            connection
                .execute_native(
                    insert_into(fields::table)
                        .values((fields::name.eq(&name), fields::content.eq(&content)))
                        .on_conflict(fields::name)
                        .do_update()
                        .set(fields::content.eq(&content)),
                )
                .map(drop)
        })
    }

    fn remove(&self, name: &FieldName) -> Result<bool, RepositoryError> {
        let name = name.as_str().to_owned();
        self.write(move |connection| Ok(delete(fields::table.find(&name)).execute(connection)? > 0))
    }

    fn list(&self) -> Result<Vec<Field>, RepositoryError> {
        self.read(all)
    }
}

/// All fields by name.
pub(crate) fn all(connection: &mut AnyConnection) -> QueryResult<Vec<Field>> {
    let rows: Vec<(String, String)> = fields::table.load(connection)?;
    let mut list = rows
        .into_iter()
        .map(|(name, content)| {
            Ok(Field { name: FieldName::parse(&name)?, content: Content::parse(&content)? })
        })
        .collect::<Result<Vec<Field>, FieldError>>()
        .map_err(|error| Error::DeserializationError(error.into()))?;
    // The databases have an order of texts of their own.
    list.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(list)
}

fn corrupt(error: FieldError) -> RepositoryError {
    RepositoryError::Corrupt(error.into())
}
