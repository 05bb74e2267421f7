//! Rows as servers would have written them, many at once.

use anyhow::{Context as _, ensure};

use crate::inkstone::Database;

/// Comments on a generated page: twenty roots, and thirty answers to them.
pub(crate) const PAGE_COMMENTS: usize = 50;

/// Pages that loads like and visit; see `other_page` in `lua/common.lua`.
const OTHER_PAGES: usize = 1_000;

/// How many generated pages there are.
pub(crate) fn pages(database: &Database) -> anyhow::Result<usize> {
    let query = "SELECT count(*) FROM comment_pages WHERE slug_key LIKE '/generated/%'";
    database.query(query)?.parse().context("a number of pages")
}

/// Brings the generated pages, full of comments, to `wanted`. No server may be writing.
pub(crate) fn comments(database: &Database, wanted: usize) -> anyhow::Result<()> {
    let first = pages(database)?;
    if wanted <= first {
        return Ok(());
    }
    // A page has the rows k = 0 … 49: the first twenty are roots, each other answers one of them.
    let statement = format!(
        "BEGIN;
        INSERT INTO comment_pages (site_id, slug_key, slug_path, url_key, roots, shown, approved)
        SELECT '', '/generated/' || p, NULL, 'https://blog.example/generated/' || p,
            20, {PAGE_COMMENTS}, {PAGE_COMMENTS}
        FROM generate_series({first}, {last}) AS p;
        INSERT INTO comments (id, created, page_id, root_id, parent_id, shown, site_id, post_slug,
            post_url, name, email, content_text, content_html, likes, priority, status,
            admin_verified, ip_address, ua, os, browser, device)
        SELECT page.base + k, 1700000000000 + (page.base + k) * 1000, page.id,
            CASE WHEN k >= 20 THEN page.base + k % 20 END,
            CASE WHEN k >= 20 THEN page.base + k % 20 END,
            TRUE, '', '/generated/' || p || '/', 'https://blog.example/generated/' || p || '/',
            'Reader ' || k, 'reader' || k || '@mail.example', text, '<p>' || text || '</p>',
            0, 1, 'approved', FALSE, '192.0.2.1',
            'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
            'Linux', 'Firefox 145', 'Desktop'
        FROM generate_series({first}, {last}) AS p
        CROSS JOIN LATERAL (
            SELECT id, (SELECT coalesce(max(id), 0) + 1 FROM comments)
                + (p - {first}) * {PAGE_COMMENTS} AS base
            FROM comment_pages WHERE slug_key = '/generated/' || p
        ) AS page
        CROSS JOIN generate_series(0, {PAGE_COMMENTS} - 1) AS k
        CROSS JOIN (SELECT repeat('A comment of an ordinary length, written by nobody. ', 3)) AS t (text);
        SELECT setval(pg_get_serial_sequence('comments', 'id'), max(id)) FROM comments;
        COMMIT;
        ANALYZE comments; ANALYZE comment_pages;",
        last = wanted - 1,
    );
    database.query(&statement).map(drop)
}

/// Adds visitors who have been seen, and each of whom likes a page and has visited one.
pub(crate) fn visitors(database: &Database, count: usize) -> anyhow::Result<()> {
    let statement = format!(
        "BEGIN;
        INSERT INTO statistic_visitors SELECT md5('generated ' || n) FROM generate_series(1, {count}) AS n
            ON CONFLICT DO NOTHING;
        INSERT INTO statistic_visitor_total SELECT 1, count(*) FROM statistic_visitors
            ON CONFLICT (id) DO UPDATE SET visitors = excluded.visitors;
        INSERT INTO page_likes (site_id, page_slug, slug_key, url_key, origin, user_id, created_at)
        SELECT '', page || '/', page, 'https://blog.example' || page, 'https://blog.example',
            'generated ' || n, 1700000000000 + n
        FROM generate_series(1, {count}) AS n
        CROSS JOIN LATERAL (SELECT '/other/' || n % {OTHER_PAGES}) AS p (page)
            ON CONFLICT DO NOTHING;
        DELETE FROM page_like_totals;
        INSERT INTO page_like_totals
        SELECT site_id, slug_key, url_key, origin, FALSE, count(*) FROM page_likes
            GROUP BY site_id, slug_key, url_key, origin;
        INSERT INTO page_stats (site_id, post_slug, slug_key, pv, created_at, updated_at)
        SELECT '', page || '/', page, {visits}, 1700000000000, 1700000000000
        FROM generate_series(0, {OTHER_PAGES} - 1) AS n
        CROSS JOIN LATERAL (SELECT '/other/' || n) AS p (page)
            ON CONFLICT (slug_key, site_id) DO UPDATE SET pv = page_stats.pv + excluded.pv;
        INSERT INTO page_visit_daily (date, site_id, domain, count, created_at, updated_at)
        VALUES ('2023-11-14', '', 'blog.example', {visits} * {OTHER_PAGES}, 1700000000000,
            1700000000000)
            ON CONFLICT (date, site_id, domain)
            DO UPDATE SET count = page_visit_daily.count + excluded.count;
        COMMIT;
        ANALYZE page_likes; ANALYZE page_like_totals; ANALYZE page_stats;",
        visits = count / OTHER_PAGES,
    );
    database.query(&statement).map(drop)
}

/// The kept totals that differ from what they stand for; empty when all are right.
pub(crate) fn wrong_totals(database: &Database) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (name, query) in [
        (
            "comment_pages",
            "SELECT count(*) FROM comment_pages p LEFT JOIN (
                SELECT page_id, count(*) FILTER (WHERE shown AND root_id IS NULL) AS roots,
                    count(*) FILTER (WHERE shown) AS shown,
                    count(*) FILTER (WHERE status = 'approved') AS approved
                FROM comments GROUP BY page_id
            ) AS c ON c.page_id = p.id
            WHERE (p.roots, p.shown, p.approved)
                IS DISTINCT FROM (coalesce(c.roots, 0), coalesce(c.shown, 0), coalesce(c.approved, 0))",
        ),
        (
            "page_like_totals",
            "SELECT count(*) FROM page_like_totals FULL JOIN (
                SELECT site_id, slug_key, url_key, count(*) AS given FROM page_likes GROUP BY 1, 2, 3
            ) AS g USING (site_id, slug_key, url_key) WHERE likes IS DISTINCT FROM given",
        ),
        (
            "page_visit_daily",
            "SELECT 1 WHERE (SELECT coalesce(sum(count), 0) FROM page_visit_daily)
                <> (SELECT coalesce(sum(pv), 0) FROM page_stats)",
        ),
    ] {
        let found = database.query(query)?;
        ensure!(found.lines().count() <= 1, "one number: {found}");
        if !["", "0"].contains(&&*found) {
            wrong.push(name.to_owned());
        }
    }
    Ok(wrong)
}
