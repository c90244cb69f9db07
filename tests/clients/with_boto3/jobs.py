"""The jobs, models and endpoints that steps make."""

from common.steps import definition
from with_boto3.bench import GROUP, SUFFIX

JOBS = {
    "TrainingJob": ("describe_training_job", "TrainingJobName"),
    "ProcessingJob": ("describe_processing_job", "ProcessingJobName"),
    "TransformJob": ("describe_transform_job", "TransformJobName"),
    "TuningJob": ("describe_hyper_parameter_tuning_job", "HyperParameterTuningJobName"),
    "AutoMLJob": ("describe_auto_ml_job_v2", "AutoMLJobName"),
    "Model": ("describe_model", "ModelName"),
    "Endpoint": ("describe_endpoint", "EndpointName"),
    "EndpointConfig": ("describe_endpoint_config", "EndpointConfigName"),
    "InferenceComponent": ("describe_inference_component", "InferenceComponentName"),
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
                name = arn.split("/", 1)[1]
                described[step["StepName"]] = getattr(bench.client, call)(**{argument: name})
                further(bench.client, kind, name)
    return described


def further(client, kind, name):
    """Other calls about some jobs: they agree with the Describe calls."""
    if kind == "AutoMLJob":
        assert client.describe_auto_ml_job(AutoMLJobName=name)["AutoMLJobName"] == name
    if kind == "TuningJob":
        trials = client.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        for trial in trials["TrainingJobSummaries"][:2]:
            response = client.describe_training_job(TrainingJobName=trial["TrainingJobName"])
            assert response["TuningJobArn"].endswith(name), response


def component(bench):
    """A model served by a component of an endpoint, which no pipeline of the seed makes."""
    name = f"boto3-component-{SUFFIX}"
    serving = {
        "EndpointName": "shared",
        "VariantName": "AllTraffic",
        "Specification": {"ModelName": "model", "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024}},
        "RuntimeConfig": {"CopyCount": 2},
    }
    bench.create(name, definition({"Name": "Serve", "Type": "InferenceComponent", "Arguments": serving}))
    execution = bench.start(name)
    assert bench.until(execution, ["Succeeded"]) == "Succeeded"
    response = describe_jobs(bench, bench.steps(execution))["Serve"]
    assert (response["EndpointName"], response["InferenceComponentStatus"]) == ("shared", "InService"), response
    assert response["RuntimeConfig"]["DesiredCopyCount"] == 2, response


def tour(bench):
    """Describes everything that the seed holds, up to some executions of each pipeline."""
    client, jobs = bench.client, 0
    groups = client.list_model_package_groups(NameContains=GROUP)["ModelPackageGroupSummaryList"]
    assert len(groups) == 1, groups
    group = client.describe_model_package_group(ModelPackageGroupName=GROUP)
    assert group["ModelPackageGroupArn"] == groups[0]["ModelPackageGroupArn"], group
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
