-- What people did. Rows are only ever added: an action is one row of `intents`, written before
-- SageMaker is called, and one row of `outcomes`, written when it is known what came of it.
-- Times are milliseconds since 1970 in UTC.

-- The key that signs tickets, where the settings give none.
CREATE TABLE ticket_keys (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE TABLE intents (
    id INTEGER NOT NULL PRIMARY KEY,
    -- Of the ticket: an action is done once for each.
    nonce TEXT NOT NULL UNIQUE,
    -- Of all fields as they were sent: the same ticket with other fields is another action.
    digest TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    person TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('start', 'stop', 'resume', 'retry')),
    workspace TEXT NOT NULL,
    pipeline_name TEXT NOT NULL,
    -- Start: the pipeline to start. NULL for the others.
    pipeline_arn TEXT,
    -- Stop, resume, retry: the execution acted on. NULL for start.
    execution_arn TEXT,
    -- The same in lower case, to find it by: answers differ in the case of an ARN's pipeline part.
    execution_key TEXT,
    -- Start: the execution's name. Never NULL there, because it is what a lost answer is found by.
    display_name TEXT,
    description TEXT,
    -- Start: [[name, value], …] as JSON.
    parameters TEXT NOT NULL DEFAULT '[]',
    -- Start: the id of the execution whose values filled the form.
    copied_from TEXT,
    reason TEXT
);
CREATE INDEX intents_by_execution ON intents (workspace, execution_key);

CREATE TABLE outcomes (
    intent_id BIGINT NOT NULL PRIMARY KEY REFERENCES intents (id),
    recorded_at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('done', 'refused', 'not_found')),
    -- How it became known: from SageMaker's answer to the call, or by looking afterwards.
    known_by TEXT NOT NULL CHECK (known_by IN ('answer', 'looking')),
    -- Done: the execution started or acted on.
    execution_arn TEXT,
    execution_key TEXT,
    -- Refused: the kind of failure and SageMaker's own code. Not found: only the message, a sentence.
    failure TEXT,
    code TEXT,
    message TEXT,
    request_id TEXT
);
CREATE INDEX outcomes_by_execution ON outcomes (execution_key);

CREATE TRIGGER intents_stand BEFORE UPDATE ON intents
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER intents_stay BEFORE DELETE ON intents
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted'); END;
CREATE TRIGGER outcomes_stand BEFORE UPDATE ON outcomes
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER outcomes_stay BEFORE DELETE ON outcomes
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted'); END;
