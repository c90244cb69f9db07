"""The jobs, models and endpoints that steps make."""

from with_boto3.bench import GROUP

JOBS = {
    "TrainingJob": ("describe_training_job", "TrainingJobName"),
    "ProcessingJob": ("describe_processing_job", "ProcessingJobName"),
    "TransformJob": ("describe_transform_job", "TransformJobName"),
    "TuningJob": ("describe_hyper_parameter_tuning_job", "HyperParameterTuningJobName"),
    "AutoMLJob": ("describe_auto_ml_job_v2", "AutoMLJobName"),
    "Model": ("describe_model", "ModelName"),
    "Endpoint": ("describe_endpoint", "EndpointName"),
    "EndpointConfig": ("describe_endpoint_config", "EndpointConfigName"),
}


def describe_jobs(bench, steps):
    """Describes whatever the steps' metadata name; the answers by step."""
    described = {}
    for step in steps:
        for kind, member in step.get("Metadata", {}).items():
            arn = member.get("Arn") or member.get("CheckJobArn") if isinstance(member, dict) else None
            if kind == "RegisterModel":
                described[step["StepName"]] = bench.client.describe_model_package(ModelPackageName=arn)
            elif kind in JOBS or "CheckJobArn" in member:
                call, argument = JOBS.get(kind, JOBS["ProcessingJob"])
                described[step["StepName"]] = getattr(bench.client, call)(**{argument: arn.split("/", 1)[1]})
    return described


def tour(bench):
    """Describes everything that the seed holds, up to some executions of each pipeline."""
    client, jobs = bench.client, 0
    groups = client.list_model_package_groups(NameContains=GROUP)["ModelPackageGroupSummaryList"]
    assert len(groups) == 1, groups
    names = [
        pipeline["PipelineName"]
        for page in client.get_paginator("list_pipelines").paginate(PaginationConfig={"MaxItems": 30})
        for pipeline in page["PipelineSummaries"]
    ]
    for name in names:
        client.describe_pipeline(PipelineName=name)
        client.list_pipeline_versions(PipelineName=name)
        for summary in client.list_pipeline_executions(PipelineName=name, MaxResults=6)["PipelineExecutionSummaries"]:
            arn = summary["PipelineExecutionArn"]
            client.describe_pipeline_execution(PipelineExecutionArn=arn)
            client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn, MaxResults=100)
            jobs += len(describe_jobs(bench, bench.steps(arn)))
    client.search(Resource="Pipeline", MaxResults=100)
    client.search(Resource="PipelineExecution", MaxResults=100)
    print(f"  {len(names)} pipelines, {jobs} jobs described")
