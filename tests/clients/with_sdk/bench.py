"""A session of the SageMaker Python SDK that knows nothing but the emulator's address."""

import os
from pathlib import Path

from common.emulator import ROLE, Emulator, environment

# The SDK asks the real token service, whatever the environment says, for the name of a bucket that is not given: so it
# is given. And nobody is told of what runs here.
SETTINGS = """
SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      Session:
        DefaultS3Bucket: sdk-bucket
      TelemetryOptOut: true
"""


class Bench(Emulator):
    """What all checks with the SDK share."""

    role = ROLE

    def __init__(self, endpoint, home):
        super().__init__(endpoint)
        settings = Path(home, "config.yaml")
        settings.write_text(SETTINGS, encoding="utf-8")
        os.environ.clear()
        os.environ.update(environment(endpoint, home))
        os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"] = str(settings)
        os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
        # Read by the SDK when it is loaded, and slow: after the environment is set.
        from sagemaker.workflow.pipeline_context import PipelineSession

        self.session = PipelineSession()
        self.client = self.session.sagemaker_client


def ended(execution):
    """Waits as the SDK does; the status at the end."""
    from botocore.exceptions import WaiterError

    try:
        execution.wait(delay=1, max_attempts=120)
    except WaiterError as error:
        assert "terminal failure state" in str(error), error
    return execution.describe()["PipelineExecutionStatus"]


def by_name(execution):
    """An execution's steps by their names."""
    return {step["StepName"]: step for step in execution.list_steps()}
