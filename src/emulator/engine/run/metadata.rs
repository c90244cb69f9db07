//! How a step is told to those who list steps.

use super::Run;
use super::node::{Ending, Lender, Phase};
use crate::definition::StepKind;
use crate::emulator::engine::chance::Chance;
use crate::emulator::engine::expression::Expr;
use crate::emulator::engine::failure;
use crate::emulator::engine::program::{Check, Details};
use crate::emulator::engine::record::{Iteration, Metadata, Output, StepRecord};

/// Characters of a step's name within a job's name.
const NAME_IN_JOB: usize = 20;

impl Run {
    pub(super) fn record(&self, node: usize) -> StepRecord {
        let told = &self.nodes[node];
        let step = &self.program.steps[told.step];
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
            start: told.start,
            end: told.end,
            status: told.status(self.clock),
            attempt_count: told.attempt,
            failure_reason: match (&told.ending, told.end) {
                (Ending::Failure(reason), Some(_)) => Some(reason.clone()),
                _ => None,
            },
            metadata: self.metadata(node),
            cache_hit: match told.lender {
                Lender::Cache(place) => self
                    .spec
                    .cached
                    .get(place)
                    .map(|entry| entry.source.clone()),
                Lender::Nobody | Lender::Source => None,
            },
            selective_result: if told.lender == Lender::Source {
                source()
            } else {
                None
            },
            iteration: told.iteration.map(|(parent, index)| Iteration {
                parent: self.name(parent),
                index,
                item: self.nodes[parent]
                    .each
                    .as_ref()
                    .and_then(|each| each.items.get(index as usize).cloned())
                    .unwrap_or_default(),
            }),
        }
    }

    pub(super) fn name(&self, node: usize) -> String {
        let told = &self.nodes[node];
        let name = &self.program.steps[told.step].name;
        told.iteration
            .map_or_else(|| name.clone(), |(_, index)| format!("{name}-{index}"))
    }

    pub(super) fn token(&self, node: usize) -> String {
        self.job_chance(node).about("token").mixed(10)
    }

    /// The execution and attempt whose job stands for the step: another execution's when its result is lent.
    pub(super) fn worker(&self, node: usize) -> (&str, u32) {
        let id = |arn: &'_ str| -> usize { arn.rfind('/').map_or(0, |at| at + 1) };
        let told = &self.nodes[node];
        if let Some(loan) = &told.loan {
            return (&loan.source[id(&loan.source)..], loan.attempt);
        }
        let source = || self.spec.selective.as_ref()?.source.as_deref();
        match source().filter(|_| told.lender == Lender::Source) {
            Some(source) => (&source[id(source)..], 0),
            None => (&self.spec.execution_id, told.attempt),
        }
    }

    /// What names of a step's jobs are drawn by: whoever refers to that job from elsewhere draws the same.
    fn job_chance(&self, node: usize) -> Chance {
        let (execution, attempt) = self.worker(node);
        Chance::of(0)
            .about(execution)
            .about(&self.name(node))
            .and(u64::from(attempt))
    }

    /// `pipelines-<execution id>-<step name>-<random>`.
    fn job(&self, node: usize) -> String {
        let (execution, _) = self.worker(node);
        let name: String = self.name(node).chars().take(NAME_IN_JOB).collect();
        format!(
            "pipelines-{execution}-{name}-{}",
            self.job_chance(node).about("job").mixed(10)
        )
    }

    fn metadata(&self, node: usize) -> Option<Metadata> {
        let told = &self.nodes[node];
        let step = &self.program.steps[told.step];
        let made = told.executing <= self.clock
            && !matches!(&told.ending, Ending::Failure(reason)
                if failure::before_creation(reason) && step.kind != StepKind::Fail);
        if !made {
            return None;
        }
        let arn = |resource: &str| {
            self.spec
                .place
                .arn(&format!("{resource}/{}", self.job(node)))
        };
        let once_done = |metadata: Metadata| told.succeeded().then_some(metadata);
        let small = |resource: &str| {
            self.spec
                .place
                .arn(&format!("{resource}/{}", self.job(node).to_lowercase()))
        };
        Some(match &step.kind {
            StepKind::Training => Metadata::TrainingJob {
                arn: arn("training-job"),
            },
            StepKind::Processing => Metadata::ProcessingJob {
                arn: arn("processing-job"),
            },
            StepKind::Transform => Metadata::TransformJob {
                arn: arn("transform-job"),
            },
            StepKind::Tuning => Metadata::TuningJob {
                arn: self.short_arn(node, "hyper-parameter-tuning-job"),
            },
            StepKind::AutoML => Metadata::AutoMLJob {
                arn: self.short_arn(node, "automl-job"),
            },
            StepKind::Job => Metadata::Job { arn: arn("job") },
            StepKind::Endpoint => Metadata::Endpoint {
                arn: small("endpoint"),
            },
            StepKind::InferenceComponent => Metadata::InferenceComponent {
                arn: small("inference-component"),
            },
            StepKind::Model => {
                return once_done(Metadata::Model {
                    arn: small("model"),
                });
            }
            StepKind::EndpointConfig => {
                return once_done(Metadata::EndpointConfig {
                    arn: small("endpoint-config"),
                });
            }
            StepKind::RegisterModel => {
                let group = self.package_group(told.step).to_lowercase();
                let version = told.package.unwrap_or(1);
                let arn = self
                    .spec
                    .place
                    .arn(&format!("model-package/{group}/{version}"));
                return once_done(Metadata::RegisterModel { arn });
            }
            StepKind::Condition => {
                return once_done(Metadata::Condition {
                    outcome: told.outcome,
                });
            }
            StepKind::ForEach => self.each_metadata(node),
            StepKind::Emr | StepKind::EmrServerless => self.cluster(node),
            _ => return self.described(node),
        })
    }

    /// Names of tuning and AutoML jobs hold 32 characters at most.
    fn short_arn(&self, node: usize, resource: &str) -> String {
        let (execution, _) = self.worker(node);
        let letters = self.job_chance(node).about("job").mixed(10);
        let name: String = self.name(node).chars().take(6).collect();
        self.spec
            .place
            .arn(&format!("{resource}/{execution}-{name}-{letters}"))
    }

    /// Metadata of types that the definition describes further.
    fn described(&self, node: usize) -> Option<Metadata> {
        let told = &self.nodes[node];
        let text = |expr: &Expr| self.eval(expr).text();
        Some(match &self.program.steps[told.step].details {
            Details::Callback(queue, outputs) => Metadata::Callback {
                callback_token: self.token(node),
                sqs_queue_url: text(queue),
                output_parameters: if told.succeeded() {
                    self.outputs(node, outputs)
                } else {
                    Vec::new()
                },
            },
            Details::Lambda(function, outputs) => Metadata::Lambda {
                arn: text(function),
                output_parameters: if told.succeeded() {
                    self.outputs(node, outputs)
                } else {
                    Vec::new()
                },
            },
            Details::Fail(_) => match &told.ending {
                Ending::Failure(message) => Metadata::Fail {
                    error_message: message.clone(),
                },
                Ending::Success | Ending::Stop => return None,
            },
            Details::Check(check) => self.check(node, check),
            Details::Cleanup(steps) => Metadata::Cleanup {
                cleaned_steps: steps.clone(),
                skipped_steps: Vec::new(),
            },
            Details::Lineage([actions, artifacts, contexts]) => {
                let arns = |names: &[String], resource: &str| {
                    let arn = |name: &String| {
                        (
                            name.clone(),
                            self.spec.place.arn(&format!("{resource}/{name}")),
                        )
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

    fn outputs(&self, node: usize, names: &[String]) -> Vec<Output> {
        let told = &self.nodes[node];
        let answered = |name: &String| {
            told.outputs
                .iter()
                .find(|(output, _)| output == name)
                .map(|(_, value)| value)
        };
        let known = |name: &String| {
            let products = (0..)
                .map_while(|place| self.program.product(place).map(|product| (place, product)));
            let mut own = products.filter(|(_, product)| product.step == Some(told.step));
            own.find(|(_, product)| product.output.as_ref() == Some(name))
                .map(|(place, _)| {
                    use crate::emulator::engine::expression::Scope;
                    self.scope().product(place).text()
                })
        };
        let value = |name: &String| answered(name).cloned().or_else(|| known(name));
        names
            .iter()
            .map(|name| Output {
                name: name.clone(),
                value: value(name).unwrap_or_else(|| "ok".to_owned()),
            })
            .collect()
    }

    fn check(&self, node: usize, check: &Check) -> Metadata {
        let told = &self.nodes[node];
        let text = |expr: &Option<Expr>| expr.as_ref().map(|expr| self.eval(expr).text());
        let is = |expr: &Expr| self.eval(expr).text().eq_ignore_ascii_case("true");
        let job = self.job(node);
        let place = |file: &str| {
            format!(
                "s3://sagemaker-{}-{}/{job}/output/{file}",
                self.spec.place.region, self.spec.place.account
            )
        };
        let failed = told.failed();
        let check_job_arn = self.spec.place.arn(&format!("processing-job/{job}"));
        let (skip_check, register_new_baseline) = (is(&check.skip), is(&check.register));
        let violation_report = failed.then(|| place("constraint_violations.json"));
        let group = text(&check.group);
        match self.kind(node) {
            StepKind::QualityCheck => Metadata::QualityCheck {
                check_type: check.check_type.clone(),
                check_job_arn,
                baseline_statistics: text(&check.statistics),
                baseline_constraints: text(&check.constraints),
                calculated_statistics: place("statistics.json"),
                calculated_constraints: place("constraints.json"),
                model_package_group_name: group,
                violation_report,
                skip_check,
                register_new_baseline,
            },
            _ => Metadata::ClarifyCheck {
                check_type: check.check_type.clone(),
                check_job_arn,
                baseline_constraints: text(&check.constraints),
                calculated_constraints: place("analysis.json"),
                model_package_group_name: group,
                violation_report,
                skip_check,
                register_new_baseline,
            },
        }
    }

    fn cluster(&self, node: usize) -> Metadata {
        let chance = self.job_chance(node);
        let upper = |about: &str| chance.about(about).lower(13).to_uppercase();
        let given = match &self.program.steps[self.nodes[node].step].details {
            Details::Cluster(Some(id)) => Some(self.eval(id).text()).filter(|id| !id.is_empty()),
            _ => None,
        };
        let log = format!(
            "s3://sagemaker-{}-{}/emr-logs/",
            self.spec.place.region, self.spec.place.account
        );
        if *self.kind(node) == StepKind::Emr {
            return Metadata::Emr {
                cluster_id: given.unwrap_or_else(|| format!("j-{}", upper("cluster"))),
                step_id: format!("s-{}", upper("step")),
                step_name: self.job(node),
                log_file_path: Some(log),
            };
        }
        Metadata::EmrServerless {
            application_id: given
                .unwrap_or_else(|| format!("00{}", chance.about("application").lower(14))),
            job_run_id: format!("00{}", chance.about("run").lower(14)),
            job_run_name: self.job(node),
            log_file_path: Some(log),
        }
    }

    fn each_metadata(&self, node: usize) -> Metadata {
        let told = &self.nodes[node];
        let step = &self.program.steps[told.step];
        let children = || {
            self.nodes
                .iter()
                .filter(|child| child.iteration.is_some_and(|(parent, _)| parent == node))
        };
        let count = |test: &dyn Fn(&super::Node) -> bool| {
            children().filter(|child| test(child)).count() as u32
        };
        let items = told.each.as_ref().map_or(0, |each| each.items.len());
        Metadata::ForEach {
            status: told.status(self.clock).as_str().to_owned(),
            input_item_count: items as u32,
            total_step_count: (items * step.body.len()) as u32,
            succeeded_step_count: count(&|child| child.succeeded()),
            failed_step_count: count(&|child| child.failed()),
            stopped_step_count: count(&|child| {
                child.phase == Phase::Ended && child.ending == Ending::Stop
            }),
            selector: match &step.details {
                Details::Each(each) => each.selector.clone(),
                _ => None,
            },
        }
    }
}
