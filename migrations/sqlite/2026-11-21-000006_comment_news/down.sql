DROP TABLE comment_news;
ALTER TABLE comments DROP COLUMN announced;
