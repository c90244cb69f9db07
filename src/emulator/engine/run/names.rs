//! Names and ARNs of what steps make: jobs, models, packages, endpoints.

use super::Run;
use super::scope::RunScope;
use crate::engine::program::Program;
use sluicegate_definition::StepKind;

/// Characters of a step's name within a job's name, and within one of those that have 32 characters in all.
const STEP_NAME_CHARS: usize = 20;
const SHORT_STEP_NAME_CHARS: usize = 6;
/// Characters of the random part of a name, and of those that have 32 characters in all behind a custom prefix.
const RANDOM_CHARS: usize = 10;
const SHORT_RANDOM_CHARS: usize = 6;
/// Characters that a name may have, by the patterns of the service model.
const MAX_NAME_CHARS: usize = 63;
const SHORT_MAX_NAME_CHARS: usize = 32;

/// What a step of a type makes.
struct Made {
    /// The type of the resource in its ARN.
    resource: &'static str,
    /// The argument that names it.
    argument: &'static str,
    /// What a name among the arguments becomes.
    given: Given,
    /// Characters that its name may have.
    max_chars: usize,
}

/// What a name among the arguments becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// The prefix of a name of this execution's own.
    Prefix,
    /// The name, in every execution.
    Name,
}

/// What a step of a type makes; none for types without a resource of SageMaker.
fn made(kind: &StepKind) -> Option<Made> {
    let (resource, argument) = match kind {
        StepKind::Training => ("training-job", "TrainingJobName"),
        StepKind::Processing | StepKind::QualityCheck | StepKind::ClarifyCheck => {
            ("processing-job", "ProcessingJobName")
        }
        StepKind::Transform => ("transform-job", "TransformJobName"),
        StepKind::Tuning => ("hyper-parameter-tuning-job", "HyperParameterTuningJobName"),
        StepKind::AutoML => ("automl-job", "AutoMLJobName"),
        StepKind::Job => ("job", "JobName"),
        StepKind::Model => ("model", "ModelName"),
        StepKind::RegisterModel => ("model-package", "ModelPackageName"),
        StepKind::EndpointConfig => ("endpoint-config", "EndpointConfigName"),
        StepKind::Endpoint => ("endpoint", "EndpointName"),
        StepKind::InferenceComponent => ("inference-component", "InferenceComponentName"),
        _ => return None,
    };
    // An endpoint outlives its execution: clients know it by its name, and later executions update it.
    let given = match kind {
        StepKind::Endpoint | StepKind::InferenceComponent => Given::Name,
        _ => Given::Prefix,
    };
    let max_chars = match kind {
        StepKind::Tuning | StepKind::AutoML => SHORT_MAX_NAME_CHARS,
        _ => MAX_NAME_CHARS,
    };
    Some(Made {
        resource,
        argument,
        given,
        max_chars,
    })
}

/// Whether steps of a type make a resource of SageMaker.
pub(super) fn makes(kind: &StepKind) -> bool {
    made(kind).is_some()
}

impl Program {
    /// Whether a step makes a resource of this type.
    pub fn makes(&self, resource: &str) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| made(&step.kind).is_some_and(|made| made.resource == resource))
    }

    /// Whether a step makes a resource of this type whose name is the same in every execution.
    pub fn has_named(&self, resource: &str) -> bool {
        self.steps.iter().any(|step| {
            made(&step.kind).is_some_and(|made| {
                made.resource == resource
                    && made.given == Given::Name
                    && step.arguments.member(made.argument).is_some()
            })
        })
    }
}

impl Run {
    /// The model package group of a RegisterModel step; none registers a package that belongs to no group.
    pub(crate) fn package_group(&self, node: usize) -> Option<String> {
        self.scope_of(node).package_group(node)
    }
}

impl RunScope<'_> {
    /// ARN of a step's job or resource, whether it exists yet or not; none for types without one.
    pub(crate) fn arn(&self, node: usize) -> Option<String> {
        let resource = made(self.run.kind(node))?.resource;
        let name = self.made_name(node);
        Some(self.run.spec.arn_context.arn_of(resource, &name))
    }

    /// The name of what a step makes: of a package in a group, group and version.
    fn made_name(&self, node: usize) -> String {
        match self.package_group(node) {
            Some(group) => format!("{group}/{}", self.run.package(node).unwrap_or(1)),
            None => self.job_name(node),
        }
    }

    /// See [`Run::package_group`]; none for other types.
    pub(crate) fn package_group(&self, node: usize) -> Option<String> {
        if *self.run.kind(node) != StepKind::RegisterModel {
            return None;
        }
        let group = self.argument(node, "ModelPackageGroupName");
        // Arguments may have its ARN.
        let name = group.as_str()?.rsplit('/').next()?;
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// The name of a step's job: `pipelines-<execution id>-<step name>-<random>`, the step's name truncated, or without
    /// the first word and with less of the step's name where names have 32 characters.
    ///
    /// A name among the arguments is a prefix: `<prefix>-<execution id>-<random>-<failure count>`; or, for types whose
    /// names are those of the definition, the name.
    pub(crate) fn job_name(&self, node: usize) -> String {
        let run = self.run;
        let made = made(run.kind(node));
        let max_chars = made.as_ref().map_or(MAX_NAME_CHARS, |made| made.max_chars);
        let is_short = max_chars < MAX_NAME_CHARS;
        let given = made.and_then(|made| {
            let given = match run.program.is_job {
                true => Given::Name,
                false => made.given,
            };
            Some((given, plain_name(&self.argument(node, made.argument))?))
        });
        let (execution, failures) = run.producer(node);
        match given {
            Some((Given::Name, name)) => truncated(&name, max_chars).to_owned(),
            Some((Given::Prefix, prefix)) => {
                let chars = if is_short {
                    SHORT_RANDOM_CHARS
                } else {
                    RANDOM_CHARS
                };
                let random = run.step_random(node).named("job").mixed_case(chars);
                let rest = format!("-{execution}-{random}-{failures}");
                let prefix = truncated(&prefix, max_chars.saturating_sub(rest.len()));
                format!("{prefix}{rest}")
            }
            None => {
                let random = run.job_random(node).named("job").mixed_case(RANDOM_CHARS);
                let step = dashed(&run.name(node));
                match is_short {
                    true => format!("{execution}-{:.SHORT_STEP_NAME_CHARS$}-{random}", step),
                    false => format!("pipelines-{execution}-{:.STEP_NAME_CHARS$}-{random}", step),
                }
            }
        }
    }
}

/// A text with a hyphen for every character that names cannot have, such as the underscore of a step's name.
fn dashed(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    text.chars().map(plain).collect()
}

/// A name among the arguments; none where nothing of it can be in a name.
fn plain_name(given: &serde_json::Value) -> Option<String> {
    let name = dashed(given.as_str()?);
    let name = name.trim_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

/// The beginning of a name, without a hyphen at its end.
fn truncated(name: &str, max_chars: usize) -> &str {
    let end = name.len().min(max_chars);
    name[..end].trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluicegate_shapes as shapes;

    #[test]
    fn names_have_as_many_characters_as_the_service_model_allows() {
        for (kind, operation) in [
            (StepKind::Training, "CreateTrainingJob"),
            (StepKind::Processing, "CreateProcessingJob"),
            (StepKind::QualityCheck, "CreateProcessingJob"),
            (StepKind::ClarifyCheck, "CreateProcessingJob"),
            (StepKind::Transform, "CreateTransformJob"),
            (StepKind::Tuning, "CreateHyperParameterTuningJob"),
            (StepKind::AutoML, "CreateAutoMLJob"),
            (StepKind::AutoML, "CreateAutoMLJobV2"),
            (StepKind::Job, "CreateJob"),
            (StepKind::Model, "CreateModel"),
            (StepKind::RegisterModel, "CreateModelPackage"),
            (StepKind::EndpointConfig, "CreateEndpointConfig"),
            (StepKind::Endpoint, "CreateEndpoint"),
            (StepKind::InferenceComponent, "CreateInferenceComponent"),
        ] {
            let made = made(&kind).expect("a resource");
            let input = shapes::operation(operation).expect(operation).input;
            let name = input.member(made.argument).expect(made.argument);
            let shapes::Shape::Text(bounds, _) = &*name else {
                panic!("{operation}: {name:?} is not a text");
            };
            assert_eq!(bounds.max, Some(made.max_chars as f64), "{operation}");
        }
    }
}
