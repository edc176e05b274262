-- Times are seconds since 1970; flags are 0 or 1; texts in columns called body, value, changes, baseline, result and data are JSON.
-- "Only once" stands here, as a primary key, and nowhere else.

CREATE TABLE event (
    channel TEXT NOT NULL, event TEXT NOT NULL, body TEXT NOT NULL, by_hand INTEGER NOT NULL DEFAULT 0, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event)
);

CREATE TABLE cursor (
    channel TEXT NOT NULL, event TEXT NOT NULL, surface TEXT NOT NULL, value TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event, surface)
);

CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, surface TEXT NOT NULL, ref TEXT NOT NULL, event TEXT NOT NULL,
    number BIGINT, text TEXT NOT NULL, version TEXT NOT NULL,
    name TEXT NOT NULL, email TEXT NOT NULL, author TEXT NOT NULL,
    status TEXT NOT NULL, created DOUBLE PRECISION, read DOUBLE PRECISION NOT NULL, posted DOUBLE PRECISION,
    deleted INTEGER NOT NULL DEFAULT 0, own INTEGER NOT NULL DEFAULT 0,
    asked DOUBLE PRECISION NOT NULL, hidden_at DOUBLE PRECISION,
    UNIQUE (channel, surface, ref)
);
CREATE INDEX message_author ON message (channel, author, seq);
CREATE INDEX message_hidden ON message (channel, hidden_at) WHERE hidden_at IS NOT NULL;

-- Texts of messages that were edited; a message that never was has no row here.
CREATE TABLE version (
    channel TEXT NOT NULL, surface TEXT NOT NULL, ref TEXT NOT NULL, version TEXT NOT NULL,
    text TEXT NOT NULL, read DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, surface, ref, version)
);

CREATE TABLE delivery (
    channel TEXT NOT NULL, delivery TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, problem TEXT NOT NULL DEFAULT '', raw BLOB,
    PRIMARY KEY (channel, delivery)
);

-- A message's signal gives its body up once done: the text then stands in one place only.
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX inbox_waiting ON inbox (channel, seq) WHERE state = 'waiting';
CREATE INDEX inbox_quarantined ON inbox (channel, event) WHERE state = 'quarantined';

CREATE TABLE history (
    channel TEXT NOT NULL, event TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, until DOUBLE PRECISION, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event, name)
);
CREATE INDEX history_kind ON history (channel, kind);

CREATE TABLE decision (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, id TEXT NOT NULL, event TEXT NOT NULL, ref TEXT NOT NULL, outcome TEXT NOT NULL,
    who TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, undoes TEXT, body TEXT NOT NULL,
    UNIQUE (id, channel)
);
CREATE INDEX decision_ref ON decision (channel, ref, seq);
CREATE INDEX decision_outcome ON decision (channel, event, outcome, who);
CREATE INDEX decision_undoes ON decision (channel, undoes) WHERE undoes IS NOT NULL;

CREATE TABLE decision_rule (
    channel TEXT NOT NULL, rule TEXT NOT NULL, event TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (channel, rule, event, id)
);

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, key TEXT NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL,
    ref TEXT NOT NULL DEFAULT '', surface TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT '', lane TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL, severity INTEGER NOT NULL, what TEXT NOT NULL, cause TEXT NOT NULL, decision TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL, not_before DOUBLE PRECISION NOT NULL, expires DOUBLE PRECISION,
    state TEXT NOT NULL DEFAULT 'pending', attempts INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0,
    first_sent DOUBLE PRECISION, sent_at DOUBLE PRECISION, unclear_at DOUBLE PRECISION, settled_at DOUBLE PRECISION,
    verified_at DOUBLE PRECISION, changed INTEGER NOT NULL DEFAULT 1,
    baseline TEXT NOT NULL DEFAULT '[]', remote TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '{}', error TEXT NOT NULL DEFAULT '',
    UNIQUE (channel, key)
);
CREATE INDEX outbox_open ON outbox (channel, state, not_before);
CREATE INDEX outbox_lane ON outbox (channel, lane, seq);
CREATE INDEX outbox_expires ON outbox (channel, expires) WHERE state = 'pending' AND expires IS NOT NULL;
CREATE INDEX outbox_ref ON outbox (channel, ref, seq);
CREATE INDEX outbox_remote ON outbox (channel, remote);
CREATE INDEX outbox_decision ON outbox (channel, decision);
CREATE INDEX outbox_state ON outbox (channel, event, state);

CREATE TABLE fired (
    channel TEXT NOT NULL, event TEXT NOT NULL, item TEXT NOT NULL, occurrence TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event, item, occurrence)
);

-- channel '' is every channel, event '' every event.
CREATE TABLE pause (
    channel TEXT NOT NULL, event TEXT NOT NULL, what TEXT NOT NULL, until DOUBLE PRECISION, who TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event, what)
);

CREATE TABLE epoch (channel TEXT PRIMARY KEY, epoch INTEGER NOT NULL, at DOUBLE PRECISION NOT NULL);

CREATE TABLE rule_revision (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, sha TEXT NOT NULL, files TEXT NOT NULL, by_whom TEXT NOT NULL, at DOUBLE PRECISION NOT NULL
);
CREATE INDEX rule_revision_sha ON rule_revision (channel, sha, seq);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at DOUBLE PRECISION NOT NULL, channel TEXT NOT NULL DEFAULT '', who TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}'
);
