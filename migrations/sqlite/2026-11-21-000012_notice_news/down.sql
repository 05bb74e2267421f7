DROP INDEX inbox_news;
ALTER TABLE inbox DROP COLUMN news;
