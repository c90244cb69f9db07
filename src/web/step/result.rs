//! What became of a step: the tab *Result*.

use jiff::Timestamp;

use super::arguments::{ConditionRow, condition_rows};
use super::definition::StepLink;
use super::fact::{Fact, FactValue};
use super::subject::Subject;
use crate::domain::{
    JobDetail, JobSpecific, Metric, Named, NodeStatus, StepMember, StepMetadata, StepRecord, Waits,
};
use crate::web::console_links::{LogLink, job_link, log_link};
use crate::web::diagram::running_since;
use crate::web::links::NamedLink;
use crate::web::texts::{Sentence, status, step as texts};

/// The prefix of the labels of what a Callback or Lambda step returned.
pub(super) const OUTPUT_PARAMETERS: &str = "OutputParameters.";

/// One item of a ForEach step.
#[derive(Debug)]
pub(in crate::web) struct Child {
    pub(in crate::web) named: Named,
    pub(in crate::web) href: String,
    pub(in crate::web) status: &'static str,
    pub(in crate::web) item: Option<String>,
}

/// A step that another one waits for.
#[derive(Debug)]
pub(in crate::web) struct WaitFor {
    pub(in crate::web) step: StepLink,
    /// When it started, while it runs.
    pub(in crate::web) since: Option<Timestamp>,
}

/// What became of a step.
#[derive(Debug)]
pub(in crate::web) struct StepResult {
    /// What its status means, where the word alone does not explain it.
    pub(in crate::web) status_note: Option<Sentence>,
    /// The steps that it waits for.
    pub(in crate::web) waits: Vec<WaitFor>,
    pub(in crate::web) reason: Option<String>,
    /// Whether the banner above shows the same reason.
    pub(in crate::web) banner_has_reason: bool,
    pub(in crate::web) log: Option<LogLink>,
    pub(in crate::web) conditions: Vec<ConditionRow>,
    /// The outcome of a Condition step.
    pub(in crate::web) outcome: Option<String>,
    pub(in crate::web) started: Option<Timestamp>,
    pub(in crate::web) ended: Option<Timestamp>,
    pub(in crate::web) running: bool,
    pub(in crate::web) facts: Vec<Fact>,
    /// The execution whose result was used.
    pub(in crate::web) source: Option<NamedLink>,
    pub(in crate::web) children: Vec<Child>,
    /// The steps around it: a label, and the steps with their pages.
    pub(in crate::web) neighbours: Vec<(&'static str, Vec<StepLink>)>,
}

impl StepResult {
    pub(super) fn of(
        subject: &Subject<'_>,
        source: Option<NamedLink>,
        neighbours: Vec<(&'static str, Vec<StepLink>)>,
    ) -> Self {
        let record = subject.record;
        let reason = subject.reason();
        let mut facts = record
            .map(|of| record_facts(subject, of))
            .unwrap_or_default();
        if let Some(job) = subject.job {
            facts.extend(job_facts(job, subject.status.as_str()));
        }
        facts.extend(record.and_then(|of| resource_fact(&of.metadata)));
        Self {
            status_note: not_run(subject)
                .or_else(|| status::explanation(subject.status.as_str()).map(Sentence::from)),
            waits: waits(subject),
            banner_has_reason: reason.is_some() && reason == subject.banner_reason(),
            log: reason
                .is_some()
                .then(|| log_link(&record?.metadata))
                .flatten(),
            reason: reason.map(str::to_owned),
            conditions: condition_rows(subject),
            outcome: record.and_then(|of| of.metadata.outcome.clone()),
            started: record.and_then(|of| of.started),
            ended: record.and_then(|of| of.ended),
            running: subject.status.is_running(),
            facts,
            source,
            children: children(subject),
            neighbours,
        }
    }
}

/// What a step of the definition waits for.
fn waits(subject: &Subject<'_>) -> Vec<WaitFor> {
    let (Some((definition, node)), Some(progress)) =
        (subject.declared(), subject.view.progress.as_ref())
    else {
        return Vec::new();
    };
    let steps = Waits::of(definition, progress).for_step(node);
    let wait = |step: usize| WaitFor {
        step: StepLink {
            href: subject.step_href(&definition.steps[step].name),
            named: (&definition.steps[step]).into(),
        },
        since: running_since(subject.view, step),
    };
    steps.into_iter().map(wait).collect()
}

/// Why a step of the definition did not run.
fn not_run(subject: &Subject<'_>) -> Option<Sentence> {
    let definition = subject.view.definition.as_deref()?;
    let reason = subject.state()?.not_run.as_ref()?;
    Some(texts::not_run(reason, definition))
}

fn children(subject: &Subject<'_>) -> Vec<Child> {
    let view = subject.view;
    let records = subject.state().map(|state| state.children.as_slice());
    let records = records.unwrap_or_default().iter();
    records
        .filter_map(|index| view.steps.get(*index))
        .map(|record| Child {
            href: subject.step_href(&record.name),
            named: record.named(view.definition.as_deref()),
            status: NodeStatus::of(record, &view.execution.status).as_str(),
            item: record.iteration.as_ref().and_then(|i| i.item.clone()),
        })
        .collect()
}

/// What the step's own record says.
fn record_facts(subject: &Subject<'_>, record: &StepRecord) -> Vec<Fact> {
    let mut facts = Vec::new();
    let description = record.description.clone();
    facts.extend(description.map(|text| Fact::text("Description", text)));
    if record.attempts > 1 {
        facts.push(Fact::text("Attempts", record.attempts.to_string()));
    }
    if let Some(iteration) = &record.iteration {
        let foreach = Named::step(&iteration.parent, subject.view.definition.as_deref());
        let item = texts::item_of(iteration.index + 1, &foreach.spelled_out());
        facts.push(Fact::text("Item", item));
        let item = iteration.item.clone();
        facts.extend(item.map(|item| Fact::exact("Value", item)));
    }
    let token = record.metadata.callback_token.clone();
    facts.extend(token.map(|token| Fact::address("Callback token", token)));
    let reason = subject.reason();
    for (member, value) in &record.metadata.facts {
        let is_elsewhere = member.starts_with(OUTPUT_PARAMETERS)
            || member == texts::LOG_FILE_MEMBER
            || Some(value.as_str()) == reason;
        if !is_elsewhere && value != "0" {
            facts.push(Fact::exact(texts::label(member), value));
        }
    }
    facts
}

/// The job or resource itself.
fn resource_fact(metadata: &StepMetadata) -> Option<Fact> {
    let arn = metadata.arn.clone()?;
    let member = metadata.member.as_ref().map_or("Job", StepMember::as_str);
    let console = job_link(&arn);
    Some(Fact::new(
        texts::label(member),
        FactValue::Address(arn, console),
    ))
}

/// What a job reports of its work, in the order in which it is shown. What is zero or off is left out, and the status
/// where it only repeats that of the step.
fn job_facts(job: &JobDetail, step_status: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut text = |label: &str, value: Option<String>| {
        facts.extend(value.map(|value| Fact::text(label, value)));
    };
    let job_status = texts::job_status(job);
    text(
        "Job status",
        job_status.filter(|status| !repeats(status, step_status)),
    );
    text("Training time", texts::training_time(job));
    if let Some(instances) = &job.instances {
        text("Instance", Some(texts::instances(instances)));
        text("Volume", instances.volume_gb.map(|gb| format!("{gb} GB")));
    }
    text("Exit message", job.exit_message.clone());
    facts.extend(specific_facts(&job.specific));
    facts.extend(job.metrics.iter().map(metric_fact));
    facts
}

/// Whether a job's status is that of its step in other words: a job completes where a step succeeds.
fn repeats(job_status: &str, step_status: &str) -> bool {
    job_status == step_status
        || matches!(
            (job_status, step_status),
            ("Completed", "Succeeded" | "Cached" | "Reused")
        )
}

fn specific_facts(specific: &JobSpecific) -> Vec<Fact> {
    let exact = |label: &str, value: &Option<String>| {
        value
            .as_ref()
            .map(|value| Fact::exact(label, value.clone()))
    };
    let rows = match specific {
        JobSpecific::Nothing => Vec::new(),
        JobSpecific::Transform { model } | JobSpecific::EndpointConfig { model } => {
            vec![exact("Model", model)]
        }
        JobSpecific::Tuning {
            training_jobs,
            best,
        } => {
            let counts = texts::training_job_counts(training_jobs);
            let best = best.as_ref();
            let objective = best.and_then(|best| best.objective.as_ref());
            vec![
                objective.map(metric_fact),
                best.and_then(|best| exact("Best training job", &best.name)),
                counts.map(|counts| Fact::text("Training jobs", counts)),
            ]
        }
        JobSpecific::AutoMl { best_candidate } => vec![exact("Best candidate", best_candidate)],
        JobSpecific::ModelPackage {
            approval,
            approval_description,
            ..
        } => vec![
            registered_model(specific),
            approval
                .as_deref()
                .map(|approval| Fact::text("Approval", texts::approval(approval))),
            exact("Approval note", approval_description),
        ],
        JobSpecific::Endpoint { config } => vec![exact("Endpoint config", config)],
    };
    rows.into_iter().flatten().collect()
}

fn metric_fact(metric: &Metric) -> Fact {
    let value = FactValue::Metric(metric.value.to_string());
    Fact::new(metric.name.clone(), value)
}

/// The version of a model that a step registered.
pub(super) fn registered_model(specific: &JobSpecific) -> Option<Fact> {
    let JobSpecific::ModelPackage { group, version, .. } = specific else {
        return None;
    };
    let model = texts::model_version(group.as_deref(), *version)?;
    Some(Fact::exact("Registered model", model))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BestTrainingJob, Instances, StepResource, TrainingJobCounts};

    fn shown(job: &JobDetail) -> Vec<(String, String)> {
        let facts = job_facts(job, "Executing").into_iter();
        facts
            .map(|fact| {
                let (FactValue::Text(value)
                | FactValue::Exact(value)
                | FactValue::Address(value, _)
                | FactValue::Metric(value)) = fact.value;
                (fact.label, value)
            })
            .collect()
    }

    fn row(label: &str, value: &str) -> (String, String) {
        (label.to_owned(), value.to_owned())
    }

    fn metric(name: &str, value: f32) -> Metric {
        Metric {
            name: name.into(),
            value,
            at: None,
        }
    }

    #[test]
    fn a_training_job_is_shown_in_words_and_units() {
        let job = JobDetail {
            name: Some("abalone".into()),
            status: Some("InProgress".into()),
            secondary_status: Some("Downloading".into()),
            instances: Some(Instances {
                instance_type: "ml.m5.xlarge".into(),
                count: 2,
                volume_gb: Some(30),
            }),
            training_seconds: Some(1_548),
            billable_seconds: Some(720),
            managed_spot: Some(true),
            metrics: vec![metric("rmse", 0.25)],
            ..JobDetail::new(StepResource::TrainingJob)
        };
        assert_eq!(
            shown(&job),
            [
                row("Job status", "In progress · Downloading"),
                row("Training time", "25m 48s · billed 12m 00s · Spot"),
                row("Instance", "2 × ml.m5.xlarge"),
                row("Volume", "30 GB"),
                row("rmse", "0.25"),
            ]
        );
    }

    #[test]
    fn what_is_zero_or_off_is_left_out() {
        let job = JobDetail {
            training_seconds: Some(0),
            billable_seconds: Some(0),
            managed_spot: Some(false),
            specific: JobSpecific::Tuning {
                training_jobs: TrainingJobCounts {
                    completed: Some(3),
                    stopped: Some(0),
                    ..TrainingJobCounts::default()
                },
                best: Some(BestTrainingJob {
                    name: Some("t-003".into()),
                    objective: Some(metric("auc", 0.5)),
                }),
            },
            ..JobDetail::new(StepResource::TuningJob)
        };
        assert_eq!(
            shown(&job),
            [
                row("auc", "0.5"),
                row("Best training job", "t-003"),
                row("Training jobs", "3 completed"),
            ]
        );
    }

    #[test]
    fn a_registered_model_is_shown_with_its_version_and_approval() {
        let job = JobDetail {
            specific: JobSpecific::ModelPackage {
                group: Some("CustomerChurnModels".into()),
                version: Some(24),
                approval: Some("PendingManualApproval".into()),
                approval_description: None,
            },
            ..JobDetail::new(StepResource::ModelPackage)
        };
        assert_eq!(
            shown(&job),
            [
                row("Registered model", "CustomerChurnModels v24"),
                row("Approval", "pending approval"),
            ]
        );
    }

    #[test]
    fn a_job_does_not_repeat_the_status_of_its_step() {
        for (job, step, shown) in [
            ("Failed", "Failed", false),
            ("Stopped", "Stopped", false),
            ("Completed", "Succeeded", false),
            ("Completed", "Cached", false),
            ("Failed", "Executing", true),
            ("Completed", "Executing", true),
        ] {
            let detail = JobDetail {
                status: Some(job.into()),
                ..JobDetail::new(StepResource::TrainingJob)
            };
            assert_eq!(!job_facts(&detail, step).is_empty(), shown, "{job}, {step}");
        }
    }
}
