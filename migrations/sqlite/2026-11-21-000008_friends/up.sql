-- Links to the sites of friends. `time` names a friend: seconds since the epoch as text, for imported
-- ones have fractions that must stay as they are.
CREATE TABLE friends (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  time TEXT NOT NULL UNIQUE,
  position BIGINT NOT NULL, -- `time` in billionths of a second, by which friends are listed
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  image TEXT NOT NULL,
  description TEXT NOT NULL,
  shown BOOLEAN NOT NULL,
  -- While a stranger's application waits for the owner: the SHA-256 of its address, so that one
  -- waits for each.
  application TEXT UNIQUE
);
CREATE INDEX friends_in_order ON friends (shown, position, id);
