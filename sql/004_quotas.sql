-- Keys get a rate of their own and are rotated; what each organisation and key may order, and what it did order.

ALTER TABLE api_key ADD COLUMN rate_rps REAL CHECK (rate_rps > 0);       -- requests a second; NULL: the service's
ALTER TABLE api_key ADD COLUMN rate_burst INTEGER CHECK (rate_burst > 0);
ALTER TABLE api_key ADD COLUMN rotated_ms INTEGER;                       -- when the secret was last replaced
ALTER TABLE api_key ADD COLUMN previous_sha256 TEXT;                     -- the secret before, good for a grace period
ALTER TABLE api_key ADD COLUMN previous_until_ms INTEGER;

-- NULL: no limit. A day and a month begin at midnight UTC.
CREATE TABLE quota (
    holder            TEXT NOT NULL CHECK (holder IN ('key', 'organisation')),
    id                TEXT NOT NULL,         -- of the key, or the organisation's name
    tracks_per_day    REAL CHECK (tracks_per_day >= 0),
    tracks_per_month  REAL CHECK (tracks_per_month >= 0),
    minutes_per_day   REAL CHECK (minutes_per_day >= 0),
    minutes_per_month REAL CHECK (minutes_per_month >= 0),
    PRIMARY KEY (holder, id)
) STRICT, WITHOUT ROWID;

-- One row for each track that was ordered: with the length that was asked for (three minutes where none was), in the end
-- with the length that it has. What failed or was cancelled does not count, until it is tried again. Rows outlive their jobs.
--   Tracks and minutes by organisation, key and month: SELECT * FROM usage_by_month;
CREATE TABLE usage (
    job_id       TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    key_id       TEXT NOT NULL,              -- '' without authentication
    ordered_ms   INTEGER NOT NULL,
    seconds      REAL NOT NULL CHECK (seconds >= 0),
    counts       INTEGER NOT NULL DEFAULT 1 CHECK (counts IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_key ON usage (organisation, key_id, ordered_ms, seconds) WHERE counts = 1;
CREATE INDEX usage_organisation ON usage (organisation, ordered_ms, seconds) WHERE counts = 1;

CREATE TRIGGER usage_void AFTER UPDATE OF state ON job WHEN NEW.state IN ('failed', 'cancelled')
BEGIN
    UPDATE usage SET counts = 0 WHERE job_id = NEW.id;
END;

CREATE TRIGGER usage_again AFTER UPDATE OF state ON job
WHEN NEW.state = 'queued' AND OLD.state IN ('failed', 'cancelled')
BEGIN
    UPDATE usage SET counts = 1, ordered_ms = unixepoch() * 1000 WHERE job_id = NEW.id;
END;

-- Jobs that were there before this table.
INSERT INTO usage (job_id, organisation, key_id, ordered_ms, seconds, counts)
SELECT id, organisation, coalesce(key_id, ''), created_ms,
       coalesce(json_extract(result, '$.duration_seconds'), json_extract(request, '$.duration_seconds'),
                json_extract(request, '$.song_spec.target_duration_seconds'), 180), state NOT IN ('failed', 'cancelled')
FROM job WHERE kind IN ('render', 'tracks');

CREATE VIEW usage_by_month AS
SELECT strftime('%Y-%m', ordered_ms / 1000, 'unixepoch') AS month, organisation, key_id, count(*) AS tracks,
       round(sum(seconds) / 60, 2) AS minutes
FROM usage WHERE counts = 1 GROUP BY month, organisation, key_id ORDER BY month DESC, organisation, key_id;
