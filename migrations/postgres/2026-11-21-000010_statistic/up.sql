-- The counters of pages and sites that report themselves by their addresses.
CREATE TABLE statistic_pages (
  page TEXT NOT NULL PRIMARY KEY, -- host, port and path
  views BIGINT NOT NULL
);

CREATE TABLE statistic_sites (
  site TEXT NOT NULL PRIMARY KEY, -- host and port
  views BIGINT NOT NULL
);

-- Who was ever seen, as keyed hashes.
CREATE TABLE statistic_visitors (
  visitor TEXT NOT NULL PRIMARY KEY
);

-- How many these are, so that nobody counts them: one row, once there is a visitor.
CREATE TABLE statistic_visitor_total (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  visitors BIGINT NOT NULL
);
