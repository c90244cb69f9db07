//! Resources that steps make, and steps without a job: models, packages, endpoints, checks, conditions.

use super::{JobStatus, Member, StepJob, time};
use crate::engine::expression::Expr;
use crate::engine::program::Details;
use crate::engine::{Run, StepStatus};
use serde_json::{Value, json};
use sluicegate_definition::StepKind;

/// `DescribeModelOutput`.
pub(super) static MODEL: &[Member] = &[
    ("ModelName", |job| json!(job.name())),
    ("ExecutionRoleArn", |job| job.role("ExecutionRoleArn")),
    ("CreationTime", |job| time(job.begun())),
    ("ModelArn", |job| json!(job.arn())),
    ("EnableNetworkIsolation", |job| {
        job.flag("EnableNetworkIsolation")
    }),
];

/// `DescribeModelPackageOutput`.
pub(super) static PACKAGE: &[Member] = &[
    ("ModelPackageName", |job| {
        json!(
            job.scope
                .package_group(job.node)
                .unwrap_or_else(|| job.name())
        )
    }),
    ("ModelPackageGroupName", |job| {
        json!(job.scope.package_group(job.node))
    }),
    ("ModelPackageVersion", |job| {
        let group = job.scope.package_group(job.node);
        json!(group.map(|_| job.scope.run.package(job.node).unwrap_or(1)))
    }),
    ("ModelPackageArn", |job| json!(job.arn())),
    ("CreationTime", |job| time(job.changed())),
    ("ModelPackageStatus", |_| json!("Completed")),
    (
        "ModelPackageStatusDetails",
        |_| json!({"ValidationStatuses": [], "ImageScanStatuses": []}),
    ),
    ("CertifyForMarketplace", |job| {
        job.flag("CertifyForMarketplace")
    }),
    ("ModelApprovalStatus", |job| {
        job.fitting("ModelApprovalStatus")
            .unwrap_or_else(|| json!("PendingManualApproval"))
    }),
    ("LastModifiedTime", |job| time(job.changed())),
];

/// `DescribeEndpointOutput`.
pub(super) static ENDPOINT: &[Member] = &[
    ("EndpointName", |job| json!(job.name())),
    ("EndpointArn", |job| json!(job.arn())),
    ("EndpointStatus", |job| {
        json!(endpoint_status(job.step_status()))
    }),
    ("LastDeploymentConfig", |job| {
        job.part("LastDeploymentConfig", &job.argument("DeploymentConfig"))
            .unwrap_or_default()
    }),
    ("FailureReason", |job| job.failure()),
    ("CreationTime", |job| time(job.begun())),
    ("LastModifiedTime", |job| time(job.changed())),
];

/// `EndpointStatus` of the endpoint of a step.
pub fn endpoint_status(step: StepStatus) -> &'static str {
    match JobStatus::of(step) {
        JobStatus::InProgress | JobStatus::Stopping => "Creating",
        JobStatus::Completed => "InService",
        JobStatus::Failed => "Failed",
        JobStatus::Stopped => "OutOfService",
    }
}

/// `DescribeEndpointConfigOutput`.
pub(super) static ENDPOINT_CONFIG: &[Member] = &[
    ("EndpointConfigName", |job| json!(job.name())),
    ("EndpointConfigArn", |job| json!(job.arn())),
    ("ProductionVariants", |job| {
        job.fitting("ProductionVariants")
            .unwrap_or_else(|| json!([{"VariantName": "AllTraffic"}]))
    }),
    ("CreationTime", |job| time(job.begun())),
];

/// `DescribeInferenceComponentOutput`.
pub(super) static COMPONENT: &[Member] = &[
    ("InferenceComponentName", |job| json!(job.name())),
    ("InferenceComponentArn", |job| json!(job.arn())),
    ("EndpointName", |job| json!(endpoint(job))),
    ("EndpointArn", |job| {
        json!(
            job.scope
                .run
                .spec()
                .arn_context
                .arn(&format!("endpoint/{}", endpoint(job)))
        )
    }),
    ("FailureReason", |job| job.failure()),
    ("Specification", |job| {
        let mut specification = job.argument("Specification");
        deploy(&mut specification);
        job.part("Specification", &specification)
            .unwrap_or_default()
    }),
    ("Specifications", |job| {
        let mut all = job.argument("Specifications");
        all.as_array_mut().into_iter().flatten().for_each(deploy);
        job.part("Specifications", &all).unwrap_or_default()
    }),
    ("RuntimeConfig", |job| copies(job)),
    ("CreationTime", |job| time(job.begun())),
    ("LastModifiedTime", |job| time(job.changed())),
    ("InferenceComponentStatus", |job| {
        json!(match job.status() {
            JobStatus::InProgress | JobStatus::Stopping => "Creating",
            JobStatus::Completed => "InService",
            JobStatus::Failed | JobStatus::Stopped => "Failed",
        })
    }),
];

/// Adds what an answer has in place of a container's `Image`.
fn deploy(specification: &mut Value) {
    if let Some(container) = specification.get_mut("Container")
        && let Some(image) = container.get("Image").cloned()
    {
        container["DeployedImage"] = json!({"SpecifiedImage": image, "ResolvedImage": image});
    }
}

/// `RuntimeConfig`: the requested number of copies, and the current one.
fn copies(job: &StepJob) -> Value {
    let asked = job.argument("RuntimeConfig");
    let Some(asked) = asked.get("CopyCount").and_then(Value::as_i64) else {
        return Value::Null;
    };
    let there = match job.status() {
        JobStatus::Completed => asked,
        _ => 0,
    };
    json!({"DesiredCopyCount": asked, "CurrentCopyCount": there})
}

/// Properties of a check: members of its metadata.
pub(super) static CHECK: &[Member] = &[
    ("BaselineUsedForDriftCheckStatistics", |job| {
        json!(job.scope.run.baselines(job.node).statistics)
    }),
    ("BaselineUsedForDriftCheckConstraints", |job| {
        json!(job.scope.run.baselines(job.node).constraints)
    }),
    ("CalculatedBaselineStatistics", |job| {
        json!(job.scope.run.baselines(job.node).own_statistics)
    }),
    ("CalculatedBaselineConstraints", |job| {
        json!(job.scope.run.baselines(job.node).own_constraints)
    }),
];

/// `Outcome`: a Boolean, which joins as `true` or `false`; the step's metadata has `True` or `False`.
pub(super) static CONDITION: &[Member] = &[("Outcome", |job| {
    let outcome = job.scope.run.nodes[job.node].outcome;
    match job.status() {
        JobStatus::Completed => json!(outcome),
        _ => Value::Null,
    }
})];

/// Locations of a check's baselines.
pub(crate) struct Baselines {
    /// Those used for the comparison: supplied, else calculated. Only quality checks have statistics.
    pub statistics: Option<String>,
    pub constraints: String,
    /// Those that it calculated.
    pub own_statistics: Option<String>,
    pub own_constraints: String,
}

impl Run {
    /// Locations of the baselines of a quality or Clarify check.
    pub(crate) fn baselines(&self, node: usize) -> Baselines {
        let quality = *self.kind(node) == StepKind::QualityCheck;
        let scope = self.scope_of(node);
        let job = scope.job_name(node);
        let own = |file: &str| self.bucket(&format!("{job}/output/{file}"));
        let supplied = |expr: &Option<Expr>| {
            let place = expr.as_ref().map(|expr| expr.eval(&scope).text());
            place.filter(|place| !place.is_empty())
        };
        let (statistics, constraints) = match &self.program.steps[self.nodes[node].step].details {
            Details::Check(check) => (supplied(&check.statistics), supplied(&check.constraints)),
            _ => (None, None),
        };
        let own_statistics = quality.then(|| own("statistics.json"));
        let own_constraints = own(if quality {
            "constraints.json"
        } else {
            "analysis.json"
        });
        Baselines {
            statistics: statistics.or_else(|| own_statistics.clone()),
            constraints: constraints.unwrap_or_else(|| own_constraints.clone()),
            own_statistics,
            own_constraints,
        }
    }
}

fn endpoint(job: &StepJob) -> String {
    let name = job.fitting("EndpointName");
    name.as_ref()
        .and_then(Value::as_str)
        .unwrap_or("endpoint")
        .to_owned()
}
