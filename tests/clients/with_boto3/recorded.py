"""Recorded answers of the real service against the answers to the same calls here.

The folder of records is named by RECORDED_RESPONSES, that of the definitions they were recorded with by
SLUICEGATE_CORPUS; both are kept outside of the repository. Account, region, identifiers and times differ; which
members there are, their order and types, the forms of names and times, and which step follows which do not.
"""

import ast
import json
import os
import re
from datetime import datetime
from pathlib import Path

from botocore import xform_name

from common.steps import definition, training
from with_boto3.bench import SUFFIX

TRANSFORM = "sm-pipelines_preprocess_train_evaluate_batch_transform"
SELECTIVE = "sm-pipelines_selective_execution"
BEDROCK = "fine_tune_bedrock_step_decorator"
# The notebooks these were recorded in; the corpus has their definitions.
DEFINITIONS = {
    TRANSFORM: "examples-sm-pipelines-preprocess-train-evaluate-batch-transform.json",
    SELECTIVE: "examples-sm-pipelines-selective-execution.json",
}
# The step whose report their conditions read, and reports that send an execution each way.
EVALUATION = {TRANSFORM: "AbaloneEval", SELECTIVE: "Abalone-Evaluate"}
ERRORS = {"True": 2.5, "False": 4.9}
# A time as the service writes it: 1.657728480354E9
TIME = re.compile(r"1\.\d{1,12}E9")


def recorded(bench):
    """Describes and lists what the records describe and list."""
    responses, corpus = os.environ.get("RECORDED_RESPONSES"), os.environ.get("SLUICEGATE_CORPUS")
    if not responses or not corpus:
        print("  not compared: RECORDED_RESPONSES and SLUICEGATE_CORPUS do not both name a folder")
        return
    records = Records(Path(responses))
    lengths(records)
    for notebook, outcome, described, listed in (
        (TRANSFORM, "True", "cell64", "cell68"),
        (TRANSFORM, "False", None, "cell81"),
        (SELECTIVE, "True", "cell46", "cell55"),
    ):
        text = Path(corpus, DEFINITIONS[notebook]).read_text(encoding="utf-8")
        name = f"Recorded-{notebook[-9:].replace('_', '-')}-{outcome}-{SUFFIX}"
        bench.create(name, text)
        # As in the notebook.
        given = [{"Name": "MseThreshold", "Value": "3.0"}] if outcome == "False" else []
        report = {"regression_metrics": {"mse": {"value": ERRORS[outcome]}}}
        ordered = {"pipeline": name, "step": EVALUATION[notebook], "values": {"files": {"EvaluationReport": report}}}
        bench.control("POST", "outcomes", ordered)
        begun, execution = went(bench, name, outcome, given)
        if described:
            same_description(records.read(notebook, described), begun)
        steps = bench.steps(execution)
        record = records.read(notebook, listed)
        same_steps(record[::-1] if listed == "cell55" else record, steps, execution)
    functions(bench, records)
    wire(bench, execution)
    print(f"  {len(records.used)} records of the service hold here")


class Records:
    """The folder of records."""

    def __init__(self, folder):
        self.folder = folder
        self.used = set()

    def read(self, notebook, cell):
        """What a cell of a notebook printed; times as datetime objects."""
        self.used.add((notebook, cell))
        text = Path(self.folder, f"{notebook}-{cell}.txt").read_text(encoding="utf-8")
        text = "\n".join(line for line in text.splitlines() if not line.startswith("# "))
        text = re.sub(r"datetime\.datetime\(([\d, ]+), tzinfo=tz\w+\(\)\)", r"('time', \1)", text)
        return timed(ast.literal_eval(text))


def timed(value):
    """The same with times in the place of their parts."""
    if isinstance(value, tuple):
        return datetime(*value[1:])
    if isinstance(value, dict):
        return {key: timed(item) for key, item in value.items()}
    return [timed(item) for item in value] if isinstance(value, list) else value


def went(bench, name, outcome, given):
    """An execution whose condition came out as recorded: how it was described at first, and its ARN."""
    execution = bench.start(name, PipelineParameters=given)
    begun = bench.client.describe_pipeline_execution(PipelineExecutionArn=execution)
    wanted = "Failed" if outcome == "False" else "Succeeded"
    assert bench.until(execution, ["Succeeded", "Failed"], rounds=4000) == wanted
    conditions = [step["Metadata"]["Condition"] for step in bench.steps(execution) if "Condition" in step["Metadata"]]
    assert conditions == [{"Outcome": outcome}], conditions
    return begun, execution


def same_description(record, ours):
    """The same members in the same order, of the same types, with the same headers."""
    # Who works in Studio has a profile; everybody else has none, here as there.
    whose = ("CreatedBy", "LastModifiedBy")
    # Not returned for every execution right after its start; and younger than the records.
    more = ("PipelineExperimentConfig", "PipelineVersionId")
    expected = [key for key in ours if key not in more or key in record]
    assert list(record) == expected, f"{list(record)} is not {expected}"
    for key, value in record.items():
        if key in whose or key == "ResponseMetadata":
            continue
        assert type(value) is type(ours[key]) or isinstance(ours[key], datetime), key
    headers, mine = (answer["ResponseMetadata"]["HTTPHeaders"] for answer in (record, ours))
    assert set(headers) == set(mine), f"{set(headers)} is not {set(mine)}"
    assert headers["content-type"] == mine["content-type"]
    assert record["PipelineExecutionStatus"] == ours["PipelineExecutionStatus"] == "Executing"
    for answer in (record, ours):
        assert re.fullmatch(r"execution-\d{13}", answer["PipelineExecutionDisplayName"]), answer
        assert re.search(r"/execution/[a-z0-9]{12}$", answer["PipelineExecutionArn"]), answer
        assert answer["CreationTime"] == answer["LastModifiedTime"], answer


def same_steps(record, ours, execution):
    """The same steps in the same order, with the same members, metadata and forms of names."""
    assert {step["StepName"] for step in record} == {step["StepName"] for step in ours}, (record, ours)
    # What began in the same millisecond may be in either order.
    before = {
        (first["StepName"], then["StepName"])
        for place, first in enumerate(record)
        for then in record[place + 1 :]
        if first["StartTime"] > then["StartTime"]
    }
    names = [step["StepName"] for step in ours]
    wrong = [pair for pair in before if names.index(pair[0]) > names.index(pair[1])]
    assert not wrong, f"{names}: {wrong}"
    by_name = {step["StepName"]: step for step in ours}
    for step in record:
        mine = by_name[step["StepName"]]
        assert set(step) == set(mine), f"{sorted(step)} is not {sorted(mine)}"
        for same in ("StepStatus", "FailureReason"):
            assert step.get(same) == mine.get(same), (step, mine)
        # Counted from 0 in records of 2022 and 2023, from 1 in those of 2024.
        assert step["AttemptCount"] in (0, 1) and mine["AttemptCount"] == 1, (step, mine)
        same_metadata(step, mine, execution)


def same_metadata(step, mine, execution):
    """The same kind of thing with an ARN of the same form."""
    (kind, record), (own, metadata) = *step["Metadata"].items(), *mine["Metadata"].items()
    assert kind == own, (step, mine)
    assert set(record) == set(metadata), (step, mine)
    if "Arn" not in record:
        assert record == metadata, (step, mine)
        return
    path, name = metadata["Arn"].split(":")[5].split("/", 1)
    assert path == record["Arn"].split(":")[5].split("/")[0], (step, mine)
    if kind == "RegisterModel":
        assert re.fullmatch(r"[a-z0-9-]+/\d+", name.lower()), metadata
        return
    cut = step["StepName"][:20]
    form = f"pipelines-{execution.rsplit('/', 1)[1]}-{re.escape(cut)}-[a-zA-Z0-9]{{10}}"
    assert re.fullmatch(form, name, re.IGNORECASE), f"{name} is not of the form {form}"
    if kind == "Model":
        assert name == name.lower(), name


def functions(bench, records):
    """The same steps as those of a record whose definition was not published, made after the record."""
    record = records.read(BEDROCK, "cell20")
    steps, before = [], []
    for step in reversed(record):
        display_name = {"DisplayName": step["StepDisplayName"]} if "StepDisplayName" in step else {}
        steps.append(training(step["StepName"], DependsOn=before, **display_name))
        before = [step["StepName"]]
    name = f"Recorded-functions-{SUFFIX}"
    bench.create(name, definition(*steps))
    execution = bench.start(name)
    bench.until(execution, ["Succeeded"], rounds=4000)
    ours = bench.steps(execution)
    same_steps(record, ours, execution)
    for step, mine in zip(record, ours):
        assert (step.get("StepDisplayName"), step["AttemptCount"]) == (mine.get("StepDisplayName"), mine["AttemptCount"])


def lengths(records):
    """The recorded lengths of bodies show how the service writes them: without blanks, times as Java's doubles."""
    for notebook, cell in ((TRANSFORM, "cell64"), (SELECTIVE, "cell46"), (BEDROCK, "cell18")):
        record = records.read(notebook, cell)
        length = int(record.pop("ResponseMetadata")["HTTPHeaders"]["content-length"])
        text = json.dumps(record, separators=(",", ":"), default=lambda _: "TIME")
        assert len(text.replace('"TIME"', "1.657728480354E9")) == length, (notebook, cell)


def wire(bench, execution):
    """Times have the service's format on the wire."""
    for operation, member in (("DescribePipelineExecution", None), ("ListPipelineExecutionSteps", "StartTime")):
        seen = []
        hook = lambda response_dict, seen=seen, **_: seen.append(response_dict["body"].decode())  # noqa: E731
        events = bench.client.meta.events
        events.register("before-parse.sagemaker", hook)
        getattr(bench.client, xform_name(operation))(PipelineExecutionArn=execution)
        events.unregister("before-parse.sagemaker", hook)
        times = re.findall(rf'"{member or "[A-Za-z]+Time"}":([^,}}]+)', seen[0])
        assert times and all(TIME.fullmatch(time) for time in times), (operation, times)
