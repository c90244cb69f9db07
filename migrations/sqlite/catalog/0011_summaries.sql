-- What lists of pipelines show and executions are counted by is kept, instead of found out for every page. Triggers keep
-- it: whatever writes an execution writes both or neither, and no writer can forget it.

-- How many executions a pipeline has of each status.
CREATE TABLE execution_counts (
    workspace    TEXT NOT NULL,
    pipeline_arn TEXT NOT NULL,
    status       TEXT NOT NULL,
    status_rank  INTEGER NOT NULL,
    executions   BIGINT NOT NULL,
    PRIMARY KEY (workspace, pipeline_arn, status)
) WITHOUT ROWID;

CREATE TABLE pipeline_summaries (
    workspace    TEXT NOT NULL,
    pipeline_arn TEXT NOT NULL,
    -- how many of its executions run
    running      INTEGER NOT NULL DEFAULT 0,
    -- of its newest execution; NULL without one
    last_created BIGINT,
    last_status  TEXT,
    last_rank    INTEGER,
    -- its ten newest executions, oldest first: a JSON list of [id, display name, status, created, modified, failure]
    recent       TEXT NOT NULL DEFAULT '[]',
    -- when the oldest of these began: what began before changes none of this. NULL while there are fewer than ten
    since        BIGINT,
    -- how often it was made anew; whoever adds 1 has it made
    written      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace, pipeline_arn)
) WITHOUT ROWID;

CREATE TRIGGER pipeline_summaries_written AFTER UPDATE OF written ON pipeline_summaries BEGIN
    UPDATE pipeline_summaries SET
        running = (
            SELECT COUNT(*) FROM executions
            WHERE workspace = NEW.workspace AND pipeline_arn = NEW.pipeline_arn AND running = 1
        ),
        (last_created, last_status, last_rank) = (
            SELECT created, status, status_rank FROM executions
            WHERE workspace = NEW.workspace AND pipeline_arn = NEW.pipeline_arn
            ORDER BY created DESC, arn LIMIT 1
        ),
        (recent, since) = (
            SELECT
                json_group_array(
                    json_array(id, display_name, status, created, modified, failure) ORDER BY created, arn DESC
                ),
                CASE WHEN COUNT(created) = 10 THEN MIN(created) END
            FROM (
                SELECT arn, id, display_name, status, created, modified, failure FROM executions
                WHERE workspace = NEW.workspace AND pipeline_arn = NEW.pipeline_arn
                ORDER BY created DESC, arn LIMIT 10
            )
        )
    WHERE workspace = NEW.workspace AND pipeline_arn = NEW.pipeline_arn;
END;

CREATE TRIGGER executions_inserted AFTER INSERT ON executions BEGIN
    INSERT INTO execution_counts (workspace, pipeline_arn, status, status_rank, executions)
    VALUES (NEW.workspace, NEW.pipeline_arn, NEW.status, NEW.status_rank, 1)
    ON CONFLICT (workspace, pipeline_arn, status) DO UPDATE SET executions = executions + 1;
    INSERT INTO pipeline_summaries (workspace, pipeline_arn) VALUES (NEW.workspace, NEW.pipeline_arn)
    ON CONFLICT (workspace, pipeline_arn) DO NOTHING;
    UPDATE pipeline_summaries SET written = written + 1
    WHERE workspace = NEW.workspace AND pipeline_arn = NEW.pipeline_arn
        AND (since IS NULL OR NEW.created >= since OR NEW.running = 1);
END;

CREATE TRIGGER executions_updated
AFTER UPDATE OF pipeline_arn, status, running, created, modified, display_name, failure ON executions
WHEN (NEW.pipeline_arn, NEW.status, NEW.running, NEW.created, NEW.modified, NEW.display_name, NEW.failure)
    IS NOT (OLD.pipeline_arn, OLD.status, OLD.running, OLD.created, OLD.modified, OLD.display_name, OLD.failure)
BEGIN
    UPDATE execution_counts SET executions = executions - 1
    WHERE workspace = OLD.workspace AND pipeline_arn = OLD.pipeline_arn AND status = OLD.status;
    INSERT INTO execution_counts (workspace, pipeline_arn, status, status_rank, executions)
    VALUES (NEW.workspace, NEW.pipeline_arn, NEW.status, NEW.status_rank, 1)
    ON CONFLICT (workspace, pipeline_arn, status) DO UPDATE SET executions = executions + 1;
    INSERT INTO pipeline_summaries (workspace, pipeline_arn) VALUES (NEW.workspace, NEW.pipeline_arn)
    ON CONFLICT (workspace, pipeline_arn) DO NOTHING;
    UPDATE pipeline_summaries SET written = written + 1
    WHERE workspace = NEW.workspace AND pipeline_arn IN (OLD.pipeline_arn, NEW.pipeline_arn)
        AND (since IS NULL OR NEW.created >= since OR OLD.created >= since OR NEW.running <> OLD.running);
END;

CREATE TRIGGER executions_deleted AFTER DELETE ON executions BEGIN
    UPDATE execution_counts SET executions = executions - 1
    WHERE workspace = OLD.workspace AND pipeline_arn = OLD.pipeline_arn AND status = OLD.status;
    UPDATE pipeline_summaries SET written = written + 1
    WHERE workspace = OLD.workspace AND pipeline_arn = OLD.pipeline_arn;
END;

-- Of all, by time: with everything that filters compare, so that looking through all of them reads no row.
DROP INDEX executions_by_time;
CREATE INDEX executions_by_time ON executions (
    workspace, created DESC, arn, pipeline_arn, status, status_rank, running, modified, gone, label_key, id,
    created_by_profile, version, failed_step_key, reason_key
);
-- of all, by name, and by status in both directions: the newest of a status come first in either
CREATE INDEX executions_by_name ON executions (workspace, label_key, created DESC, arn, pipeline_arn, status);
CREATE INDEX executions_by_rank ON executions (workspace, status_rank, status, created DESC, arn, pipeline_arn);
CREATE INDEX executions_by_rank_descending ON executions
    (workspace, status_rank DESC, status, created DESC, arn, pipeline_arn);

-- the people who started executions, for suggestions
CREATE INDEX executions_by_starter ON executions (workspace, created_by_profile, pipeline_arn)
    WHERE created_by_profile IS NOT NULL;

INSERT INTO execution_counts (workspace, pipeline_arn, status, status_rank, executions)
SELECT workspace, pipeline_arn, status, MIN(status_rank), COUNT(*) FROM executions
GROUP BY workspace, pipeline_arn, status;
INSERT INTO pipeline_summaries (workspace, pipeline_arn)
SELECT DISTINCT workspace, pipeline_arn FROM executions;
UPDATE pipeline_summaries SET written = 1;
