"""Experiments: the trials and trial components that executions are recorded in."""

from common.steps import definition, training
from with_boto3.bench import SUFFIX


def experiments(bench):
    """From an experiment to its trials, to the components of one, to the job behind it; and back from the job."""
    client, name = bench.client, f"boto3-experiment-{SUFFIX}"
    bench.create(name, definition(training("Train")))
    for _ in range(2):
        assert bench.until(bench.start(name), ["Succeeded"]) == "Succeeded"
    assert name in [known["ExperimentName"] for known in client.list_experiments()["ExperimentSummaries"]]
    experiment = client.describe_experiment(ExperimentName=name)
    assert experiment["CreationTime"] < experiment["LastModifiedTime"], experiment
    trials = [trial["TrialName"] for trial in client.list_trials(ExperimentName=name)["TrialSummaries"]]
    listed = client.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert trials == [execution["PipelineExecutionArn"].rsplit("/", 1)[1] for execution in listed], trials
    assert client.describe_trial(TrialName=trials[0])["ExperimentName"] == name
    (component,) = client.list_trial_components(TrialName=trials[0])["TrialComponentSummaries"]
    described = client.describe_trial_component(TrialComponentName=component["TrialComponentName"])
    assert described["Parameters"]["depth"] == {"NumberValue": 6.0}, described
    job = described["Source"]["SourceArn"]
    found = client.list_trial_components(SourceArn=job)["TrialComponentSummaries"]
    assert [one["TrialComponentName"] for one in found] == [component["TrialComponentName"]], found
    values = client.describe_training_job(TrainingJobName=job.rsplit("/", 1)[1])["FinalMetricDataList"]
    assert [metric["Last"] for metric in described["Metrics"]] == [metric["Value"] for metric in values], described
