//! What SageMaker last told us: kept, searched, and refreshed when somebody looks.
