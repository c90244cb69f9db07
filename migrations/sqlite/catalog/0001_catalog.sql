-- What SageMaker last told us. Disposable: may be deleted, and is filled again.
-- Times are microseconds since 1970; what was not told is NULL. Texts in *_key and search_text are
-- folded to lower case by the program, because SQL folds no letters beyond ASCII alike everywhere.

CREATE TABLE pipelines (
    workspace      TEXT NOT NULL,
    arn            TEXT NOT NULL,
    name           TEXT NOT NULL,
    name_key       TEXT NOT NULL,
    display_name   TEXT,
    description    TEXT,
    role_arn       TEXT,
    created        BIGINT,
    modified       BIGINT,
    last_execution BIGINT,
    search_text    TEXT NOT NULL,
    -- 1 once every page of its executions was read
    whole_history  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace, arn)
);
CREATE INDEX pipelines_by_name ON pipelines (workspace, name);

CREATE TABLE pipeline_details (
    workspace            TEXT NOT NULL,
    pipeline_arn         TEXT NOT NULL,
    -- the listed time of change that this detail belongs to
    listed_modified      BIGINT,
    status               TEXT NOT NULL,
    created_by_profile   TEXT,
    created_by_arn       TEXT,
    modified_by_profile  TEXT,
    modified_by_arn      TEXT,
    max_parallel_steps   INTEGER,
    version_display_name TEXT,
    definition_hash      TEXT NOT NULL,
    PRIMARY KEY (workspace, pipeline_arn)
);

CREATE TABLE definitions (
    hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);

CREATE TABLE executions (
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
    failure_reason       TEXT,
    created              BIGINT,
    modified             BIGINT,
    created_by_profile   TEXT,
    created_by_arn       TEXT,
    modified_by_profile  TEXT,
    modified_by_arn      TEXT,
    version              BIGINT,
    -- a JSON list of [name, value]
    parameters           TEXT,
    max_parallel_steps   INTEGER,
    -- a JSON list of names
    selected_steps       TEXT NOT NULL,
    source_execution_arn TEXT,
    experiment           TEXT,
    search_text          TEXT NOT NULL,
    -- its own definition, once it was asked for
    definition_hash      TEXT,
    -- whether a Fail step ended it; NULL while its steps are not known
    fail_step            INTEGER,
    PRIMARY KEY (workspace, arn)
);
-- also holds what the strips of a list of pipelines show, and what executions are counted by
CREATE INDEX executions_by_start ON executions
    (workspace, pipeline_arn, created DESC, arn, id, display_name, status, status_rank, modified);
CREATE INDEX executions_by_id ON executions (workspace, pipeline_arn, id);
-- Running executions are few. One index counts them, one lists them; each holds all that is asked,
-- so that it is preferred without statistics.
CREATE INDEX executions_running_counted ON executions (workspace, pipeline_arn, running)
    WHERE running = 1;
CREATE INDEX executions_running ON executions (workspace, created DESC, arn, pipeline_arn, id)
    WHERE running = 1;
CREATE INDEX executions_by_display_name ON executions (workspace, display_name);

CREATE TABLE steps (
    workspace     TEXT NOT NULL,
    execution_arn TEXT NOT NULL,
    -- a JSON list of step records
    records       TEXT NOT NULL,
    PRIMARY KEY (workspace, execution_arn)
);

-- How far the search over all executions of a workspace has come.
CREATE TABLE searches (
    workspace TEXT NOT NULL PRIMARY KEY,
    -- every change up to this time was read
    frontier  BIGINT NOT NULL
);

-- When SageMaker last told us a subject.
CREATE TABLE told (
    workspace TEXT NOT NULL,
    subject   TEXT NOT NULL,
    as_of     BIGINT NOT NULL,
    PRIMARY KEY (workspace, subject)
);
