BEGIN TRANSACTION;
CREATE TABLE __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000001','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000002','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000003','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000004','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000005','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000006','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000007','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000008','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000009','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000010','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000011','2026-11-27 19:37:05');
INSERT INTO "__diesel_schema_migrations" VALUES('20261121000012','2026-11-27 19:37:05');
CREATE TABLE accounts (
  name TEXT NOT NULL PRIMARY KEY,
  password_hash TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
INSERT INTO "accounts" VALUES('admin','$argon2id$v=19$m=19456,t=2,p=1$77oeOG0bnQln5yDIrGd1Vg$ueUSSRklveWuOEoxFdysMYa+7bskuizZMGOsizKpwcE',1795808225006);
CREATE TABLE api_tokens (
  name TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
INSERT INTO "api_tokens" VALUES('fixture','aa22f71c77aa3b5fe16eb3a54876889f38e2aac7b709aae59e2d925ba82a4227',1795808226965);
CREATE TABLE comment_intervals (
  client TEXT NOT NULL PRIMARY KEY,
  last_at BIGINT NOT NULL
);
INSERT INTO "comment_intervals" VALUES('51adc91668f36a46212008e09ca2fa49',1795808227036);
CREATE TABLE comment_likes (
  comment_id BIGINT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  visitor TEXT NOT NULL,
  PRIMARY KEY (comment_id, visitor)
);
INSERT INTO "comment_likes" VALUES(1,'2bd669679e33eeeb9e4205949b890e77');
CREATE TABLE comment_news (
  number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  comment_id BIGINT NOT NULL,
  posted BOOLEAN NOT NULL,
  approved BOOLEAN NOT NULL
);
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
INSERT INTO "comment_pages" VALUES(1,'','/old-post',NULL,'',3,4,4);
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
, announced BOOLEAN NOT NULL DEFAULT TRUE);
INSERT INTO "comments" VALUES(1,1795808227005,1,NULL,NULL,1,'','/old-post/',NULL,NULL,'Ann','ann@blog.example',NULL,'comment **1**','<p>comment <strong>1</strong></p>
',1,1,'approved',0,'127.0.0.1','curl/7.88.1','','','Desktop',1);
INSERT INTO "comments" VALUES(2,1795808227016,1,NULL,NULL,1,'','/old-post/',NULL,NULL,'Ann','ann@blog.example',NULL,'comment **2**','<p>comment <strong>2</strong></p>
',0,1,'approved',0,'127.0.0.1','curl/7.88.1','','','Desktop',1);
INSERT INTO "comments" VALUES(3,1795808227026,1,NULL,NULL,1,'','/old-post/',NULL,NULL,'Ann','ann@blog.example',NULL,'comment **3**','<p>comment <strong>3</strong></p>
',0,1,'approved',0,'127.0.0.1','curl/7.88.1','','','Desktop',1);
INSERT INTO "comments" VALUES(4,1795808227036,1,1,1,1,'','/old-post/',NULL,NULL,'Bob','bob@blog.example',NULL,'an answer','<p>an answer</p>
',0,1,'approved',0,'127.0.0.1','curl/7.88.1','','','Desktop',1);
CREATE TABLE fields (
  name TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL
);
INSERT INTO "fields" VALUES('notice','1+2');
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
INSERT INTO "friends" VALUES(1,'1795808227',1795808227000000000,'Friend','https://friend.example','','old',1,NULL);
CREATE TABLE inbox (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  time TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  content TEXT NOT NULL
, news BOOLEAN NOT NULL DEFAULT FALSE);
INSERT INTO "inbox" VALUES(1,'1795808227','Old','notice',0);
CREATE TABLE outbox (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  event_kind TEXT NOT NULL,
  event_subject BIGINT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL, -- '' when nobody is known
  title TEXT NOT NULL,
  html TEXT NOT NULL,
  text TEXT NOT NULL,
  action TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up', 'skipped')),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  reason TEXT,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  finished_at BIGINT,
  UNIQUE (event_kind, event_subject, channel, recipient),
  CHECK ((state = 'waiting') = (finished_at IS NULL))
);
INSERT INTO "outbox" VALUES(1,'comment_posted',1,'mail','','','','',NULL,'skipped',0,'neither comment_admin_email nor admin_notify_email is an address',1795808227007,1795808227007,1795808227007);
INSERT INTO "outbox" VALUES(2,'comment_posted',1,'telegram','','','','',NULL,'skipped',0,'telegram_notify_enabled is off',1795808227007,1795808227007,1795808227007);
INSERT INTO "outbox" VALUES(3,'comment_posted',2,'mail','','','','',NULL,'skipped',0,'neither comment_admin_email nor admin_notify_email is an address',1795808227019,1795808227019,1795808227019);
INSERT INTO "outbox" VALUES(4,'comment_posted',2,'telegram','','','','',NULL,'skipped',0,'telegram_notify_enabled is off',1795808227019,1795808227019,1795808227019);
INSERT INTO "outbox" VALUES(5,'comment_posted',3,'mail','','','','',NULL,'skipped',0,'neither comment_admin_email nor admin_notify_email is an address',1795808227028,1795808227028,1795808227028);
INSERT INTO "outbox" VALUES(6,'comment_posted',3,'telegram','','','','',NULL,'skipped',0,'telegram_notify_enabled is off',1795808227028,1795808227028,1795808227028);
INSERT INTO "outbox" VALUES(7,'comment_posted',4,'telegram','','','','',NULL,'skipped',0,'telegram_notify_enabled is off',1795808227039,1795808227039,1795808227039);
INSERT INTO "outbox" VALUES(8,'comment_approved',4,'mail','ann@blog.example','','','',NULL,'skipped',0,'no mail server is set (email_smtp_user, email_smtp_pass)',1795808227039,1795808227039,1795808227039);
INSERT INTO "outbox" VALUES(9,'notice_added',1,'push','','','','',NULL,'skipped',0,'no notifier is set (ONEPUSH)',1795808227114,1795808227114,1795808227114);
CREATE TABLE outbox_queues (
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  lease TEXT,
  message_id BIGINT,
  PRIMARY KEY (channel, recipient),
  CHECK ((lease IS NULL) = (message_id IS NULL))
);
CREATE TABLE page_like_totals (
  site_id TEXT NOT NULL,
  slug_key TEXT NOT NULL,
  url_key TEXT NOT NULL,
  origin TEXT NOT NULL,
  custom BOOLEAN NOT NULL, -- neither an address nor a path
  likes BIGINT NOT NULL,
  PRIMARY KEY (site_id, slug_key, url_key)
);
INSERT INTO "page_like_totals" VALUES('','/old-post','','',0,1);
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
INSERT INTO "page_likes" VALUES(1,'','/old-post/','/old-post','','','ip:f19ad28e61d5cbb51ca04d5183fe236d',1795808227057);
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
INSERT INTO "page_stats" VALUES(1,'','/old-post/','/old-post',NULL,NULL,'Old',NULL,1,1795808227067,1795808227057,1795808227067);
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
INSERT INTO "page_visit_daily" VALUES(1,'2026-11-27','','',1,1795808227067,1795808227067);
CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
  opened_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE TABLE settings (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
INSERT INTO "settings" VALUES('LAST_LOGIN','1795808227');
CREATE TABLE statistic_pages (
  page TEXT NOT NULL PRIMARY KEY, -- host, port and path
  views BIGINT NOT NULL
);
CREATE TABLE statistic_sites (
  site TEXT NOT NULL PRIMARY KEY, -- host and port
  views BIGINT NOT NULL
);
CREATE TABLE statistic_visitor_total (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  visitors BIGINT NOT NULL
);
CREATE TABLE statistic_visitors (
  visitor TEXT NOT NULL PRIMARY KEY
);
CREATE TABLE talk_likes (
  talk BIGINT NOT NULL REFERENCES talks (number) ON DELETE CASCADE,
  visitor TEXT NOT NULL,
  PRIMARY KEY (talk, visitor)
);
CREATE TABLE talk_totals (
  name TEXT NOT NULL PRIMARY KEY,
  talks BIGINT NOT NULL
);
INSERT INTO "talk_totals" VALUES('all',1);
CREATE TABLE talks (
  number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, -- a UUID
  content TEXT NOT NULL,
  tags TEXT NOT NULL, -- a JSON array of texts
  extra TEXT NOT NULL, -- a JSON object
  time BIGINT NOT NULL, -- whole seconds, which is what clients see
  likes BIGINT NOT NULL -- how many rows of talk_likes
);
INSERT INTO "talks" VALUES(1,'f45c5fe1-5add-4e24-aa14-fe4d8710d4b0','an old talk','["a"]','{}',1795808227,0);
CREATE TABLE throttles (
  purpose TEXT NOT NULL,
  client TEXT NOT NULL,
  tries INTEGER NOT NULL,
  locked BOOLEAN NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (purpose, client)
);
CREATE TABLE unsubscribed (
  key TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);
CREATE INDEX comment_pages_by_path ON comment_pages (slug_path);
CREATE INDEX comments_roots ON comments (page_id, shown, priority, created, id)
  WHERE root_id IS NULL;
CREATE INDEX comments_replies ON comments (root_id, created, id) WHERE root_id IS NOT NULL;
CREATE INDEX comments_flat ON comments (page_id, status, priority, created, id);
CREATE INDEX comments_latest ON comments (created, id);
CREATE INDEX comments_latest_of_site ON comments (site_id, created, id);
CREATE INDEX comments_answers ON comments (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX page_stats_by_path ON page_stats (slug_path);
CREATE INDEX page_like_totals_by_address ON page_like_totals (site_id, url_key);
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX throttles_by_expiry ON throttles (expires_at);
CREATE INDEX outbox_waiting ON outbox (channel, recipient, id) WHERE finished_at IS NULL;
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outbox_by_state ON outbox (state, id);
CREATE INDEX outbox_queues_due ON outbox_queues (due_at);
CREATE INDEX outbox_queues_leased ON outbox_queues (lease) WHERE lease IS NOT NULL;
CREATE INDEX friends_in_order ON friends (shown, position, id);
CREATE INDEX talks_in_order ON talks (time, number);
CREATE INDEX inbox_news ON inbox (id) WHERE news;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('comment_pages',3);
INSERT INTO "sqlite_sequence" VALUES('comments',4);
INSERT INTO "sqlite_sequence" VALUES('comment_news',4);
INSERT INTO "sqlite_sequence" VALUES('outbox',9);
INSERT INTO "sqlite_sequence" VALUES('page_likes',1);
INSERT INTO "sqlite_sequence" VALUES('page_stats',2);
INSERT INTO "sqlite_sequence" VALUES('page_visit_daily',1);
INSERT INTO "sqlite_sequence" VALUES('friends',1);
INSERT INTO "sqlite_sequence" VALUES('talks',1);
INSERT INTO "sqlite_sequence" VALUES('inbox',1);
COMMIT;
