//! AutoML jobs: candidates, the best of which becomes a model.

use super::training::maybe;
use super::{Member, Standing, Work, shapes, time};
use crate::engine::expression::What;
use crate::engine::expression::path::{self, Segment};
use serde_json::{Value, json};

/// What `DescribeAutoMLJobV2` and `DescribeAutoMLJob` answer, the members of both.
pub(super) static MEMBERS: &[Member] = &[
    ("AutoMLJobName", |work| json!(work.name())),
    ("AutoMLJobArn", |work| json!(work.arn())),
    ("AutoMLJobInputDataConfig", |work| {
        let names = ["AutoMLJobInputDataConfig", "InputDataConfig"];
        let mut told = names
            .into_iter()
            .filter_map(|name| work.told(name, &shapes::AUTO_ML_INPUT));
        told.next()
            .unwrap_or_else(|| json!([{"ChannelType": "training"}]))
    }),
    ("InputDataConfig", |work| {
        work.told("InputDataConfig", &shapes::AUTO_ML_CHANNELS)
            .unwrap_or_else(|| json!([{"TargetAttributeName": "target"}]))
    }),
    ("OutputDataConfig", |work| work.output()),
    ("RoleArn", |work| work.role("RoleArn")),
    ("AutoMLJobObjective", |work| {
        work.shown("AutoMLJobObjective", &shapes::AUTO_ML_OBJECTIVE)
    }),
    ("ProblemType", |work| {
        work.shown("ProblemType", &shapes::PROBLEM)
    }),
    ("CreationTime", |work| time(work.start())),
    ("EndTime", |work| maybe(work.end())),
    ("LastModifiedTime", |work| time(work.changed())),
    ("FailureReason", |work| work.failure()),
    ("BestCandidate", best),
    ("AutoMLJobStatus", |work| json!(work.standing().as_str())),
    ("AutoMLJobSecondaryStatus", |work| json!(secondary(work))),
];

/// What the SDK's properties add: where the reports of the best candidate stand.
pub(super) static PROPERTIES: &[Member] = &[("BestCandidateProperties", |work| {
    let report = |name: &str| json!(format!("{}/{name}", place(work)));
    json!({
        "ModelInsightsJsonReportPath": report("model-insights/statistics.json"),
        "ExplainabilityJsonReportPath": report("explainability/analysis.json"),
    })
})];

fn secondary(work: &Work) -> &'static str {
    let elapsed = work.until() - work.start();
    match work.standing() {
        Standing::Completed => "Completed",
        Standing::Failed => "Failed",
        Standing::Stopped => "Stopped",
        Standing::Stopping => "Stopping",
        Standing::InProgress if elapsed < work.paced(60.0) => "Starting",
        Standing::InProgress if elapsed < work.paced(180.0) => "AnalyzingData",
        Standing::InProgress => "ModelTuning",
    }
}

/// Under the output path, by the job's name.
fn place(work: &Work) -> String {
    let output = work.output();
    let output = output["S3OutputPath"].as_str().unwrap_or_default();
    format!("{}/{}", output.trim_end_matches('/'), work.name())
}

/// `BestCandidate`, once there is one.
fn best(work: &Work) -> Value {
    if work.standing() != Standing::Completed {
        return Value::Null;
    }
    let chance = work.scope.run.drawing(Some(work.node)).about("candidate");
    let name = format!("{}-{}", work.name(), chance.about("name").lower(4));
    let objective = work.shown("AutoMLJobObjective", &shapes::AUTO_ML_OBJECTIVE);
    let metric = objective["MetricName"].as_str().unwrap_or("Accuracy");
    let figure = work.figure(
        metric,
        &[&["BestCandidate", "FinalAutoMLJobObjectiveMetric", "Value"]],
    );
    let spec = work.scope.run.spec();
    let image = format!(
        "123456789012.dkr.ecr.{}.amazonaws.com/sagemaker-xgboost:1.3-1-cpu-py3",
        spec.place.region
    );
    let mut candidate = json!({
        "CandidateName": name,
        "FinalAutoMLJobObjectiveMetric": {"MetricName": metric, "Value": figure},
        "ObjectiveStatus": "Succeeded",
        "CandidateSteps": [{
            "CandidateStepType": "AWS::SageMaker::TrainingJob",
            "CandidateStepArn": spec.place.arn(&format!("training-job/{name}")),
            "CandidateStepName": name,
        }],
        "CandidateStatus": "Completed",
        "InferenceContainers": [{
            "Image": image,
            "ModelDataUrl": format!("{}/tuning/{name}/output/model.tar.gz", place(work)),
            "Environment": {},
        }],
        "CreationTime": time(work.start()),
        "EndTime": maybe(work.end()),
        "LastModifiedTime": time(work.changed()),
        "CandidateProperties": {"CandidateArtifactLocations": {
            "Explainability": format!("{}/explainability", place(work)),
            "ModelInsights": format!("{}/model-insights", place(work)),
        }},
    });
    expected(work, &mut candidate);
    candidate
}

/// Containers' environments hold what the definition reads of them; there are as many containers as it reads of.
fn expected(work: &Work, candidate: &mut Value) {
    let run = work.scope.run;
    for product in run.program.products.of_step(run.nodes[work.node].step) {
        let What::Property(told) = &product.what else {
            continue;
        };
        let [Segment::Name(first), rest @ ..] = told.segments() else {
            continue;
        };
        let container = matches!(rest, [Segment::Name(list), Segment::Index(_), ..] if list == "InferenceContainers");
        if first != "BestCandidate" || !container || path::find(candidate, rest).is_some() {
            continue;
        }
        let value = match rest.last() {
            Some(Segment::Name(name)) if name == "Image" || name == "ModelDataUrl" => {
                candidate["InferenceContainers"][0][name].clone()
            }
            _ => json!(told.subject().to_ascii_lowercase()),
        };
        path::put(candidate, rest, value);
    }
}
