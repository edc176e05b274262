-- What SQLite says in its own way; a query here takes the place of one with the same name in ../queries.sql.

-- name: fired_already
-- Which of the occurrences (a JSON list of [item, occurrence]) are in the ledger.
SELECT item, occurrence FROM fired WHERE channel = :channel AND event = :event
  AND (item, occurrence) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:pairs));
