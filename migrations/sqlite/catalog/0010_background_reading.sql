-- What was not read yet is known after a restart too: reading goes on where it stopped.

-- Changes of executions that refreshes have skipped, and that are read in the background.
CREATE TABLE search_gaps (
    number    INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    -- every change after this time was read; NULL where the newest ones are missing too
    upper     BIGINT,
    -- every change before this time was read; NULL where there is no such time
    lower     BIGINT
);

-- How far the steps of executions that nobody opened were read, and the jobs of these steps: of every one that began
-- since then. NULL where none were.
CREATE TABLE backfills (
    workspace   TEXT NOT NULL PRIMARY KEY,
    steps_since BIGINT,
    jobs_since  BIGINT
);

-- Executions that have ended, and whose steps or jobs were not read since.
CREATE INDEX executions_without_steps ON executions (workspace, created DESC, arn)
    WHERE steps_read = 0 AND running = 0 AND gone IS NULL;
CREATE INDEX executions_without_jobs ON executions (workspace, created DESC, arn)
    WHERE steps_read = 1 AND jobs_read = 0 AND gone IS NULL;

-- 1 where the step took its result from an earlier execution, for which the job ran
ALTER TABLE execution_jobs ADD COLUMN reused INTEGER NOT NULL DEFAULT 0;
