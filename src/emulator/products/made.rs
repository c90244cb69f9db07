//! What steps make that does not run, and what has no job of its own: models, packages, endpoints, checks, conditions.

use super::{Member, Standing, Work, shapes, time};
use crate::engine::Run;
use crate::engine::expression::Expr;
use crate::engine::program::Details;
use serde_json::{Value, json};
use sluicegate_definition::StepKind;

/// `DescribeModelOutput`.
pub(super) static MODEL: &[Member] = &[
    ("ModelName", |work| json!(work.name())),
    ("PrimaryContainer", |work| {
        work.shown("PrimaryContainer", &shapes::CONTAINER)
    }),
    ("Containers", |work| {
        work.shown("Containers", &shapes::CONTAINERS)
    }),
    ("ExecutionRoleArn", |work| work.role("ExecutionRoleArn")),
    ("VpcConfig", |work| {
        work.shown("VpcConfig", &shapes::NETWORK)
    }),
    ("CreationTime", |work| time(work.start())),
    ("ModelArn", |work| json!(work.arn())),
    ("EnableNetworkIsolation", |work| {
        work.flag("EnableNetworkIsolation")
    }),
];

/// `DescribeModelPackageOutput`.
pub(super) static PACKAGE: &[Member] = &[
    ("ModelPackageName", |work| json!(group(work))),
    ("ModelPackageGroupName", |work| json!(group(work))),
    ("ModelPackageVersion", |work| {
        let name = work.name();
        let version = name
            .rsplit_once('/')
            .and_then(|(_, version)| version.parse::<u32>().ok());
        json!(version.unwrap_or(1))
    }),
    ("ModelPackageArn", |work| json!(work.arn())),
    ("ModelPackageDescription", |work| {
        work.shown("ModelPackageDescription", &shapes::TEXT)
    }),
    ("CreationTime", |work| time(work.changed())),
    ("InferenceSpecification", |work| {
        work.shown("InferenceSpecification", &shapes::INFERENCE)
    }),
    ("ModelPackageStatus", |_| json!("Completed")),
    (
        "ModelPackageStatusDetails",
        |_| json!({"ValidationStatuses": [], "ImageScanStatuses": []}),
    ),
    ("CertifyForMarketplace", |_| json!(false)),
    ("ModelApprovalStatus", |work| {
        work.told("ModelApprovalStatus", &shapes::APPROVAL)
            .unwrap_or_else(|| json!("PendingManualApproval"))
    }),
    ("ModelMetrics", |work| {
        work.shown("ModelMetrics", &shapes::MODEL_METRICS)
    }),
    ("LastModifiedTime", |work| time(work.changed())),
    ("CustomerMetadataProperties", |work| {
        work.shown("CustomerMetadataProperties", &shapes::TEXTS)
    }),
];

/// `DescribeEndpointOutput`.
pub(super) static ENDPOINT: &[Member] = &[
    ("EndpointName", |work| json!(work.name())),
    ("EndpointArn", |work| json!(work.arn())),
    ("EndpointConfigName", |work| {
        work.shown("EndpointConfigName", &shapes::NAME)
    }),
    ("EndpointStatus", |work| {
        json!(match work.standing() {
            Standing::InProgress | Standing::Stopping => "Creating",
            Standing::Completed => "InService",
            Standing::Failed => "Failed",
            Standing::Stopped => "OutOfService",
        })
    }),
    ("FailureReason", |work| work.failure()),
    ("CreationTime", |work| time(work.start())),
    ("LastModifiedTime", |work| time(work.changed())),
];

/// `DescribeEndpointConfigOutput`.
pub(super) static ENDPOINT_CONFIG: &[Member] = &[
    ("EndpointConfigName", |work| json!(work.name())),
    ("EndpointConfigArn", |work| json!(work.arn())),
    ("ProductionVariants", |work| {
        work.told("ProductionVariants", &shapes::VARIANTS)
            .unwrap_or_else(|| json!([{"VariantName": "AllTraffic"}]))
    }),
    ("CreationTime", |work| time(work.start())),
];

/// `DescribeInferenceComponentOutput`.
pub(super) static COMPONENT: &[Member] = &[
    ("InferenceComponentName", |work| json!(work.name())),
    ("InferenceComponentArn", |work| json!(work.arn())),
    ("EndpointName", |work| json!(endpoint(work))),
    ("EndpointArn", |work| {
        json!(
            work.scope
                .run
                .spec()
                .place
                .arn(&format!("endpoint/{}", endpoint(work).to_lowercase()))
        )
    }),
    ("VariantName", |work| {
        work.shown("VariantName", &shapes::TEXT)
    }),
    ("FailureReason", |work| work.failure()),
    ("RuntimeConfig", |work| copies(work)),
    ("CreationTime", |work| time(work.start())),
    ("LastModifiedTime", |work| time(work.changed())),
    ("InferenceComponentStatus", |work| {
        json!(match work.standing() {
            Standing::InProgress | Standing::Stopping => "Creating",
            Standing::Completed => "InService",
            Standing::Failed | Standing::Stopped => "Failed",
        })
    }),
];

/// How many copies of a component were asked for, and how many there are.
fn copies(work: &Work) -> Value {
    let asked = work.given("RuntimeConfig");
    let Some(asked) = asked.get("CopyCount").and_then(Value::as_i64) else {
        return Value::Null;
    };
    let there = match work.standing() {
        Standing::Completed => asked,
        _ => 0,
    };
    json!({"DesiredCopyCount": asked, "CurrentCopyCount": there})
}

/// What references to a check name: members of its metadata.
pub(super) static CHECK: &[Member] = &[
    ("BaselineUsedForDriftCheckStatistics", |work| {
        json!(work.scope.run.baselines(work.node).statistics)
    }),
    ("BaselineUsedForDriftCheckConstraints", |work| {
        json!(work.scope.run.baselines(work.node).constraints)
    }),
    ("CalculatedBaselineStatistics", |work| {
        json!(work.scope.run.baselines(work.node).own_statistics)
    }),
    ("CalculatedBaselineConstraints", |work| {
        json!(work.scope.run.baselines(work.node).own_constraints)
    }),
];

/// `Outcome`.
pub(super) static CONDITION: &[Member] = &[("Outcome", |work| {
    let outcome = work.scope.run.nodes[work.node].outcome;
    match work.standing() {
        Standing::Completed => json!(if outcome { "True" } else { "False" }),
        _ => Value::Null,
    }
})];

/// Where the baselines of a check stand.
pub(crate) struct Baselines {
    /// Those compared with: as supplied, else as calculated. Only quality checks have statistics.
    pub statistics: Option<String>,
    pub constraints: String,
    /// Those it calculated.
    pub own_statistics: Option<String>,
    pub own_constraints: String,
}

impl Run {
    /// Where the baselines of a quality or Clarify check stand.
    pub(crate) fn baselines(&self, node: usize) -> Baselines {
        let quality = *self.kind(node) == StepKind::QualityCheck;
        let scope = self.scope_of(node);
        let job = scope.job(node);
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

/// The group as it was created; only ARNs spell it in small letters.
fn group(work: &Work) -> String {
    let run = work.scope.run;
    run.package_group(run.nodes[work.node].step)
}

fn endpoint(work: &Work) -> String {
    let told = work.told("EndpointName", &shapes::NAME);
    told.as_ref()
        .and_then(Value::as_str)
        .unwrap_or("endpoint")
        .to_owned()
}
