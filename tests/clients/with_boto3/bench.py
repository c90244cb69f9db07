"""A boto3 client, the emulator's controls, and small helpers."""

import json
import urllib.error
import urllib.request
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from common.conformity import Recorder
from common.emulator import REGION, ROLE, Emulator
from common.steps import whole

SUFFIX = uuid.uuid4().hex[:8]
GROUP = f"boto3-{SUFFIX}"
WHOLE = whole(GROUP)
LOCAL_KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
RUNNING = ("Executing", "Stopping")


def new_token():
    """A fresh client token."""
    return str(uuid.uuid4())


class Bench(Emulator):
    """What all checks with boto3 share."""

    def __init__(self, endpoint):
        super().__init__(endpoint)
        self.client = self.connect()
        self.recorder = Recorder(self.client)
        # Moved by the checks alone, or a slow machine would miss a short status.
        self.control("POST", "clock", {"freeze": True})

    def connect(self, service="sagemaker", keys=LOCAL_KEYS, region=REGION, **config):
        """Another client."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=64, **config),
            **keys,
        )

    def raw(self, target, body, **headers):
        """Status, headers and body of a call that no client would make."""
        headers = {"X-Amz-Target": target, "Authorization": "AWS4-HMAC-SHA256 any", **headers}
        headers = {name: value for name, value in headers.items() if value is not None}
        headers.setdefault("Content-Type", "application/x-amz-json-1.1")
        request = urllib.request.Request(self.endpoint + "/", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.load(error)

    def create(self, name, text=WHOLE, **more):
        """Creates a pipeline; its ARN."""
        arguments = {"PipelineName": name, "RoleArn": ROLE, "PipelineDefinition": text, **more}
        arguments.setdefault("ClientRequestToken", new_token())
        return self.client.create_pipeline(**arguments)["PipelineArn"]

    def start(self, name, **more):
        """Starts an execution; its ARN."""
        return self.client.start_pipeline_execution(PipelineName=name, **more)["PipelineExecutionArn"]

    def status(self, execution):
        """An execution's status."""
        answer = self.client.describe_pipeline_execution(PipelineExecutionArn=execution)
        return answer["PipelineExecutionStatus"]

    def until(self, execution, wanted, rounds=400):
        """Moves the clock until an execution's status is one of those wanted."""
        for _ in range(rounds):
            status = self.status(execution)
            if status in wanted:
                return status
            if status not in RUNNING:
                break
            self.advance(2)
        raise AssertionError(f"{execution} is {status}, not {wanted}: {self.steps(execution)}")

    def steps(self, execution):
        """All steps of an execution, newest first."""
        pages = self.client.get_paginator("list_pipeline_execution_steps")
        pages = pages.paginate(PipelineExecutionArn=execution, PaginationConfig={"PageSize": 2})
        return [step for page in pages for step in page["PipelineExecutionSteps"]]

    def until_step(self, execution, name, status="Executing"):
        """Moves the clock until a step has a status; the step."""
        for _ in range(1000):
            for step in self.steps(execution):
                if step["StepName"] == name and step["StepStatus"] == status:
                    return step
            # A short job executes for some tenths of a second, once it is created.
            self.advance(0.1)
        raise AssertionError(f"{name} was never {status}")


def refused(code, words, call, **arguments):
    """Makes a call that must be refused with a code and words of its message."""
    try:
        call(**arguments)
    except ClientError as error:
        details = error.response["Error"]
        assert details["Code"] == code, f"{details['Code']}, not {code}: {details['Message']}"
        assert words in details["Message"], f"{words!r} is not in {details['Message']!r}"
        assert error.response["ResponseMetadata"]["RequestId"]
        return
    raise AssertionError(f"{call.__name__} was not refused with {code}")
