-- Several replicas share the accounts: which process lives, and which of them acts for which channel.

-- One row for each process. `until` is the database's own clock: replicas need not agree about the time.
-- `lock` names the advisory lock that its line holds while it is connected; 0 is none.
CREATE TABLE replica (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, version TEXT NOT NULL, started DOUBLE PRECISION NOT NULL,
    until TIMESTAMPTZ NOT NULL, leaving INTEGER NOT NULL DEFAULT 0, watching INTEGER NOT NULL DEFAULT 0,
    lock BIGINT NOT NULL DEFAULT 0
);

-- An epoch row is the assignment of a channel: '' is a copy that works alone, without a lease.
ALTER TABLE epoch ADD COLUMN replica TEXT NOT NULL DEFAULT '';
CREATE INDEX epoch_replica ON epoch (replica);

-- What the owner of a channel last saw of it, for those who look at it through another replica.
CREATE UNLOGGED TABLE channel_health (channel TEXT PRIMARY KEY, body TEXT NOT NULL, at DOUBLE PRECISION NOT NULL);

-- What was told on one replica, for readers of the live feed on the others; of use for some seconds.
CREATE UNLOGGED TABLE news (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    replica TEXT NOT NULL, kind TEXT NOT NULL, line TEXT NOT NULL, at DOUBLE PRECISION NOT NULL
);
