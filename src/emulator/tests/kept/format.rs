//! Older state files open, with the same content.
//!
//! `state-1.jsonl` was written by the program before its types were renamed, out of a part of the demo and what clients
//! did with it; `state-1.answers.json` is what that program answered after a restart, and what had changed a day later.
//! Both stay as they are: files of this format are kept by people. ARNs and names of models were in lower case then.
//!
//! `lower-case-arns.jsonl` and `lower-case-arns.answers.json` are of the last version that answered with such ARNs.

use super::*;
use std::fs;

/// The step metadata that names a job, with the operation that describes it and the member that identifies it.
const DESCRIBED: [(&str, &str, &str); 4] = [
    ("TrainingJob", "DescribeTrainingJob", "TrainingJobName"),
    (
        "ProcessingJob",
        "DescribeProcessingJob",
        "ProcessingJobName",
    ),
    ("TransformJob", "DescribeTransformJob", "TransformJobName"),
    ("RegisterModel", "DescribeModelPackage", "ModelPackageName"),
];

/// Everything that can be listed, then the jobs of all steps.
fn content(bench: &Bench) -> Vec<Value> {
    let mut content = everything(bench);
    let mut jobs = Vec::new();
    for (arn, operation, member) in content.iter().flat_map(|step| {
        let metadata = step.get("Metadata");
        DESCRIBED
            .into_iter()
            .filter_map(move |(kind, operation, member)| {
                let arn = metadata?.get(kind)?.get("Arn")?.as_str()?;
                Some((arn, operation, member))
            })
    }) {
        let name = match member {
            "ModelPackageName" => arn,
            _ => arn.split_once('/').expect("a job's ARN").1,
        };
        jobs.push(bench.ok(operation, json!({member: name})));
    }
    content.append(&mut jobs);
    content
}

/// The same without what names were made of in another way: ARNs and names of jobs and models are in lower case, a
/// hyphen stands where a step's name has an underscore, and an endpoint's name has no suffix of its execution.
fn folded(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains("arn:aws:") || text.contains("pipelines-") => {
            let text = text.to_lowercase().replace('_', "-");
            match text.rsplitn(3, '-').collect::<Vec<_>>()[..] {
                [random, execution, name]
                    if random.len() == 10
                        && execution.len() == 12
                        && name.contains(":endpoint/") =>
                {
                    json!(name)
                }
                _ => json!(text),
            }
        }
        Value::Array(items) => items.iter().map(folded).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(name, value)| (name.clone(), folded(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

#[test]
fn a_state_file_of_format_1_opens_with_the_same_content() {
    let place = ArnContext::new();
    fs::write(place.file(), include_str!("../data/state-1.jsonl")).expect("a file");
    let answers: Value =
        serde_json::from_str(include_str!("../data/state-1.answers.json")).expect("answers");
    let expected = answers["now"].as_array().expect("a list");
    let bench = place.open();
    let now = content(&bench);
    for (now, expected) in now.iter().zip(expected) {
        assert_eq!(folded(now), folded(expected));
    }
    assert_eq!(now.len(), expected.len());
    bench.advance(86_400.0);
    let later: Vec<Value> = content(&bench)
        .into_iter()
        .filter(|item| !now.contains(item))
        .collect();
    assert_eq!(folded(&json!(later)), folded(&answers["a_day_later"]));
    bench.start("Main");
    let before = everything(&bench);
    drop(bench);
    assert_eq!(everything(&place.open()), before);
}

#[test]
fn a_state_file_with_lower_case_arns_opens_with_those_of_today() {
    let place = ArnContext::new();
    let state = include_str!("../data/lower-case-arns.jsonl");
    fs::write(place.file(), state).expect("a file");
    let answers: Value = serde_json::from_str(include_str!("../data/lower-case-arns.answers.json"))
        .expect("answers");
    let bench = place.open();
    let pipelines = bench.ok("ListPipelines", json!({}));
    let arn = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/Mixed-Case";
    assert_eq!(pipelines["PipelineSummaries"][0]["PipelineArn"], arn);
    let before = answers["executions"].as_array().expect("a list");
    for earlier in before {
        let earlier = earlier.as_str().expect("an ARN");
        assert!(earlier.contains(":pipeline/mixed-case/"));
        let now = bench.describe(&json!(earlier))["PipelineExecutionArn"].clone();
        assert_eq!(now, earlier.replace("mixed-case", "Mixed-Case"));
        let steps = json!(bench.steps(&now));
        assert_eq!(folded(&steps), folded(&answers[earlier]));
        let text = steps.to_string();
        assert!(
            !text.contains("mixed-case") && !text.contains("mixedgroup"),
            "{text}"
        );
    }
    let earlier = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mixedgroup/1";
    let package = json!({"ModelPackageName": earlier});
    let package = bench.ok("DescribeModelPackage", package);
    assert_eq!(
        package["ModelPackageArn"],
        earlier.replace("mixedgroup", "MixedGroup")
    );
    bench.start("mixed-case");
    bench.advance(86_400.0);
    let groups = bench.ok("ListModelPackageGroups", json!({}));
    let groups = groups["ModelPackageGroupSummaryList"]
        .as_array()
        .expect("a list");
    assert_eq!(groups.len(), 1);
    let arn = "arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/MixedGroup";
    assert_eq!(groups[0]["ModelPackageGroupArn"], arn);
    // What an earlier execution left in the cache is used.
    let newest = bench.ok(
        "ListPipelineExecutions",
        json!({"PipelineName": "Mixed-Case"}),
    );
    let newest = &newest["PipelineExecutionSummaries"][0]["PipelineExecutionArn"];
    let steps = bench.steps(newest);
    let source = steps.iter().find_map(|step| step.get("CacheHitResult"));
    let source = &source.expect("a cache hit")["SourcePipelineExecutionArn"];
    assert_eq!(
        *source,
        json!(
            before[0]
                .as_str()
                .expect("an ARN")
                .replace("mixed-case", "Mixed-Case")
        )
    );
}

#[test]
fn a_request_repeated_over_the_upgrade_gets_the_arn_of_today() {
    let place = ArnContext::new();
    let state = include_str!("../data/lower-case-arns.jsonl");
    fs::write(place.file(), state).expect("a file");
    let bench = place.open();
    let again = json!({
        "PipelineName": "Mixed-Case", "PipelineExecutionDisplayName": "first",
        "ClientRequestToken": format!("start{}", "-".repeat(35)),
    });
    let started = bench.ok("StartPipelineExecution", again)["PipelineExecutionArn"].clone();
    assert_eq!(started, bench.describe(&started)["PipelineExecutionArn"]);
    let listed = bench.ok(
        "ListPipelineExecutions",
        json!({"PipelineName": "Mixed-Case"}),
    );
    assert_eq!(
        listed["PipelineExecutionSummaries"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
}
