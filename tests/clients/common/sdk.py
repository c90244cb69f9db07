"""What the checks with SageMaker's own Python SDKs share."""

import os

from common.emulator import environment

# The SDKs report each call to AWS; a closed port as proxy keeps that on this machine.
CLOSED_PORT = "http://127.0.0.1:9"


def enter(endpoint, home):
    """Leaves this process nothing but the emulator's address: to be called before an SDK is loaded, which reads it then."""
    known = environment(endpoint, home)
    os.environ.clear()
    os.environ.update(known)
    os.environ.update(HTTPS_PROXY=CLOSED_PORT, NO_PROXY="127.0.0.1")


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
