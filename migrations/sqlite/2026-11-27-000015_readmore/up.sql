-- Codes that unlock articles, each once. The openids are there when a follower holds the code, the
-- client (a keyed hash of an address) when somebody else does.
CREATE TABLE readmore_captchas (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  blog TEXT NOT NULL,
  code TEXT NOT NULL, -- digits
  person TEXT,
  account TEXT,
  client TEXT,
  expires_at BIGINT NOT NULL,
  UNIQUE (blog, code),
  CHECK ((person IS NULL) = (account IS NULL) AND (person IS NULL) <> (client IS NULL))
);
CREATE INDEX readmore_captchas_expiring ON readmore_captchas (blog, expires_at);
CREATE INDEX readmore_captchas_of_clients ON readmore_captchas (client);
CREATE INDEX readmore_captchas_of_followers ON readmore_captchas (person, account);

-- Tokens that were given or revoked, by their names; never the tokens.
CREATE TABLE readmore_tokens (
  name TEXT NOT NULL PRIMARY KEY,
  blog TEXT NOT NULL,
  person TEXT,
  account TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX readmore_tokens_expiring ON readmore_tokens (expires_at);

-- Who follows an account, or did. left_at: when they left last; it is never forgotten.
CREATE TABLE readmore_subscribers (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  person TEXT NOT NULL,
  account TEXT NOT NULL,
  follows BOOLEAN NOT NULL,
  since BIGINT NOT NULL,
  left_at BIGINT,
  UNIQUE (person, account)
);

-- What was read, for the owner: the one table here with addresses in clear.
CREATE TABLE readmore_browses (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  blog TEXT NOT NULL,
  probability DOUBLE PRECISION NOT NULL, -- 0: unknown
  unlock INTEGER NOT NULL CHECK (unlock BETWEEN 0 AND 4), -- 0: unknown
  ip TEXT NOT NULL,
  agent TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  day TEXT NOT NULL, -- the owner's day
  read_at BIGINT NOT NULL,
  fingerprint TEXT NOT NULL, -- equal where what was read repeats itself …
  slot BIGINT NOT NULL, -- … within this span of time
  UNIQUE (fingerprint, slot)
);
CREATE INDEX readmore_browses_by_time ON readmore_browses (blog, read_at);
CREATE INDEX readmore_browses_by_day ON readmore_browses (blog, day);
CREATE INDEX readmore_browses_old ON readmore_browses (read_at);

-- The remainders of articles that only readers with a token get.
CREATE TABLE readmore_articles (
  blog TEXT NOT NULL,
  path TEXT NOT NULL,
  content TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (blog, path)
);
