-- What the owner should know. `time` names a notice: seconds since the epoch as text, for imported
-- ones have fractions that must stay as they are.
CREATE TABLE inbox (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  time TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  content TEXT NOT NULL
);
