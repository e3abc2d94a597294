-- The tunes of tracks that were made, so that a new one with a seed of its own choice does not come out like one of them.
-- An organisation's tracks are compared with its own only; the oldest beyond AETHER_TUNES_KEPT are forgotten. To look:
--   SELECT title, song, datetime(made_ms / 1000, 'unixepoch'), length(notes) FROM tune ORDER BY made_ms DESC LIMIT 20;
-- Deleting rows is safe at any time.

CREATE TABLE tune (
    organisation TEXT NOT NULL,
    song         TEXT NOT NULL,              -- genre, seed and title: the same song made again takes its own place
    job_id       TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE, -- that made it last
    title        TEXT NOT NULL,
    made_ms      INTEGER NOT NULL,
    notes        TEXT NOT NULL,              -- "+2:240 -1:480 | …": semitones from the note before, ticks (480 a quarter)
                                             -- from its onset; | parts lines
    PRIMARY KEY (organisation, song)
) STRICT, WITHOUT ROWID;
CREATE INDEX tune_newest ON tune (organisation, made_ms);
CREATE INDEX tune_job ON tune (job_id);
