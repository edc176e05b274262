-- Every query of the store by its name, with one line that says what it is for. Parameters are written :name.
-- A list comes as JSON: `x IN (SELECT value FROM json_each(:list))`; PostgreSQL's words for it, and types, are dialect.py's business.
-- What a database says in its own way stands in <database>/queries.sql.

-- name: cursor_of
-- How far a feed was read.
SELECT value FROM cursor WHERE channel = :channel AND event = :event AND surface = :surface;

-- name: keep_cursor
-- Part of T1.
INSERT INTO cursor (channel, event, surface, value, at) VALUES (:channel, :event, :surface, :value, :at)
ON CONFLICT (channel, event, surface) DO UPDATE SET value = excluded.value, at = excluded.at;

-- name: add_message
-- A message seen for the first time.
INSERT INTO message (channel, surface, ref, event, number, text, version, name, email, author, status, created, read, posted, deleted, own, asked)
VALUES (:channel, :surface, :ref, :event, :number, :text, :version, :name, :email, :author, :status, :created, :read, :posted, :deleted, :own, :asked)
ON CONFLICT (channel, surface, ref) DO NOTHING;

-- name: note_message
-- A known message as a newer read shows it.
UPDATE message SET text = :text, version = :version, status = :status, deleted = :deleted, asked = :asked
WHERE channel = :channel AND surface = :surface AND ref = :ref;

-- name: keep_version
-- One of the texts that an edited message had.
INSERT INTO version (channel, surface, ref, version, text, read)
SELECT channel, surface, ref, version, text, read FROM message WHERE channel = :channel AND surface = :surface AND ref = :ref
ON CONFLICT (channel, surface, ref, version) DO NOTHING;

-- name: version_known
-- Has this text of an edited message been seen before?
SELECT 1 FROM version WHERE channel = :channel AND surface = :surface AND ref = :ref AND version = :version;

-- name: add_signal
-- Something came in.
INSERT INTO inbox (channel, event, kind, body, at) VALUES (:channel, :event, :kind, :body, :at);

-- name: add_act
-- A person's act; its number names the decision.
INSERT INTO inbox (channel, event, kind, body, at) VALUES (:channel, :event, :kind, :body, :at) RETURNING seq;

-- name: verify_entry
-- A read shows what we wanted.
UPDATE outbox SET verified_at = :at WHERE channel = :channel AND key = :key AND verified_at IS NULL;

-- name: send_again
-- A settled status change that did not take: once more.
UPDATE outbox SET state = 'pending', not_before = :at, settled_at = NULL, error = :error
WHERE channel = :channel AND key = :key AND state = 'done';

-- name: event_of
-- An event as last read.
SELECT body FROM event WHERE channel = :channel AND event = :event;

-- name: keep_event
-- An event's state.
INSERT INTO event (channel, event, body, at) VALUES (:channel, :event, :body, :at)
ON CONFLICT (channel, event) DO UPDATE SET body = excluded.body, at = excluded.at;

-- name: follow_event
-- Followed because a person said so.
INSERT INTO event (channel, event, body, by_hand, at) VALUES (:channel, :event, :body, 1, :at)
ON CONFLICT (channel, event) DO UPDATE SET by_hand = 1;

-- name: all_events
-- Every event ever followed.
SELECT body FROM event WHERE channel = :channel ORDER BY event;

-- name: add_delivery
-- T2: the key of a webhook's delivery.
INSERT INTO delivery (channel, delivery, at, problem, raw) VALUES (:channel, :delivery, :at, :problem, :raw)
ON CONFLICT (channel, delivery) DO NOTHING;

-- name: epoch_of
-- Who may act for a channel: the newest start.
SELECT epoch FROM epoch WHERE channel = :channel;

-- name: next_epoch
-- A new start takes over.
INSERT INTO epoch (channel, epoch, at) VALUES (:channel, 1, :at)
ON CONFLICT (channel) DO UPDATE SET epoch = epoch.epoch + 1, at = excluded.at RETURNING epoch;

-- name: orphans_unknown
-- What a start before ours was sending: nobody knows how it ended. It is looked at now, also when the clock was set back since it was put off.
UPDATE outbox SET state = 'unknown', unclear_at = :at, not_before = :at, error = 'the program ended while this was being sent'
WHERE channel = :channel AND state = 'sending';

-- name: count_attempts
-- The next waiting signals, their attempts counted before anybody sees them (poison guard). One that was tried before without an outcome
-- comes alone: else the many that wait beside it would be blamed for each end of the process, too.
UPDATE inbox SET attempts = attempts + 1
WHERE seq IN (SELECT seq FROM inbox WHERE channel = :channel AND state = 'waiting' ORDER BY seq
              LIMIT CASE WHEN (SELECT f.attempts FROM inbox f WHERE f.channel = :channel AND f.state = 'waiting' ORDER BY f.seq LIMIT 1) > 0
                         THEN 1 ELSE :limit END)
RETURNING seq, event, body, attempts, at;

-- name: history_of
-- All that is remembered of an event.
SELECT name, value, until FROM history WHERE channel = :channel AND event = :event AND (until IS NULL OR until > :now);

-- name: remember
-- One changed key.
INSERT INTO history (channel, event, name, kind, value, until, at) VALUES (:channel, :event, :name, :kind, :value, :until, :at)
ON CONFLICT (channel, event, name) DO UPDATE SET value = excluded.value, until = excluded.until, at = excluded.at;

-- name: forget_key
-- One forgotten key.
DELETE FROM history WHERE channel = :channel AND event = :event AND name = :name;

-- name: recent_of
-- What messages left for a while in an event, later ones last.
SELECT body FROM recent WHERE channel = :channel AND event = :event AND (until IS NULL OR until > :now) ORDER BY seq;

-- name: keep_recent
-- What the messages of one save left for a while.
INSERT INTO recent (channel, event, body, until, at) VALUES (:channel, :event, :body, :until, :at);

-- name: add_decision
-- Never decided twice: the id stands for message and version.
INSERT INTO decision (channel, id, event, ref, outcome, who, at, undoes, body)
VALUES (:channel, :id, :event, :ref, :outcome, :who, :at, :undoes, :body)
ON CONFLICT (id, channel) DO NOTHING;

-- name: add_decision_rule
-- Which rules were in force in a decision.
INSERT INTO decision_rule (channel, rule, event, id) VALUES (:channel, :rule, :event, :id) ON CONFLICT DO NOTHING;

-- name: add_entry
-- An act for the outbox; asking twice is ignored by its key.
INSERT INTO outbox (channel, key, event, kind, action, ref, surface, status, lane, priority, severity, what, cause, decision, created, not_before, expires)
VALUES (:channel, :key, :event, :kind, :action, :ref, :surface, :status, :lane, :priority, :severity, :what, :cause, :decision, :created, :not_before, :expires)
ON CONFLICT (channel, key) DO NOTHING;

-- name: add_fired
-- T7: the ledger of what a schedule has done.
INSERT INTO fired (channel, event, item, occurrence, at) VALUES (:channel, :event, :item, :occurrence, :at);

-- name: signal_done
-- A signal went through the engine.
UPDATE inbox SET state = 'done', body = CASE WHEN kind = 'message' THEN '' ELSE body END WHERE seq = :seq;

-- name: signal_quarantined
-- A signal that cannot be handled is kept aside with the reason.
UPDATE inbox SET state = 'quarantined', problem = :problem WHERE seq = :seq;

-- name: waiting_entries
-- Entries whose time has come and open questions, in about the order of sending (outbox/order is exact); paused scopes and blocked lanes left out.
-- What was sent or asked for in the future waits for nothing: the clock went back. Only numbers are sorted, and the pauses are gathered once: in a raid this looks through tens of thousands of rows.
-- Events take turns within a class, so that a raid on one does not keep the others waiting (event || '': no index by event is wanted here).
WITH stopped AS (
    SELECT event, what FROM pause WHERE channel IN ('', :channel) AND (until IS NULL OR until > :now)
), willing AS (
    SELECT o.seq, o.event || '' AS event, o.severity, o.created, CASE WHEN o.priority = 0 THEN 0
                       WHEN o.kind = 'set_message_status' THEN CASE WHEN o.priority < 3 AND o.created < :now - 30 THEN 3 ELSE o.priority END
                       WHEN o.priority - (:now - o.created) / 60 < 1 THEN 1
                       ELSE o.priority - (:now - o.created) / 60 END AS class
    FROM outbox o
    WHERE o.channel = :channel AND o.state IN ('pending', 'unknown') AND (o.not_before <= :now OR o.sent_at > :now OR o.created > :now OR o.unclear_at > :now)
      AND (o.state = 'unknown' OR o.expires IS NULL OR o.expires > :now)
      AND ('', 'all') NOT IN (SELECT event, what FROM stopped) AND ('', o.what) NOT IN (SELECT event, what FROM stopped)
      AND (o.event, 'all') NOT IN (SELECT event, what FROM stopped) AND (o.event, o.what) NOT IN (SELECT event, what FROM stopped)
      AND (o.lane = '' OR NOT EXISTS (
            SELECT 1 FROM outbox b WHERE b.channel = o.channel AND b.lane = o.lane AND b.seq < o.seq
              AND (b.state IN ('sending', 'unknown') OR (b.state = 'pending' AND (b.attempts > 0 OR b.not_before <= :now)))))
), best AS (
    SELECT seq, class, ROW_NUMBER() OVER (PARTITION BY event, CAST(class AS INTEGER) ORDER BY class, severity DESC, created DESC, seq DESC) AS turn
    FROM willing ORDER BY CAST(class AS INTEGER), turn, class LIMIT :limit
)
SELECT o.key, o.event, o.action, o.priority, o.severity, o.what, o.cause, o.decision, o.created, o.not_before, o.expires, o.state, o.attempts,
       o.sent_at, o.baseline, o.remote, o.error, o.first_sent
FROM best JOIN outbox o ON o.seq = best.seq
ORDER BY CAST(best.class AS INTEGER), best.turn, best.class, o.severity DESC, o.created DESC, o.seq DESC;

-- name: hides_waiting
-- How many messages of each event wait to be hidden now; paused scopes left out.
WITH stopped AS (
    SELECT event, what FROM pause WHERE channel IN ('', :channel) AND (until IS NULL OR until > :now)
)
SELECT o.event, count(*) FROM outbox o
WHERE o.channel = :channel AND o.state = 'pending' AND o.kind = 'set_message_status' AND o.status IN ('hidden', 'archived')
  AND o.not_before <= :now
  AND ('', 'all') NOT IN (SELECT event, what FROM stopped) AND ('', o.what) NOT IN (SELECT event, what FROM stopped)
  AND (o.event, 'all') NOT IN (SELECT event, what FROM stopped) AND (o.event, o.what) NOT IN (SELECT event, what FROM stopped)
GROUP BY o.event;

-- name: own_posts
-- The platform's names of all else that we made of this kind: never to be taken for the one that is looked for.
SELECT remote FROM outbox WHERE channel = :channel AND event = :event AND kind = :kind AND remote <> '' AND key <> :key;

-- name: claim_entry
-- T4: mine to send, unless paused, expired, not yet due, taken back, or this start is no longer the newest.
UPDATE outbox SET state = 'sending', sent_at = :now, first_sent = COALESCE(first_sent, :now), attempts = attempts + 1, epoch = :epoch,
       baseline = CASE WHEN attempts = 0 THEN :baseline ELSE baseline END
WHERE channel = :channel AND key = :key AND state = 'pending' AND (not_before <= :now OR sent_at > :now OR created > :now OR unclear_at > :now) AND (expires IS NULL OR expires > :now)
  AND EXISTS (SELECT 1 FROM epoch e WHERE e.channel = outbox.channel AND e.epoch = :epoch)
  AND NOT EXISTS (SELECT 1 FROM pause p WHERE p.channel IN ('', outbox.channel) AND p.event IN ('', outbox.event)
                  AND p.what IN ('all', outbox.what) AND (p.until IS NULL OR p.until > :now));

-- name: give_back
-- A claim that was not meant to be kept: nothing was sent.
UPDATE outbox SET state = 'pending', attempts = attempts - 1
WHERE channel = :channel AND key = :key AND state = 'sending' AND sent_at = :sent_at AND epoch = :epoch;

-- name: entry_for_settling
-- What settling needs to know of an entry.
SELECT event, kind, ref, surface, status, state FROM outbox WHERE channel = :channel AND key = :key;

-- name: settle_entry
-- T5 and T6: the outcome. A time of asking or sending that lies in the future is of a clock that went back: it is put right, searches go back further.
UPDATE outbox SET state = :state, settled_at = CASE WHEN :final = 1 THEN :at ELSE NULL END,
       unclear_at = CASE WHEN :state = 'unknown' OR unclear_at > :at THEN :at ELSE unclear_at END,
       remote = CASE WHEN :remote <> '' THEN :remote ELSE remote END,
       created = CASE WHEN created > :at THEN :at ELSE created END,
       first_sent = CASE WHEN first_sent > :at THEN :at - 3600 ELSE first_sent END, sent_at = CASE WHEN sent_at > :at THEN :at ELSE sent_at END,
       result = :result, changed = :changed, error = :error, not_before = COALESCE(:not_before, not_before)
WHERE channel = :channel AND key = :key;

-- name: status_sent
-- The platform accepted our status change.
UPDATE message SET status = :status,
       hidden_at = CASE WHEN :status = 'hidden' AND hidden_at IS NULL THEN :at ELSE hidden_at END
WHERE channel = :channel AND surface = :surface AND ref = :ref;

-- name: outbox_waits
-- Whether anything is to be sent or unclear, and whether any of it is past its time: mostly nothing is, and nothing more is asked.
SELECT EXISTS (SELECT 1 FROM outbox WHERE channel = :channel AND state IN ('pending', 'unknown')),
       EXISTS (SELECT 1 FROM outbox WHERE channel = :channel AND state = 'pending' AND expires <= :now);

-- name: past_entries
-- Waiting entries past their time.
SELECT key, event, kind FROM outbox WHERE channel = :channel AND state = 'pending' AND expires <= :now;

-- name: pending_entry
-- An entry that can still be taken back.
SELECT event, kind FROM outbox WHERE channel = :channel AND key = :key AND state = 'pending';

-- name: finish_entry
-- Ended without being sent.
UPDATE outbox SET state = :state, settled_at = :at, error = :error WHERE channel = :channel AND key = :key;

-- name: all_pauses
-- Pauses that are in force or were not resumed.
SELECT channel, event, what, until, who, at FROM pause WHERE (:channel = '' OR channel IN ('', :channel)) ORDER BY at;

-- name: keep_pause
-- T9.
INSERT INTO pause (channel, event, what, until, who, at) VALUES (:channel, :event, :what, :until, :who, :at)
ON CONFLICT (channel, event, what) DO UPDATE SET until = excluded.until, who = excluded.who, at = excluded.at;

-- name: stopped_entries
-- What waits because of the pauses that a resume ends.
SELECT o.channel, o.key, o.event, o.kind FROM outbox o WHERE o.state = 'pending' AND EXISTS (
    SELECT 1 FROM pause p WHERE (:channel = '' OR p.channel = :channel) AND (:event = '' OR p.event = :event)
      AND (p.until IS NULL OR p.until > :at)
      AND p.channel IN ('', o.channel) AND p.event IN ('', o.event) AND p.what IN ('all', o.what));

-- name: end_pauses
-- T9: resumed.
DELETE FROM pause WHERE (:channel = '' OR channel = :channel) AND (:event = '' OR event = :event);

-- name: add_audit
-- One line of the audit trail, chained to the one before.
INSERT INTO audit (at, channel, who, action, target, data, prev, mac) VALUES (:at, :channel, :who, :action, :target, :data, :prev, :mac);

-- name: secret_of
-- A secret of this state.
SELECT value FROM secret WHERE name = :name;

-- name: chain_secret
-- The secret of the audit trail's chain, for whoever adds to it.
SELECT value FROM secret WHERE name = 'audit';

-- name: last_mac
-- Where the audit trail's chain ends.
SELECT mac FROM audit ORDER BY seq DESC LIMIT 1;

-- name: audit_after
-- The audit trail, a page at a time.
SELECT seq, at, channel, who, action, target, data, prev, mac FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit;

-- name: count_undone_rules
-- Decisions of each rule that were taken back; `|| ''` keeps the planner from walking all decisions of an event for each of them.
SELECT r.rule, count(*) FROM decision u JOIN decision_rule r ON r.channel = u.channel AND r.event = u.event || '' AND r.id = u.undoes
WHERE u.channel = :channel AND u.undoes IS NOT NULL GROUP BY r.rule;

-- name: audit_trail
-- What people did, newest first; empty filters let all through.
SELECT seq, at, channel, who, action, target, data FROM audit
WHERE (:who = '' OR who = :who) AND (:action = '' OR action = :action) AND at >= :since AND (:before = 0 OR seq < :before)
ORDER BY seq DESC LIMIT :limit;

-- name: count_open_entries
-- Acts that wait or are under way.
SELECT count(*) FROM outbox WHERE channel = :channel AND state IN ('pending', 'sending', 'unknown');

-- name: messages_a_minute
-- How much was written, by minutes counted from 1970. `seq >`, `|| ''`: walk back from the newest until well before that time, do not look at all.
SELECT CAST(read AS BIGINT) / 60, surface, count(*) FROM message
WHERE seq > COALESCE((SELECT m.seq FROM message m WHERE m.read < :since - 60 ORDER BY m.seq DESC LIMIT 1), 0)
  AND channel || '' = :channel AND (:event = '' OR event = :event) AND read >= :since AND own = 0
GROUP BY CAST(read AS BIGINT) / 60, surface;

-- name: decisions_a_minute
-- What was decided, by minutes counted from 1970. As above.
SELECT CAST(at AS BIGINT) / 60, outcome, CASE WHEN who LIKE 'person:%' THEN 1 ELSE 0 END, count(*) FROM decision
WHERE seq > COALESCE((SELECT d.seq FROM decision d WHERE d.at < :since - 60 ORDER BY d.seq DESC LIMIT 1), 0)
  AND channel || '' = :channel AND (:event = '' OR event = :event) AND at >= :since
GROUP BY CAST(at AS BIGINT) / 60, outcome, CASE WHEN who LIKE 'person:%' THEN 1 ELSE 0 END;

-- name: list_messages
-- Messages, newest first; empty filters let all through. `|| ''`: walk back from the newest, do not gather and sort all. By outcome only
-- for "none", which most have.
SELECT m.seq, m.channel, m.surface, m.ref, m.event, m.number, m.text, m.name, m.email, m.status, m.created, m.read, m.posted, m.deleted, m.own, m.hidden_at
FROM message m
WHERE m.channel || '' = :channel AND (:event = '' OR m.event = :event) AND (:surface = '' OR m.surface = :surface)
  AND (:author = '' OR m.author = :author OR m.email = :author OR m.name = :author)
  AND (:pattern = '' OR lower(m.text) LIKE :pattern ESCAPE '\')
  AND (:outcome = '' OR (SELECT d.outcome FROM decision d WHERE d.channel = m.channel AND d.ref = m.ref ORDER BY d.seq DESC LIMIT 1) = :outcome)
  AND (:before = 0 OR m.seq < :before)
ORDER BY m.seq DESC LIMIT :limit;

-- name: list_decided_messages
-- Messages whose newest decision has a certain outcome that is not "none", newest first. It begins with those decisions: of a few held
-- messages among a million one would else learn by looking at all.
SELECT m.seq, m.channel, m.surface, m.ref, m.event, m.number, m.text, m.name, m.email, m.status, m.created, m.read, m.posted, m.deleted, m.own, m.hidden_at
FROM decision c CROSS JOIN message m
WHERE c.seq IN (SELECT o.seq FROM decision o WHERE o.channel = :channel AND o.outcome = :outcome AND (:event = '' OR o.event = :event))
  AND NOT EXISTS (SELECT 1 FROM decision n WHERE n.channel = c.channel AND n.ref = c.ref AND n.seq > c.seq)
  AND m.channel = c.channel AND m.surface IN ('chat', 'qa') AND m.ref = c.ref
  AND (:event = '' OR m.event = :event) AND (:surface = '' OR m.surface = :surface)
  AND (:author = '' OR m.author = :author OR m.email = :author OR m.name = :author)
  AND (:pattern = '' OR lower(m.text) LIKE :pattern ESCAPE '\')
  AND (:before = 0 OR m.seq < :before)
ORDER BY m.seq DESC LIMIT :limit;

-- name: list_decisions
-- Decisions, newest first; empty filters let all through. `|| ''`: as above.
SELECT d.channel, d.body FROM decision d
WHERE d.channel || '' = :channel AND (:event = '' OR d.event = :event) AND (:ref = '' OR d.ref = :ref) AND (:outcome = '' OR d.outcome = :outcome)
  AND d.at >= :since
  AND (:acted = 0 OR d.outcome <> 'none' OR d.who <> 'rules'
       OR EXISTS (SELECT 1 FROM decision_rule r WHERE r.channel = d.channel AND r.event = d.event AND r.id = d.id))
  AND (:rule = '' OR EXISTS (SELECT 1 FROM decision_rule r WHERE r.channel = d.channel AND r.rule = :rule AND r.event = d.event AND r.id = d.id))
  AND (:before = '' OR d.seq < (SELECT b.seq FROM decision b WHERE b.id = :before AND b.channel = d.channel))
ORDER BY d.seq DESC LIMIT :limit;

-- name: decision_by_id
-- One decision.
SELECT channel, body FROM decision WHERE id = :id;

-- name: past_decisions
-- What was judged in an event, in that order.
SELECT d.seq, d.body FROM decision d WHERE d.channel = :channel AND d.event = :event AND d.seq > :after ORDER BY d.seq LIMIT :limit;

-- name: past_messages
-- The messages of a stretch of decisions.
SELECT m.seq, m.channel, m.surface, m.ref, m.event, m.number, m.text, m.name, m.email, m.status, m.created, m.read, m.posted, m.deleted, m.own, m.hidden_at
FROM decision d JOIN message m ON m.channel = d.channel AND m.surface IN ('chat', 'qa') AND m.ref = d.ref
WHERE d.channel = :channel AND d.event = :event AND d.seq > :after AND d.seq <= :last;

-- name: past_versions
-- The earlier texts of the messages of a stretch of decisions.
SELECT v.ref, v.version, v.text
FROM decision d JOIN version v ON v.channel = d.channel AND v.surface IN ('chat', 'qa') AND v.ref = d.ref
WHERE d.channel = :channel AND d.event = :event AND d.seq > :after AND d.seq <= :last;

-- name: past_moment
-- When the decision at a place was made.
SELECT d.at FROM decision d WHERE d.seq = :after;

-- name: past_events
-- Changes of an event in a stretch of time.
SELECT i.at, i.body FROM inbox i
WHERE i.channel = :channel AND i.event = :event AND i.kind = 'event' AND i.state = 'done' AND i.at > :after AND i.at <= :until ORDER BY i.seq;

-- name: past_bulk_undos
-- Every undo of many acts at once.
SELECT d.seq, d.body FROM decision d
WHERE d.channel = :channel AND d.event = :event AND d.ref = '' AND d.outcome = 'none' AND d.who LIKE 'person:%' AND d.body LIKE '%"undo_all"%'
ORDER BY d.seq;

-- name: decision_place
-- Where a decision stands in the order of judging.
SELECT d.seq FROM decision d WHERE d.channel = :channel AND d.id = :id;

-- name: signal_by_seq
-- A person's act by its number.
SELECT body FROM inbox WHERE seq = :seq;

-- name: count_messages
-- Messages of an event or a channel.
SELECT count(*) FROM message WHERE channel = :channel AND (:event = '' OR event = :event);

-- name: count_outcomes
-- Decisions by outcome and by who made them; by event, too, because the index that has it all is in that order (no sorting).
SELECT outcome, who, count(*) FROM decision
WHERE channel = :channel AND (:event = '' OR event = :event) GROUP BY event, outcome, who;

-- name: count_scored
-- Decisions that the answer of another service brought; `|| ''`: found by their id, there are few.
SELECT count(*) FROM decision
WHERE id >= 'scored:' AND id < 'scored;' AND channel || '' = :channel AND (:event = '' OR event = :event);

-- name: count_entries
-- Entries by state.
SELECT state, count(*) FROM outbox WHERE channel = :channel AND (:event = '' OR event = :event) GROUP BY state;

-- name: count_rules
-- Decisions by rule.
SELECT rule, count(*) FROM decision_rule WHERE channel = :channel AND (:event = '' OR event = :event) GROUP BY rule;

-- name: count_inbox
-- Signals that wait.
SELECT count(*) FROM inbox WHERE channel = :channel AND state = 'waiting' AND (:event = '' OR event = :event);

-- name: count_quarantined
-- Signals set aside.
SELECT count(*) FROM inbox WHERE channel = :channel AND state = 'quarantined' AND (:event = '' OR event = :event);

-- name: count_bad_deliveries
-- Webhooks set aside.
SELECT count(*) FROM delivery WHERE channel = :channel AND problem <> '';

-- name: exposures
-- How long each hidden message could be seen.
SELECT hidden_at - COALESCE(posted, created, read) FROM message
WHERE channel = :channel AND hidden_at IS NOT NULL AND (:event = '' OR event = :event) ORDER BY hidden_at;

-- name: polls_of
-- What the engine remembers of polls.
SELECT event, name, value FROM history WHERE channel = :channel AND kind = 'poll' AND (:event = '' OR event = :event)
ORDER BY at DESC, name DESC;

-- name: add_revision
-- T8: a rule set went live.
INSERT INTO rule_revision (channel, sha, files, by_whom, at) VALUES (:channel, :sha, :files, :by, :at);

-- name: newest_revision
-- The last rules that were good.
SELECT sha, files FROM rule_revision WHERE channel = :channel ORDER BY seq DESC LIMIT 1;

-- name: newest_shas
-- The last rules of every channel, by hash.
SELECT r.channel, r.sha FROM rule_revision r WHERE r.seq = (SELECT max(s.seq) FROM rule_revision s WHERE s.channel = r.channel);

-- name: revision_by_sha
-- The rules that made an old decision.
SELECT files FROM rule_revision WHERE channel = :channel AND sha = :sha ORDER BY seq DESC LIMIT 1;

-- name: note_audience
-- Viewers and signups: the largest of each minute is kept.
INSERT INTO audience (channel, event, minute, viewers, signups) VALUES (:channel, :event, :minute, :viewers, :signups)
ON CONFLICT (channel, event, minute) DO UPDATE SET
    viewers = CASE WHEN excluded.viewers >= COALESCE(audience.viewers, 0) THEN excluded.viewers ELSE audience.viewers END,
    signups = CASE WHEN excluded.signups >= COALESCE(audience.signups, 0) THEN excluded.signups ELSE audience.signups END;

-- name: begin_outage
-- Something does not work from now on; known already is ignored.
INSERT INTO outage (channel, event, kind, began, ended, why) VALUES (:channel, :event, :kind, :began, :ended, :why)
ON CONFLICT (channel, event, kind, began) DO NOTHING;

-- name: end_outages
-- It works again.
UPDATE outage SET ended = :at WHERE channel = :channel AND event = :event AND kind = :kind AND ended IS NULL;

-- name: open_outages
-- What does not work, as far as is written down.
SELECT event, kind FROM outage WHERE channel = :channel AND ended IS NULL;

-- name: last_alive
-- When the bot was last seen at work.
SELECT at FROM alive WHERE channel = :channel;

-- name: keep_alive
-- The bot is at work.
INSERT INTO alive (channel, at) VALUES (:channel, :at) ON CONFLICT (channel) DO UPDATE SET at = excluded.at;

-- name: events_without_key
-- Events for whose reports no secret was drawn yet.
SELECT e.event FROM event e
WHERE e.channel = :channel AND NOT EXISTS (SELECT 1 FROM report_key k WHERE k.channel = e.channel AND k.event = e.event);

-- name: add_report_key
-- The secret that makes pseudonyms of an event's people.
INSERT INTO report_key (channel, event, secret, at) VALUES (:channel, :event, :secret, :at) ON CONFLICT (channel, event) DO NOTHING;

-- name: report_key
-- The secret of an event.
SELECT secret FROM report_key WHERE channel = :channel AND event = :event;

-- name: report_people
-- Everybody who wrote, each name and address once.
SELECT DISTINCT name, email FROM message WHERE channel = :channel AND event = :event AND own = 0;

-- name: report_messages
-- Messages in the order of arrival, a page at a time.
SELECT m.seq, m.channel, m.surface, m.ref, m.event, m.number, m.text, m.name, m.email, m.status, m.created, m.read, m.posted, m.deleted, m.own, m.hidden_at
FROM message m WHERE m.channel = :channel AND m.event = :event AND m.seq > :after ORDER BY m.seq LIMIT :limit;

-- name: report_fates
-- What was decided about a page of messages, oldest first.
SELECT d.ref, d.id, d.outcome, d.who
FROM message m JOIN decision d ON d.channel = m.channel AND d.ref = m.ref
WHERE m.channel = :channel AND m.event = :event AND m.seq > :after AND m.seq <= :last ORDER BY d.seq;

-- name: report_fate_rules
-- Which rules decided about a page of messages. Joined in this order: the other way round it looks at every act of the event.
SELECT r.id, r.rule
FROM message m CROSS JOIN decision d CROSS JOIN decision_rule r
WHERE d.channel = m.channel AND d.ref = m.ref AND r.channel = d.channel AND r.event = d.event AND r.id = d.id
  AND m.channel = :channel AND m.event = :event AND m.seq > :after AND m.seq <= :last AND d.outcome <> 'none' ORDER BY d.seq;

-- name: report_decisions
-- Decisions in which a rule fired or a person acted, a page at a time.
SELECT d.seq, d.body FROM decision d
WHERE d.channel = :channel AND d.event = :event AND d.seq > :after
  AND (d.outcome <> 'none' OR d.who <> 'rules' OR EXISTS (SELECT 1 FROM decision_rule r WHERE r.channel = d.channel AND r.event = d.event AND r.id = d.id))
ORDER BY d.seq LIMIT :limit;

-- name: report_decision_acts
-- What a stretch of decisions caused.
SELECT o.seq, o.key, o.kind, o.action, o.cause, o.decision, o.created, o.state, o.attempts, o.sent_at, o.settled_at, o.verified_at, o.error, o.remote
FROM decision d JOIN outbox o ON o.channel = d.channel AND o.decision = d.id
WHERE d.channel = :channel AND d.event = :event AND d.seq > :after AND d.seq <= :last ORDER BY o.seq;

-- name: report_undone
-- Which decision was taken back by which, and by whom.
SELECT undoes, id, who FROM decision WHERE channel = :channel AND event = :event AND undoes IS NOT NULL ORDER BY seq;

-- name: report_reversed
-- Messages on which a person turned a rule's act round without undoing it.
SELECT ref, id, who FROM decision
WHERE channel = :channel AND event = :event AND who <> 'rules' AND undoes IS NULL AND body LIKE '%"reversed":[%' ORDER BY seq;

-- name: report_acts
-- Acts that no decision caused (engagement) in their order, a page at a time.
SELECT seq, key, kind, action, cause, decision, created, state, attempts, sent_at, settled_at, verified_at, error, remote
FROM outbox WHERE channel = :channel AND event = :event AND decision = '' AND seq > :after ORDER BY seq LIMIT :limit;

-- name: report_counts
-- Counts of polls whose votes were kept.
SELECT key FROM outbox WHERE channel = :channel AND event = :event AND kind = 'count_poll' AND state = 'done' AND result LIKE '%"votes":%' ORDER BY seq;

-- name: report_count
-- One count of a poll.
SELECT result FROM outbox WHERE channel = :channel AND key = :key;

-- name: report_remembered
-- What the engine remembers of one kind.
SELECT name, value FROM history WHERE channel = :channel AND event = :event AND kind = :kind ORDER BY name;

-- name: report_audience
-- The curve of viewers and signups.
SELECT minute, viewers, signups FROM audience WHERE channel = :channel AND event = :event ORDER BY minute;

-- name: report_outages
-- What did not work, of the event or of the whole channel.
SELECT kind, began, ended, why FROM outage WHERE channel = :channel AND event IN ('', :event) ORDER BY began, kind;

-- name: forgotten_of
-- Who was forgotten, with the secret that recognises them.
SELECT f.pid, f.at, s.value FROM forgotten f JOIN secret s ON s.name = 'person' WHERE f.channel = :channel;

-- name: keep_forgotten
-- From now on what is older than this is not taken in again.
INSERT INTO forgotten (channel, pid, at) VALUES (:channel, :pid, :at) ON CONFLICT (channel, pid) DO UPDATE SET at = excluded.at;

-- name: person_messages
-- What somebody wrote, also what a forgetting that was cut short has left.
SELECT m.seq, m.channel, m.surface, m.ref, m.event, m.number, m.text, m.name, m.email, m.status, m.created, m.read, m.posted, m.deleted, m.own, m.hidden_at
FROM message m WHERE m.channel = :channel AND m.author IN (:author, :gone) AND m.own = 0 ORDER BY m.seq;

-- name: quoting_messages
-- Messages of others, and own posts, that contain an address or a name.
SELECT m.seq, m.text, m.own FROM message m WHERE m.channel = :channel AND lower(m.text) LIKE :pattern ESCAPE '\' ORDER BY m.seq;

-- name: person_versions
-- Earlier texts of a message.
SELECT version, text FROM version WHERE channel = :channel AND surface = :surface AND ref = :ref;

-- name: person_decisions
-- Decisions whose body names an address, wherever it stands.
SELECT id, ref, body FROM decision WHERE channel = :channel AND lower(body) LIKE :pattern ESCAPE '\' ORDER BY seq;

-- name: decisions_about
-- Decisions about one message.
SELECT id, ref, body FROM decision WHERE channel = :channel AND ref = :ref ORDER BY seq;

-- name: person_signals
-- Signals whose body names an address.
SELECT seq, kind, at, body FROM inbox WHERE channel = :channel AND lower(body) LIKE :pattern ESCAPE '\' ORDER BY seq;

-- name: person_entries
-- Acts that name an address or a name, in what they do or in what they brought.
SELECT key, event, kind, action, result, error, state, decision FROM outbox
WHERE channel = :channel AND (lower(action) LIKE :pattern ESCAPE '\' OR lower(result) LIKE :pattern ESCAPE '\' OR lower(error) LIKE :pattern ESCAPE '\')
ORDER BY seq;

-- name: entries_of_decision
-- Acts that one decision caused.
SELECT key, event, kind, action, result, error, state, decision FROM outbox WHERE channel = :channel AND decision = :decision ORDER BY seq;

-- name: person_history
-- All that is remembered, to be looked through.
SELECT event, name, kind, value, until, at FROM history WHERE channel = :channel ORDER BY event, name;

-- name: person_recent
-- What messages left for a while, to be looked through.
SELECT seq, event, body, at FROM recent WHERE channel = :channel ORDER BY seq;

-- name: put_recent_body
-- The same without a person.
UPDATE recent SET body = :body WHERE seq = :seq;

-- name: person_deliveries
-- Kept bodies of webhooks.
SELECT delivery, raw FROM delivery WHERE channel = :channel AND raw IS NOT NULL;

-- name: blank_message
-- A message without who wrote it and what it said; that it was there, and what became of it, stays.
UPDATE message SET text = '', version = :version, name = '', email = '', author = :gone WHERE seq = :seq;

-- name: mask_message
-- A text of another person without the address that stood in it; it keeps its version, so the next read does not bring it back.
UPDATE message SET text = :text WHERE seq = :seq;

-- name: blank_version
-- Earlier texts of a forgotten person's message.
DELETE FROM version WHERE channel = :channel AND surface = :surface AND ref = :ref;

-- name: put_decision_body
-- A decision without a person.
UPDATE decision SET body = :body WHERE channel = :channel AND id = :id;

-- name: put_signal_body
-- A signal without a person.
UPDATE inbox SET body = :body WHERE seq = :seq;

-- name: put_entry_words
-- An act without a person.
UPDATE outbox SET action = :action, result = :result, error = :error WHERE channel = :channel AND key = :key;

-- name: drop_raw
-- The body of a webhook.
UPDATE delivery SET raw = NULL WHERE channel = :channel AND delivery = :delivery;

-- name: add_request
-- Something that the daemon shall do.
INSERT INTO request (channel, kind, body, who, at) VALUES (:channel, :kind, :body, :who, :at) RETURNING id;

-- name: waiting_requests
-- What the daemon was asked.
SELECT id, channel, kind, body, who, at FROM request WHERE channel = :channel AND state = 'waiting' ORDER BY id;

-- name: answer_request
-- What came of it; what was asked is not kept.
UPDATE request SET state = :state, answer = :answer, body = '{}' WHERE id = :id;

-- name: request_by_id
-- Whether it was done.
SELECT state, answer FROM request WHERE id = :id;

-- name: withdraw_request
-- Nobody did it: whoever asked does it now.
DELETE FROM request WHERE id = :id AND state = 'waiting';

-- name: old_decisions
-- Retention: nothing is open that such a decision caused.
SELECT d.seq, d.channel, d.event, d.id FROM decision d WHERE d.at < :before AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.channel = d.channel AND o.decision = d.id AND o.state IN ('pending', 'sending', 'unknown'))
ORDER BY d.seq LIMIT :limit;

-- name: drop_decision
-- Retention.
DELETE FROM decision WHERE seq = :seq;

-- name: drop_decision_rules
-- Retention.
DELETE FROM decision_rule WHERE channel = :channel AND event = :event AND id = :id;

-- name: old_messages
-- Retention.
SELECT seq, channel, surface, ref FROM message WHERE read < :before ORDER BY seq LIMIT :limit;

-- name: drop_message
-- Retention.
DELETE FROM message WHERE seq = :seq;

-- name: old_versions
-- Retention: earlier texts of messages that stay.
SELECT channel, surface, ref, version FROM version WHERE read < :before LIMIT :limit;

-- name: drop_version
-- Retention.
DELETE FROM version WHERE channel = :channel AND surface = :surface AND ref = :ref AND version = :version;

-- name: old_signals
-- Retention: what waits is kept whatever its age.
SELECT seq FROM inbox WHERE at < :before AND state <> 'waiting' ORDER BY seq LIMIT :limit;

-- name: drop_signal
-- Retention.
DELETE FROM inbox WHERE seq = :seq AND state <> 'waiting';

-- name: old_raws
-- Retention: bodies of webhooks.
SELECT channel, delivery FROM delivery WHERE at < :before AND raw IS NOT NULL LIMIT :limit;

-- name: old_deliveries
-- Retention: keys of webhooks; they tell nothing about people, but that this one came before.
SELECT channel, delivery FROM delivery WHERE at < :before LIMIT :limit;

-- name: drop_delivery
-- Retention.
DELETE FROM delivery WHERE channel = :channel AND delivery = :delivery;

-- name: old_entries
-- Retention: what is open is kept whatever its age.
SELECT seq FROM outbox WHERE created < :before AND state NOT IN ('pending', 'sending', 'unknown') ORDER BY seq LIMIT :limit;

-- name: drop_entry
-- Retention.
DELETE FROM outbox WHERE seq = :seq AND state NOT IN ('pending', 'sending', 'unknown');

-- name: old_history
-- Retention: what was to be forgotten by then, what tells of people and was not touched since, and all of an event that nothing was remembered of since.
SELECT h.channel, h.event, h.name FROM history h
WHERE h.until < :before
   OR (h.at < :before AND h.kind IN ('signup', 'question', 'question_ref', 'capture', 'quiz', 'verdict', 'verdict_text', 'pardon', 'mute', 'slow', 'command', 'poll', 'waiting', 'dropped'))
   OR (h.at < :before AND NOT EXISTS (SELECT 1 FROM history n WHERE n.channel = h.channel AND n.event = h.event AND n.at >= :before))
LIMIT :limit;

-- name: old_recent
-- What messages left for a while, once all of it was to be forgotten.
SELECT seq FROM recent WHERE until < :before OR (until IS NULL AND at < :before) ORDER BY seq LIMIT :limit;

-- name: drop_recent
-- Retention.
DELETE FROM recent WHERE seq = :seq;

-- name: old_audience
-- Retention.
SELECT channel, event, minute FROM audience WHERE minute * 60.0 < :before LIMIT :limit;

-- name: drop_audience
-- Retention.
DELETE FROM audience WHERE channel = :channel AND event = :event AND minute = :minute;

-- name: old_outages
-- Retention.
SELECT channel, event, kind, began FROM outage WHERE ended < :before LIMIT :limit;

-- name: drop_outage
-- Retention.
DELETE FROM outage WHERE channel = :channel AND event = :event AND kind = :kind AND began = :began;

-- name: old_report_keys
-- Retention: once nothing is left that an event's pseudonyms could stand for.
SELECT k.channel, k.event FROM report_key k WHERE k.at < :before
  AND NOT EXISTS (SELECT 1 FROM message m WHERE m.channel = k.channel AND m.event = k.event) LIMIT :limit;

-- name: drop_report_key
-- Retention.
DELETE FROM report_key WHERE channel = :channel AND event = :event;

-- name: old_audit
-- Retention: the trail outlives what it tells of.
SELECT seq FROM audit WHERE at < :before ORDER BY seq LIMIT :limit;

-- name: drop_audit
-- Retention.
DELETE FROM audit WHERE seq = :seq;

-- name: old_requests
-- Retention.
SELECT id FROM request WHERE at < :before AND state <> 'waiting' ORDER BY id LIMIT :limit;

-- name: drop_request
-- Retention.
DELETE FROM request WHERE id = :id;

-- name: known_messages
-- What we know of the refs on a page (refs is a JSON list).
SELECT ref, version, status, asked, deleted FROM message
WHERE channel = :channel AND surface = :surface AND ref IN (SELECT value FROM json_each(:refs));

-- name: own_remotes
-- Those of the refs that are the platform's names of our own posts.
SELECT remote FROM outbox WHERE channel = :channel AND remote IN (SELECT value FROM json_each(:refs)) AND kind = 'post_message';

-- name: writes_of
-- Our status changes of the refs that have been tried at least once, oldest first; of those that were given up, what may yet be applied.
SELECT ref, key, status, state, sent_at, settled_at, verified_at, unclear_at, changed, attempts, seq FROM outbox
WHERE channel = :channel AND ref IN (SELECT value FROM json_each(:refs)) AND surface = :surface
  AND (state IN ('sending', 'unknown', 'done') OR unclear_at IS NOT NULL)
ORDER BY seq;

-- name: reads_put_right
-- The clock was set back: no read can have been asked for later than now, and all were before this one.
UPDATE message SET asked = :asked WHERE channel = :channel AND asked > :at;

-- name: writes_put_right
-- The same for what we wrote to messages: it counts as written just now, and what is to be tried again is due.
UPDATE outbox SET settled_at = CASE WHEN settled_at > :at THEN :at ELSE settled_at END,
       not_before = CASE WHEN unclear_at > :at AND not_before > :at THEN :at ELSE not_before END,
       unclear_at = CASE WHEN unclear_at > :at THEN :at ELSE unclear_at END
WHERE channel = :channel AND ref <> '' AND (settled_at > :at OR unclear_at > :at);

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

-- name: gone_refs
-- Which of the refs are messages of people who were forgotten.
SELECT ref FROM message
WHERE channel = :channel AND surface = :surface AND ref IN (SELECT value FROM json_each(:refs)) AND author LIKE 'gone-%';

-- name: doubt_entries
-- A state from a backup: what waits may have been done since, so it is looked for first.
UPDATE outbox SET state = 'unknown', attempts = CASE WHEN attempts = 0 THEN 1 ELSE attempts END, unclear_at = :at, sent_at = COALESCE(sent_at, :since),
       first_sent = CASE WHEN first_sent < :since THEN first_sent ELSE :since END, not_before = :at, error = 'restored from a backup: it may have been sent already'
WHERE channel = :channel AND state IN ('pending', 'sending') AND kind IN ('post_message', 'create_poll', 'set_stream');

-- name: entries_past_looking
-- A state from a backup: what may have been done since, and cannot be looked for.
SELECT key, event FROM outbox WHERE channel = :channel AND state IN ('pending', 'sending') AND kind IN ('send_alert', 'call_webhook') ORDER BY seq;

-- name: all_addresses
-- Everybody who wrote.
SELECT DISTINCT email FROM message WHERE channel = :channel AND email <> '';

-- name: keep_stream
-- A livestream as last seen at an event.
INSERT INTO stream (channel, event, name, platform, status, note, wanted, started, ended, dropped, drops, lost, body, at)
VALUES (:channel, :event, :name, :platform, :status, :note, :wanted, :started, :ended, :dropped, :drops, :lost, :body, :at)
ON CONFLICT (channel, event, name) DO UPDATE SET platform = excluded.platform, status = excluded.status, note = excluded.note,
    wanted = excluded.wanted, started = excluded.started, ended = excluded.ended, dropped = excluded.dropped, drops = excluded.drops,
    lost = excluded.lost, body = excluded.body, at = excluded.at;

-- name: streams_of
-- Livestreams of an event.
SELECT event, name, platform, status, note, wanted, started, ended, dropped, drops, lost, body, at FROM stream
WHERE channel = :channel AND event = :event ORDER BY name;

-- name: all_streams
-- Livestreams of a channel, the newest last.
SELECT event, name, platform, status, note, wanted, started, ended, dropped, drops, lost, body, at FROM stream
WHERE channel = :channel ORDER BY at;

-- name: old_streams
-- Retention.
SELECT channel, event, name FROM stream WHERE at < :before LIMIT :limit;

-- name: drop_stream
-- Retention.
DELETE FROM stream WHERE channel = :channel AND event = :event AND name = :name;
