-- What reports tell beside messages, decisions and acts.

-- Viewers now and signups so far, the largest of each minute (minutes since 1970); NULL where the platform did not say.
CREATE TABLE audience (
    channel TEXT NOT NULL, event TEXT NOT NULL, minute BIGINT NOT NULL, viewers BIGINT, signups BIGINT,
    PRIMARY KEY (channel, event, minute)
);

-- Stretches of time in which something did not work; event '' is the whole channel, ended NULL means still so.
CREATE TABLE outage (
    channel TEXT NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL, began DOUBLE PRECISION NOT NULL, ended DOUBLE PRECISION,
    why TEXT NOT NULL,
    PRIMARY KEY (channel, event, kind, began)
);

-- When the bot was last seen at work: the gap to its next start is an outage too.
CREATE TABLE alive (channel TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL);

-- Random and never shown: with it people become pseudonyms that no list of addresses can turn back.
CREATE TABLE report_key (
    channel TEXT NOT NULL, event TEXT NOT NULL, secret TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event)
);

CREATE INDEX message_event ON message (channel, event, seq);
CREATE INDEX decision_event ON decision (channel, event, seq);
CREATE INDEX decision_rule_id ON decision_rule (channel, event, id, rule);
