//! Records of images: every one has a second of its own.

use diesel::{delete, insert_into, prelude::*, result::Error};
use inkstone_media::{Image, ImageId, ImageRepository, ImageUrl, NewImage, Removal, Size, Title};
use inkstone_vocab::{ImportCounts, ImportMode, RepositoryError, Timestamp, merge_named};

use crate::{Store, connection::AnyConnection, schema::images};

/// How many seconds are looked at in one statement.
const STEP: usize = 64;

/// How many rows a statement writes; the databases bind about 32 000 values at most.
const CHUNK: usize = 500;

impl ImageRepository for Store {
    fn all(&self) -> Result<Vec<Image>, RepositoryError> {
        self.read(|connection| {
            let mut images = oldest_first(connection)?;
            images.reverse();
            Ok(images)
        })
    }

    fn find(&self, id: &ImageId) -> Result<Option<Image>, RepositoryError> {
        self.read(|connection| {
            let named = images::table.filter(images::time.eq(id.as_str()));
            let row: Option<ImageRow> = named.first(connection).optional()?;
            row.map(ImageRow::into_image).transpose()
        })
    }

    fn add(&self, new: &NewImage, at: Timestamp) -> Result<Image, RepositoryError> {
        let new = new.clone();
        self.write(move |connection| add(connection, &new, at))
    }

    fn remove(&self, id: &ImageId) -> Result<bool, RepositoryError> {
        let id = id.clone();
        self.write(move |connection| {
            let named = images::table.filter(images::time.eq(id.as_str()));
            Ok(delete(named).execute(connection)? > 0)
        })
    }

    fn import(
        &self,
        images: Vec<Image>,
        mode: ImportMode,
    ) -> Result<ImportCounts, RepositoryError> {
        self.write(move |connection| import(connection, &images, mode))
    }
}

/// All images in their order, from the first to the latest.
pub(crate) fn oldest_first(connection: &mut AnyConnection) -> QueryResult<Vec<Image>> {
    let rows: Vec<ImageRow> =
        images::table.order((images::position, images::id)).load(connection)?;
    rows.into_iter().map(ImageRow::into_image).collect()
}

/// Stores all of `imported`, in the transaction of `connection`. There are so few that all are
/// written again.
pub(crate) fn import(
    connection: &mut AnyConnection,
    imported: &[Image],
    mode: ImportMode,
) -> QueryResult<ImportCounts> {
    connection.lock("images")?;
    let rows: Vec<ImageRow> = images::table.order(images::id).load(connection)?;
    let stored: Vec<Image> =
        rows.into_iter().map(ImageRow::into_image).collect::<QueryResult<_>>()?;
    let (merged, counts) = merge_named(stored, imported.to_vec(), mode);
    delete(images::table).execute(connection)?;
    for chunk in merged.chunks(CHUNK) {
        let rows: Vec<NewImageRow<'_>> = chunk.iter().map(NewImageRow::new).collect();
        connection.execute_native(insert_into(images::table).values(&rows))?;
    }
    Ok(counts)
}

fn add(connection: &mut AnyConnection, new: &NewImage, at: Timestamp) -> QueryResult<Image> {
    loop {
        let image = new.clone().under(free(connection, at)?);
        let added = connection.execute_native(
            insert_into(images::table).values(&NewImageRow::new(&image)).on_conflict_do_nothing(),
        )?;
        // Otherwise somebody else took the second meanwhile, and the next look sees that.
        if added > 0 {
            return Ok(image);
        }
    }
}

fn free(connection: &mut AnyConnection, at: Timestamp) -> QueryResult<ImageId> {
    let mut candidates = ImageId::candidates(at);
    loop {
        let some: Vec<ImageId> = candidates.by_ref().take(STEP).collect();
        let taken: Vec<String> = images::table
            .filter(images::time.eq_any(some.iter().map(ImageId::as_str)))
            .select(images::time)
            .load(connection)?;
        let free = |id: &ImageId| !taken.iter().any(|taken| taken == id.as_str());
        if let Some(id) = some.into_iter().find(free) {
            return Ok(id);
        }
    }
}

/// All columns of `images`, in order.
#[derive(Queryable)]
struct ImageRow {
    _id: i64,
    time: String,
    _position: i64,
    name: String,
    url: String,
    size: String,
    media_type: String,
    removal: String,
}

impl ImageRow {
    fn into_image(self) -> QueryResult<Image> {
        Ok(Image {
            id: known(ImageId::parse(&self.time), "time of an image")?,
            name: known(Title::parse(&self.name), "name of an image")?,
            url: known(ImageUrl::parse(&self.url), "address of an image")?,
            size: known(Size::parse(&self.size), "size of an image")?,
            media_type: self.media_type,
            removal: known(Removal::parse(&self.removal), "removal of an image")?,
        })
    }
}

/// A row of `images` without its number.
#[derive(Insertable)]
#[diesel(table_name = images)]
struct NewImageRow<'a> {
    time: &'a str,
    position: i64,
    name: &'a str,
    url: &'a str,
    size: &'a str,
    media_type: &'a str,
    removal: &'a str,
}

impl<'a> NewImageRow<'a> {
    fn new(image: &'a Image) -> Self {
        Self {
            time: image.id.as_str(),
            position: image.id.position(),
            name: image.name.as_str(),
            url: image.url.as_str(),
            size: image.size.as_str(),
            media_type: &image.media_type,
            removal: image.removal.as_str(),
        }
    }
}

fn known<T>(value: Option<T>, what: &str) -> QueryResult<T> {
    value.ok_or_else(|| Error::DeserializationError(format!("invalid {what}").into()))
}
