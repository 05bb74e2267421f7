//! Everything out.

use diesel::prelude::*;
use inkstone_fields::Field;
use inkstone_friends::Friend;
use inkstone_notifications::Notice;
use inkstone_settings::QEXO_NAMES;
use inkstone_talks::ExportedTalk;

use crate::{
    connection::AnyConnection,
    fields, friends, inbox,
    schema::{settings, statistic_pages, statistic_sites, statistic_visitors},
    talks,
};

/// One row on its way to a Qexo installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// A setting under Qexo's name, and its content, which may be a secret.
    Setting(String, String),
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
    rows.into_iter().for_each(|(name, content)| each(Exported::Setting(name, content)));
    friends::transfer::all(connection)?
        .into_iter()
        .for_each(|friend| each(Exported::Friend(friend)));
    inbox::all(connection)?.into_iter().for_each(|notice| each(Exported::Notice(notice)));
    fields::all(connection)?.into_iter().for_each(|field| each(Exported::Field(field)));
    let visitors: Vec<String> = statistic_visitors::table
        .order(statistic_visitors::visitor)
        .select(statistic_visitors::visitor)
        .load(connection)?;
    visitors.into_iter().for_each(|visitor| each(Exported::Visitor(visitor)));
    let mut views = |rows: Vec<(String, i64)>| {
        rows.into_iter().for_each(|(key, views)| each(Exported::Views(key, views.unsigned_abs())));
    };
    views(statistic_pages::table.order(statistic_pages::page).load(connection)?);
    views(statistic_sites::table.order(statistic_sites::site).load(connection)?);
    talks::transfer::export(connection, &mut |talk| each(Exported::Talk(talk)))
}
