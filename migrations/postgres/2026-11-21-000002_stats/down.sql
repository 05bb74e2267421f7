DROP TABLE page_like_totals;
DROP TABLE page_likes;
DROP TABLE page_visit_daily;
DROP TABLE page_stats;
