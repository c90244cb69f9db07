-- Executions of all pipelines are listed, filtered and searched as one. Every row is taken over. What is made of a row
-- (its parameters, its steps and the index of its text) is filled by the program, which folds as searches do:
-- `detailed` is 1 where that is done.

ALTER TABLE executions RENAME TO earlier_executions;
DROP INDEX executions_by_start;
DROP INDEX executions_by_id;
DROP INDEX executions_running_counted;
DROP INDEX executions_running;
DROP INDEX executions_by_display_name;
DROP INDEX executions_definitions;

CREATE TABLE executions (
    -- what everything about it refers to
    number               INTEGER PRIMARY KEY,
    workspace            TEXT NOT NULL,
    arn                  TEXT NOT NULL,
    id                   TEXT NOT NULL,
    pipeline_arn         TEXT NOT NULL,
    display_name         TEXT,
    label_key            TEXT NOT NULL,
    description          TEXT,
    status               TEXT NOT NULL,
    -- the order people scan statuses in
    status_rank          INTEGER NOT NULL,
    running              INTEGER NOT NULL,
    -- when SageMaker was found not to know it any more; NULL while it does
    gone                 BIGINT,
    failure_reason       TEXT,
    created              BIGINT,
    modified             BIGINT,
    created_by_profile   TEXT,
    created_by_arn       TEXT,
    modified_by_profile  TEXT,
    modified_by_arn      TEXT,
    version              BIGINT,
    -- a JSON list of [name, value]; NULL while they are not known
    parameters           TEXT,
    max_parallel_steps   INTEGER,
    -- a JSON list of names
    selected_steps       TEXT NOT NULL,
    source_execution_arn TEXT,
    experiment           TEXT,
    -- its own definition, once it was read
    definition_hash      TEXT,
    -- whether a Fail step ended it; NULL while its steps are not known
    fail_step            INTEGER,
    -- why it failed: a JSON object of the failed step and the reason; NULL while its steps are not known
    failure              TEXT,
    -- the failed step's name and the reason, folded
    failed_step_key      TEXT,
    reason_key           TEXT,
    -- when it had last changed as its end was read; a later change is a reason to read it again
    end_modified         BIGINT,
    -- the workspace's counter of changes as this row was last written
    changed              BIGINT NOT NULL DEFAULT 0,
    detailed             INTEGER NOT NULL DEFAULT 0,
    -- 1 once its steps, and then the jobs of its steps, were read after its end
    steps_read           INTEGER NOT NULL DEFAULT 0,
    jobs_read            INTEGER NOT NULL DEFAULT 0,
    UNIQUE (workspace, arn)
);

-- Numbered as they began, so that those of one page lie together.
INSERT INTO executions (workspace, arn, id, pipeline_arn, display_name, label_key, description, status, status_rank,
    running, failure_reason, created, modified, created_by_profile, created_by_arn, modified_by_profile,
    modified_by_arn, version, parameters, max_parallel_steps, selected_steps, source_execution_arn, experiment,
    definition_hash, fail_step, failure, end_modified)
SELECT workspace, arn, id, pipeline_arn, display_name, label_key, description, status, status_rank,
    running, failure_reason, created, modified, created_by_profile, created_by_arn, modified_by_profile,
    modified_by_arn, version, parameters, max_parallel_steps, selected_steps, source_execution_arn, experiment,
    definition_hash, fail_step, failure, end_modified
FROM earlier_executions ORDER BY created, arn;

-- What searches look in, apart from the rest: a word too short for the index is looked for in all of it.
CREATE TABLE execution_texts (
    execution    INTEGER PRIMARY KEY,
    search_text  TEXT NOT NULL,
    search_words TEXT NOT NULL
);
INSERT INTO execution_texts (execution, search_text, search_words)
SELECT e.number, o.search_text, o.search_words
FROM earlier_executions o JOIN executions e ON e.workspace = o.workspace AND e.arn = o.arn;
DROP TABLE earlier_executions;

-- Finds by any three characters in a row. The texts are folded already.
CREATE VIRTUAL TABLE execution_trigrams USING fts5(
    search_text, search_words, content='', contentless_delete=1, tokenize='trigram case_sensitive 1'
);

-- of one pipeline
CREATE INDEX executions_by_start ON executions (workspace, pipeline_arn, created DESC, arn, status, status_rank, modified);
-- of all, and the counts by status of all
CREATE INDEX executions_by_time ON executions (workspace, created DESC, arn, pipeline_arn, status, status_rank);
CREATE INDEX executions_by_status ON executions (workspace, status, created DESC, arn, pipeline_arn);
CREATE INDEX executions_by_failed_step ON executions (workspace, failed_step_key, created DESC, arn)
    WHERE failed_step_key IS NOT NULL;
-- also finds the pipeline of an execution by the execution's id alone
CREATE INDEX executions_by_id ON executions (workspace, id, pipeline_arn);
CREATE INDEX executions_by_display_name ON executions (workspace, display_name);
-- Running executions are few. One index counts them, one lists them; each holds all that is asked, so that it is
-- preferred without statistics.
CREATE INDEX executions_running_counted ON executions (workspace, pipeline_arn, running)
    WHERE running = 1;
CREATE INDEX executions_running ON executions (workspace, created DESC, arn, pipeline_arn, id)
    WHERE running = 1;
CREATE INDEX executions_definitions ON executions (workspace, pipeline_arn, version, definition_hash)
    WHERE definition_hash IS NOT NULL;
CREATE INDEX executions_undetailed ON executions (workspace, number) WHERE detailed = 0;

CREATE TABLE execution_parameters (
    execution INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    name      TEXT NOT NULL,
    name_key  TEXT NOT NULL,
    value     TEXT NOT NULL,
    value_key TEXT NOT NULL,
    -- the value, where it is a finite number
    number    DOUBLE PRECISION,
    PRIMARY KEY (execution, name)
) WITHOUT ROWID;
CREATE INDEX execution_parameters_by_value ON execution_parameters (workspace, name_key, value_key, execution);
CREATE INDEX execution_parameters_by_number ON execution_parameters (workspace, name_key, number, execution)
    WHERE number IS NOT NULL;

CREATE TABLE execution_steps (
    execution INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    name      TEXT NOT NULL,
    name_key  TEXT NOT NULL,
    -- the member of its metadata, such as TrainingJob; NULL where SageMaker returned none
    type      TEXT,
    status    TEXT NOT NULL,
    started   BIGINT,
    ended     BIGINT,
    reason    TEXT,
    PRIMARY KEY (execution, name)
) WITHOUT ROWID;
CREATE INDEX execution_steps_by_name ON execution_steps (workspace, name_key, status, execution);

CREATE TABLE execution_jobs (
    execution        INTEGER NOT NULL,
    workspace        TEXT NOT NULL,
    arn              TEXT NOT NULL,
    step             TEXT NOT NULL,
    -- the member of the step's metadata, such as TrainingJob
    resource         TEXT NOT NULL,
    name             TEXT,
    status           TEXT,
    created          BIGINT,
    started          BIGINT,
    ended            BIGINT,
    -- a JSON list of [status, started, ended, message], oldest first
    secondary        TEXT NOT NULL,
    instance_type    TEXT,
    instance_count   INTEGER,
    billable_seconds INTEGER,
    managed_spot     INTEGER,
    exit_message     TEXT,
    failure_reason   TEXT,
    PRIMARY KEY (execution, step, arn)
) WITHOUT ROWID;
CREATE INDEX execution_jobs_by_arn ON execution_jobs (workspace, arn);

CREATE TABLE execution_metrics (
    execution INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    step      TEXT NOT NULL,
    name      TEXT NOT NULL,
    name_key  TEXT NOT NULL,
    value     DOUBLE PRECISION NOT NULL,
    measured  BIGINT,
    PRIMARY KEY (execution, step, name)
) WITHOUT ROWID;
CREATE INDEX execution_metrics_by_value ON execution_metrics (workspace, name_key, value, execution);

-- when SageMaker was found not to know it any more; NULL while it does
ALTER TABLE pipelines ADD COLUMN gone BIGINT;

-- How many changes were written; a page made at one number is current while it stays.
CREATE TABLE changes (
    workspace TEXT NOT NULL PRIMARY KEY,
    counter   BIGINT NOT NULL
);
