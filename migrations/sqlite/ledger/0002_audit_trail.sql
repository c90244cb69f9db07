-- What happened, as a chain: each record holds the hash of the one before it, so that none can be
-- changed, left out or put in between without every later one telling. A record of an intent or an
-- outcome is written in the transaction that writes the row it tells of.
-- Times are milliseconds since 1970 in UTC.

-- Who writes here. Each writer has a chain of its own.
CREATE TABLE writers (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    writer TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE TABLE records (
    writer TEXT NOT NULL,
    -- Counts up from 1, without gaps.
    seq BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('intent', 'outcome', 'denied', 'suppressed', 'checkpoint')),
    -- Of an intent or outcome: which one.
    intent_id BIGINT,
    -- NULL where nobody was known, or it is about no action, workspace or pipeline.
    person TEXT,
    action TEXT,
    workspace TEXT,
    pipeline TEXT,
    -- Everything else, as a JSON object.
    body TEXT NOT NULL,
    -- The hash of the record before it; 64 zeros where there is none.
    prev TEXT NOT NULL,
    -- SHA-256 of all the columns above, in hex.
    hash TEXT NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX records_by_intent ON records (intent_id);
CREATE INDEX records_by_pipeline ON records (workspace, pipeline, seq);
CREATE INDEX records_by_person ON records (person, seq);
CREATE INDEX intents_by_pipeline ON intents (workspace, pipeline_name);

-- How far each chain's beginning may be removed.
CREATE TABLE retention (
    writer TEXT NOT NULL PRIMARY KEY,
    through BIGINT NOT NULL
);

CREATE TRIGGER records_stand BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER records_stay BEFORE DELETE ON records
WHEN OLD.seq > coalesce((SELECT through FROM retention WHERE writer = OLD.writer), 0)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;

-- Rows go after the records that tell of them.
DROP TRIGGER intents_stay;
DROP TRIGGER outcomes_stay;
CREATE TRIGGER intents_stay BEFORE DELETE ON intents
WHEN EXISTS (SELECT 1 FROM records WHERE intent_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
CREATE TRIGGER outcomes_stay BEFORE DELETE ON outcomes
WHEN EXISTS (SELECT 1 FROM records WHERE intent_id = OLD.intent_id)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;

-- An intent without an outcome is never let go.
CREATE TRIGGER retention_spares_open_intents_at_first BEFORE INSERT ON retention
WHEN EXISTS (
    SELECT 1 FROM intents i JOIN records r ON r.intent_id = i.id AND r.event = 'intent'
    WHERE r.writer = NEW.writer AND r.seq <= NEW.through
    AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.intent_id = i.id))
BEGIN SELECT RAISE(ABORT, 'an intent without an outcome is never deleted'); END;
CREATE TRIGGER retention_spares_open_intents BEFORE UPDATE ON retention
WHEN EXISTS (
    SELECT 1 FROM intents i JOIN records r ON r.intent_id = i.id AND r.event = 'intent'
    WHERE r.writer = NEW.writer AND r.seq <= NEW.through
    AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.intent_id = i.id))
BEGIN SELECT RAISE(ABORT, 'an intent without an outcome is never deleted'); END;
