//! The record of a step, as lists of steps show it.

use super::Run;
use super::node::{Ending, Phase, ResultSource};
use crate::engine::expression::{Expr, Scalar};
use crate::engine::failure;
use crate::engine::program::{Check, Details};
use crate::engine::record::{Iteration, Metadata, Output, StepRecord};
use sluicegate_definition::StepKind;

impl Run {
    pub(crate) fn record(&self, node: usize) -> StepRecord {
        let state = &self.nodes[node];
        let step = &self.program.steps[state.step];
        let source = || {
            self.spec
                .selective
                .as_ref()
                .and_then(|selective| selective.source.clone())
        };
        StepRecord {
            name: self.name(node),
            definition_step: step.name.clone(),
            step_type: step.kind.label().to_owned(),
            display_name: step.display_name.clone(),
            description: step.description.clone(),
            start: state.start,
            end: state.end,
            status: state.status(self.clock),
            attempt_count: state.attempt,
            failure_reason: match (&state.ending, state.end) {
                (Ending::Failure(reason), Some(_)) if !reason.is_empty() => Some(reason.clone()),
                _ => None,
            },
            metadata: self.metadata(node),
            cache_hit: match state.result_source {
                ResultSource::Cache => state
                    .reused_result
                    .as_ref()
                    .map(|reused_result| reused_result.source.clone()),
                ResultSource::OwnJob | ResultSource::SourceExecution => None,
            },
            selective_result: if state.result_source == ResultSource::SourceExecution {
                source()
            } else {
                None
            },
            iteration: state.iteration.map(|(parent, index)| Iteration {
                parent: self.name(parent),
                index,
                item: self.nodes[parent]
                    .for_each
                    .as_ref()
                    .and_then(|for_each| for_each.items.get(index as usize).cloned())
                    .unwrap_or_default(),
            }),
        }
    }

    pub(crate) fn name(&self, node: usize) -> String {
        let state = &self.nodes[node];
        let name = &self.program.steps[state.step].name;
        state
            .iteration
            .map_or_else(|| name.clone(), |(_, index)| format!("{name}-{index}"))
    }

    /// See [`RunScope::job_name`].
    fn job_name(&self, node: usize) -> String {
        self.scope_of(node).job_name(node)
    }

    /// An address in the account's default bucket.
    pub(crate) fn bucket(&self, path: &str) -> String {
        let arn_context = &self.spec.arn_context;
        format!(
            "s3://sagemaker-{}-{}/{path}",
            arn_context.region, arn_context.account
        )
    }

    fn metadata(&self, node: usize) -> Option<Metadata> {
        let state = &self.nodes[node];
        let step = &self.program.steps[state.step];
        let made = state.executing <= self.clock
            && !matches!(&state.ending, Ending::Failure(reason)
                if failure::is_before_creation(reason) && step.kind != StepKind::Fail);
        if !made {
            return None;
        }
        let once_done = |metadata: Metadata| state.succeeded().then_some(metadata);
        let arn = self.scope_of(node).arn(node).unwrap_or_default();
        Some(match &step.kind {
            StepKind::Training => Metadata::TrainingJob { arn },
            StepKind::Processing => Metadata::ProcessingJob { arn },
            StepKind::Transform => Metadata::TransformJob { arn },
            StepKind::Tuning => Metadata::TuningJob { arn },
            StepKind::AutoML => Metadata::AutoMLJob { arn },
            StepKind::Job => Metadata::Job { arn },
            StepKind::Endpoint => Metadata::Endpoint { arn },
            StepKind::InferenceComponent => Metadata::InferenceComponent { arn },
            StepKind::Model => return once_done(Metadata::Model { arn }),
            StepKind::EndpointConfig => return once_done(Metadata::EndpointConfig { arn }),
            StepKind::RegisterModel => return once_done(Metadata::RegisterModel { arn }),
            StepKind::Condition => {
                return once_done(Metadata::Condition {
                    outcome: state.outcome,
                });
            }
            StepKind::ForEach => self.for_each_metadata(node),
            StepKind::Emr | StepKind::EmrServerless => self.cluster(node),
            _ => return self.detailed(node),
        })
    }

    /// Metadata of types whose definition has further details.
    fn detailed(&self, node: usize) -> Option<Metadata> {
        let state = &self.nodes[node];
        let text = |expr: &Expr| self.eval_in(node, expr).text();
        Some(match &self.program.steps[state.step].details {
            Details::Callback(queue, _) => Metadata::Callback {
                callback_token: self.token(node),
                sqs_queue_url: text(queue),
                output_parameters: self.outputs(node),
            },
            Details::Lambda(function, _) => Metadata::Lambda {
                arn: text(function),
                output_parameters: self.outputs(node),
            },
            Details::Fail(_) => match &state.ending {
                Ending::Failure(message) => Metadata::Fail {
                    error_message: message.clone(),
                },
                Ending::Success | Ending::Stop => return None,
            },
            Details::Check(check) => self.check(node, check),
            Details::Cleanup(steps) => {
                let ran = |name: &&String| {
                    let step = self.program.step(name);
                    step.is_some_and(|step| self.nodes[step].has_started())
                };
                let (cleaned, skipped): (Vec<&String>, _) = steps.iter().partition(ran);
                Metadata::Cleanup {
                    cleaned_steps: cleaned.into_iter().cloned().collect(),
                    skipped_steps: skipped.into_iter().cloned().collect(),
                }
            }
            Details::Lineage([actions, artifacts, contexts]) => {
                let arns = |names: &[Expr], resource: &str| {
                    let arn = |name: &Expr| {
                        let name = text(name);
                        let arn = self.spec.arn_context.arn(&format!("{resource}/{name}"));
                        (name, arn)
                    };
                    names.iter().map(arn).collect()
                };
                Metadata::Lineage {
                    action_arns: arns(actions, "action"),
                    artifact_arns: arns(artifacts, "artifact"),
                    context_arns: arns(contexts, "context"),
                }
            }
            _ => return None,
        })
    }

    /// The outputs of a Callback or Lambda step that succeeded: as sent, or as declared.
    fn outputs(&self, node: usize) -> Vec<Output> {
        let state = &self.nodes[node];
        if !state.succeeded() {
            return Vec::new();
        }
        if self.waits_for_answer(node) {
            let sent = state.outputs.iter().cloned();
            return sent.map(|(name, value)| Output { name, value }).collect();
        }
        let scope = self.scope_of(node);
        let output = |name: &String| {
            let value = Scalar::from(scope.output(node, name)?).text();
            let name = name.clone();
            Some(Output { name, value })
        };
        let declared = self.declared(node).iter().map(|declared| &declared.name);
        declared.filter_map(output).collect()
    }

    fn check(&self, node: usize, check: &Check) -> Metadata {
        let is = |expr: &Expr| {
            let flag = self.eval_in(node, expr).text();
            flag.eq_ignore_ascii_case("true")
        };
        let job = self.job_name(node);
        let check_type = check.check_type.clone();
        let check_job_arn = self.spec.arn_context.arn(&format!("processing-job/{job}"));
        let (skip_check, register_new_baseline) = (is(&check.skip), is(&check.register));
        let failed = self.nodes[node].failed();
        let violations = || self.bucket(&format!("{job}/output/constraint_violations.json"));
        let violation_report = failed.then(violations);
        let group = check
            .group
            .as_ref()
            .map(|group| self.eval_in(node, group).text());
        let model_package_group_name = group.filter(|group| !group.is_empty());
        let baselines = self.baselines(node);
        match (self.kind(node), baselines.own_statistics) {
            (StepKind::QualityCheck, Some(calculated_statistics)) => Metadata::QualityCheck {
                check_type,
                check_job_arn,
                baseline_statistics: baselines.statistics,
                baseline_constraints: Some(baselines.constraints),
                calculated_statistics,
                calculated_constraints: baselines.own_constraints,
                model_package_group_name,
                violation_report,
                skip_check,
                register_new_baseline,
            },
            _ => Metadata::ClarifyCheck {
                check_type,
                check_job_arn,
                baseline_constraints: Some(baselines.constraints),
                calculated_constraints: baselines.own_constraints,
                model_package_group_name,
                violation_report,
                skip_check,
                register_new_baseline,
            },
        }
    }

    fn cluster(&self, node: usize) -> Metadata {
        let random = self.job_random(node);
        let upper = |about: &str| random.named(about).lower_case(13).to_uppercase();
        let given = match &self.program.steps[self.nodes[node].step].details {
            Details::Cluster(Some(id)) => {
                Some(self.eval_in(node, id).text()).filter(|id| !id.is_empty())
            }
            _ => None,
        };
        let log = self.bucket("emr-logs/");
        if *self.kind(node) == StepKind::Emr {
            return Metadata::Emr {
                cluster_id: given.unwrap_or_else(|| format!("j-{}", upper("cluster"))),
                step_id: format!("s-{}", upper("step")),
                step_name: self.job_name(node),
                log_file_path: Some(log),
            };
        }
        Metadata::EmrServerless {
            application_id: given
                .unwrap_or_else(|| format!("00{}", random.named("application").lower_case(14))),
            job_run_id: format!("00{}", random.named("run").lower_case(14)),
            job_run_name: self.job_name(node),
            log_file_path: Some(log),
        }
    }

    fn for_each_metadata(&self, node: usize) -> Metadata {
        let state = &self.nodes[node];
        let step = &self.program.steps[state.step];
        let children = || {
            self.nodes
                .iter()
                .filter(|child| child.iteration.is_some_and(|(parent, _)| parent == node))
        };
        let count = |test: &dyn Fn(&super::Node) -> bool| {
            children().filter(|child| test(child)).count() as u32
        };
        let items = state
            .for_each
            .as_ref()
            .map_or(0, |for_each| for_each.items.len());
        Metadata::ForEach {
            status: Some(state.status(self.clock))
                .filter(|status| status.is_terminal())
                .map(|status| status.as_str().to_owned()),
            input_item_count: items as u32,
            total_step_count: (items * step.body.len()) as u32,
            succeeded_step_count: count(&|child| child.succeeded()),
            failed_step_count: count(&|child| child.failed()),
            stopped_step_count: count(&|child| {
                child.phase == Phase::Ended && child.ending == Ending::Stop
            }),
            selector: self
                .selected(node)
                .filter(|_| state.end.is_some())
                .map(|(step, index)| (self.program.steps[step].name.clone(), index)),
        }
    }
}
