-- What SQLite says in its own way; a query here takes the place of one with the same name in ../queries.sql.

-- name: known_messages
-- What we know of the refs on a page (refs is a JSON list).
SELECT ref, version, status, asked, deleted FROM message
WHERE channel = :channel AND surface = :surface AND ref IN (SELECT value FROM json_each(:refs));

-- name: own_remotes
-- Those of the refs that are the platform's names of our own posts.
SELECT remote FROM outbox WHERE channel = :channel AND remote IN (SELECT value FROM json_each(:refs)) AND kind = 'post_message';

-- name: writes_of
-- Our status changes of the refs that have been tried at least once, oldest first.
SELECT ref, key, status, state, sent_at, settled_at, verified_at, unclear_at, changed, attempts, seq FROM outbox
WHERE channel = :channel AND ref IN (SELECT value FROM json_each(:refs)) AND surface = :surface
  AND (state IN ('sending', 'unknown', 'done') OR (state = 'pending' AND unclear_at IS NOT NULL))
ORDER BY seq;

-- name: overwriting
-- Waiting status changes of the refs that no person asked for.
SELECT ref, key, event, status, kind FROM outbox
WHERE channel = :channel AND ref IN (SELECT value FROM json_each(:refs)) AND surface = :surface AND state IN ('pending', 'unknown')
  AND cause NOT LIKE 'person:%';

-- name: overtaken
-- Waiting status changes of the refs behind which a newer one for the same message stands: the newer wish counts.
SELECT o.key, o.event, o.kind FROM outbox o
WHERE o.channel = :channel AND o.ref IN (SELECT value FROM json_each(:refs)) AND o.state IN ('pending', 'unknown')
  AND EXISTS (SELECT 1 FROM outbox n WHERE n.channel = o.channel AND n.ref = o.ref AND n.surface = o.surface AND n.seq > o.seq
              AND n.state IN ('pending', 'sending', 'unknown', 'done'));

-- name: count_attempts
-- The next waiting signals, their attempts counted before anybody sees them (poison guard).
UPDATE inbox SET attempts = attempts + 1
WHERE seq IN (SELECT seq FROM inbox WHERE channel = :channel AND state = 'waiting' ORDER BY seq LIMIT :limit)
RETURNING seq, event, body, attempts, at;

-- name: fired_already
-- Which of the occurrences (a JSON list of [item, occurrence]) are in the ledger.
SELECT item, occurrence FROM fired WHERE channel = :channel AND event = :event
  AND (item, occurrence) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:pairs));

-- name: messages_of
-- Messages by ref.
SELECT seq, channel, surface, ref, event, number, text, name, email, status, created, read, posted, deleted, own, hidden_at FROM message
WHERE channel = :channel AND ref IN (SELECT value FROM json_each(:refs)) ORDER BY seq;

-- name: decisions_of
-- Decisions about the refs, oldest first.
SELECT ref, body FROM decision WHERE channel = :channel AND ref IN (SELECT value FROM json_each(:refs)) ORDER BY seq;

-- name: undone_by
-- Which decisions undo the given ones.
SELECT undoes, id FROM decision WHERE channel = :channel AND undoes IN (SELECT value FROM json_each(:ids)) ORDER BY seq;

-- name: entries_of_refs
-- Status changes of the refs, oldest first.
SELECT ref, status, state, surface FROM outbox WHERE channel = :channel AND ref IN (SELECT value FROM json_each(:refs)) ORDER BY seq;

-- name: entries_of_decisions
-- Entries that the decisions caused, oldest first.
SELECT key, event, action, priority, severity, what, cause, decision, created, not_before, expires, state, attempts, sent_at, baseline,
       remote, error, first_sent
FROM outbox WHERE channel = :channel AND decision IN (SELECT value FROM json_each(:ids)) ORDER BY seq;

-- name: entries_in_states
-- Entries, newest first; an empty list of states means all.
SELECT key, event, action, priority, severity, what, cause, decision, created, not_before, expires, state, attempts, sent_at, baseline,
       remote, error, first_sent
FROM outbox WHERE channel = :channel AND (:states = '[]' OR state IN (SELECT value FROM json_each(:states))) ORDER BY seq DESC LIMIT :limit;
