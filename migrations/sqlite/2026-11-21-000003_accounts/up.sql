CREATE TABLE accounts (
  name TEXT NOT NULL PRIMARY KEY,
  password_hash TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
  opened_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
  name TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

-- Tries to guess a secret; `client` is a keyed hash.
CREATE TABLE throttles (
  purpose TEXT NOT NULL,
  client TEXT NOT NULL,
  tries INTEGER NOT NULL,
  locked BOOLEAN NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (purpose, client)
);
CREATE INDEX throttles_by_expiry ON throttles (expires_at);
