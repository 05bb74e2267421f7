//! Everything out.

use diesel::prelude::*;
use inkstone_fields::Field;
use inkstone_friends::Friend;
use inkstone_media::Image;
use inkstone_notifications::Notice;
use inkstone_settings::QEXO_NAMES;
use inkstone_talks::ExportedTalk;

use crate::{
    connection::AnyConnection,
    fields, friends, images, inbox,
    schema::{settings, statistic_pages, statistic_sites, statistic_visitors},
    talks,
};

/// One row on its way to a Qexo installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// A setting under Qexo's name, and its content, which may be a secret.
    Setting(String, String),
    /// An uploaded image.
    Image(Image),
    /// A link to another site.
    Friend(Friend),
    /// A notice in the owner's inbox.
    Notice(Notice),
    /// A custom field.
    Field(Field),
    /// The keyed hash that stands for a visitor.
    Visitor(String),
    /// The address of a page or a site, without a scheme, and how often it was viewed.
    Views(String, u64),
    /// A short post.
    Talk(ExportedTalk),
}

/// Hands over all rows, of the state that `connection` sees.
pub(super) fn export(
    connection: &mut AnyConnection,
    each: &mut dyn FnMut(Exported),
) -> QueryResult<()> {
    let rows: Vec<(String, String)> = settings::table
        .filter(settings::key.eq_any(QEXO_NAMES))
        .order(settings::key)
        .load(connection)?;
    for (name, content) in rows {
        each(Exported::Setting(name, content));
    }
    for image in images::oldest_first(connection)? {
        each(Exported::Image(image));
    }
    for friend in friends::transfer::all(connection)? {
        each(Exported::Friend(friend));
    }
    for notice in inbox::all(connection)? {
        each(Exported::Notice(notice));
    }
    for field in fields::all(connection)? {
        each(Exported::Field(field));
    }
    let visitors: Vec<String> = statistic_visitors::table
        .order(statistic_visitors::visitor)
        .select(statistic_visitors::visitor)
        .load(connection)?;
    for visitor in visitors {
        each(Exported::Visitor(visitor));
    }
    let pages: Vec<(String, i64)> =
        statistic_pages::table.order(statistic_pages::page).load(connection)?;
    let sites: Vec<(String, i64)> =
        statistic_sites::table.order(statistic_sites::site).load(connection)?;
    for (key, views) in pages.into_iter().chain(sites) {
        each(Exported::Views(key, views.unsigned_abs()));
    }
    talks::transfer::export(connection, &mut |talk| each(Exported::Talk(talk)))
}
