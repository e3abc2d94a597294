-- What an auditor asks, for `sqlite3 audit.db`. Each view has its example; times are UTC.

-- One row for each request or command, with how it ended. What never ended (the process was killed, or the end could not
-- be recorded) is 'begun'.
--   SELECT time, actor_name, address, action, target, outcome, reason FROM act WHERE time >= '2026-01-01' ORDER BY seq;
CREATE VIEW act AS
SELECT seq, strftime('%Y-%m-%d %H:%M:%S', time_ms / 1000, 'unixepoch') AS time, time_ms, actor_kind, actor, actor_name,
       organisation, address, action, target, outcome, status, duration_ms, request_id, body_sha256, reason, count
FROM audit AS a
WHERE outcome <> 'begun'
   OR NOT EXISTS (SELECT 1 FROM audit AS later WHERE later.begun_seq = a.seq);

-- Who had what composed and rendered; job_id is that of the job and of its files.
--   SELECT time, actor_name, organisation, kind, job_id FROM rendered WHERE organisation = 'local' ORDER BY time DESC;
-- With the titles, beside the service's other database:
--   ATTACH 'aether.db' AS a; SELECT r.time, r.actor_name, r.job_id, j.state, j.request ->> 'title' AS title
--   FROM rendered AS r JOIN a.job AS j ON j.id = r.job_id ORDER BY r.time DESC LIMIT 20;
CREATE VIEW rendered AS
SELECT time, actor_kind, actor, actor_name, organisation, address, replace(action, '.create', '') AS kind,
       target AS job_id, outcome, status, duration_ms, request_id
FROM act
WHERE action IN ('generate.create', 'render.create', 'tracks.create', 'export.flstudio', 'export.dawproject')
  AND outcome IN ('done', 'left', 'begun');

-- Refusals and failures by address: who tries keys, who is lost.
--   SELECT address, attempts, wrong_keys, last_time FROM failures_by_address ORDER BY wrong_keys DESC LIMIT 10;
CREATE VIEW failures_by_address AS
SELECT address, sum(count) AS attempts,
       sum(count) FILTER (WHERE status = 401) AS wrong_keys,
       sum(count) FILTER (WHERE status = 403) AS not_allowed,
       sum(count) FILTER (WHERE status = 429) AS rate_limited,
       sum(count) FILTER (WHERE status >= 500) AS failed,
       min(time) AS first_time, max(time) AS last_time
FROM act
WHERE outcome IN ('refused', 'failed')
GROUP BY address;

-- What each key did, by month.
--   SELECT month, actor_name, requests, tracks, refused FROM usage_by_key ORDER BY month, requests DESC;
CREATE VIEW usage_by_key AS
SELECT strftime('%Y-%m', time_ms / 1000, 'unixepoch') AS month, organisation, actor_kind, actor,
       max(actor_name) AS actor_name, sum(count) AS requests,
       sum(count) FILTER (WHERE outcome = 'done' AND action = 'tracks.create') AS tracks,
       sum(count) FILTER (WHERE outcome = 'done' AND action = 'render.create') AS renders,
       sum(count) FILTER (WHERE outcome = 'done' AND action = 'generate.create') AS compositions,
       sum(count) FILTER (WHERE outcome = 'refused') AS refused
FROM act
WHERE actor_kind IN ('key', 'token')
GROUP BY month, organisation, actor_kind, actor;

-- What became of each key, from its making to its end, and who did it.
--   SELECT key_id, time, event, by_kind, by_name FROM key_life ORDER BY key_id, time;
CREATE VIEW key_life AS
SELECT target AS key_id, organisation, time, CASE action WHEN 'keys.delete' THEN 'revoke' ELSE replace(action, 'keys.', '')
       END AS event, actor_kind AS by_kind, actor AS by, actor_name AS by_name, address, request_id, seq
FROM act
WHERE action IN ('keys.create', 'keys.rotate', 'keys.revoke', 'keys.delete') AND outcome = 'done';
