BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'what SageMaker told','2026-11-28 13:06:25',1,X'1BA2DB2A5DFD377E3E88429F22726C9BBC327B7C356533EE3726E0EDC66C8A00D902F78AB8CF10B2E1EB34900AB83BEE',9064170);
INSERT INTO "_sqlx_migrations" VALUES(2,'tags','2026-11-28 13:06:25',1,X'BE3DC85A1D91B7DB83D797CD0BB9E00D3AAAE58016810037D65F756E4C154DC26C643F1C8CA0B01E065FE52E40B65B28',7400211);
CREATE TABLE definitions (
    hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);
INSERT INTO "definitions" VALUES('7010a47446de067a5ea82394a06d173e860cfeac6dba0def3b3a5b080e65d9a4','{"Version": "2020-12-01", "Parameters": [], "Steps": [{"Name": "Prepare_Data", "Type": "Processing", "CacheConfig": {"Enabled": true, "ExpireAfter": "P30D"}, "Arguments": {"ProcessingResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}}, "AppSpecification": {"ImageUri": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/x:1"}, "RoleArn": "arn:aws:iam::111122223333:role/any"}}, {"Name": "Train", "Type": "Training", "DependsOn": ["Prepare_Data"], "Arguments": {"AlgorithmSpecification": {"TrainingImage": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/x:1", "TrainingInputMode": "File"}, "OutputDataConfig": {"S3OutputPath": "s3://b/o"}, "StoppingCondition": {"MaxRuntimeInSeconds": 600}, "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}, "RoleArn": "arn:aws:iam::111122223333:role/any"}}, {"Name": "MakeModel", "Type": "Model", "Arguments": {"ExecutionRoleArn": "arn:aws:iam::111122223333:role/any", "PrimaryContainer": {"Image": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/x:1", "ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}}}, {"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "MixedGroup", "InferenceSpecification": {"Containers": [{"Image": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/x:1", "ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}], "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}}}]}');
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
INSERT INTO "executions" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/8pzcj9j38f5v','8pzcj9j38f5v','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case','selected','selected',NULL,'Succeeded',5,0,NULL,1795871147269999,1795871147303999,NULL,NULL,NULL,NULL,1,'[]',NULL,'["MakeModel","Register"]','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/25d4of2twjxa',NULL,'8pzcj9j38f5v
selected',NULL,NULL);
INSERT INTO "executions" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/d9ixoayw7r7o','d9ixoayw7r7o','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case','cached','cached',NULL,'Succeeded',5,0,NULL,1795871147058000,1795871147170000,NULL,NULL,NULL,NULL,1,'[]',NULL,'[]',NULL,NULL,'d9ixoayw7r7o
cached',NULL,NULL);
INSERT INTO "executions" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/25d4of2twjxa','25d4of2twjxa','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case','first','first',NULL,'Succeeded',5,0,NULL,1795871146848999,1795871146967000,NULL,NULL,NULL,NULL,1,'[]',NULL,'[]',NULL,NULL,'25d4of2twjxa
first',NULL,NULL);
INSERT INTO "executions" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/nyqk3oubkah6','nyqk3oubkah6','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case','Mixed-Case-2026-11-28','mixed-case-2026-11-28',NULL,'Succeeded',5,0,NULL,1795871205884000,1795871205993999,NULL,NULL,NULL,NULL,1,'[]',NULL,'[]',NULL,NULL,'nyqk3oubkah6
mixed-case-2026-11-28','7010a47446de067a5ea82394a06d173e860cfeac6dba0def3b3a5b080e65d9a4',0);
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
INSERT INTO "pipeline_details" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case',1795871146839999,'Active',NULL,NULL,NULL,NULL,NULL,NULL,'7010a47446de067a5ea82394a06d173e860cfeac6dba0def3b3a5b080e65d9a4');
CREATE TABLE pipeline_tags (
    workspace    TEXT NOT NULL,
    pipeline_arn TEXT NOT NULL,
    -- a JSON object of keys and values
    tags         TEXT NOT NULL,
    -- when SageMaker told them
    as_of        BIGINT NOT NULL,
    PRIMARY KEY (workspace, pipeline_arn)
);
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
INSERT INTO "pipelines" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case','Mixed-Case','mixed-case',NULL,NULL,'arn:aws:iam::111122223333:role/any',1795871146839999,1795871146839999,1795871147269999,'mixed-case',0);
CREATE TABLE searches (
    workspace TEXT NOT NULL PRIMARY KEY,
    -- every change up to this time was read
    frontier  BIGINT NOT NULL
);
INSERT INTO "searches" VALUES('default',1795871205993999);
CREATE TABLE steps (
    workspace     TEXT NOT NULL,
    execution_arn TEXT NOT NULL,
    -- a JSON list of step records
    records       TEXT NOT NULL,
    PRIMARY KEY (workspace, execution_arn)
);
INSERT INTO "steps" VALUES('default','arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/nyqk3oubkah6','[{"name":"Prepare_Data","display_name":null,"description":null,"started":1795871205888000,"ended":1795871205892999,"status":"Succeeded","attempts":1,"failure_reason":null,"cache_source":"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/25d4of2twjxa","reused_from":null,"iteration":null,"member":"ProcessingJob","arn":"arn:aws:sagemaker:eu-central-1:111122223333:processing-job/pipelines-25d4of2twjxa-Prepare_Data-8L3F8aN4Mm","outcome":null,"callback_token":null,"facts":[]},{"name":"Train","display_name":null,"description":null,"started":1795871205901000,"ended":1795871205970999,"status":"Succeeded","attempts":1,"failure_reason":null,"cache_source":null,"reused_from":null,"iteration":null,"member":"TrainingJob","arn":"arn:aws:sagemaker:eu-central-1:111122223333:training-job/pipelines-nyqk3oubkah6-Train-cRwkKlY3Eq","outcome":null,"callback_token":null,"facts":[]},{"name":"MakeModel","display_name":null,"description":null,"started":1795871205973999,"ended":1795871205986999,"status":"Succeeded","attempts":1,"failure_reason":null,"cache_source":null,"reused_from":null,"iteration":null,"member":"Model","arn":"arn:aws:sagemaker:eu-central-1:111122223333:model/pipelines-nyqk3oubkah6-makemodel-6i6kqqfsq5","outcome":null,"callback_token":null,"facts":[]},{"name":"Register","display_name":null,"description":null,"started":1795871205979000,"ended":1795871205986999,"status":"Succeeded","attempts":1,"failure_reason":null,"cache_source":null,"reused_from":null,"iteration":null,"member":"RegisterModel","arn":"arn:aws:sagemaker:eu-central-1:111122223333:model-package/mixedgroup/4","outcome":null,"callback_token":null,"facts":[]}]');
CREATE TABLE told (
    workspace TEXT NOT NULL,
    subject   TEXT NOT NULL,
    as_of     BIGINT NOT NULL,
    PRIMARY KEY (workspace, subject)
);
INSERT INTO "told" VALUES('default','pipelines',1795871205860610);
INSERT INTO "told" VALUES('default','executions',1795871212056703);
INSERT INTO "told" VALUES('default','detail:arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case',1795871205864831);
INSERT INTO "told" VALUES('default','execution:arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mixed-case/execution/nyqk3oubkah6',1795871212089066);
CREATE INDEX pipelines_by_name ON pipelines (workspace, name);
CREATE INDEX executions_by_start ON executions
    (workspace, pipeline_arn, created DESC, arn, id, display_name, status, status_rank, modified);
CREATE INDEX executions_by_id ON executions (workspace, pipeline_arn, id);
CREATE INDEX executions_running_counted ON executions (workspace, pipeline_arn, running)
    WHERE running = 1;
CREATE INDEX executions_running ON executions (workspace, created DESC, arn, pipeline_arn, id)
    WHERE running = 1;
CREATE INDEX executions_by_display_name ON executions (workspace, display_name);
COMMIT;
