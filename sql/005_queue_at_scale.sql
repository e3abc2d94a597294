-- The queue is as quick among a hundred thousand jobs as among ten: what the service asks again and again is counted as it
-- changes, or found by an index, and nothing goes through all rows.

-- Jobs by state, kept by the triggers below. To look: SELECT * FROM job_tally;
CREATE TABLE job_tally (
    state TEXT PRIMARY KEY,
    jobs  INTEGER NOT NULL CHECK (jobs >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO job_tally (state, jobs)
SELECT column1, (SELECT count(*) FROM job WHERE job.state = column1)
FROM (VALUES ('queued'), ('running'), ('completed'), ('failed'), ('cancelled'));

CREATE TRIGGER job_tally_new AFTER INSERT ON job
BEGIN
    UPDATE job_tally SET jobs = jobs + 1 WHERE state = NEW.state;
END;

CREATE TRIGGER job_tally_change AFTER UPDATE OF state ON job WHEN NEW.state <> OLD.state
BEGIN
    UPDATE job_tally SET jobs = jobs - 1 WHERE state = OLD.state;
    UPDATE job_tally SET jobs = jobs + 1 WHERE state = NEW.state;
END;

CREATE TRIGGER job_tally_gone AFTER DELETE ON job
BEGIN
    UPDATE job_tally SET jobs = jobs - 1 WHERE state = OLD.state;
END;

-- Lists of one state by age; the last start of an organisation; the age of the oldest that waits.
DROP INDEX job_state;
DROP INDEX job_started;
CREATE INDEX job_by_state ON job (organisation, state, id);
CREATE INDEX job_started ON job (organisation, started_ms) WHERE started_ms IS NOT NULL;
CREATE INDEX job_oldest ON job (created_ms) WHERE state = 'queued';
