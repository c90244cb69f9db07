//! Cache keys of steps with caching enabled.
//!
//! The attributes are those of the developer guide's "Default cache key attributes by pipeline step type"; what it
//! does not list, such as instance types and output locations, may change without a new run.

use super::{Program, Step};
use crate::engine::expression::Compiler;
use crate::engine::random::SeededRandom;
use crate::engine::{Millis, expiry};
use sluicegate_definition::{Kind, StepKind, Value};

/// What a step's cache key is made of.
#[derive(Debug, Default)]
pub struct CacheRule {
    /// Hash of name, type and attributes as written.
    pub written: u64,
    /// The parameters that the attributes refer to.
    pub parameters: Vec<usize>,
    /// The `<name>` of each `Execution.<name>` that they refer to.
    pub execution: Vec<String>,
    /// The steps that they refer to.
    pub steps: Vec<usize>,
    /// `CacheConfig.ExpireAfter`; without it the result never expires.
    pub expire_after: Option<Millis>,
}

/// The attributes of a step type, each a path within the step's arguments or, failing that, beside them; none where
/// steps of the type are never cached.
fn attributes(kind: &StepKind) -> Option<&'static [&'static [&'static str]]> {
    Some(match kind {
        StepKind::Processing => &[
            &["AppSpecification"],
            &["Environment"],
            &["ProcessingInputs"],
        ],
        StepKind::Training => &[
            &["AlgorithmSpecification"],
            &["CheckpointConfig"],
            &["DebugHookConfig"],
            &["DebugRuleConfigurations"],
            &["Environment"],
            &["HyperParameters"],
            &["InputDataConfig"],
        ],
        StepKind::Tuning => &[
            &["HyperParameterTuningJobConfig"],
            &["TrainingJobDefinition", "AlgorithmSpecification"],
            &["TrainingJobDefinition", "HyperParameterRanges"],
            &["TrainingJobDefinition", "InputDataConfig"],
            &["TrainingJobDefinition", "StaticHyperParameters"],
            &["TrainingJobDefinition", "TuningObjective"],
            &["TrainingJobDefinitions"],
        ],
        StepKind::AutoML => &[
            &["AutoMLJobConfig", "CompletionCriteria"],
            &["AutoMLJobConfig", "CandidateGenerationConfig"],
            &["AutoMLJobConfig", "DataSplitConfig"],
            &["AutoMLJobConfig", "Mode"],
            &["AutoMLJobObjective"],
            &["InputDataConfig"],
            &["ProblemType"],
            &["AutoMLJobInputDataConfig"],
            &["AutoMLProblemTypeConfig"],
            &["DataSplitConfig"],
        ],
        StepKind::Transform => &[
            &["DataProcessing"],
            &["Environment"],
            &["ModelName"],
            &["TransformInput"],
        ],
        // The check's own and its job's settings are compiled into the arguments of the processing job.
        StepKind::ClarifyCheck | StepKind::QualityCheck => &[
            &["Arguments"],
            &["CheckType"],
            &["SkipCheck"],
            &["RegisterNewBaseline"],
            &["ModelPackageGroupName"],
            &["SuppliedBaselineConstraints"],
            &["SuppliedBaselineStatistics"],
        ],
        StepKind::Emr => &[&["ClusterId"], &["StepConfig"]],
        StepKind::Lambda => &[&["Arguments"], &["FunctionArn"]],
        _ => return None,
    })
}

/// Sets the cache rule of every step with caching enabled.
pub fn rule(compiler: &Compiler<'_>, steps: &mut [Step]) {
    let definition = compiler.definition;
    for (index, step) in steps.iter_mut().enumerate() {
        let config = definition.cache_config(index);
        let Some(config) = config.filter(|config| config.enabled) else {
            continue;
        };
        let (Some(value), Some(attributes)) = (definition.value(index), attributes(&step.kind))
        else {
            continue;
        };
        let mut rule = CacheRule {
            expire_after: config.expire_after.as_deref().and_then(expiry::parse),
            ..CacheRule::default()
        };
        let mut written = SeededRandom::from_seed(step.key).named(step.kind.label());
        for path in attributes {
            let found = definition
                .arguments(index)
                .and_then(|arguments| at(arguments, path))
                .or_else(|| at(value, path));
            written = written.named(&found.map(Value::to_json).unwrap_or_default());
            if let Some(found) = found {
                references(compiler, found, &mut rule);
            }
        }
        rule.written = written.number();
        step.cache = Some(rule);
    }
}

fn at<'a>(value: Value<'a>, path: &[&str]) -> Option<Value<'a>> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// Collects what a value refers to, at any depth, in the order of the text.
fn references(compiler: &Compiler<'_>, value: Value<'_>, rule: &mut CacheRule) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value.kind() {
            Kind::Array => open.extend(value.items()),
            Kind::Object => {
                if let Some(path) = value.get("Get").and_then(Value::as_str) {
                    reference(compiler, path, rule);
                }
                open.extend(value.entries().map(|(_, value)| value));
            }
            _ => {}
        }
    }
}

fn reference(compiler: &Compiler<'_>, path: &str, rule: &mut CacheRule) {
    let Some((root, rest)) = path.split_once('.') else {
        return;
    };
    match root {
        "Parameters" => rule.parameters.extend(compiler.parameter(rest)),
        "Execution" => rule.execution.push(rest.to_owned()),
        "Steps" => {
            let name = rest.split(['.', '[']).next().unwrap_or_default();
            rule.steps.extend(compiler.definition.step(name));
        }
        _ => {}
    }
}

impl Program {
    /// Whether any step may reuse a cached result.
    pub fn caches(&self) -> bool {
        self.steps.iter().any(|step| step.cache.is_some())
    }
}
