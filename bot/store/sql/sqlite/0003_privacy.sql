-- What a person's right to their data needs, and an audit that shows where it was altered.

-- Random, drawn once for each state: `person` makes pseudonyms, `audit` chains the trail.
CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO secret (name, value) VALUES ('person', lower(hex(randomblob(32)))), ('audit', lower(hex(randomblob(32))));

-- Who was forgotten: only a pseudonym, so that what the platform still shows of them is not taken in again.
CREATE TABLE forgotten (channel TEXT NOT NULL, pid TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, PRIMARY KEY (channel, pid));

-- What a command asks of the daemon that has the channel in its memory; the body goes when it is done.
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, who TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX request_waiting ON request (channel, id) WHERE state = 'waiting';

ALTER TABLE audit ADD COLUMN prev TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN mac TEXT NOT NULL DEFAULT '';
