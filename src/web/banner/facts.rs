//! What the banner says beyond the status: what was made, what is waited for, which check failed.

use std::collections::HashMap;

use crate::catalog::ExecutionView;
use crate::domain::{Check, JobDetail, JobSpecific, Metric, Named, StepRecord, StepResource};
use crate::web::texts::banner as texts;
use crate::web::texts::failure;
use crate::web::texts::{Sentence, condition, step};

/// Metrics shown beside what was made.
const MAX_METRICS: usize = 2;

/// What an execution made: the models that it registered, and how good the last one is.
pub(super) fn made(products: &[JobDetail]) -> Option<Sentence> {
    let models = products.iter().filter_map(|job| match &job.specific {
        JobSpecific::ModelPackage {
            group,
            version,
            approval,
            ..
        } => {
            let model = step::model_version(group.as_deref(), *version)?;
            let approval = approval.as_deref().map(step::approval);
            Some(texts::model(&model, approval.as_deref()))
        }
        _ => None,
    });
    let metrics: Vec<String> = products
        .iter()
        .flat_map(best_metrics)
        .take(MAX_METRICS)
        .map(texts::metric)
        .collect();
    texts::made(&models.collect::<Vec<_>>(), &metrics)
}

/// The metrics that say how good a model is: the objective of a tuning job, those of validation before those of
/// training.
fn best_metrics(job: &JobDetail) -> Vec<&Metric> {
    if let JobSpecific::Tuning { best, .. } = &job.specific {
        let objective = best.as_ref().and_then(|best| best.objective.as_ref());
        return objective.into_iter().collect();
    }
    let mut metrics: Vec<&Metric> = job.metrics.iter().collect();
    metrics.sort_by_key(|metric| metric.name.starts_with("train"));
    metrics
}

/// The step whose answer an execution waits for, where nothing else runs: the first of several.
pub(super) fn awaited(view: &ExecutionView) -> Option<&StepRecord> {
    let running = || view.steps.iter().filter(|step| step.status.is_running());
    let is_callback =
        |step: &StepRecord| step.metadata.resource() == Some(StepResource::CallbackQueue);
    running()
        .all(is_callback)
        .then(|| running().next())
        .flatten()
}

/// What a step is for, in the words of whoever defined it.
pub(super) fn description(view: &ExecutionView, step: &StepRecord) -> Option<String> {
    let declared = || {
        let definition = view.definition.as_deref()?;
        let node = definition.step(&step.name)?;
        definition.steps[node].description.clone()
    };
    step.description.clone().or_else(declared)
}

/// What a Fail step did: which check it follows, and what held there.
pub(super) fn stopped_by(
    view: &ExecutionView,
    fail_step: &Named,
    check: Option<&Check>,
) -> Sentence {
    let sentence = failure::stopped_by(fail_step, check);
    match check.and_then(|check| held(view, check)) {
        Some(held) => sentence.words(format!(" — {held}")),
        None => sentence,
    }
}

fn held(view: &ExecutionView, check: &Check) -> Option<String> {
    let definition = view.definition.as_deref()?;
    let node = definition.step(check.condition.exact())?;
    let jobs = HashMap::new();
    let known = view.known_values(&jobs, None);
    let conditions = definition.resolved_conditions(node, &|reference| known.get(reference));
    condition::held(&conditions, check.outcome)
}
