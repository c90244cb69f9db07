-- The tags of pipelines, where some rule asks for tags.

CREATE TABLE pipeline_tags (
    workspace    TEXT NOT NULL,
    pipeline_arn TEXT NOT NULL,
    -- a JSON object of keys and values
    tags         TEXT NOT NULL,
    -- when SageMaker told them
    as_of        BIGINT NOT NULL,
    PRIMARY KEY (workspace, pipeline_arn)
);
