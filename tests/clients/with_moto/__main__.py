"""The console in front of moto, a SageMaker that none of us wrote.

    python3 -m with_moto PROGRAM EMULATOR [CHECK…]

moto's Search knows no executions and answers with none; it knows pipelines by their names, not by their ARNs; it has
neither steps nor versions. Every page shows what there is, says what is missing, and claims nothing that was not found
out.
"""

import json
import logging
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from common.emulator import REGION, ROLE, run
from common.steps import definition, training
from with_moto.console import PATIENCE, Console

RUNS = {"Churn-Daily": 3, "forecast": 2, "idle": 0}
TABS = ("/executions", "/graph", "/parameters", "/definition", "/information")
EXECUTION_TABS = ("", "/steps", "/parameters", "/information")


class World:
    """moto, its pipelines, and a folder for consoles."""

    def __init__(self, programs, server, folder):
        self.program, self.emulator = programs
        host, port = server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        self.folder = Path(folder)
        self.sagemaker = client(self.endpoint)
        self.definition = definition(training("Train"))
        self.executions = {}
        for name, count in RUNS.items():
            self.sagemaker.create_pipeline(
                PipelineName=name, PipelineDefinition=self.definition, RoleArn=ROLE, ClientRequestToken=str(uuid.uuid4())
            )  # fmt: skip
            self.executions[name] = [self.start(name, number) for number in range(count)]

    def start(self, name, number):
        """Starts an execution; returns its id."""
        answer = self.sagemaker.start_pipeline_execution(
            PipelineName=name,
            PipelineExecutionDisplayName=f"{name}-{number}",
            PipelineParameters=[{"Name": "Instances", "Value": str(number + 1)}],
            ClientRequestToken=str(uuid.uuid4()),
        )
        return answer["PipelineExecutionArn"].rsplit("/", 1)[1]

    def console(self):
        """A new console without a memory."""
        return Console(self.program, self.endpoint, self.folder / uuid.uuid4().hex)


def client(endpoint):
    """boto3 for an endpoint."""
    return boto3.client(
        "sagemaker", endpoint_url=endpoint, region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b"
    )


def until(wanted, look):
    """Looks until a page is as wanted; each look checks what it claims."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found == wanted:
            return
        assert time.monotonic() < deadline, f"{found}, not {wanted}"
        time.sleep(0.2)


def claims_nothing_untrue(page, name=None):
    """No page says of a pipeline that ran that it did not."""
    assert page.status == 200, f"{page.status}: {page.words}"
    if name != "idle":
        assert "No executions yet" not in page.words, page.words


def total_of(console, path, name=None):
    """What a list counts, once it is whole."""
    page = console.get(path)
    claims_nothing_untrue(page, name)
    return page.total()


def all_pipelines(world):
    """The lists over all pipelines, of a console that was never asked before; and what starts meanwhile."""
    console = world.console()
    try:
        until(sum(RUNS.values()), lambda: total_of(console, "/executions"))
        page = console.get("/executions")
        ids = {one for of_pipeline in world.executions.values() for one in of_pipeline}
        assert set(page.marks("data-execution")) == ids, page.words
        assert len(json.loads(console.get("/executions.json").text)["executions"]) == len(ids)
        assert console.get("/executions.csv").text.count("Succeeded") == len(ids)
        pipelines = console.get("/pipelines")
        assert pipelines.words.count("Never run") == 2, pipelines.words  # the filter's, and that of idle
        world.executions["forecast"].append(world.start("forecast", RUNS["forecast"]))
        until(len(ids) + 1, lambda: total_of(console, "/executions"))
    finally:
        console.close()


def never_run_is_never_guessed(world):
    """The first look of all, at the list of pipelines."""
    console = world.console()
    try:
        rows = re.split(r"<tr ", console.get("/pipelines").text)
        claimed = [row for row in rows if "Never run" in row and "data-pipeline" in row]
        assert len(claimed) == 1 and 'data-pipeline="idle"' in claimed[0], claimed
    finally:
        console.close()


def one_pipeline(world):
    """Every tab of every pipeline, of a console whose first look is at it."""
    for name, ids in world.executions.items():
        console = world.console()
        try:
            for tab in TABS:
                page = console.get(f"/pipelines/{name}{tab}")
                claims_nothing_untrue(page, name)
                if tab in ("/parameters", "/definition"):
                    assert "Instances" in page.words, page.words
            assert "ListPipelineVersions" in console.get(f"/pipelines/{name}/information").words
            until(len(ids), lambda: total_of(console, f"/pipelines/{name}/executions", name))
            page = console.get(f"/pipelines/{name}/executions")
            assert set(page.marks("data-execution")) == set(ids), page.words
        finally:
            console.close()


def one_execution(world):
    """Every tab of an execution: what moto has of it, and that its steps are missing."""
    console = world.console()
    try:
        name = "Churn-Daily"
        for identifier in world.executions[name]:
            for tab in EXECUTION_TABS:
                page = console.get(f"/pipelines/{name}/executions/{identifier}{tab}")
                claims_nothing_untrue(page)
                assert page.marks("data-status")[0] == "Succeeded", page.words
                assert "ListPipelineExecutionSteps" in page.words, page.words
        assert console.get(f"/pipelines/{name}/executions/{'a' * 12}").status == 404
        assert console.get("/pipelines/nothing/executions").status == 404
    finally:
        console.close()


def imported(world):
    """What `emulator import` reads of moto is what the local SageMaker then answers."""
    state = world.folder / "imported.json"
    console = world.console()
    console.close()
    command = [world.program, "emulator", "import", "--state", str(state)]
    done = subprocess.run(command, env=console.environment, cwd=world.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ListPipelineExecutionSteps, ListPipelineVersions" in done.stdout, done.stdout
    emulator = subprocess.Popen(
        [world.emulator, "--listen", "127.0.0.1:0", "--state", str(state)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        address = emulator.stdout.readline().rsplit(" ", 1)[1].strip()
        copy = client(address.rstrip("/"))
        for name, ids in world.executions.items():
            assert copy.describe_pipeline(PipelineName=name)["PipelineDefinition"] == world.definition
            listed = copy.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
            arns = [one["PipelineExecutionArn"] for one in listed]
            assert {arn.rsplit("/", 1)[1] for arn in arns} == set(ids), arns
            for arn in arns:
                for read, member in (
                    ("describe_pipeline_execution", "PipelineExecutionDisplayName"),
                    ("list_pipeline_parameters_for_execution", "PipelineParameters"),
                    ("describe_pipeline_definition_for_execution", "PipelineDefinition"),
                ):
                    there = getattr(world.sagemaker, read)(PipelineExecutionArn=arn)[member]
                    assert getattr(copy, read)(PipelineExecutionArn=arn)[member] == there, read
    finally:
        emulator.terminate()
        emulator.wait(PATIENCE)
        emulator.stdout.close()


def deleted(world):
    """A pipeline that moto no longer knows: its pages show what is known, and offer nothing that cannot work."""
    console = world.console()
    try:
        name = "forecast"
        ids = world.executions.pop(name)
        path = f"/pipelines/{name}/executions"
        until(len(ids), lambda: total_of(console, path, name))
        claims_nothing_untrue(console.get(f"/pipelines/{name}/definition"))
        world.sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken=str(uuid.uuid4()))
        until(True, lambda: "No longer in SageMaker since" in console.get(path).words)
        assert set(console.get(path).marks("data-execution")) == set(ids)
        for tab in TABS:
            page = console.get(f"/pipelines/{name}{tab}")
            claims_nothing_untrue(page)
            assert "No longer in SageMaker since" in page.words, page.words
            assert "Create execution" not in page.words, page.words
        assert console.get(f"{path}/new").status == 404
        page = console.get(f"{path}/{ids[0]}")
        claims_nothing_untrue(page)
        assert "Run again" not in page.words, page.words
    finally:
        console.close()


CHECKS = [never_run_is_never_guessed, one_pipeline, one_execution, all_pipelines, imported, deleted]


def whole(program, emulator, *chosen):
    """Runs the checks with the console's program and the local SageMaker's."""
    # moto logs what it lacks with a stack each time.
    logging.disable(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(CHECKS, World((program, emulator), server, folder), chosen)
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(whole(*sys.argv[1:]))
