-- Searches no longer distinguish letters by their accents: search_text and search_words are folded anew. Every row is read
-- from SageMaker again, as on the first start.

DELETE FROM pipelines;
DELETE FROM pipeline_tags;
DELETE FROM dropped_pipelines;
DELETE FROM executions;
DELETE FROM searches;
DELETE FROM refreshes;
