-- Searches compare words, folded by Unicode's rules: search_text is folded anew, and search_words holds the words
-- of names and descriptions. Every row is read from SageMaker again, as on the first start.

DELETE FROM pipelines;
DELETE FROM pipeline_tags;
DELETE FROM dropped_pipelines;
DELETE FROM executions;
DELETE FROM searches;
DELETE FROM told;

ALTER TABLE pipelines ADD COLUMN search_words TEXT NOT NULL DEFAULT '';
ALTER TABLE executions ADD COLUMN search_words TEXT NOT NULL DEFAULT '';
-- the tags as a search compares them
ALTER TABLE pipeline_tags ADD COLUMN search_text TEXT NOT NULL DEFAULT '';

-- also finds the pipeline of an execution by the execution's id alone
DROP INDEX executions_by_id;
CREATE INDEX executions_by_id ON executions (workspace, id, pipeline_arn);
