-- Livestreams as last seen at each event: for the report, and so that a restart knows what was on air and what was asked for.
-- wanted: 1 on air, 0 off air, NULL nobody asked; dropped: the picture is gone since then; body: the platform's figures (JSON).
CREATE TABLE stream (
    channel TEXT NOT NULL, event TEXT NOT NULL, name TEXT NOT NULL, platform TEXT NOT NULL, status TEXT NOT NULL, note TEXT NOT NULL,
    wanted BIGINT, started DOUBLE PRECISION, ended DOUBLE PRECISION, dropped DOUBLE PRECISION, drops BIGINT NOT NULL,
    lost DOUBLE PRECISION NOT NULL, body TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (channel, event, name)
);
