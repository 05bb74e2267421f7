-- Short posts of the owner.
CREATE TABLE talks (
  number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, -- a UUID
  content TEXT NOT NULL,
  tags TEXT NOT NULL, -- a JSON array of texts
  extra TEXT NOT NULL, -- a JSON object
  time BIGINT NOT NULL, -- whole seconds, which is what clients see
  likes BIGINT NOT NULL -- how many rows of talk_likes
);
CREATE INDEX talks_in_order ON talks (time, number);

-- Who likes what: keyed hashes, never addresses.
CREATE TABLE talk_likes (
  talk BIGINT NOT NULL REFERENCES talks (number) ON DELETE CASCADE,
  visitor TEXT NOT NULL,
  PRIMARY KEY (talk, visitor)
);

-- How many talks there are, so that no page counts them.
CREATE TABLE talk_totals (
  name TEXT NOT NULL PRIMARY KEY,
  talks BIGINT NOT NULL
);
INSERT INTO talk_totals (name, talks) VALUES ('all', 0);
