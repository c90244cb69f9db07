BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'ledger','2026-11-28 13:06:25',1,X'9485E834822D6B7E8323AE1996A7D4F62C696D094563A2B278A48F5328454E8246AF352716876D68E1C702E8A4C33425',7788387);
INSERT INTO "_sqlx_migrations" VALUES(2,'audit trail','2026-11-28 13:06:25',1,X'BC29AB1C5AD50C1875FAF5079B449EC19459C52998710574551800B924C379B324C794E22FB3CC769E2C69E1A0687F87',11518773);
INSERT INTO "_sqlx_migrations" VALUES(3,'refused operation','2026-11-28 13:06:25',1,X'A32330194E5674D788C8FAB0E4D9D63ACC33360707B4B7E30CE4361CD99BACE525704C81542A6F79360BFA623DEAB60C',13901749);
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
INSERT INTO "intents" VALUES(1,'a2e46c332fedc975583926f4aacaeca4','3cf615f701b5172e03481d351a7a28067b64737bfa55b1b033c33f6689fd7db4',1795871205874,'local','start','default','Mixed-Case','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case',NULL,NULL,'Mixed-Case-2026-11-28',NULL,'[]',NULL,NULL);
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
, operation TEXT);
INSERT INTO "outcomes" VALUES(1,1795871205884,'done','answer','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/nyqk3oubkah6','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/nyqk3oubkah6',NULL,NULL,NULL,'36262c15-777c-471e-beb7-84386d7a259f',NULL);
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
INSERT INTO "records" VALUES('ec2fcdb3606aa84c',1,1795871205874,'intent',1,'local','start','default','Mixed-Case','{"client_request_token":"f8b841b680763a3031bb7cc4dcaaa63ca71d629126fdfd6c9f264eb01be62722","name":"Mixed-Case-2026-11-28","nonce":"a2e46c332fedc975583926f4aacaeca4","operation":"StartPipelineExecution","parameters":{},"peer":"127.0.0.1","pipeline_arn":"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case","request_id":"14b84b8f0743599d","role":"admin","row":"77c4233f26a355e1090a13a0990fc27ef0f44ea5cf7f7e61df4486922a695eb2","source":"local","user_agent":"Python-urllib/3.11"}','0000000000000000000000000000000000000000000000000000000000000000','dbb81cd17a5a1c2a3aa243cb440f39ffac430c6175e880f914f33dd112f2a3fa');
INSERT INTO "records" VALUES('ec2fcdb3606aa84c',2,1795871205884,'outcome',1,'local','start','default','Mixed-Case','{"aws_request_id":"36262c15-777c-471e-beb7-84386d7a259f","client_request_token":"f8b841b680763a3031bb7cc4dcaaa63ca71d629126fdfd6c9f264eb01be62722","execution":"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/nyqk3oubkah6","known_by":"answer","ms":1,"operation":"StartPipelineExecution","outcome":"done","row":"da641114824823767e2bc3df6e4b1d1d2b1674095288a82b29bcac19366e4ffe"}','dbb81cd17a5a1c2a3aa243cb440f39ffac430c6175e880f914f33dd112f2a3fa','a4fd85adb2a6c67b95846c5113a82f08fdeef1a656ffc5b63c9608cc001c5656');
CREATE TABLE retention (
    writer TEXT NOT NULL PRIMARY KEY,
    through BIGINT NOT NULL
);
CREATE TABLE ticket_keys (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL,
    made_at BIGINT NOT NULL
);
INSERT INTO "ticket_keys" VALUES(1,X'8720A61840AB1554359E3024E11F148589541DE25F507FDD9EF9545002039F57',1795871185640);
CREATE TABLE writers (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    writer TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
INSERT INTO "writers" VALUES(1,'ec2fcdb3606aa84c',1795871185630);
CREATE INDEX intents_by_execution ON intents (workspace, execution_key);
CREATE INDEX outcomes_by_execution ON outcomes (execution_key);
CREATE TRIGGER intents_stand BEFORE UPDATE ON intents
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER outcomes_stand BEFORE UPDATE ON outcomes
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE INDEX records_by_intent ON records (intent_id);
CREATE INDEX records_by_pipeline ON records (workspace, pipeline, seq);
CREATE INDEX records_by_person ON records (person, seq);
CREATE INDEX intents_by_pipeline ON intents (workspace, pipeline_name);
CREATE TRIGGER records_stand BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
CREATE TRIGGER records_stay BEFORE DELETE ON records
WHEN OLD.seq > coalesce((SELECT through FROM retention WHERE writer = OLD.writer), 0)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
CREATE TRIGGER intents_stay BEFORE DELETE ON intents
WHEN EXISTS (SELECT 1 FROM records WHERE intent_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
CREATE TRIGGER outcomes_stay BEFORE DELETE ON outcomes
WHEN EXISTS (SELECT 1 FROM records WHERE intent_id = OLD.intent_id)
BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted before their time'); END;
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
COMMIT;
