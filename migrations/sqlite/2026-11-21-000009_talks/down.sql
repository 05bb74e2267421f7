DROP TABLE talk_totals;
DROP TABLE talk_likes;
DROP TABLE talks;
