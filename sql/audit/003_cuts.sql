-- Old rows may be cut off (AETHER_AUDIT_RETENTION_DAYS, by `aether maintain`). Before they go, a row 'audit.cut' is added in
-- whose target stand the seq and the hash of the last of them, as SEQ:HASH, and which is logged as "audit cut SEQ:HASH". The
-- first row that is left follows that hash, so the chain is checked as before; what goes without such a row is missing.
--   SELECT time, actor_name, target FROM act WHERE action = 'audit.cut' ORDER BY seq;
-- Starts, reloads, upgrades and stops of the service are rows too, with who sent the signal. Two starts without a stop between
-- them: it was killed, or the machine went off.
--   SELECT time, action, actor, actor_name, outcome FROM act WHERE actor_kind = 'service' ORDER BY seq DESC LIMIT 10;

CREATE INDEX audit_cut ON audit (CAST(target AS INTEGER)) WHERE action = 'audit.cut';

DROP TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN old.seq > (SELECT coalesce(max(CAST(target AS INTEGER)), 0) FROM audit WHERE action = 'audit.cut')
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
