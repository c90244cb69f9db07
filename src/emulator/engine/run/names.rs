//! Names of jobs, and which execution's job stands for a step's.

use super::Run;
use super::node::{Node, Phase, ResultSource};
use super::scope::RunScope;
use crate::engine::random::SeededRandom;
use crate::engine::spec::{SourceExecution, SourceStep};
use sluicegate_definition::StepKind;

/// Maximum number of characters of a step's name within a job's name.
const MAX_STEP_NAME_CHARS: usize = 20;
/// Maximum number of characters of a custom prefix: job names have 63 in all, of tuning and AutoML jobs 32.
const MAX_PREFIX_CHARS: usize = 39;
const MAX_SHORT_PREFIX_CHARS: usize = 12;

impl Run {
    pub(crate) fn token(&self, node: usize) -> String {
        self.job_random(node).named("token").mixed_case(10)
    }

    /// ARN of the execution whose result is reused for a step. Unselected steps before those whose results are reused
    /// count as that execution's too.
    pub(crate) fn reused_from(&self, node: usize) -> Option<&str> {
        let source = || {
            let selective = self.spec.selective.as_ref();
            selective.and_then(|selective| selective.source.as_deref())
        };
        let state = &self.nodes[node];
        match (&state.reused_result, state.result_source) {
            (Some(reused_result), _) => Some(&reused_result.source),
            (None, ResultSource::SourceExecution) => source(),
            (None, _) if state.phase == Phase::Skipped => source(),
            (None, _) => None,
        }
    }

    /// This execution as the source of reused results for another one.
    pub fn as_source_execution(&self) -> SourceExecution {
        let source_step = |node: usize| {
            let Node {
                attempt,
                outputs,
                package,
                ..
            } = &self.nodes[node];
            let plain = *attempt == 0 && outputs.is_empty() && package.is_none();
            (!plain).then(|| SourceStep {
                name: self.name(node),
                attempt: *attempt,
                outputs: outputs.clone(),
                package: *package,
            })
        };
        SourceExecution {
            source: self.spec.arn_context.execution_arn(&self.spec.execution_id),
            seed: self.spec.seed,
            at: self.spec.at,
            parameters: self.spec.parameters.clone(),
            outcomes: self.spec.outcomes.clone(),
            steps: (0..self.nodes.len()).filter_map(source_step).collect(),
        }
    }

    /// The execution whose result is reused for a step, if it is known.
    pub(crate) fn source_execution(&self, node: usize) -> Option<&SourceExecution> {
        let source = self.reused_from(node)?;
        self.spec
            .source_executions
            .iter()
            .find(|earlier| earlier.source == source)
    }

    /// The step whose result is reused for a step, if it is known.
    pub(crate) fn source_step(&self, node: usize) -> Option<&SourceStep> {
        let name = self.name(node);
        let mut steps = self.source_execution(node)?.steps.iter();
        steps.find(|step| step.name == name)
    }

    /// The model package version that a RegisterModel step, or the reused one, made.
    fn package(&self, node: usize) -> Option<u32> {
        let state = &self.nodes[node];
        let reused = state
            .reused_result
            .as_ref()
            .and_then(|reused_result| reused_result.package);
        let known = || self.source_step(node)?.package;
        state.package.or(reused).or_else(known)
    }

    /// Execution id and attempt of the job that stands for the step: another execution's when its result is reused.
    pub(crate) fn producer(&self, node: usize) -> (&str, u32) {
        let id = |arn: &'_ str| -> usize { arn.rfind('/').map_or(0, |at| at + 1) };
        let state = &self.nodes[node];
        let reused = || self.source_step(node).map_or(0, |step| step.attempt);
        match (self.reused_from(node), &state.reused_result) {
            (Some(source), Some(reused_result)) => (&source[id(source)..], reused_result.attempt),
            (Some(source), None) => (&source[id(source)..], reused()),
            (None, _) => (&self.spec.execution_id, state.attempt),
        }
    }

    /// Random draws for the names of a step's jobs: the same for every execution that refers to the job.
    pub(crate) fn job_random(&self, node: usize) -> SeededRandom {
        let (execution, attempt) = self.producer(node);
        SeededRandom::from_seed(0)
            .named(execution)
            .named(&self.name(node))
            .with(u64::from(attempt))
    }
}

impl RunScope<'_> {
    /// ARN of a step's job or resource, whether it exists yet or not; none for types without one.
    pub(crate) fn arn(&self, node: usize) -> Option<String> {
        let run = self.run;
        let step = &run.program.steps[run.nodes[node].step];
        let resource = match &step.kind {
            StepKind::Training => "training-job",
            StepKind::Processing | StepKind::QualityCheck | StepKind::ClarifyCheck => {
                "processing-job"
            }
            StepKind::Transform => "transform-job",
            StepKind::Tuning => "hyper-parameter-tuning-job",
            StepKind::AutoML => "automl-job",
            StepKind::Job => "job",
            StepKind::Endpoint => "endpoint",
            StepKind::InferenceComponent => "inference-component",
            StepKind::Model => "model",
            StepKind::EndpointConfig => "endpoint-config",
            StepKind::RegisterModel => "model-package",
            _ => return None,
        };
        let name = match &step.kind {
            StepKind::RegisterModel => {
                let group = run.package_group(run.nodes[node].step).to_lowercase();
                format!("{group}/{}", run.package(node).unwrap_or(1))
            }
            _ => self.within(node).job_name(node),
        };
        Some(run.spec.arn_context.arn(&format!("{resource}/{name}")))
    }

    /// The name of a step's job: `pipelines-<execution id>-<step name>-<random>`, the step's name truncated; in lower
    /// case where the service's recorded answers have it so; shorter for jobs whose names have 32 characters. A name
    /// among the arguments is used as the prefix of the job's name instead.
    pub(crate) fn job_name(&self, node: usize) -> String {
        let run = self.run;
        let (execution, _) = run.producer(node);
        let letters = run.job_random(node).named("job").mixed_case(10);
        let cut = |count: usize| run.name(node).chars().take(count).collect::<String>();
        let kind = run.kind(node);
        let short = matches!(kind, StepKind::Tuning | StepKind::AutoML);
        match (self.prefix(node), kind) {
            (Some(prefix), _) => {
                let room = if short {
                    MAX_SHORT_PREFIX_CHARS
                } else {
                    MAX_PREFIX_CHARS
                };
                let prefix: String = prefix.chars().take(room).collect();
                match short {
                    true => format!(
                        "{prefix}-{execution}-{}",
                        run.job_random(node).named("job").mixed_case(6)
                    ),
                    false => format!("{prefix}-{execution}-{letters}"),
                }
            }
            (None, _) if short => format!("{execution}-{}-{letters}", cut(6)),
            (
                None,
                StepKind::Endpoint
                | StepKind::InferenceComponent
                | StepKind::Model
                | StepKind::EndpointConfig,
            ) => format!(
                "pipelines-{execution}-{}-{letters}",
                cut(MAX_STEP_NAME_CHARS)
            )
            .to_lowercase(),
            (None, _) => format!(
                "pipelines-{execution}-{}-{letters}",
                cut(MAX_STEP_NAME_CHARS)
            ),
        }
    }

    /// The job name among the arguments.
    fn prefix(&self, node: usize) -> Option<String> {
        let member = match self.run.kind(node) {
            StepKind::Training => "TrainingJobName",
            StepKind::Processing => "ProcessingJobName",
            StepKind::Transform => "TransformJobName",
            StepKind::Tuning => "HyperParameterTuningJobName",
            StepKind::AutoML => "AutoMLJobName",
            StepKind::Model => "ModelName",
            StepKind::Endpoint => "EndpointName",
            StepKind::EndpointConfig => "EndpointConfigName",
            StepKind::InferenceComponent => "InferenceComponentName",
            _ => return None,
        };
        let given = self.argument(node, member);
        let given: String = given
            .as_str()?
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let given = given.trim_matches('-');
        (!given.is_empty()).then(|| given.to_owned())
    }
}
