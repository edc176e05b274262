-- What a message leaves in memory for a while, a row or two for each save. The body is a JSON list of [key, value, until]; a key alone is forgotten.
-- It stands last, so that retention need not read it. Each message had a row of its own in history before; what is still there expires.
CREATE TABLE recent (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, event TEXT NOT NULL, until DOUBLE PRECISION, at DOUBLE PRECISION NOT NULL, body TEXT NOT NULL
);
CREATE INDEX recent_event ON recent (channel, event, until);

-- Only the rare look at all that a person wrote used it, and each message altered a page of it.
DROP INDEX message_author;
