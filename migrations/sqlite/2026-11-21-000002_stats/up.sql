CREATE TABLE page_stats (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  site_id TEXT NOT NULL,
  post_slug TEXT NOT NULL,
  slug_key TEXT NOT NULL,
  slug_path TEXT,
  url_key TEXT,
  post_title TEXT,
  post_url TEXT,
  pv BIGINT NOT NULL,
  last_visit_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (slug_key, site_id)
);
CREATE INDEX page_stats_by_path ON page_stats (slug_path);

CREATE TABLE page_visit_daily (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  date TEXT NOT NULL,
  site_id TEXT NOT NULL,
  domain TEXT NOT NULL, -- '' when unknown, so that the key below is unique
  count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (date, site_id, domain)
);

CREATE TABLE page_likes (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  site_id TEXT NOT NULL,
  page_slug TEXT NOT NULL,
  slug_key TEXT NOT NULL,
  url_key TEXT NOT NULL, -- '' when unknown
  origin TEXT NOT NULL, -- '' when unknown
  user_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (site_id, slug_key, user_id)
);

-- How many likes were given under a key and address, so that a page with one of each never counts.
CREATE TABLE page_like_totals (
  site_id TEXT NOT NULL,
  slug_key TEXT NOT NULL,
  url_key TEXT NOT NULL,
  origin TEXT NOT NULL,
  custom BOOLEAN NOT NULL, -- neither an address nor a path
  likes BIGINT NOT NULL,
  PRIMARY KEY (site_id, slug_key, url_key)
);
CREATE INDEX page_like_totals_by_address ON page_like_totals (site_id, url_key);
