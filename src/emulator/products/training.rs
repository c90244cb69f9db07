//! Training jobs: what `DescribeTrainingJob` tells.

use super::draw::figure;
use super::{Member, Standing, Work, shapes, time};
use crate::engine::Millis;
use crate::engine::expression::What;
use crate::engine::expression::path::Segment;
use serde_json::{Value, json};
use std::collections::HashSet;

/// `MaxRuntimeInSeconds` unless said otherwise.
const DEFAULT_RUNTIME: u32 = 86_400;

/// `DescribeTrainingJobResponse`.
pub(super) static MEMBERS: &[Member] = &[
    ("TrainingJobName", |work| json!(work.name())),
    ("TrainingJobArn", |work| json!(work.arn())),
    (
        "ModelArtifacts",
        |work| json!({"S3ModelArtifacts": format!("{}/{}/output/model.tar.gz", work.output_path(), work.name())}),
    ),
    ("TrainingJobStatus", |work| json!(work.standing().as_str())),
    ("SecondaryStatus", |work| json!(work.phases().last())),
    ("FailureReason", |work| work.failure()),
    ("HyperParameters", |work| {
        work.shown("HyperParameters", &shapes::TEXTS)
    }),
    ("AlgorithmSpecification", |work| {
        work.shown("AlgorithmSpecification", &shapes::ALGORITHM)
    }),
    ("RoleArn", |work| work.role("RoleArn")),
    ("InputDataConfig", |work| {
        work.shown("InputDataConfig", &shapes::CHANNELS)
    }),
    ("OutputDataConfig", |work| work.output()),
    ("ResourceConfig", |work| {
        work.told("ResourceConfig", &shapes::RESOURCES).unwrap_or_else(
            || json!({"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}),
        )
    }),
    ("VpcConfig", |work| {
        work.shown("VpcConfig", &shapes::NETWORK)
    }),
    ("StoppingCondition", |work| work.stopping()),
    ("CreationTime", |work| time(work.start())),
    ("TrainingStartTime", |work| maybe(work.phases().started())),
    ("TrainingEndTime", |work| maybe(work.phases().ended())),
    ("LastModifiedTime", |work| time(work.phases().changed())),
    ("SecondaryStatusTransitions", |work| {
        work.phases().on_the_wire()
    }),
    ("FinalMetricDataList", metrics),
    ("EnableNetworkIsolation", |work| {
        work.flag("EnableNetworkIsolation")
    }),
    ("EnableInterContainerTrafficEncryption", |work| {
        work.flag("EnableInterContainerTrafficEncryption")
    }),
    ("EnableManagedSpotTraining", |work| {
        work.flag("EnableManagedSpotTraining")
    }),
    ("CheckpointConfig", |work| {
        work.shown("CheckpointConfig", &shapes::CHECKPOINT)
    }),
    ("TrainingTimeInSeconds", |work| work.phases().seconds()),
    ("BillableTimeInSeconds", |work| work.phases().seconds()),
    ("ExperimentConfig", |work| {
        work.shown("ExperimentConfig", &shapes::EXPERIMENT)
    }),
    ("Environment", |work| {
        work.shown("Environment", &shapes::TEXTS)
    }),
];

/// A time that may not have come.
pub(super) fn maybe(at: Option<Millis>) -> Value {
    at.map_or(Value::Null, time)
}

impl Work<'_> {
    /// `OutputDataConfig`; the default bucket where none is given.
    pub(super) fn output(&self) -> Value {
        self.told("OutputDataConfig", &shapes::OUTPUT_PATH)
            .unwrap_or_else(|| json!({"S3OutputPath": self.bucket("")}))
    }

    fn output_path(&self) -> String {
        let path = self.output();
        let path = path["S3OutputPath"].as_str().unwrap_or_default();
        path.trim_end_matches('/').to_owned()
    }

    pub(super) fn stopping(&self) -> Value {
        self.told("StoppingCondition", &shapes::STOPPING)
            .filter(|condition| condition.get("MaxRuntimeInSeconds").is_some())
            .unwrap_or_else(|| json!({"MaxRuntimeInSeconds": DEFAULT_RUNTIME}))
    }

    /// A figure by its name: as scripted, else drawn as the definition hopes for it where it refers to it under one
    /// of these paths.
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
        let compared = products.find(|product| match &product.what {
            What::Property(path) => {
                product.is_hinted() && paths.iter().any(|known| is_path(path.segments(), known))
            }
            _ => false,
        });
        match compared {
            Some(product) => self.scope.drawn(Some(self.node), product),
            None => figure(name, run.drawing(Some(self.node)).about(name)),
        }
    }
}

/// `FinalMetricDataList`: the last values of the metrics that the algorithm defines, and of those that the definition
/// or a script expects of it, as built-in algorithms have metrics of their own.
fn metrics(work: &Work) -> Value {
    let end = work
        .end()
        .filter(|_| work.standing() == Standing::Completed);
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
    let algorithm = work.shown("AlgorithmSpecification", &shapes::ALGORITHM);
    let defined = algorithm["MetricDefinitions"]
        .as_array()
        .into_iter()
        .flatten();
    defined
        .filter_map(|metric| metric["Name"].as_str())
        .for_each(&mut add);
    let run = work.scope.run;
    for product in run.program.products.of_step(run.nodes[work.node].step) {
        if let What::Property(path) = &product.what
            && let [Segment::Name(list), Segment::Name(metric), ..] = path.segments()
            && list == "FinalMetricDataList"
        {
            add(metric);
        }
    }
    for script in run.scripts(work.node) {
        script.values.metrics.keys().for_each(|metric| add(metric));
    }
    if names.is_empty() {
        return Value::Null;
    }
    let told = names.iter().map(|name| {
        let value = work.figure(name, &[&["FinalMetricDataList", name, "Value"]]);
        json!({"MetricName": name, "Value": value, "Timestamp": time(end)})
    });
    told.collect()
}
