-- Whether people were, or are to be, told that a comment is approved. It happens once; what was
-- stored before counts as told of, so that nothing old is announced.
ALTER TABLE comments ADD COLUMN announced BOOLEAN NOT NULL DEFAULT TRUE;

-- What people are to be told of, until somebody has. Comments are not referred to by a constraint:
-- every comment would pay for it.
CREATE TABLE comment_news (
  number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  comment_id BIGINT NOT NULL,
  posted BOOLEAN NOT NULL,
  approved BOOLEAN NOT NULL
);
