//! The numbers of comments: which are used, and which come next. Here the backends differ.

use diesel::{connection::SimpleConnection, prelude::*, sql_query, sql_types::BigInt};

use crate::connection::AnyConnection;

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// Lets nobody else write comments until the transaction ends.
pub(super) fn lock(connection: &mut AnyConnection) -> QueryResult<()> {
    // In the order in which everybody locks them.
    connection.lock("comment_pages, comments")
}

/// The greatest number that was ever used.
pub(super) fn last(connection: &mut AnyConnection) -> QueryResult<i64> {
    let query = match connection {
        AnyConnection::Sqlite(_) => {
            "SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'comments'"
        }
        AnyConnection::Postgres(_) => {
            // A sequence that was never used says 1, which is free.
            "SELECT greatest(\
             (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM comments_id_seq), \
             (SELECT coalesce(max(id), 0) FROM comments)) AS last"
        }
    };
    Ok(sql_query(query).get_result::<Last>(connection)?.last)
}

/// Makes the next number greater than all that are used.
pub(super) fn advance(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        // It has noticed.
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(connection) => connection.batch_execute(
            "SELECT setval('comments_id_seq', max(id)) FROM comments HAVING max(id) > \
             (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM comments_id_seq)",
        ),
    }
}
