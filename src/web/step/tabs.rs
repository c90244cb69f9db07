//! What a step was given and what it made, where its log is, and what SageMaker returned of it.

use super::arguments::{ArgumentRow, argument_rows};
use super::definition::{self, arguments_text};
use super::fact::{Fact, FactValue};
use super::raw_rows::raw_rows;
use super::result::{OUTPUT_PARAMETERS, registered_model};
use super::subject::Subject;
use crate::domain::{DataLocation, StepMember, StepResource};
use crate::web::console_links::{LogLink, job_link, log_link};
use crate::web::texts::step::{self as texts, NoLog};

/// What a step was given.
#[derive(Debug)]
pub(in crate::web) struct StepInputs {
    /// The data that its job reads.
    pub(in crate::web) data: Vec<Fact>,
    pub(in crate::web) arguments: Vec<ArgumentRow>,
    /// Arguments that are not listed.
    pub(in crate::web) more: usize,
    /// Its settings in the definition, such as its cache.
    pub(in crate::web) settings: Vec<Fact>,
}

/// What a step made.
#[derive(Debug)]
pub(in crate::web) struct StepOutputs {
    pub(in crate::web) facts: Vec<Fact>,
    /// Whether it may still make something.
    pub(in crate::web) may_come: bool,
}

/// Where a step's log is.
#[derive(Debug)]
pub(in crate::web) struct StepLogs {
    pub(in crate::web) log: Option<LogLink>,
    pub(in crate::web) facts: Vec<Fact>,
    pub(in crate::web) note: Option<&'static str>,
}

/// What SageMaker returned of a step, in the API's words.
#[derive(Debug)]
pub(in crate::web) struct StepRaw {
    pub(in crate::web) facts: Vec<Fact>,
    /// Its arguments as the definition has them.
    pub(in crate::web) arguments: String,
}

impl StepInputs {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let inputs = subject.job.map_or(&[][..], |job| &job.inputs);
        let (arguments, more) = argument_rows(subject);
        Self {
            data: inputs.iter().map(location).collect(),
            arguments,
            more,
            settings: settings(subject),
        }
    }
}

impl StepOutputs {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let outputs = subject.job.map_or(&[][..], |job| &job.outputs);
        let mut facts: Vec<Fact> = outputs.iter().map(location).collect();
        facts.extend(subject.job.and_then(|job| registered_model(&job.specific)));
        let metadata = subject.record.map(|record| &record.metadata);
        for (member, value) in metadata.iter().flat_map(|of| &of.facts) {
            if let Some(name) = member.strip_prefix(OUTPUT_PARAMETERS) {
                facts.push(Fact::exact(name, value));
            }
        }
        // A resource that is not a job is what the step made.
        let resource = metadata.and_then(|of| Some((of.resource()?, of.arn.clone()?)));
        if let Some((resource, arn)) = resource.filter(|(resource, _)| is_product(*resource)) {
            let console = job_link(&arn);
            facts.push(Fact::new(
                texts::label(resource.member()),
                FactValue::Address(arn, console),
            ));
        }
        Self {
            facts,
            may_come: !subject.status.has_ended(),
        }
    }
}

fn is_product(resource: StepResource) -> bool {
    use StepResource as R;
    matches!(
        resource,
        R::Model | R::ModelPackage | R::Endpoint | R::EndpointConfig | R::InferenceComponent
    )
}

impl StepLogs {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let metadata = subject.record.map(|record| &record.metadata);
        let log = metadata.and_then(log_link);
        let file = metadata.iter().flat_map(|of| &of.facts);
        let file = file.filter(|(member, _)| member == texts::LOG_FILE_MEMBER);
        let facts: Vec<Fact> = file
            .map(|(member, path)| Fact::address(texts::label(member), path))
            .collect();
        let is_reused = subject.status.is_done() && metadata.is_some_and(|of| of.arn.is_none());
        let note = if log.is_some() || !facts.is_empty() {
            None
        } else if subject.record.is_none() {
            Some(NoLog::NotStarted)
        } else if is_reused {
            Some(NoLog::NoJob)
        } else {
            Some(NoLog::NotKnown)
        };
        Self {
            log,
            facts,
            note: note.map(texts::no_log),
        }
    }
}

impl StepRaw {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let mut facts = subject.job.map(raw_rows).unwrap_or_default();
        if let Some(record) = subject.record {
            let metadata = &record.metadata;
            let member = metadata.member.as_ref().map(StepMember::as_str);
            let arn = metadata.arn.as_ref();
            facts.extend(arn.map(|arn| Fact::address(member.unwrap_or("Arn"), arn)));
            facts.push(Fact::exact("AttemptCount", record.attempts.to_string()));
            let own = [
                ("Outcome", &metadata.outcome),
                ("CallbackToken", &metadata.callback_token),
                ("FailureReason", &record.failure_reason),
            ];
            for (label, value) in own {
                facts.extend(value.as_ref().map(|value| Fact::exact(label, value)));
            }
            let more = metadata.facts.iter();
            facts.extend(more.map(|(label, value)| Fact::exact(label, value)));
        }
        let declared = subject.declared();
        Self {
            facts,
            arguments: declared
                .map(|(own, node)| arguments_text(own, node))
                .unwrap_or_default(),
        }
    }
}

fn location(data: &DataLocation) -> Fact {
    Fact::address(texts::label(&data.name), &data.uri)
}

fn settings(subject: &Subject<'_>) -> Vec<Fact> {
    let Some((own, node)) = subject.declared() else {
        return Vec::new();
    };
    let settings = definition::settings(own, node).into_iter();
    settings
        .map(|(label, value)| Fact::text(label, value))
        .collect()
}
