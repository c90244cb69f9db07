-- Pipelines whose executions were deleted from this copy, because SageMaker no longer listed or knew
-- them. The search over all executions never returns these executions again; where such a pipeline
-- comes back, its own history is read once more, and its row here is deleted.

CREATE TABLE dropped_pipelines (
    workspace    TEXT NOT NULL,
    pipeline_arn TEXT NOT NULL,
    PRIMARY KEY (workspace, pipeline_arn)
);
