-- API keys, the queue and the files of finished jobs. Times are milliseconds since 1970-01-01 UTC:
--   SELECT id, state, datetime(created_ms / 1000, 'unixepoch') FROM job ORDER BY created_ms DESC LIMIT 20;

PRAGMA application_id = 0x41455448; -- "AETH", which `file` shows

CREATE TABLE api_key (
    id            TEXT PRIMARY KEY,
    secret_sha256 TEXT NOT NULL,
    name          TEXT NOT NULL,
    organisation  TEXT NOT NULL,
    scopes        TEXT NOT NULL,             -- "generate,render"
    created_ms    INTEGER NOT NULL,
    expires_ms    INTEGER,                   -- NULL: never
    revoked_ms    INTEGER,
    last_used_ms  INTEGER                    -- to the minute
) STRICT;
CREATE UNIQUE INDEX api_key_name ON api_key (organisation, name) WHERE revoked_ms IS NULL;

CREATE TABLE job (
    id             TEXT PRIMARY KEY,         -- UUID version 7: sorts by the time of submission
    organisation   TEXT NOT NULL,
    key_id         TEXT,                     -- who asked; no reference, because it may also be the subject of a token
    request_id     TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('generate', 'render', 'tracks')),
    request        TEXT NOT NULL,            -- JSON, as it was accepted
    seed           INTEGER,
    state          TEXT NOT NULL DEFAULT 'queued'
                   CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    stage          TEXT,
    progress       REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    attempts       INTEGER NOT NULL DEFAULT 0,
    lease_owner    TEXT,
    lease_until_ms INTEGER,
    not_before_ms  INTEGER NOT NULL DEFAULT 0, -- a pause between attempts
    created_ms     INTEGER NOT NULL,
    started_ms     INTEGER,
    finished_ms    INTEGER,
    result         TEXT,                     -- JSON, of a completed job
    error          TEXT,
    error_detail   TEXT,
    CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until_ms IS NOT NULL)),
    CHECK ((state IN ('completed', 'failed', 'cancelled')) = (finished_ms IS NOT NULL))
) STRICT;
CREATE INDEX job_queued ON job (organisation, created_ms, id) WHERE state = 'queued';
CREATE INDEX job_running ON job (organisation, lease_until_ms) WHERE state = 'running';
CREATE INDEX job_started ON job (organisation, started_ms);
CREATE INDEX job_newest ON job (organisation, id);
CREATE INDEX job_state ON job (state);

CREATE TABLE artifact (
    job_id     TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,             -- the order in which they are listed
    name       TEXT NOT NULL,                -- of the file, in output/<job>/
    kind       TEXT NOT NULL,
    label      TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes      INTEGER NOT NULL CHECK (bytes >= 0),
    sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
    PRIMARY KEY (job_id, name),
    UNIQUE (job_id, label)
) STRICT, WITHOUT ROWID;
