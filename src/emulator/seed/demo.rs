//! The last 30 days of Fernway, a small online grocer: its pipelines and who runs them when.

mod history;
mod stories;

use super::{ROLE, Seed, SeedModelGroup, SeedPipeline, SeedVersion, profile, version};
use crate::engine::Millis;

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

macro_rules! definition {
    ($name:literal) => {
        include_str!(concat!("definitions/", $name, ".json"))
    };
}

/// When a pipeline is run.
#[derive(Debug, Clone, Copy)]
enum Schedule {
    /// Every day at this time of day.
    Daily(Millis),
    /// On days of the week (0 is Monday) at this time of day.
    Weekly(&'static [i64], Millis),
    /// By people in office hours, about so many times in the 30 days.
    Manual(u32),
    /// Not at all.
    Never,
}

/// A pipeline and how it is used.
struct Plan {
    name: &'static str,
    display_name: Option<&'static str>,
    description: Option<&'static str>,
    /// Definition, age in days, and display name.
    versions: &'static [(&'static str, i64, Option<&'static str>)],
    owner: Option<&'static str>,
    team: &'static str,
    parallelism: Option<u32>,
    schedules: &'static [Schedule],
    /// Parameter values that people choose now and then.
    choices: &'static [(&'static str, &'static [&'static str])],
    failure_rate: f64,
}

/// Fernway's pipelines; the stories refer to them by name.
const PLANS: &[Plan] = &[
    Plan {
        name: "CustomerChurnPipeline",
        display_name: Some("Customer-churn"),
        description: Some(
            "Tunes, evaluates and registers the model that predicts which customers are about to leave.",
        ),
        versions: &[
            (definition!("customer-churn-1"), 41, None),
            (
                definition!("customer-churn-2"),
                12,
                Some("With-a-model-for-batch-scoring"),
            ),
        ],
        owner: Some("priya-natarajan"),
        team: "customer-insight",
        parallelism: None,
        schedules: &[Schedule::Weekly(&[0], 5 * HOUR), Schedule::Manual(16)],
        choices: &[
            ("AccuracyConditionThreshold", &["0.65", "0.75", "0.8"]),
            ("MaximumTrainingJobs", &["6", "20", "30"]),
            ("TrainingInstanceType", &["ml.m5.2xlarge", "ml.c5.4xlarge"]),
            (
                "InputData",
                &[
                    "s3://fernway-ml/churn/raw/customers-2026-q3.csv",
                    "s3://fernway-ml/churn/raw/families.csv",
                ],
            ),
        ],
        failure_rate: 0.02,
    },
    Plan {
        name: "AbalonePipeline",
        display_name: None,
        description: Some("The regression example that new colleagues start with."),
        versions: &[(definition!("abalone"), 96, None)],
        owner: Some("lin-chen"),
        team: "ml-platform",
        parallelism: None,
        schedules: &[Schedule::Manual(14)],
        choices: &[
            ("ProcessingInstanceCount", &["2", "3"]),
            ("ModelApprovalStatus", &["Approved", "Rejected"]),
        ],
        failure_rate: 0.03,
    },
    Plan {
        name: "demand-forecast-daily",
        display_name: Some("Demand-forecast"),
        description: Some(
            "Forecasts two weeks of demand for every region, every night; shops order from it at six.",
        ),
        versions: &[
            (definition!("demand-forecast-1"), 130, None),
            (
                definition!("demand-forecast-2"),
                18,
                Some("Islands-get-a-forecast-of-their-own"),
            ),
        ],
        owner: None,
        team: "supply",
        parallelism: Some(6),
        schedules: &[Schedule::Daily(HOUR + 30 * MINUTE), Schedule::Manual(4)],
        choices: &[
            ("HorizonDays", &["7", "21", "28"]),
            ("Quantile", &["0.5", "0.95"]),
        ],
        failure_rate: 0.004,
    },
    Plan {
        name: "fraud-detection-retrain",
        display_name: Some("Fraud-detection"),
        description: Some(
            "Checks data and bias, trains the payment scorer, and asks the risk team before anything is replaced.",
        ),
        versions: &[(definition!("fraud-detection"), 60, None)],
        owner: Some("tomas-silva"),
        team: "risk",
        parallelism: Some(4),
        schedules: &[Schedule::Weekly(&[1, 4], 3 * HOUR), Schedule::Manual(9)],
        choices: &[
            ("MinimumRecall", &["0.78", "0.85"]),
            ("ShadowOnly", &["true"]),
            ("TrainingInstanceType", &["ml.c5.9xlarge"]),
            ("LabelDelayDays", &["14", "30"]),
        ],
        failure_rate: 0.02,
    },
    Plan {
        name: "document-classifier",
        display_name: Some("Document-classifier"),
        description: Some("مصنّف المستندات: يفرز رسائل الموردين حسب النوع واللغة"),
        versions: &[(definition!("document-classifier"), 75, None)],
        owner: Some("amara-okafor"),
        team: "back-office",
        parallelism: None,
        schedules: &[Schedule::Manual(12)],
        choices: &[
            ("Language", &["de", "fr", "ar"]),
            ("Objective", &["Accuracy"]),
            ("MaxCandidates", &["6", "24"]),
            ("Redact", &["false"]),
        ],
        failure_rate: 0.02,
    },
    Plan {
        name: "llm-evaluation",
        display_name: Some("LLM-evaluation"),
        description: Some(
            "Scores a language model on our suites with a judge model, and keeps the leaderboard.",
        ),
        versions: &[(definition!("llm-evaluation"), 33, None)],
        owner: Some("lin-chen"),
        team: "ml-platform",
        parallelism: Some(5),
        schedules: &[Schedule::Manual(18)],
        choices: &[
            ("Temperature", &["0.2", "0.7"]),
            ("SamplesPerSuite", &["50", "1000"]),
            (
                "Suites",
                &[
                    "[\"helpfulness\",\"latency\"]",
                    "[\"grounding\",\"refusal\",\"tools\",\"long-context\",\"multilingual\"]",
                ],
            ),
        ],
        failure_rate: 0.02,
    },
    Plan {
        name: "pricing-release",
        display_name: Some("Pricing-release"),
        description: Some(
            "Replays a week of quotes, waits for a pricing manager, and moves traffic to the new endpoint.",
        ),
        versions: &[(definition!("pricing-release"), 52, None)],
        owner: Some("jonas-weber"),
        team: "pricing",
        parallelism: None,
        schedules: &[Schedule::Manual(8)],
        choices: &[("Stage", &["production"]), ("InitialInstanceCount", &["4"])],
        failure_rate: 0.01,
    },
    Plan {
        name: "clickstream-features",
        display_name: None,
        description: Some("Sessions and visitor features for the recommender, four times a day."),
        versions: &[(definition!("clickstream-features"), 160, None)],
        owner: None,
        team: "data-engineering",
        parallelism: None,
        schedules: &[
            Schedule::Daily(15 * MINUTE),
            Schedule::Daily(6 * HOUR + 15 * MINUTE),
            Schedule::Daily(12 * HOUR + 15 * MINUTE),
            Schedule::Daily(18 * HOUR + 15 * MINUTE),
        ],
        choices: &[],
        failure_rate: 0.012,
    },
    Plan {
        name: "recommender-weekly",
        display_name: Some("Recommender"),
        description: Some(
            "Retrieval and ranking models for the shop's start page. Data preparation is cached for a week.",
        ),
        versions: &[(definition!("recommender-weekly"), 88, None)],
        owner: Some("amara-okafor"),
        team: "recommendations",
        parallelism: Some(3),
        schedules: &[Schedule::Weekly(&[5], 4 * HOUR), Schedule::Manual(12)],
        choices: &[
            ("EmbeddingSize", &["32", "128"]),
            ("LearningRate", &["0.001", "0.01"]),
            ("MinimumNdcg", &["0.33"]),
        ],
        failure_rate: 0.02,
    },
    Plan {
        name: "returns-image-quality",
        display_name: Some("Returns-image-quality"),
        description: Some(
            "Finds damaged goods in photographs of returns. Trains on spot capacity, so it retries.",
        ),
        versions: &[(definition!("returns-image-quality"), 47, None)],
        owner: Some("priya-natarajan"),
        team: "returns",
        parallelism: None,
        schedules: &[Schedule::Weekly(&[2], 20 * HOUR), Schedule::Manual(6)],
        choices: &[
            ("Backbone", &["efficientnet_b3", "vit_small"]),
            ("Epochs", &["6", "24"]),
            ("Augment", &["false"]),
        ],
        failure_rate: 0.04,
    },
    Plan {
        name: "warehouse-robotics-predictive-maintenance-vibration-anomaly-detection-nightly-eu",
        display_name: None,
        description: Some(
            "Scores the vibration of every conveyor line each night and opens work orders if asked to.",
        ),
        versions: &[(definition!("warehouse-maintenance"), 70, None)],
        owner: None,
        team: "warehouse",
        parallelism: None,
        schedules: &[Schedule::Daily(22 * HOUR + 40 * MINUTE)],
        choices: &[("OpenWorkOrders", &["true"])],
        failure_rate: 0.015,
    },
    Plan {
        name: "basket-affinity-prototype",
        display_name: Some("Basket-affinity-prototype"),
        description: Some(
            "What is bought together? Not run yet. <script>alert(\"basket\")</script> & other things people paste here.",
        ),
        versions: &[(definition!("basket-affinity"), 3, None)],
        owner: Some("jonas-weber"),
        team: "customer-insight",
        parallelism: None,
        schedules: &[Schedule::Never],
        choices: &[],
        failure_rate: 0.0,
    },
    Plan {
        name: "supplier-lead-time",
        display_name: Some("Supplier-lead-times"),
        description: Some("Estimates how long suppliers take. Refuses to work on a stale feed."),
        versions: &[(definition!("supplier-lead-time"), 110, None)],
        owner: Some("tomas-silva"),
        team: "supply",
        parallelism: None,
        schedules: &[
            Schedule::Weekly(&[0, 1, 2, 3, 4], 7 * HOUR),
            Schedule::Manual(5),
        ],
        choices: &[
            ("Suppliers", &["fresh", "frozen"]),
            ("MaximumFeedAgeDays", &["1", "7"]),
        ],
        failure_rate: 0.01,
    },
];

/// Model package groups: name, description, age in days, packages before the seeded executions.
const GROUPS: &[(&str, Option<&str>, i64, u32)] = &[
    (
        "CustomerChurnModels",
        Some("Churn models, by accuracy on the test split"),
        41,
        6,
    ),
    ("AbaloneModelPackageGroup", None, 96, 11),
    (
        "fraud-models",
        Some("Payment scorers; the risk team approves"),
        60,
        23,
    ),
    ("document-classifier", None, 75, 4),
    ("recommender-models", Some("Retrieval and ranking"), 88, 31),
    ("returns-defects", None, 47, 5),
    (
        "pricing-models",
        Some("Released by the pricing-release pipeline"),
        140,
        17,
    ),
];

/// Fills the seed.
pub fn fill(seed: &mut Seed) {
    let now = seed.now;
    seed.pipelines = PLANS.iter().map(|plan| pipeline(plan, now)).collect();
    let group =
        |&(name, description, days, packages): &(&str, Option<&str>, i64, u32)| SeedModelGroup {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            created_at: office_time(now, days),
            packages,
        };
    seed.model_groups = GROUPS.iter().map(group).collect();
    seed.starts = history::starts(seed);
    seed.starts.extend(stories::starts(seed));
    seed.starts.sort_by(|a, b| {
        (a.spec.at, a.pipeline, &a.spec.execution_id).cmp(&(
            b.spec.at,
            b.pipeline,
            &b.spec.execution_id,
        ))
    });
    history::take_from_cache(seed);
}

/// A time in office hours, so many days before now.
fn office_time(now: Millis, days: i64) -> Millis {
    (now - days * DAY).div_euclid(DAY) * DAY + 9 * HOUR + days * 97_231 % (8 * HOUR)
}

fn pipeline(plan: &Plan, now: Millis) -> SeedPipeline {
    let seed_version = |&(definition, days, called): &(&str, i64, Option<&str>)| SeedVersion {
        display_name: called.map(str::to_owned),
        ..version(definition, office_time(now, days))
    };
    let versions: Vec<SeedVersion> = plan.versions.iter().map(seed_version).collect();
    SeedPipeline {
        name: plan.name.to_owned(),
        display_name: plan.display_name.map(str::to_owned),
        description: plan.description.map(str::to_owned),
        role_arn: ROLE.to_owned(),
        tags: vec![
            ("team".to_owned(), plan.team.to_owned()),
            ("company".to_owned(), "fernway".to_owned()),
        ],
        created_at: versions.first().map_or(now, |first| first.created_at),
        created_by: plan.owner.map(profile),
        parallelism: plan.parallelism,
        versions,
    }
}
