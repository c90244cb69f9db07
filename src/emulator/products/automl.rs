//! AutoML jobs: candidates, and the model made from the best one.

use super::training::time_or_null;
use super::{JobStatus, Member, StepJob, time};
use crate::engine::expression::ProductRef;
use crate::engine::expression::path::{self, Segment};
use serde_json::{Value, json};

/// The members of both `DescribeAutoMLJobV2` and `DescribeAutoMLJob`.
pub(super) static MEMBERS: &[Member] = &[
    ("AutoMLJobName", |job| json!(job.name())),
    ("AutoMLJobArn", |job| json!(job.arn())),
    ("AutoMLJobInputDataConfig", |job| {
        let names = ["AutoMLJobInputDataConfig", "InputDataConfig"];
        let mut channels = names
            .into_iter()
            .filter_map(|name| job.part("AutoMLJobInputDataConfig", &job.argument(name)));
        channels
            .next()
            .unwrap_or_else(|| json!([{"ChannelType": "training"}]))
    }),
    ("InputDataConfig", |job| {
        job.fitting("InputDataConfig")
            .unwrap_or_else(|| json!([{"TargetAttributeName": "target"}]))
    }),
    ("OutputDataConfig", |job| job.output()),
    ("RoleArn", |job| job.role("RoleArn")),
    ("CreationTime", |job| time(job.begun())),
    ("EndTime", |job| time_or_null(job.end())),
    ("LastModifiedTime", |job| time(job.changed())),
    ("FailureReason", |job| job.failure()),
    ("BestCandidate", best),
    ("AutoMLJobStatus", |job| json!(job.status().as_str())),
    ("AutoMLJobSecondaryStatus", |job| json!(secondary(job))),
];

/// What the SDK's properties add: the locations of the best candidate's reports.
pub(super) static PROPERTIES: &[Member] = &[("BestCandidateProperties", |job| {
    let report = |name: &str| json!(format!("{}/{name}", place(job)));
    json!({
        "ModelInsightsJsonReportPath": report("model-insights/statistics.json"),
        "ExplainabilityJsonReportPath": report("explainability/analysis.json"),
    })
})];

fn secondary(job: &StepJob) -> &'static str {
    let elapsed = job.until() - job.begun();
    match job.status() {
        JobStatus::Completed => "Completed",
        JobStatus::Failed => "Failed",
        JobStatus::Stopped => "Stopped",
        JobStatus::Stopping => "Stopping",
        JobStatus::InProgress if elapsed < job.at_speed(60.0) => "Starting",
        JobStatus::InProgress if elapsed < job.at_speed(180.0) => "AnalyzingData",
        JobStatus::InProgress => "ModelTuning",
    }
}

/// The job's folder in the output path.
fn place(job: &StepJob) -> String {
    let output = job.output();
    let output = output["S3OutputPath"].as_str().unwrap_or_default();
    format!("{}/{}", output.trim_end_matches('/'), job.name())
}

/// `BestCandidate`, once there is one.
fn best(job: &StepJob) -> Value {
    if job.status() != JobStatus::Completed {
        return Value::Null;
    }
    let random = job.scope.run.random_for(Some(job.node)).named("candidate");
    let name = format!("{}-{}", job.name(), random.named("name").lower_case(4));
    let objective = job.fitting_or_null("AutoMLJobObjective");
    let metric = objective["MetricName"].as_str().unwrap_or("Accuracy");
    let figure = job.figure(
        metric,
        &[&["BestCandidate", "FinalAutoMLJobObjectiveMetric", "Value"]],
    );
    let spec = job.scope.run.spec();
    let image = format!(
        "123456789012.dkr.ecr.{}.amazonaws.com/sagemaker-xgboost:1.3-1-cpu-py3",
        spec.arn_context.region
    );
    let mut candidate = json!({
        "CandidateName": name,
        "FinalAutoMLJobObjectiveMetric": {"MetricName": metric, "Value": figure},
        "ObjectiveStatus": "Succeeded",
        "CandidateSteps": [{
            "CandidateStepType": "AWS::SageMaker::TrainingJob",
            "CandidateStepArn": spec.arn_context.arn(&format!("training-job/{name}")),
            "CandidateStepName": name,
        }],
        "CandidateStatus": "Completed",
        "InferenceContainers": [{
            "Image": image,
            "ModelDataUrl": format!("{}/tuning/{name}/output/model.tar.gz", place(job)),
            "Environment": {},
        }],
        "CreationTime": time(job.begun()),
        "EndTime": time_or_null(job.end()),
        "LastModifiedTime": time(job.changed()),
        "CandidateProperties": {"CandidateArtifactLocations": {
            "Explainability": format!("{}/explainability", place(job)),
            "ModelInsights": format!("{}/model-insights", place(job)),
        }},
    });
    expected(job, &mut candidate);
    candidate
}

/// Adds the containers and environment variables that the definition refers to.
fn expected(job: &StepJob, candidate: &mut Value) {
    let run = job.scope.run;
    for product in run.program.products.of_step(run.nodes[job.node].step) {
        let ProductRef::Property(path) = &product.reference else {
            continue;
        };
        let [Segment::Name(first), rest @ ..] = path.segments() else {
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
            _ => json!(path.subject().to_ascii_lowercase()),
        };
        path::put(candidate, rest, value);
    }
}
