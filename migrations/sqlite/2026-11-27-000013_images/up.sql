-- Images that were uploaded; the files are with their hosts. `time` names an image: seconds since the
-- epoch as text, for imported ones have fractions that must stay as they are.
CREATE TABLE images (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  time TEXT NOT NULL UNIQUE,
  position BIGINT NOT NULL, -- `time` in billionths of a second, by which images are listed
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  size TEXT NOT NULL, -- bytes in decimal digits; imported ones may say anything
  media_type TEXT NOT NULL,
  removal TEXT NOT NULL -- JSON: what the host needs to know to delete the file
);
CREATE INDEX images_in_order ON images (position, id);
