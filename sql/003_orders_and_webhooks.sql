-- What an order may say besides the music: its priority, who is to be called when it is over, and under which
-- Idempotency-Key it was sent. To look:
--   SELECT job_id, state, attempts, http_status, error, datetime(next_ms / 1000, 'unixepoch') FROM webhook ORDER BY created_ms DESC;

ALTER TABLE job ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -1 AND 1); -- low, normal, high
ALTER TABLE job ADD COLUMN callback_url TEXT;

DROP INDEX job_queued;
CREATE INDEX job_queued ON job (organisation, priority DESC, created_ms, id) WHERE state = 'queued';
CREATE INDEX job_open ON job (organisation, key_id) WHERE state IN ('queued', 'running');
CREATE INDEX job_finished ON job (finished_ms) WHERE finished_ms IS NOT NULL;

-- Which job a repeated request stands for. A row may be there before its job: while a song is composed for the first of
-- equal requests (until_ms: how long the others wait for it).
CREATE TABLE idempotency (
    organisation    TEXT NOT NULL,
    key_id          TEXT NOT NULL,           -- '' without authentication
    idempotency_key TEXT NOT NULL,
    request_sha256  TEXT NOT NULL CHECK (length(request_sha256) = 64), -- of route and body
    job_id          TEXT NOT NULL,
    created_ms      INTEGER NOT NULL,
    until_ms        INTEGER NOT NULL,
    PRIMARY KEY (organisation, key_id, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_ms);

-- One row per call that is to be made.
CREATE TABLE webhook (
    id               TEXT PRIMARY KEY,       -- the receiver tells repetitions by it
    job_id           TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    organisation     TEXT NOT NULL,
    url              TEXT NOT NULL,
    type             TEXT NOT NULL,          -- "job.completed", "job.failed", "job.cancelled"
    job_error        TEXT,                   -- why a failed job failed
    state            TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts         INTEGER NOT NULL DEFAULT 0,
    next_ms          INTEGER NOT NULL,       -- when the next attempt is due
    claimed_until_ms INTEGER NOT NULL DEFAULT 0, -- somebody is at it until then
    created_ms       INTEGER NOT NULL,
    finished_ms      INTEGER,
    http_status      INTEGER,                -- of the last answer
    error            TEXT,                   -- why the last attempt failed
    CHECK ((state = 'pending') = (finished_ms IS NULL))
) STRICT;
CREATE INDEX webhook_due ON webhook (next_ms) WHERE state = 'pending';
CREATE INDEX webhook_job ON webhook (job_id);

-- However a job ends, the call is ordered in the same transaction.
CREATE TRIGGER job_over AFTER UPDATE OF state ON job
WHEN NEW.callback_url IS NOT NULL AND OLD.state <> NEW.state AND NEW.state IN ('completed', 'failed', 'cancelled')
BEGIN
    INSERT INTO webhook (id, job_id, organisation, url, type, job_error, next_ms, created_ms)
    VALUES ('msg_' || lower(hex(randomblob(16))), NEW.id, NEW.organisation, NEW.callback_url, 'job.' || NEW.state,
            CASE NEW.state WHEN 'failed' THEN NEW.error END, NEW.finished_ms, NEW.finished_ms);
END;
