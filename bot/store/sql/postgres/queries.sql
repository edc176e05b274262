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
WHERE channel = :channel AND key = :key AND state = 'pending' AND (not_before <= :now OR sent_at > :now OR created > :now OR unclear_at > :now) AND (expires IS NULL OR expires > :now)
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

-- name: count_sending
-- What the living owner of a channel has on its way, of what a pause covers; a report is not sent anywhere.
SELECT count(*) FROM outbox o WHERE o.channel = :channel AND o.state = 'sending' AND o.kind <> 'write_report'
  AND (:event = '' OR o.event = :event) AND (:what = 'all' OR o.what = :what)
  AND EXISTS (SELECT 1 FROM epoch e JOIN replica r ON r.id = e.replica WHERE e.channel = o.channel AND r.until > clock_timestamp());

-- name: renew_lease
-- A replica lives. Its lease is counted by the database's clock alone.
INSERT INTO replica (id, url, version, started, until, leaving, watching, lock)
VALUES (:id, :url, :version, :started, clock_timestamp() + make_interval(secs => :lease), :leaving, :watching, :lock)
ON CONFLICT (id) DO UPDATE SET url = excluded.url, started = excluded.started, until = excluded.until, leaving = excluded.leaving,
    watching = excluded.watching, lock = excluded.lock;

-- name: hold_lock
-- Held for as long as the line is connected: whoever finds it free knows that the process is gone, long before its lease ends.
SELECT pg_try_advisory_lock(:space::int, :lock::int)::int;

-- name: silent_replicas
-- Whose lease runs and whose line is gone.
SELECT r.id FROM replica r WHERE r.until > clock_timestamp() AND r.id <> :id AND r.lock <> 0 AND NOT EXISTS (
    SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = :space AND l.objid::bigint = r.lock
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()));

-- name: bury
-- Their leases end now.
UPDATE replica SET until = clock_timestamp() WHERE id IN (SELECT value FROM json_each(:names)) AND until > clock_timestamp();

-- name: free_channel
-- A process that was stopped in a transaction may hold a channel's lock for longer than the server ends idle sessions. The transactions
-- of a channel last milliseconds.
SELECT count(pg_terminate_backend(a.pid))::int FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = :space AND l.objid::bigint = :lock AND a.pid <> pg_backend_pid()
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND a.xact_start < clock_timestamp() - interval '3 seconds';

-- name: living_replicas
-- Those whose lease runs.
SELECT id, url, version, started, extract(epoch FROM until - clock_timestamp())::float8, leaving, watching FROM replica
WHERE until > clock_timestamp() ORDER BY started, id;

-- name: all_assignments
-- Who acts for which channel.
SELECT channel, replica, epoch, at FROM epoch WHERE channel IN (SELECT value FROM json_each(:channels)) ORDER BY channel;

-- name: know_channel
-- A channel of the configuration that is new here.
INSERT INTO epoch (channel, epoch, at, replica) VALUES (:channel, 0, :at, '') ON CONFLICT (channel) DO NOTHING;

-- name: take_channels
-- Channels whose owner's lease has run out become ours, if our own runs; two who take at once get different ones.
UPDATE epoch SET replica = :id, epoch = epoch.epoch + 1, at = :at WHERE channel IN (
    SELECT e.channel FROM epoch e
    WHERE e.channel IN (SELECT value FROM json_each(:channels))
      AND NOT EXISTS (SELECT 1 FROM replica r WHERE r.id = e.replica AND r.until > clock_timestamp())
      AND EXISTS (SELECT 1 FROM replica r WHERE r.id = :id AND r.until > clock_timestamp())
    ORDER BY e.channel LIMIT :limit FOR UPDATE OF e SKIP LOCKED)
RETURNING channel;

-- name: release_channels
-- Given back.
UPDATE epoch SET replica = '' WHERE replica = :id AND channel IN (SELECT value FROM json_each(:channels));

-- name: release_all
-- Given back by a replica that ends.
UPDATE epoch SET replica = '' WHERE replica = :id;

-- name: end_lease
-- A replica has ended; rows of those that died an hour ago go with it.
DELETE FROM replica WHERE id = :id OR until < clock_timestamp() - interval '1 hour';

-- name: tell
-- Wakes the other replicas.
SELECT pg_notify('usher', :word);

-- name: keep_health
-- What the owner last saw of a channel.
INSERT INTO channel_health (channel, body, at) VALUES (:channel, :body, :at)
ON CONFLICT (channel) DO UPDATE SET body = excluded.body, at = excluded.at;

-- name: all_health
-- What the owners last saw.
SELECT channel, at, body FROM channel_health;

-- name: add_news
-- Something was told here.
INSERT INTO news (replica, kind, line, at) VALUES (:replica, :kind, :line, :at);

-- name: newest_news
-- The newest number.
SELECT COALESCE(max(seq), 0) FROM news;

-- name: news_after
-- What others told.
SELECT seq, kind, line FROM news WHERE seq > :after AND replica <> :id ORDER BY seq LIMIT 2000;

-- name: old_news
-- Nobody needs them any more.
DELETE FROM news WHERE at < :before;

-- name: count_scored
-- Decisions that the answer of another service brought; texts are in the order of a language here, so no range is one of beginnings.
SELECT count(*) FROM decision WHERE id LIKE 'scored:%' AND channel = :channel AND (:event = '' OR event = :event);
