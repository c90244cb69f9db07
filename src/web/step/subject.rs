//! The step that a panel is about, with what is known of it.

use std::collections::HashMap;

use futures_util::future::join_all;

use crate::catalog::ExecutionView;
use crate::domain::{JobDetail, NodeState, NodeStatus, StepRecord, failed_step, referenced_step};
use crate::web::links::Links;
use crate::web::visit::Visit;
use sluicegate_definition::{Definition, StepKind};

/// The most steps whose jobs are described for the values that one step takes from them.
const MAX_DESCRIBED_STEPS: usize = 8;

/// The step that a panel is about.
pub(super) struct Subject<'a> {
    pub(super) links: &'a Links,
    pub(super) view: &'a ExecutionView,
    pub(super) name: &'a str,
    /// The step of the definition.
    pub(super) node: Option<usize>,
    /// Its record, once it has started.
    pub(super) record: Option<&'a StepRecord>,
    /// What its job reports.
    pub(super) job: Option<&'a JobDetail>,
    pub(super) status: NodeStatus,
    /// What the jobs of other steps report that it takes values from.
    pub(super) other_jobs: HashMap<String, JobDetail>,
}

impl<'a> Subject<'a> {
    /// The definition that has the step, and its index there.
    pub(super) fn declared(&self) -> Option<(&'a Definition, usize)> {
        Some((self.view.definition.as_deref()?, self.node?))
    }

    pub(super) fn state(&self) -> Option<&'a NodeState> {
        self.view.progress.as_ref()?.nodes.get(self.node?)
    }

    /// Why it failed: the job's own reason is complete, the step's may be cut short.
    pub(super) fn reason(&self) -> Option<&'a str> {
        let of_job = self.job.and_then(|job| job.failure_reason.as_deref());
        of_job.or_else(|| self.record?.failure_reason.as_deref())
    }

    /// The reason that the banner of the execution shows.
    pub(super) fn banner_reason(&self) -> Option<&'a str> {
        let failed = &self.view.steps[failed_step(&self.view.steps)?];
        failed.failure_reason.as_deref()
    }

    pub(super) fn step_href(&self, step: &str) -> String {
        let view = self.view;
        self.links
            .step(&view.pipeline.name, view.execution.id(), step)
    }

    /// The value of a reference of its definition, where it is known.
    pub(super) fn known(&self, reference: &str) -> Option<String> {
        let iteration = self.record.and_then(|record| record.iteration.as_ref());
        let known = self.view.known_values(&self.other_jobs, iteration);
        known.get(reference)
    }

    /// Describes the jobs whose values the conditions of a Condition step compare.
    pub(super) async fn describe_conditions(&mut self, visit: &Visit, ws: &str) {
        let declared = self.declared();
        if declared.is_some_and(|(own, node)| own.steps[node].kind == StepKind::Condition) {
            self.describe_others(visit, ws).await;
        }
    }

    /// Describes the jobs of the steps that it takes values from, as far as their records do not have these values.
    pub(super) async fn describe_others(&mut self, visit: &Visit, ws: &str) {
        let names = self.steps_to_describe();
        let records = self.view.steps.iter().rev();
        let record = |name: &String| records.clone().find(|record| record.name == *name);
        let asked = names.iter().filter_map(|name| Some((name, record(name)?)));
        let described = asked.take(MAX_DESCRIBED_STEPS).map(async |(name, record)| {
            let catalog = visit.catalog();
            let job = catalog.step_job(visit.scope(), ws, self.view, record).await;
            // Without an answer the reference stays as it is.
            Some((name.clone(), job.ok()??))
        });
        let described = join_all(described).await;
        self.other_jobs = described.into_iter().flatten().collect();
    }

    /// The steps whose jobs may have values that are not known otherwise, each once.
    fn steps_to_describe(&self) -> Vec<String> {
        let Some((definition, node)) = self.declared() else {
            return Vec::new();
        };
        let arguments = definition.resolved_arguments(node, &|reference| self.known(reference));
        let mut names: Vec<String> = Vec::new();
        for source in arguments.listed.iter().flat_map(|of| &of.value.sources) {
            // No job reports what is in its files.
            let is_missing = self.known(source).is_none() && !source.contains(".PropertyFiles.");
            let step = referenced_step(source).filter(|_| is_missing);
            if let Some(step) = step.filter(|step| names.iter().all(|name| name != step)) {
                names.push(step.to_owned());
            }
        }
        names
    }
}
