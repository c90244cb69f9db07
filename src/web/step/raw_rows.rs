//! A job or resource in the words of the API.

use super::fact::Fact;
use crate::domain::{DataLocation, JobDetail, JobSpecific, StepResource, TrainingJobCounts};

/// The rows of a job, in the order in which they are shown. Labels are the API's own.
pub(super) fn raw_rows(job: &JobDetail) -> Vec<Fact> {
    let mut rows = Rows(Vec::new());
    if let Some(label) = name_label(job.resource) {
        rows.add(label, job.name.as_ref());
    }
    if let Some(label) = status_label(job.resource) {
        rows.add(label, job.status.as_ref());
    }
    rows.add("SecondaryStatus", job.secondary_status.as_ref());
    if let Some(instances) = &job.instances {
        rows.add("InstanceType", Some(&instances.instance_type));
        rows.add("InstanceCount", Some(instances.count));
        rows.add("VolumeSizeInGB", instances.volume_gb);
    }
    rows.add("TrainingTimeInSeconds", job.training_seconds);
    rows.add("BillableTimeInSeconds", job.billable_seconds);
    rows.add("EnableManagedSpotTraining", job.managed_spot);
    rows.add("ExitMessage", job.exit_message.as_ref());
    if let Some(label) = image_label(job.resource) {
        rows.add(label, job.image.as_ref());
    }
    rows.specific(&job.specific);
    for data in shown_data(job) {
        rows.add(&data.name, Some(&data.uri));
    }
    for metric in &job.metrics {
        rows.add(&format!("FinalMetric.{}", metric.name), Some(metric.value));
    }
    rows.0
}

/// The API's member for the name of a resource. A model package is shown by its group and version.
fn name_label(resource: StepResource) -> Option<&'static str> {
    use StepResource as R;
    match resource {
        R::TrainingJob => Some("TrainingJobName"),
        R::ProcessingJob | R::QualityCheckJob | R::ClarifyCheckJob => Some("ProcessingJobName"),
        R::TransformJob => Some("TransformJobName"),
        R::TuningJob => Some("HyperParameterTuningJobName"),
        R::AutoMlJob => Some("AutoMLJobName"),
        R::Model => Some("ModelName"),
        R::Endpoint => Some("EndpointName"),
        R::EndpointConfig => Some("EndpointConfigName"),
        _ => None,
    }
}

/// The API's member for the status of a resource.
fn status_label(resource: StepResource) -> Option<&'static str> {
    use StepResource as R;
    match resource {
        R::TrainingJob => Some("TrainingJobStatus"),
        R::ProcessingJob | R::QualityCheckJob | R::ClarifyCheckJob => Some("ProcessingJobStatus"),
        R::TransformJob => Some("TransformJobStatus"),
        R::TuningJob => Some("HyperParameterTuningJobStatus"),
        R::AutoMlJob => Some("AutoMLJobStatus"),
        R::ModelPackage => Some("ModelPackageStatus"),
        R::Endpoint => Some("EndpointStatus"),
        _ => None,
    }
}

/// The API's member for the image of a resource.
fn image_label(resource: StepResource) -> Option<&'static str> {
    use StepResource as R;
    match resource {
        R::TrainingJob => Some("TrainingImage"),
        R::ProcessingJob | R::QualityCheckJob | R::ClarifyCheckJob => Some("ImageUri"),
        R::Model => Some("Image"),
        _ => None,
    }
}

/// The data locations that the API names itself; those of a processing job have names of their own.
fn shown_data(job: &JobDetail) -> &[DataLocation] {
    match job.resource {
        StepResource::TrainingJob | StepResource::TransformJob => &job.outputs,
        StepResource::Model => &job.inputs,
        _ => &[],
    }
}

struct Rows(Vec<Fact>);

impl Rows {
    fn add(&mut self, label: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.push(Fact::exact(label, value.to_string()));
        }
    }

    fn specific(&mut self, specific: &JobSpecific) {
        match specific {
            JobSpecific::Nothing => {}
            JobSpecific::Transform { model } | JobSpecific::EndpointConfig { model } => {
                self.add("ModelName", model.as_ref());
            }
            JobSpecific::Tuning {
                training_jobs,
                best,
            } => {
                self.counts(training_jobs);
                if let Some(best) = best {
                    self.add("BestTrainingJob", best.name.as_ref());
                    if let Some(metric) = &best.objective {
                        let label = format!("BestTrainingJob.{}", metric.name);
                        self.add(&label, Some(metric.value));
                    }
                }
            }
            JobSpecific::AutoMl { best_candidate } => {
                self.add("BestCandidate", best_candidate.as_ref());
            }
            JobSpecific::ModelPackage {
                group,
                version,
                approval,
                approval_description,
            } => {
                self.add("ModelPackageGroupName", group.as_ref());
                self.add("ModelPackageVersion", *version);
                self.add("ModelApprovalStatus", approval.as_ref());
                self.add("ApprovalDescription", approval_description.as_ref());
            }
            JobSpecific::Endpoint { config } => {
                self.add("EndpointConfigName", config.as_ref());
            }
        }
    }

    fn counts(&mut self, counts: &TrainingJobCounts) {
        self.add("TrainingJobs.Completed", counts.completed);
        self.add("TrainingJobs.InProgress", counts.in_progress);
        self.add("TrainingJobs.RetryableError", counts.retryable_error);
        self.add("TrainingJobs.NonRetryableError", counts.non_retryable_error);
        self.add("TrainingJobs.Stopped", counts.stopped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Instances;
    use crate::web::step::fact::FactValue;

    #[test]
    fn a_training_job_is_shown_in_the_words_of_the_api() {
        let job = JobDetail {
            name: Some("abalone".into()),
            status: Some("InProgress".into()),
            instances: Some(Instances {
                instance_type: "ml.m5.xlarge".into(),
                count: 2,
                volume_gb: None,
            }),
            billable_seconds: Some(0),
            managed_spot: Some(false),
            outputs: vec![DataLocation {
                name: "S3ModelArtifacts".into(),
                uri: "s3://data/model.tar.gz".into(),
            }],
            ..JobDetail::new(StepResource::TrainingJob)
        };
        let exact = |label: &str, value: &str| Fact::new(label, FactValue::Exact(value.into()));
        assert_eq!(
            raw_rows(&job),
            [
                exact("TrainingJobName", "abalone"),
                exact("TrainingJobStatus", "InProgress"),
                exact("InstanceType", "ml.m5.xlarge"),
                exact("InstanceCount", "2"),
                exact("BillableTimeInSeconds", "0"),
                exact("EnableManagedSpotTraining", "false"),
                exact("S3ModelArtifacts", "s3://data/model.tar.gz"),
            ]
        );
    }
}
