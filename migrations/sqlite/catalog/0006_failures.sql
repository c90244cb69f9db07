-- Why an execution failed: a JSON object of the failed step and the reason. NULL while its steps are not known.
ALTER TABLE executions ADD COLUMN failure TEXT;
-- When the execution had last changed as its end was read; a later change is a reason to read it again.
ALTER TABLE executions ADD COLUMN end_modified BIGINT;
-- The definitions that are known of a pipeline's versions.
CREATE INDEX executions_definitions ON executions (workspace, pipeline_arn, version, definition_hash)
    WHERE definition_hash IS NOT NULL;
