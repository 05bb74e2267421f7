-- The pages that have comments. A thread belongs to one page; how many comments a page shows is
-- kept here, so that a listing never counts.
CREATE TABLE comment_pages (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  site_id TEXT NOT NULL,
  slug_key TEXT NOT NULL,
  slug_path TEXT,
  url_key TEXT NOT NULL, -- '' when the address is unknown, so that the key below is unique
  roots BIGINT NOT NULL,
  shown BIGINT NOT NULL,
  approved BIGINT NOT NULL,
  UNIQUE (slug_key, site_id, url_key)
);
CREATE INDEX comment_pages_by_path ON comment_pages (slug_path);

CREATE TABLE comments (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  created BIGINT NOT NULL,
  page_id BIGINT NOT NULL REFERENCES comment_pages (id),
  root_id BIGINT, -- NULL for roots
  parent_id BIGINT REFERENCES comments (id) ON DELETE SET NULL,
  shown BOOLEAN NOT NULL, -- approved, and so is everything it answers
  site_id TEXT NOT NULL,
  post_slug TEXT NOT NULL,
  post_url TEXT,
  post_title TEXT,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  url TEXT,
  content_text TEXT NOT NULL,
  content_html TEXT NOT NULL,
  likes BIGINT NOT NULL CHECK (likes >= 0),
  priority INTEGER NOT NULL CHECK (priority >= 1),
  status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'rejected')),
  admin_verified BOOLEAN NOT NULL,
  ip_address TEXT,
  ua TEXT NOT NULL,
  os TEXT NOT NULL,
  browser TEXT NOT NULL,
  device TEXT NOT NULL
);
CREATE INDEX comments_roots ON comments (page_id, shown, priority, created, id)
  WHERE root_id IS NULL;
CREATE INDEX comments_replies ON comments (root_id, created, id) WHERE root_id IS NOT NULL;
CREATE INDEX comments_flat ON comments (page_id, status, priority, created, id);
CREATE INDEX comments_latest ON comments (created, id);
CREATE INDEX comments_latest_of_site ON comments (site_id, created, id);
CREATE INDEX comments_answers ON comments (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE comment_likes (
  comment_id BIGINT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  visitor TEXT NOT NULL,
  PRIMARY KEY (comment_id, visitor)
);

-- When a client (a keyed hash) last posted.
CREATE TABLE comment_intervals (
  client TEXT NOT NULL PRIMARY KEY,
  last_at BIGINT NOT NULL
);
