"""The AWS CLI against the local SageMaker: what it prints, and the status it ends with.

    python3 -m with_cli http://127.0.0.1:PORT/ [CHECK…]

The CLI installed beside the running Python is used, each call a process of its own.
"""

import json
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from common.emulator import ROLE, Emulator, environment, main, run
from common.steps import callback, definition, processing, training

SUFFIX = uuid.uuid4().hex[:8]
NAME = f"cli-{SUFFIX}"
# The exit status of the CLI where the service refuses a call, and where it does not understand its own arguments.
REFUSED, MISUSED = (254, 255), (252, 2)


class Shell(Emulator):
    """Runs the CLI as a user would."""

    def __init__(self, endpoint, home):
        super().__init__(endpoint)
        self.home = Path(home)
        self.environment = {**environment(endpoint, home), "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}
        self.execution = None

    def call(self, *arguments, service="sagemaker"):
        """Status, output and error of a call."""
        aws = [str(Path(sys.executable).with_name("aws")), service, *arguments]
        done = subprocess.run([sys.executable, *aws], env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def call_json(self, *arguments, **more):
        """What a call prints, read as JSON."""
        status, output, error = self.call(*arguments, **more)
        assert status == 0, f"{arguments}: {status}: {error}"
        return json.loads(output) if output.strip() else None

    def text(self, *arguments):
        """What a call prints as text."""
        status, output, error = self.call(*arguments, "--output", "text")
        assert status == 0, f"{arguments}: {status}: {error}"
        return output.strip()

    def until(self, execution, wanted):
        """Moves the clock until an execution has a status."""
        for _ in range(60):
            arguments = ("--pipeline-execution-arn", execution, "--query", "PipelineExecutionStatus")
            status = self.text("describe-pipeline-execution", *arguments)
            if status not in ("Executing", "Stopping"):
                break
            self.advance(600)
        assert status == wanted, f"{status}, not {wanted}"


def created(shell):
    """A pipeline from a file, described, listed, updated."""
    file = shell.home / "definition.json"
    text = definition(processing("Prepare"), training("Train", DependsOn=["Prepare"]))
    file.write_text(text, encoding="utf-8")
    answer = shell.call_json(
        "create-pipeline", "--pipeline-name", NAME, "--role-arn", ROLE, "--pipeline-definition", f"file://{file}",
        "--tags", "Key=team,Value=green", "--parallelism-configuration", "MaxParallelExecutionSteps=4",
        "--client-request-token", str(uuid.uuid4()),
    )  # fmt: skip
    arn = answer["PipelineArn"]
    assert shell.text("describe-pipeline", "--pipeline-name", NAME, "--query", "PipelineDefinition") == text
    query = f"PipelineSummaries[?PipelineName=='{NAME}'].PipelineArn"
    assert shell.text("list-pipelines", "--query", query) == arn
    assert shell.call_json("list-tags", "--resource-arn", arn)["Tags"] == [{"Key": "team", "Value": "green"}]
    update = shell.call_json("update-pipeline", "--pipeline-name", NAME, "--pipeline-definition", f"file://{file}")
    assert update["PipelineArn"] == arn
    versions = shell.call_json("list-pipeline-versions", "--pipeline-name", NAME)["PipelineVersionSummaries"]
    assert [version["PipelineVersionId"] for version in versions] == [2, 1]


def ran(shell):
    """An execution started, watched, its steps and parameters listed."""
    arn = shell.text(
        "start-pipeline-execution", "--pipeline-name", NAME, "--pipeline-parameters", "Name=Instances,Value=2",
        "--pipeline-execution-display-name", "by-the-cli", "--query", "PipelineExecutionArn",
    )  # fmt: skip
    shell.until(arn, "Succeeded")
    steps = shell.call_json("list-pipeline-execution-steps", "--pipeline-execution-arn", arn, "--page-size", "1")
    assert [step["StepName"] for step in steps["PipelineExecutionSteps"]] == ["Train", "Prepare"]
    first = shell.call_json("list-pipeline-execution-steps", "--pipeline-execution-arn", arn, "--max-items", "1")
    assert len(first["PipelineExecutionSteps"]) == 1 and first["NextToken"]
    rest = shell.call_json(
        "list-pipeline-execution-steps", "--pipeline-execution-arn", arn, "--starting-token", first["NextToken"]
    )
    assert [step["StepName"] for step in rest["PipelineExecutionSteps"]] == ["Prepare"]
    values = shell.call_json("list-pipeline-parameters-for-execution", "--pipeline-execution-arn", arn)
    assert {"Name": "Instances", "Value": "2"} in values["PipelineParameters"]
    job = shell.text(
        "list-pipeline-execution-steps", "--pipeline-execution-arn", arn,
        "--query", "PipelineExecutionSteps[?StepName=='Train'].Metadata.TrainingJob.Arn",
    )  # fmt: skip
    shell.call_json("describe-training-job", "--training-job-name", job.split("/", 1)[1])
    shell.call_json("describe-pipeline-definition-for-execution", "--pipeline-execution-arn", arn)
    listed = shell.call_json("list-pipeline-executions", "--pipeline-name", NAME)["PipelineExecutionSummaries"]
    assert [summary["PipelineExecutionDisplayName"] for summary in listed] == ["by-the-cli"]
    found = shell.call_json(
        "search", "--resource", "PipelineExecution", "--search-expression",
        json.dumps({"Filters": [{"Name": "PipelineExecutionArn", "Operator": "Equals", "Value": arn}]}),
        "--query", "Results[].PipelineExecution.PipelineExecutionStatus",
    )  # fmt: skip
    assert found == ["Succeeded"], found


def stopped(shell):
    """A stop that waits for a Callback step, its result, and a retry."""
    name = f"cli-ask-{SUFFIX}"
    file = shell.home / "ask.json"
    file.write_text(definition(callback()), encoding="utf-8")
    shell.call_json(
        "create-pipeline", "--pipeline-name", name, "--role-arn", ROLE, "--pipeline-definition", f"file://{file}"
    )
    arn = shell.call_json("start-pipeline-execution", "--pipeline-name", name)["PipelineExecutionArn"]
    shell.advance(60)
    query = "PipelineExecutionSteps[0].Metadata.Callback.CallbackToken"
    listed = ("list-pipeline-execution-steps", "--pipeline-execution-arn", arn, "--query", query)
    token = shell.text(*listed)
    shell.call_json("stop-pipeline-execution", "--pipeline-execution-arn", arn)
    shell.call_json("send-pipeline-execution-step-failure", "--callback-token", token, "--failure-reason", "never mind")
    shell.until(arn, "Stopped")
    shell.call_json("retry-pipeline-execution", "--pipeline-execution-arn", arn)
    shell.advance(60)
    shell.call_json(
        "send-pipeline-execution-step-success", "--callback-token", shell.text(*listed),
        "--output-parameters", "Name=answer,Value=yes",
    )  # fmt: skip
    shell.until(arn, "Succeeded")
    shell.call_json("delete-pipeline", "--pipeline-name", name)


def refused(shell):
    """The message and exit status of the CLI where a call is refused."""
    for arguments, words in (
        (("describe-pipeline", "--pipeline-name", "nothing"), "(ResourceNotFound) when calling the DescribePipeline operation"),
        (("describe-pipeline", "--pipeline-name", "a" * 2049), "(ValidationException) when calling the DescribePipeline"),
        (("create-pipeline", "--pipeline-name", NAME, "--role-arn", ROLE, "--pipeline-definition", "{"), "(ValidationException)"),
        (("list-pipelines", "--sort-by", "Nonsense"), "(ValidationException)"),
    ):  # fmt: skip
        status, _, error = shell.call(*arguments)
        assert status in REFUSED and words in error, f"{arguments[0]}: {status}: {error}"
    status, _, _ = shell.call("describe-pipeline")
    assert status in MISUSED, status
    shell.fault("throttle", "ListPipelines")
    status, _, error = shell.call("list-pipelines")
    assert status in REFUSED and "(ThrottlingException)" in error, error


def stored(shell):
    """Files in the object store, and who one is."""
    bucket = f"cli-{SUFFIX}"
    file = shell.home / "large.bin"
    file.write_bytes(bytes(range(256)) * 40_000)
    for arguments in (("mb", f"s3://{bucket}"), ("cp", str(file), f"s3://{bucket}/a/large.bin", "--quiet")):
        status, _, error = shell.call(*arguments, service="s3")
        assert status == 0, error
    status, output, error = shell.call("ls", f"s3://{bucket}/a/", service="s3")
    assert status == 0 and output.split()[2:] == [str(file.stat().st_size), "large.bin"], output + error
    back = shell.home / "back.bin"
    status, _, error = shell.call("cp", f"s3://{bucket}/a/large.bin", str(back), "--quiet", service="s3")
    assert status == 0 and back.read_bytes() == file.read_bytes(), error
    assert shell.call_json("get-caller-identity", service="sts")["Account"]


def whole(endpoint, chosen):
    """Runs the checks."""
    with tempfile.TemporaryDirectory() as home:
        shell = Shell(endpoint, home)
        run([created, ran, stopped, refused, stored], shell, chosen)
        shell.tally("CLI")
    return 0


if __name__ == "__main__":
    main(whole)
