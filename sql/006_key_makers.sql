-- Who made a key, where that was no administrator: what the maker may order and ask (its quota, its rate) holds for itself and
-- for all keys that come from it together. The keys that come from one, however far:
--   WITH RECURSIVE family (id) AS (VALUES ('ID') UNION SELECT k.id FROM family JOIN api_key AS k ON k.maker_id = family.id)
--   SELECT id FROM family;

ALTER TABLE api_key ADD COLUMN maker_id TEXT REFERENCES api_key (id); -- NULL: an administrator
CREATE INDEX api_key_maker ON api_key (maker_id) WHERE maker_id IS NOT NULL;
