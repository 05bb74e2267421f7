-- Whether somebody is still to be told of a notice. What was stored before, and what is imported,
-- is no news.
ALTER TABLE inbox ADD COLUMN news BOOLEAN NOT NULL DEFAULT FALSE;

-- It is looked for every second, and there is little of it.
CREATE INDEX inbox_news ON inbox (id) WHERE news;
