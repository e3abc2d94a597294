-- The audit trail: rows are added, never changed and never removed. A request that changes something has two: 'begun',
-- written before anything is changed, and one with how it ended, on disk before the client is answered; both have its
-- request_id. A request that is refused has one. A command of an administrator has two as well, with the number of the
-- operating system's user as the actor. The view `act` shows one row for each request, with how it ended:
--   SELECT time, actor_name, organisation, address, action, target, outcome, status FROM act ORDER BY seq DESC LIMIT 20;
--
-- hash is the SHA-256, in hexadecimal, of the hash of the row before (of the first: 64 zeros) and of every column from
-- seq to count in the order of the table, each written as <length in bytes>:<text>, and as - where it is NULL. So a row
-- that is changed, removed, inserted or moved shows, and so does an end that was cut off, to who knows a later row's seq
-- and hash: the service writes those to its log once a day ("audit anchor SEQ:HASH").

PRAGMA application_id = 0x41455541; -- "AEUA", which `file` shows

CREATE TABLE audit (
    seq          INTEGER PRIMARY KEY,     -- 1, 2, 3 … without gaps
    time_ms      INTEGER NOT NULL,        -- since 1970-01-01 UTC; of 'begun': when, of the others: when it was over
    actor_kind   TEXT NOT NULL CHECK (actor_kind IN ('key', 'token', 'user', 'service', 'nobody')),
    actor        TEXT,                    -- id of the key, subject of the token, number of the user; NULL: nobody known
    actor_name   TEXT,                    -- what the key or the user was called then
    organisation TEXT,
    address      TEXT,                    -- of the client; NULL: on this machine, by the command line
    action       TEXT NOT NULL,           -- 'tracks.create'
    target       TEXT,                    -- the id of the job or of the key, else the path
    outcome      TEXT NOT NULL CHECK (outcome IN ('begun', 'done', 'refused', 'failed', 'left')), -- left: by the client
    status       INTEGER,                 -- of HTTP
    duration_ms  INTEGER,
    request_id   TEXT,
    body_sha256  TEXT,                    -- of the request's body, which is not kept
    reason       TEXT,                    -- of a refusal or failure: the last part of the problem's type
    begun_seq    INTEGER,                 -- of an end: the row with which it began
    count        INTEGER NOT NULL DEFAULT 1, -- requests that the row stands for: more than one only of 'rate-limited'
    hash         TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX audit_time ON audit (time_ms);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_request ON audit (request_id);
CREATE INDEX audit_begun ON audit (begun_seq) WHERE begun_seq IS NOT NULL;
CREATE INDEX audit_anchor ON audit (time_ms) WHERE action = 'audit.anchor';

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
-- INSERT OR REPLACE would remove a row without asking the trigger above.
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
