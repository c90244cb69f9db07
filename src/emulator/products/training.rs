//! Training jobs: the members of `DescribeTrainingJob`.

use super::draw::figure;
use super::{JobStatus, Member, StepJob, time};
use crate::engine::Millis;
use crate::engine::expression::ProductRef;
use crate::engine::expression::path::Segment;
use serde_json::{Value, json};
use std::collections::HashSet;

/// The default of `MaxRuntimeInSeconds`.
const DEFAULT_MAX_RUNTIME_SECONDS: u32 = 86_400;

/// The default of `ProfilingIntervalInMilliseconds`.
const DEFAULT_PROFILING_INTERVAL_MILLISECONDS: u32 = 500;

/// `DescribeTrainingJobResponse`.
pub(super) static MEMBERS: &[Member] = &[
    ("TrainingJobName", |job| json!(job.name())),
    ("TrainingJobArn", |job| json!(job.arn())),
    (
        "ModelArtifacts",
        |job| json!({"S3ModelArtifacts": format!("{}/{}/output/model.tar.gz", job.output_path(), job.name())}),
    ),
    ("TrainingJobStatus", |job| json!(job.status().as_str())),
    ("SecondaryStatus", |job| json!(job.phases().last())),
    ("FailureReason", |job| job.failure()),
    ("RoleArn", |job| job.role("RoleArn")),
    ("OutputDataConfig", |job| job.output()),
    ("ResourceConfig", |job| {
        job.fitting("ResourceConfig").unwrap_or_else(
            || json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}),
        )
    }),
    ("StoppingCondition", |job| job.stopping()),
    ("CreationTime", |job| time(job.begun())),
    ("TrainingStartTime", |job| {
        time_or_null(job.phases().started())
    }),
    ("TrainingEndTime", |job| time_or_null(job.phases().ended())),
    ("LastModifiedTime", |job| time(job.phases().changed())),
    ("SecondaryStatusTransitions", |job| {
        job.phases().on_the_wire()
    }),
    ("FinalMetricDataList", metrics),
    ("EnableNetworkIsolation", |job| {
        job.flag("EnableNetworkIsolation")
    }),
    ("EnableInterContainerTrafficEncryption", |job| {
        job.flag("EnableInterContainerTrafficEncryption")
    }),
    ("EnableManagedSpotTraining", |job| {
        job.flag("EnableManagedSpotTraining")
    }),
    ("DebugRuleConfigurations", |job| {
        rules(job, "DebugRuleConfigurations")
    }),
    ("ProfilerRuleConfigurations", |job| {
        rules(job, "ProfilerRuleConfigurations")
    }),
    ("ProfilerConfig", profiler),
    ("ProfilingStatus", |job| {
        match (job.profiler(), job.is_profiled()) {
            (Value::Null, _) => Value::Null,
            (_, true) => json!("Enabled"),
            (_, false) => json!("Disabled"),
        }
    }),
    ("TrainingTimeInSeconds", |job| job.phases().seconds()),
    ("BillableTimeInSeconds", |job| job.phases().seconds()),
];

/// A time, or null.
pub(super) fn time_or_null(at: Option<Millis>) -> Value {
    at.map_or(Value::Null, time)
}

/// Rules with the volume that the service fills in: none, as AWS's own tests expect (aws/sagemaker-python-sdk,
/// tests/integ/sagemaker/workflow/test_training_steps.py).
fn rules(job: &StepJob, member: &str) -> Value {
    let mut rules = job.fitting_or_null(member);
    for rule in rules.as_array_mut().into_iter().flatten() {
        if rule["VolumeSizeInGB"].is_null() {
            rule["VolumeSizeInGB"] = json!(0);
        }
    }
    rules
}

/// `ProfilerConfig` with the default of its interval, if anything is profiled.
fn profiler(job: &StepJob) -> Value {
    let mut config = job.profiler();
    if job.is_profiled() && config["ProfilingIntervalInMilliseconds"].is_null() {
        config["ProfilingIntervalInMilliseconds"] = json!(DEFAULT_PROFILING_INTERVAL_MILLISECONDS);
    }
    config
}

impl StepJob<'_> {
    /// `ProfilerConfig` as it was given, or null.
    fn profiler(&self) -> Value {
        self.fitting_or_null("ProfilerConfig")
    }

    fn is_profiled(&self) -> bool {
        let config = self.profiler();
        config.is_object() && config["DisableProfiler"] != json!(true)
    }

    /// `OutputDataConfig`; in the default bucket where none is given.
    pub(super) fn output(&self) -> Value {
        self.fitting("OutputDataConfig")
            .unwrap_or_else(|| json!({"S3OutputPath": self.bucket("")}))
    }

    fn output_path(&self) -> String {
        let path = self.output();
        let path = path["S3OutputPath"].as_str().unwrap_or_default();
        path.trim_end_matches('/').to_owned()
    }

    pub(super) fn stopping(&self) -> Value {
        let mut condition = self
            .fitting("StoppingCondition")
            .unwrap_or_else(|| json!({}));
        if condition.get("MaxRuntimeInSeconds").is_none() {
            condition["MaxRuntimeInSeconds"] = json!(DEFAULT_MAX_RUNTIME_SECONDS);
        }
        condition
    }

    /// A metric by its name: as scripted; else drawn, to meet the definition's expectation where it refers to the
    /// metric by one of these paths.
    pub(super) fn figure(&self, name: &str, paths: &[&[&str]]) -> Value {
        let run = self.scope.run;
        let scripted = run
            .scripts(self.node)
            .find_map(|script| script.values.metrics.get(name));
        if let Some(value) = scripted {
            return value.clone();
        }
        let is_path = |segments: &[Segment], path: &[&str]| {
            let same = |(segment, name): (&Segment, &&str)| matches!(segment, Segment::Name(known) if known == name);
            segments.len() == path.len() && segments.iter().zip(path).all(same)
        };
        let mut products = run.program.products.of_step(run.nodes[self.node].step);
        let compared = products.find(|product| match &product.reference {
            ProductRef::Property(path) => {
                product.is_hinted() && paths.iter().any(|known| is_path(path.segments(), known))
            }
            _ => false,
        });
        match compared {
            Some(product) => self.scope.draw(Some(self.node), product),
            None => figure(name, run.random_for(Some(self.node)).named(name)),
        }
    }
}

/// `FinalMetricDataList`: the last values of the metrics that the algorithm defines, and of those that the definition
/// or a script refers to, as built-in algorithms have their own metrics.
fn metrics(job: &StepJob) -> Value {
    let end = job.end().filter(|_| job.status() == JobStatus::Completed);
    let Some(end) = end else {
        return Value::Null;
    };
    let mut names: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    let mut add = |name: &str| {
        if known.insert(name.to_owned()) {
            names.push(name.to_owned());
        }
    };
    let algorithm = job.fitting_or_null("AlgorithmSpecification");
    let defined = algorithm["MetricDefinitions"]
        .as_array()
        .into_iter()
        .flatten();
    defined
        .filter_map(|metric| metric["Name"].as_str())
        .for_each(&mut add);
    let run = job.scope.run;
    for product in run.program.products.of_step(run.nodes[job.node].step) {
        if let ProductRef::Property(path) = &product.reference
            && let [Segment::Name(list), Segment::Name(metric), ..] = path.segments()
            && list == "FinalMetricDataList"
        {
            add(metric);
        }
    }
    for script in run.scripts(job.node) {
        script.values.metrics.keys().for_each(|metric| add(metric));
    }
    if names.is_empty() {
        return Value::Null;
    }
    let metrics = names.iter().map(|name| {
        let value = job.figure(name, &[&["FinalMetricDataList", name, "Value"]]);
        json!({"MetricName": name, "Value": value, "Timestamp": time(end)})
    });
    metrics.collect()
}
