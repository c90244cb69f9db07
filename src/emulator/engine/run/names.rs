//! What jobs are called, and whose work stands for a step's.

use super::Run;
use super::node::{Node, Phase, ResultSource};
use super::scope::RunScope;
use crate::engine::random::SeededRandom;
use crate::engine::spec::{SourceExecution, SourceStep};
use sluicegate_definition::StepKind;

/// Characters of a step's name within a job's name.
const NAME_IN_JOB: usize = 20;
/// Characters of a custom prefix within a job's name: 63 in all, or 32 for tuning and AutoML jobs.
const LONG_PREFIX: usize = 39;
const SHORT_PREFIX: usize = 12;

impl Run {
    pub(crate) fn token(&self, node: usize) -> String {
        self.job_random(node).named("token").mixed_case(10)
    }

    /// The execution that lends a step its result. Steps that were not selected and lie before those that lend have
    /// the lender's results too.
    pub(crate) fn reused_from(&self, node: usize) -> Option<&str> {
        let source = || {
            let selective = self.spec.selective.as_ref();
            selective.and_then(|told| told.source.as_deref())
        };
        let told = &self.nodes[node];
        match (&told.reused_result, told.result_source) {
            (Some(reused_result), _) => Some(&reused_result.source),
            (None, ResultSource::Source) => source(),
            (None, _) if told.phase == Phase::Skipped => source(),
            (None, _) => None,
        }
    }

    /// What the execution tells one that it lends results to.
    pub fn as_source_execution(&self) -> SourceExecution {
        let told = |node: usize| {
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
            steps: (0..self.nodes.len()).filter_map(told).collect(),
        }
    }

    /// The execution that lends a step its result, as far as it is known.
    pub(crate) fn source_execution(&self, node: usize) -> Option<&SourceExecution> {
        let source = self.reused_from(node)?;
        self.spec
            .source_executions
            .iter()
            .find(|earlier| earlier.source == source)
    }

    /// What is known of the step that lends its result.
    pub(crate) fn source_step(&self, node: usize) -> Option<&SourceStep> {
        let name = self.name(node);
        let mut steps = self.source_execution(node)?.steps.iter();
        steps.find(|step| step.name == name)
    }

    /// The version that a RegisterModel step made, or whoever did its work.
    fn package(&self, node: usize) -> Option<u32> {
        let told = &self.nodes[node];
        let lent = told
            .reused_result
            .as_ref()
            .and_then(|reused_result| reused_result.package);
        let known = || self.source_step(node)?.package;
        told.package.or(lent).or_else(known)
    }

    /// The execution and attempt whose job stands for the step: another execution's when its result is lent.
    pub(crate) fn producer(&self, node: usize) -> (&str, u32) {
        let id = |arn: &'_ str| -> usize { arn.rfind('/').map_or(0, |at| at + 1) };
        let told = &self.nodes[node];
        let lent = || self.source_step(node).map_or(0, |step| step.attempt);
        match (self.reused_from(node), &told.reused_result) {
            (Some(source), Some(reused_result)) => (&source[id(source)..], reused_result.attempt),
            (Some(source), None) => (&source[id(source)..], lent()),
            (None, _) => (&self.spec.execution_id, told.attempt),
        }
    }

    /// What names of a step's jobs are drawn by: whoever refers to that job from elsewhere draws the same.
    pub(crate) fn job_random(&self, node: usize) -> SeededRandom {
        let (execution, attempt) = self.producer(node);
        SeededRandom::from_seed(0)
            .named(execution)
            .named(&self.name(node))
            .with(u64::from(attempt))
    }
}

impl RunScope<'_> {
    /// The ARN of what a step's job makes or is, whether it exists yet or not; none for types without one.
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

    /// The name of a step's job: `pipelines-<execution id>-<step name>-<random>`, the step's name cut; in small letters
    /// where the service's recorded answers have it so; shorter for jobs whose names hold 32 characters. A name among
    /// the arguments is the prefix of the job's name instead.
    pub(crate) fn job_name(&self, node: usize) -> String {
        let run = self.run;
        let (execution, _) = run.producer(node);
        let letters = run.job_random(node).named("job").mixed_case(10);
        let cut = |count: usize| run.name(node).chars().take(count).collect::<String>();
        let kind = run.kind(node);
        let short = matches!(kind, StepKind::Tuning | StepKind::AutoML);
        match (self.prefix(node), kind) {
            (Some(prefix), _) => {
                let room = if short { SHORT_PREFIX } else { LONG_PREFIX };
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
            ) => format!("pipelines-{execution}-{}-{letters}", cut(NAME_IN_JOB)).to_lowercase(),
            (None, _) => format!("pipelines-{execution}-{}-{letters}", cut(NAME_IN_JOB)),
        }
    }

    /// The name that the arguments give the job.
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
