//! What steps' jobs and resources report.

use super::*;
use sluicegate_domain::{DataLocation, Instances, StepMember, StepMetadata, StepResource};

fn step(resource: StepResource) -> StepMetadata {
    StepMetadata {
        member: Some(StepMember::Resource(resource)),
        arn: Some("arn:aws:sagemaker:eu-central-1:111122223333:any/abalone".into()),
        ..StepMetadata::default()
    }
}

#[tokio::test]
async fn a_resource_is_described_by_the_operation_of_its_kind_or_not_at_all() {
    let (client, log) = serve(|_, _, _| (200, "{}".into())).await;
    for resource in StepResource::ALL {
        log.lock().expect("no panic").clear();
        let detail = client
            .describe_job(&step(resource))
            .await
            .expect("an answer");
        let log = log.lock().expect("no panic");
        let called: Vec<_> = log.iter().map(|seen| seen.operation.as_str()).collect();
        let operation = resource.describe_operation();
        assert_eq!(called, Vec::from_iter(operation), "{resource:?}");
        let described = operation.map(|_| resource);
        assert_eq!(detail.map(|detail| detail.resource), described);
    }
}

#[tokio::test]
async fn a_training_job_is_read_with_its_times_data_and_metrics() {
    let (client, _) = serve(|_, _, _| {
        let job = json!({
            "TrainingJobName": "abalone",
            "TrainingJobStatus": "Completed",
            "SecondaryStatus": "Completed",
            "TrainingStartTime": 1_672_925_433.0,
            "TrainingEndTime": 1_672_925_493.0,
            "BillableTimeInSeconds": 40,
            "EnableManagedSpotTraining": true,
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30},
            "InputDataConfig": [{
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/train"}},
            }],
            "ModelArtifacts": {"S3ModelArtifacts": "s3://b/model.tar.gz"},
            "FinalMetricDataList": [{"MetricName": "rmse", "Value": 0.5, "Timestamp": 1_672_925_490.0}],
            "SecondaryStatusTransitions": [
                {"Status": "Starting", "StartTime": 1_672_925_430.0, "StatusMessage": "Preparing"},
                {"Status": "Pondering", "StartTime": 1_672_925_433.0},
            ],
        });
        (200, job.to_string())
    })
    .await;
    let described = client.describe_job(&step(StepResource::TrainingJob)).await;
    let job = described.expect("an answer").expect("a job");
    let seconds = job.ended.zip(job.started);
    let seconds = seconds.map(|(ended, started)| ended.as_second() - started.as_second());
    assert_eq!((seconds, job.billable_seconds), (Some(60), Some(40)));
    assert_eq!(job.managed_spot, Some(true));
    let instances = Instances {
        instance_type: "ml.m5.xlarge".into(),
        count: 2,
        volume_gb: Some(30),
    };
    assert_eq!(job.instances, Some(instances));
    let located = |name: &str, uri: &str| DataLocation {
        name: name.into(),
        uri: uri.into(),
    };
    assert_eq!(job.inputs, [located("train", "s3://b/train")]);
    assert_eq!(
        job.outputs,
        [located("S3ModelArtifacts", "s3://b/model.tar.gz")]
    );
    assert_eq!(
        (job.metrics[0].name.as_str(), job.metrics[0].value),
        ("rmse", 0.5)
    );
    let statuses: Vec<_> = job
        .transitions
        .iter()
        .map(|it| it.status.as_str())
        .collect();
    assert_eq!(statuses, ["Starting", "Pondering"]);
    assert_eq!(job.transitions[0].message.as_deref(), Some("Preparing"));
}
