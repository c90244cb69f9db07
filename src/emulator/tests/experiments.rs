//! Experiments: what executions record of themselves.

use super::*;

/// A pipeline that trains, and evaluates in an execution's own trial.
fn recording() -> Value {
    let image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1";
    let data = json!({"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train"}}});
    let train = json!({
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File", "MetricDefinitions": [{"Name": "rmse", "Regex": "(.*)"}]},
        "HyperParameters": {"depth": "6", "objective": "linear"},
        "InputDataConfig": [data],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    });
    let trial = json!({"Std:Join": {"On": "-", "Values": ["trial", {"Get": "Execution.PipelineExecutionId"}]}});
    json!({
        "Version": "2020-12-01",
        "PipelineExperimentConfig": {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": trial},
        "Steps": [
            {"Name": "Train", "Type": "Training", "Arguments": train, "CacheConfig": {"Enabled": true, "ExpireAfter": "30d"}},
            {"Name": "Stop", "Type": "Fail", "DependsOn": ["Train"], "Arguments": {"ErrorMessage": "enough"}},
        ],
    })
}

fn names(bench: &Bench, operation: &str, list: &str, member: &str, body: Value) -> Vec<String> {
    let answer = bench.ok(operation, body);
    let listed = answer[list].as_array().expect("a list").iter();
    let name = |value: &Value| value[member].as_str().expect("a name").to_owned();
    listed.map(name).collect()
}

fn components(bench: &Bench, body: Value) -> Vec<String> {
    let list = "TrialComponentSummaries";
    names(
        bench,
        "ListTrialComponents",
        list,
        "TrialComponentName",
        body,
    )
}

/// A bench with one ended execution, the name of its trial and the ARN of its job.
fn recorded() -> (Bench, String, String) {
    let bench = Bench::empty();
    bench.create("Churn", &recording());
    let execution = bench.start("Churn");
    bench.advance(100_000.0);
    let (_, id) = execution
        .as_str()
        .expect("an ARN")
        .rsplit_once('/')
        .expect("an id");
    let steps = bench.ok(
        "ListPipelineExecutionSteps",
        json!({"PipelineExecutionArn": execution, "SortOrder": "Ascending"}),
    );
    let job = &steps["PipelineExecutionSteps"][0]["Metadata"]["TrainingJob"]["Arn"];
    (
        bench,
        format!("trial-{id}"),
        job.as_str().expect("an ARN").to_owned(),
    )
}

#[test]
fn an_execution_is_a_trial_with_a_component_for_each_of_its_jobs() {
    let (bench, trial, job) = recorded();
    let described = bench.ok("DescribeTrial", json!({"TrialName": trial}));
    assert_eq!(described["ExperimentName"], "Churn");
    let name = format!(
        "{}-aws-training-job",
        job.rsplit_once('/').expect("a name").1
    );
    for body in [
        json!({"TrialName": trial}),
        json!({"ExperimentName": "Churn"}),
        json!({"SourceArn": job}),
        json!({}),
    ] {
        assert_eq!(components(&bench, body.clone()), [name.as_str()], "{body}");
    }
    let component = bench.ok(
        "DescribeTrialComponent",
        json!({"TrialComponentName": name}),
    );
    assert_eq!(
        component["Source"],
        json!({"SourceArn": job, "SourceType": "SageMakerTrainingJob"})
    );
    assert_eq!(component["Status"]["PrimaryStatus"], "Completed");
    assert_eq!(
        component["Parameters"]["depth"],
        json!({"NumberValue": 6.0})
    );
    assert_eq!(
        component["Parameters"]["objective"],
        json!({"StringValue": "linear"})
    );
    assert_eq!(
        component["Parameters"]["SageMaker.InstanceCount"],
        json!({"NumberValue": 2.0})
    );
    assert_eq!(
        component["InputArtifacts"]["train"],
        json!({"Value": "s3://bucket/train", "MediaType": "text/csv"})
    );
    let training = bench.ok(
        "DescribeTrainingJob",
        json!({"TrainingJobName": job.rsplit_once('/').expect("a name").1}),
    );
    let model = &component["OutputArtifacts"]["SageMaker.ModelArtifact"]["Value"];
    assert_eq!(*model, training["ModelArtifacts"]["S3ModelArtifacts"]);
    assert_eq!(
        component["Metrics"][0]["Last"],
        training["FinalMetricDataList"][0]["Value"]
    );
}

#[test]
fn trials_and_experiments_are_listed_as_executions_start() {
    let (bench, trial, _) = recorded();
    let second = bench.start("Churn");
    bench.advance(100_000.0);
    let trials = |body: Value| names(&bench, "ListTrials", "TrialSummaries", "TrialName", body);
    let found = trials(json!({"ExperimentName": "Churn", "SortOrder": "Ascending"}));
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], trial);
    assert!(
        second
            .as_str()
            .expect("an ARN")
            .ends_with(&found[1]["trial-".len()..])
    );
    // The second execution took the result of the first's job, and has no component of its own.
    let component = components(&bench, json!({"ExperimentName": "Churn"}));
    assert_eq!(component.len(), 1, "{component:?}");
    assert_eq!(trials(json!({"TrialComponentName": component[0]})), [trial]);
    let experiments = |body: Value| {
        names(
            &bench,
            "ListExperiments",
            "ExperimentSummaries",
            "ExperimentName",
            body,
        )
    };
    assert_eq!(experiments(json!({})), ["Churn"]);
    assert!(experiments(json!({"CreatedBefore": 0})).is_empty());
    let experiment = bench.ok("DescribeExperiment", json!({"ExperimentName": "Churn"}));
    assert!(experiment["CreationTime"].as_f64() < experiment["LastModifiedTime"].as_f64());
}

#[test]
fn what_was_not_recorded_is_not_found() {
    let (bench, trial, job) = recorded();
    for (operation, body) in [
        ("DescribeTrial", json!({"TrialName": "none"})),
        ("DescribeExperiment", json!({"ExperimentName": "none"})),
        (
            "DescribeTrialComponent",
            json!({"TrialComponentName": "none"}),
        ),
        ("ListTrials", json!({"ExperimentName": "none"})),
        ("ListTrialComponents", json!({"TrialName": "none"})),
    ] {
        let (code, message) = bench.refused(operation, body);
        assert_eq!(code, ErrorCode::NotFound, "{operation}");
        assert!(message.ends_with("/none' does not exist."), "{message}");
    }
    let (code, _) = bench.refused(
        "ListTrialComponents",
        json!({"TrialName": trial, "SourceArn": job}),
    );
    assert_eq!(code, ErrorCode::Validation);
}
