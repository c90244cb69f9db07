//! The rows of the step panel that show a job or resource, with their labels.

use super::Fact;
use crate::domain::{Instances, JobDetail, JobSpecific, StepResource, TrainingJobCounts};

/// The rows of a job, in the order in which they are shown. Labels are the API's own, except for the
/// status and the instances. The status is left out where it only repeats that of the step.
pub(super) fn rows(job: &JobDetail, step_status: &str) -> Vec<Fact> {
    let mut rows = Rows(Vec::new());
    if let Some(status) = status(job).filter(|status| !repeats(status, step_status)) {
        rows.0.push(Fact::text("Job status", status));
    }
    if let Some(Instances {
        instance_type,
        count,
    }) = &job.instances
    {
        let instances = format!("{count} × {instance_type}");
        rows.0.push(Fact::text("Instance", instances));
    }
    if let Some(label) = name_label(job.resource) {
        rows.add(label, job.name.as_ref());
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
        rows.add(&data.0, Some(&data.1));
    }
    for metric in &job.metrics {
        rows.add(&format!("FinalMetric.{}", metric.name), Some(metric.value));
    }
    rows.0
}

/// The status, and the finer one where it says more.
fn status(job: &JobDetail) -> Option<String> {
    let status = job.status.as_ref()?;
    Some(match &job.secondary_status {
        Some(secondary) if secondary != status => format!("{status} · {secondary}"),
        _ => status.clone(),
    })
}

/// Whether a job's status is that of its step in other words: a job completes where a step succeeds.
fn repeats(job_status: &str, step_status: &str) -> bool {
    job_status == step_status || (job_status, step_status) == ("Completed", "Succeeded")
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
fn shown_data(job: &JobDetail) -> Vec<(String, String)> {
    let shown = match job.resource {
        StepResource::TrainingJob | StepResource::TransformJob => &job.outputs[..],
        StepResource::Model => &job.inputs[..],
        _ => &[],
    };
    shown
        .iter()
        .map(|data| (data.name.clone(), data.uri.clone()))
        .collect()
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
    use crate::domain::{BestTrainingJob, DataLocation, Metric};

    fn shown(job: &JobDetail) -> Vec<(String, String)> {
        let rows = rows(job, "Executing").into_iter();
        rows.map(|row| (row.label, row.value)).collect()
    }

    fn row(label: &str, value: &str) -> (String, String) {
        (label.to_owned(), value.to_owned())
    }

    #[test]
    fn a_training_job_is_shown_in_the_words_of_the_api() {
        let job = JobDetail {
            name: Some("abalone".into()),
            status: Some("InProgress".into()),
            secondary_status: Some("Downloading".into()),
            instances: Some(Instances {
                instance_type: "ml.m5.xlarge".into(),
                count: 2,
            }),
            billable_seconds: Some(60),
            managed_spot: Some(false),
            inputs: vec![DataLocation {
                name: "train".into(),
                uri: "s3://data/train".into(),
            }],
            outputs: vec![DataLocation {
                name: "S3ModelArtifacts".into(),
                uri: "s3://data/model.tar.gz".into(),
            }],
            metrics: vec![Metric {
                name: "rmse".into(),
                value: 0.25,
                at: None,
            }],
            ..JobDetail::new(StepResource::TrainingJob)
        };
        assert_eq!(
            shown(&job),
            [
                row("Job status", "InProgress · Downloading"),
                row("Instance", "2 × ml.m5.xlarge"),
                row("TrainingJobName", "abalone"),
                row("BillableTimeInSeconds", "60"),
                row("EnableManagedSpotTraining", "false"),
                row("S3ModelArtifacts", "s3://data/model.tar.gz"),
                row("FinalMetric.rmse", "0.25"),
            ]
        );
    }

    #[test]
    fn a_job_does_not_repeat_the_status_of_its_step() {
        for (job, step, shown) in [
            ("Failed", "Failed", false),
            ("Stopped", "Stopped", false),
            ("Completed", "Succeeded", false),
            ("Failed", "Executing", true),
            ("Completed", "Executing", true),
        ] {
            let detail = JobDetail {
                status: Some(job.into()),
                ..JobDetail::new(StepResource::TrainingJob)
            };
            assert_eq!(!rows(&detail, step).is_empty(), shown, "{job}, {step}");
        }
    }

    #[test]
    fn a_resource_without_a_status_shows_none() {
        let model = JobDetail {
            name: Some("m".into()),
            ..JobDetail::new(StepResource::Model)
        };
        assert_eq!(shown(&model), [row("ModelName", "m")]);
    }

    #[test]
    fn a_tuning_job_shows_its_best_training_job() {
        let job = JobDetail {
            specific: JobSpecific::Tuning {
                training_jobs: TrainingJobCounts {
                    completed: Some(3),
                    ..TrainingJobCounts::default()
                },
                best: Some(BestTrainingJob {
                    name: Some("t-003".into()),
                    objective: Some(Metric {
                        name: "auc".into(),
                        value: 0.5,
                        at: None,
                    }),
                }),
            },
            ..JobDetail::new(StepResource::TuningJob)
        };
        assert_eq!(
            shown(&job),
            [
                row("TrainingJobs.Completed", "3"),
                row("BestTrainingJob", "t-003"),
                row("BestTrainingJob.auc", "0.5"),
            ]
        );
    }
}
