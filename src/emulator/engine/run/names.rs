//! What jobs are called, and whose work stands for a step's.

use super::Run;
use super::node::{Lender, Node, Phase};
use super::scope::RunScope;
use crate::engine::chance::Chance;
use crate::engine::spec::{Earlier, EarlierStep};
use sluicegate_definition::StepKind;

/// Characters of a step's name within a job's name.
const NAME_IN_JOB: usize = 20;
/// Characters of a custom prefix within a job's name: 63 in all, or 32 for tuning and AutoML jobs.
const LONG_PREFIX: usize = 39;
const SHORT_PREFIX: usize = 12;

impl Run {
    pub(crate) fn token(&self, node: usize) -> String {
        self.job_chance(node).about("token").mixed(10)
    }

    /// The execution that lends a step its result. Steps that were not selected and lie before those that lend have
    /// the lender's results too.
    pub(crate) fn lent_by(&self, node: usize) -> Option<&str> {
        let source = || {
            let selective = self.spec.selective.as_ref();
            selective.and_then(|told| told.source.as_deref())
        };
        let told = &self.nodes[node];
        match (&told.loan, told.lender) {
            (Some(loan), _) => Some(&loan.source),
            (None, Lender::Source) => source(),
            (None, _) if told.phase == Phase::Dropped => source(),
            (None, _) => None,
        }
    }

    /// What the execution tells one that it lends results to.
    pub fn as_earlier(&self) -> Earlier {
        let told = |node: usize| {
            let Node {
                attempt,
                outputs,
                package,
                ..
            } = &self.nodes[node];
            let plain = *attempt == 0 && outputs.is_empty() && package.is_none();
            (!plain).then(|| EarlierStep {
                name: self.name(node),
                attempt: *attempt,
                outputs: outputs.clone(),
                package: *package,
            })
        };
        Earlier {
            source: self.spec.place.execution_arn(&self.spec.execution_id),
            seed: self.spec.seed,
            at: self.spec.at,
            parameters: self.spec.parameters.clone(),
            outcomes: self.spec.outcomes.clone(),
            steps: (0..self.nodes.len()).filter_map(told).collect(),
        }
    }

    /// The execution that lends a step its result, as far as it is known.
    pub(crate) fn earlier(&self, node: usize) -> Option<&Earlier> {
        let source = self.lent_by(node)?;
        self.spec
            .earlier
            .iter()
            .find(|earlier| earlier.source == source)
    }

    /// What is known of the step that lends its result.
    pub(crate) fn earlier_step(&self, node: usize) -> Option<&EarlierStep> {
        let name = self.name(node);
        let mut steps = self.earlier(node)?.steps.iter();
        steps.find(|step| step.name == name)
    }

    /// The version that a RegisterModel step made, or whoever did its work.
    fn package(&self, node: usize) -> Option<u32> {
        let told = &self.nodes[node];
        let lent = told.loan.as_ref().and_then(|loan| loan.package);
        let known = || self.earlier_step(node)?.package;
        told.package.or(lent).or_else(known)
    }

    /// The execution and attempt whose job stands for the step: another execution's when its result is lent.
    pub(crate) fn worker(&self, node: usize) -> (&str, u32) {
        let id = |arn: &'_ str| -> usize { arn.rfind('/').map_or(0, |at| at + 1) };
        let told = &self.nodes[node];
        let lent = || self.earlier_step(node).map_or(0, |step| step.attempt);
        match (self.lent_by(node), &told.loan) {
            (Some(source), Some(loan)) => (&source[id(source)..], loan.attempt),
            (Some(source), None) => (&source[id(source)..], lent()),
            (None, _) => (&self.spec.execution_id, told.attempt),
        }
    }

    /// What names of a step's jobs are drawn by: whoever refers to that job from elsewhere draws the same.
    pub(crate) fn job_chance(&self, node: usize) -> Chance {
        let (execution, attempt) = self.worker(node);
        Chance::of(0)
            .about(execution)
            .about(&self.name(node))
            .and(u64::from(attempt))
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
            _ => self.within(node).job(node),
        };
        Some(run.spec.place.arn(&format!("{resource}/{name}")))
    }

    /// The name of a step's job: `pipelines-<execution id>-<step name>-<random>`, the step's name cut; in small letters
    /// where the service's recorded answers have it so; shorter for jobs whose names hold 32 characters. A name among
    /// the arguments is the prefix of the job's name instead.
    pub(crate) fn job(&self, node: usize) -> String {
        let run = self.run;
        let (execution, _) = run.worker(node);
        let letters = run.job_chance(node).about("job").mixed(10);
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
                        run.job_chance(node).about("job").mixed(6)
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
