-- What PostgreSQL says in its own way; a query here takes the place of one with the same name in ../queries.sql.
-- `current_setting('usher.replica')` is the name that this replica's connections have; empty where one copy works alone.

-- name: fired_already
-- Which of the occurrences (a JSON list of [item, occurrence]) are in the ledger.
SELECT item, occurrence FROM fired WHERE channel = :channel AND event = :event
  AND (item, occurrence) IN (SELECT pair->>0, pair->>1 FROM json_array_elements(:pairs::json) AS pair);

-- name: claim_entry
-- T4, as for SQLite; and what was claimed under a lease needs the lease to hold at this very moment, by the database's own clock.
UPDATE outbox SET state = 'sending', sent_at = :now, first_sent = COALESCE(first_sent, :now), attempts = attempts + 1, epoch = :epoch,
       baseline = CASE WHEN attempts = 0 THEN :baseline ELSE baseline END
WHERE channel = :channel AND key = :key AND state = 'pending' AND (not_before <= :now OR sent_at > :now) AND (expires IS NULL OR expires > :now)
  AND EXISTS (SELECT 1 FROM epoch e WHERE e.channel = outbox.channel AND e.epoch = :epoch AND (e.replica = '' OR EXISTS (
              SELECT 1 FROM replica r WHERE r.id = e.replica AND r.id = current_setting('usher.replica', true) AND r.until > clock_timestamp())))
  AND NOT EXISTS (SELECT 1 FROM pause p WHERE p.channel IN ('', outbox.channel) AND p.event IN ('', outbox.event)
                  AND p.what IN ('all', outbox.what) AND (p.until IS NULL OR p.until > :now));

-- name: next_epoch
-- A new start takes over; under a lease only what was assigned to this replica.
INSERT INTO epoch (channel, epoch, at, replica) VALUES (:channel, 1, :at, COALESCE(current_setting('usher.replica', true), ''))
ON CONFLICT (channel) DO UPDATE SET epoch = epoch.epoch + 1, at = excluded.at, replica = excluded.replica
WHERE excluded.replica IN ('', epoch.replica) RETURNING epoch;

-- name: chain_secret
-- The secret of the audit trail's chain; whoever else wants to add to it waits.
SELECT value FROM secret WHERE name = 'audit' FOR UPDATE;
