//! Older state files open, with the same content.
//!
//! `state-1.jsonl` was written by the program before its types were renamed, out of a part of the demo and what clients
//! did with it; `state-1.answers.json` is what that program answered after a restart, and what had changed a day later.
//! Both stay as they are: files of this format are kept by people.

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

#[test]
fn a_state_file_of_format_1_opens_with_the_same_content() {
    let place = ArnContext::new();
    fs::write(place.file(), include_str!("../data/state-1.jsonl")).expect("a file");
    let answers: Value =
        serde_json::from_str(include_str!("../data/state-1.answers.json")).expect("answers");
    let expected = answers["now"].as_array().expect("a list");
    let bench = place.open();
    let now = content(&bench);
    assert_eq!(&now, expected);
    bench.advance(86_400.0);
    let later: Vec<Value> = content(&bench)
        .into_iter()
        .filter(|item| !now.contains(item))
        .collect();
    assert_eq!(json!(later), answers["a_day_later"]);
    bench.start("Main");
    let before = everything(&bench);
    drop(bench);
    assert_eq!(everything(&place.open()), before);
}
