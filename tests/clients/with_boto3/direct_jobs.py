"""Jobs outside of a pipeline: created, waited for, stopped; all jobs: listed, tagged, found."""

from common.emulator import ROLE
from common.steps import definition, processing, training
from with_boto3.bench import SUFFIX, refused

IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1"
CLUSTER = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
ROWS = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/rows"}}}
# The members of each type's request beside the name.
REQUESTS = {
    "training": {
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "HyperParameters": {"depth": "6"},
        "Environment": {"STAGE": "test"},
    },
    "processing": {
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", "prepare.py"]},
        "RoleArn": ROLE,
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    },
    "transform": {
        "ModelName": "model",
        "TransformInput": ROWS,
        "TransformOutput": {"S3OutputPath": "s3://bucket/scores"},
        "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
    },
}


class Jobs:
    """The jobs of one type, as its operations name them."""

    def __init__(self, bench, kind):
        self.bench, self.kind, self.request = bench, kind, REQUESTS[kind]
        self.member = f"{kind.capitalize()}Job"

    def call(self, verb, name, **more):
        """Calls an operation with a job's name."""
        return getattr(self.bench.client, f"{verb}_{self.kind}_job")(**{f"{self.member}Name": name}, **more)

    def wait(self, name):
        """Waits as scripts do; the clock moves with every look."""
        waiter = self.bench.client.get_waiter(f"{self.kind}_job_completed_or_stopped")
        event = f"before-call.sagemaker.Describe{self.member}"

        def move(**_):
            self.bench.advance(60)

        self.bench.client.meta.events.register(event, move)
        waiter.wait(**{f"{self.member}Name": name}, WaiterConfig={"Delay": 0})
        self.bench.client.meta.events.unregister(event, move)
        return self.call("describe", name)


def direct_jobs(bench):
    """One job of each type that completes, and one that is stopped."""
    for kind, request in REQUESTS.items():
        jobs = Jobs(bench, kind)
        name, status = f"boto3-{kind}-{SUFFIX}", f"{jobs.member}Status"
        arn = jobs.call("create", name, **request)[f"{jobs.member}Arn"]
        assert arn.endswith(f":{kind}-job/{name}"), arn
        refused("ResourceInUse", arn, jobs.call, verb="create", name=name, **request)
        ended = jobs.wait(name)
        assert ended[status] == "Completed", ended
        assert {member: ended[member] for member in request} == request, ended
        words = f"The request was rejected because the {kind} job is in status Completed"
        refused("ValidationException", words, jobs.call, verb="stop", name=name)
        jobs.call("create", f"{name}-2", **request)
        jobs.call("stop", f"{name}-2")
        assert jobs.call("describe", f"{name}-2")[status] == "Stopping"
        assert jobs.wait(f"{name}-2")[status] == "Stopped"
    bench.control("POST", "outcomes", {"job": f"boto3-failing-{SUFFIX}", "reason": "AlgorithmError: no"})
    jobs = Jobs(bench, "training")
    jobs.call("create", f"boto3-failing-{SUFFIX}", **REQUESTS["training"])
    bench.advance(86_400)
    failed = jobs.call("describe", f"boto3-failing-{SUFFIX}")
    assert (failed["TrainingJobStatus"], failed["FailureReason"]) == ("Failed", "AlgorithmError: no"), failed
    mine = {"NameContains": SUFFIX, "SortBy": "Name", "SortOrder": "Ascending"}
    for kind in REQUESTS:
        list_jobs = getattr(bench.client, f"list_{kind}_jobs")
        member = f"{kind.capitalize()}Job"
        names = [job[f"{member}Name"] for job in list_jobs(**mine)[f"{member}Summaries"]]
        assert names == sorted(names) and f"boto3-{kind}-{SUFFIX}" in names, names
    stopped = bench.client.list_training_jobs(NameContains=SUFFIX, StatusEquals="Stopped")["TrainingJobSummaries"]
    assert [job["TrainingJobName"] for job in stopped] == [f"boto3-training-{SUFFIX}-2"], stopped


def jobs_of_executions(bench):
    """The training jobs of an execution in one call, by the tag that they have."""
    client, name = bench.client, f"boto3-tagged-{SUFFIX}"
    mine = {"Key": "team", "Value": "a"}
    train = training("Train", DependsOn=["Prepare"])
    train["Arguments"]["Tags"] = [mine]
    bench.create(name, definition(processing("Prepare"), train))
    execution = bench.start(name)
    assert bench.until(execution, ["Succeeded"]) == "Succeeded"
    tag = "sagemaker:pipeline-execution-arn"
    where = {"Name": f"Tags.{tag}", "Operator": "Equals", "Value": execution}
    found = client.search(Resource="TrainingJob", SearchExpression={"Filters": [where]})["Results"]
    assert len(found) == 1, found
    job = found[0]["TrainingJob"]
    arn = bench.steps(execution)[0]["Metadata"]["TrainingJob"]["Arn"]
    assert job["TrainingJobArn"] == arn and job["FinalMetricDataList"], job
    system = {"Key": tag, "Value": execution}
    assert job["Tags"] == client.list_tags(ResourceArn=arn)["Tags"] == [mine, system], job
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "b"}])
    client.delete_tags(ResourceArn=arn, TagKeys=["team"])
    keys = [one["Key"] for one in client.list_tags(ResourceArn=arn)["Tags"]]
    assert keys == [tag, "cost"], keys
    client.list_hyper_parameter_tuning_jobs()
    client.list_auto_ml_jobs()
