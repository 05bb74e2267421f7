-- Messages that must reach somebody, written in the transaction after which they must not be lost.
-- A message waits while `finished_at` is NULL; what was sent keeps no words.
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
CREATE INDEX outbox_waiting ON outbox (channel, recipient, id) WHERE finished_at IS NULL;
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outbox_by_state ON outbox (state, id);

-- The recipients to whom a message waits. `due_at` is when the oldest of them may be sent; while it
-- is being sent the lease says by whom, and `due_at` when that right runs out. One row, one lease:
-- so messages to one recipient are sent one after the other.
CREATE TABLE outbox_queues (
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  lease TEXT,
  message_id BIGINT,
  PRIMARY KEY (channel, recipient),
  CHECK ((lease IS NULL) = (message_id IS NULL))
);
CREATE INDEX outbox_queues_due ON outbox_queues (due_at);
CREATE INDEX outbox_queues_leased ON outbox_queues (lease) WHERE lease IS NOT NULL;

-- Who wants no more mail; `key` is a keyed hash of the address.
CREATE TABLE unsubscribed (
  key TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);
