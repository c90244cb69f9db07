"""The local SageMaker's own controls, and a count of what was called of it."""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

REGION = "eu-central-1"
ROLE = "arn:aws:iam::123456789012:role/service-role/Pipelines"
TALLY = "CALLS_TALLY"


class Emulator:
    """A running emulator, by its address."""

    def __init__(self, endpoint):
        self.endpoint = endpoint.rstrip("/")
        self.calls = {}

    def control(self, method, name, order=None):
        """Makes a control call and returns what it answers."""
        data = None if order is None else json.dumps(order).encode()
        request = urllib.request.Request(f"{self.endpoint}/_emulator/{name}", data=data, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {name}: {error.read().decode()}") from error

    def advance(self, seconds):
        """Moves the clock."""
        return self.control("POST", "clock", {"advance_seconds": seconds})

    def fault(self, kind, operation, times=1, **more):
        """Orders a fault."""
        self.control("POST", "faults", {"operation": operation, "kind": kind, "times": times, **more})

    def operations(self):
        """The names of SageMaker's operations that it answers."""
        return set(self.control("GET", "operations"))

    def forget_calls(self):
        """Counts calls from nothing again; what was counted stays in the tally."""
        for name, times in self.control("GET", "calls").items():
            self.calls[name] = self.calls.get(name, 0) + times
        self.control("DELETE", "calls")

    def tally(self, client):
        """Prints how many calls were made, and writes the counts into the folder that the environment names."""
        self.forget_calls()
        print(f"{sum(self.calls.values())} calls of {len(self.calls)} operations")
        folder = os.environ.get(TALLY)
        if folder:
            Path(folder, f"{client}.json").write_text(json.dumps(self.calls, indent=1), encoding="utf-8")


def environment(endpoint, home):
    """The environment with nothing of AWS but the emulator's address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AIRFLOW"))}
    return {
        **kept,
        "AWS_ENDPOINT_URL": endpoint.rstrip("/"),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(Path(home, "none")),
        "AWS_SHARED_CREDENTIALS_FILE": str(Path(home, "none")),
        "HOME": str(home),
    }


def run(checks, world, chosen=()):
    """Runs checks in their order, each with what the client's checks share; `chosen` names the only ones wanted."""
    for check in checks:
        if chosen and check.__name__ not in chosen:
            continue
        print(check.__name__, flush=True)
        check(world)


def main(body):
    """Calls `body` with the address and the other arguments of the command line; its result is the exit status."""
    if len(sys.argv) < 2:
        sys.exit("the emulator's address is missing")
    sys.exit(body(sys.argv[1], sys.argv[2:]))
