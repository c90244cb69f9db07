//! Recent and running executions: at least one for every state that a console has to distinguish.

use super::super::{Action, Seed, SeedStart, profile};
use super::history::plain;
use super::{DAY, HOUR, MINUTE, PLANS};
use crate::engine::{
    CallbackAnswer, Callbacks, Millis, Run, ScriptedOutcome, SeededRandom, Selective,
};
use std::sync::Arc;

const SECOND: Millis = 1_000;

const NO_CAPACITY: &str = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.";
const NAN: &str = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"ValueError: Input contains NaN, infinity or a value too large for dtype('float32').\"\nCommand \"/miniconda3/bin/python3 -m train --max_depth 6 --num_round 200\", exit code: 1";
const TOO_SMALL: &str = "ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance., exit code: 137";
const QUOTA: &str = "ResourceLimitExceeded: The account-level service limit 'ml.g5.xlarge for training job usage' is 2 Instances, with current utilization of 2 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an increase for this quota.";

/// Builds a start.
struct Story<'a> {
    seed: &'a Seed,
    start: SeedStart,
}

impl<'a> Story<'a> {
    /// An execution that began so long before now and in which nothing fails by chance.
    fn of(seed: &'a Seed, pipeline: &str, ago: Millis) -> Option<Story<'a>> {
        let place = PLANS.iter().position(|plan| plan.name == pipeline)?;
        let mut start = plain(
            seed,
            place,
            seed.now - ago,
            SeededRandom::from_seed(0x570e).named(pipeline),
        );
        start.spec.failure_rate = 0.0;
        start.spec.callbacks = Callbacks::Wait;
        Some(Story { seed, start })
    }

    fn named(mut self, name: &str, description: Option<&str>) -> Self {
        self.start.display_name = name.to_owned();
        self.start.description = description.map(str::to_owned);
        self
    }

    fn by(mut self, who: Option<&str>) -> Self {
        self.start.created_by = who.map(profile);
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let parameters = &mut self.start.spec.parameters;
        parameters.retain(|(given, _)| given != name);
        parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    fn fails(mut self, step: &str, attempts: u32, reason: &str) -> Self {
        let (step, reason) = (step.to_owned(), reason.to_owned());
        self.start.spec.outcomes.push(ScriptedOutcome {
            step,
            attempts,
            reason,
            ..ScriptedOutcome::default()
        });
        self
    }

    /// An action so long before now.
    fn then(mut self, ago: Millis, action: Action) -> Self {
        self.start.actions.push((self.seed.now - ago, action));
        self
    }

    fn live(mut self) -> SeedStart {
        self.start.live = true;
        self.start
    }

    fn done(self) -> SeedStart {
        self.start
    }
}

/// All stories.
pub fn starts(seed: &Seed) -> Vec<SeedStart> {
    let mut starts: Vec<SeedStart> = [going_on(seed), held(seed), ended(seed)]
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    starts.extend(selective(seed, &starts));
    starts
}

/// Began a few seconds ago, to be watched; two of them will fail.
fn going_on(seed: &Seed) -> Vec<Option<SeedStart>> {
    let story = |pipeline, ago| Story::of(seed, pipeline, ago);
    vec![
        story("CustomerChurnPipeline", 14 * SECOND).map(|story| {
            story
                .named(
                    "november-refresh",
                    Some("Numbers for the retention campaign."),
                )
                .live()
        }),
        story("recommender-weekly", 4 * SECOND).map(|story| {
            story
                .named("bigger-embedding", None)
                .with("EmbeddingSize", "256")
                .fails("TrainTwoTower", 1, QUOTA)
                .live()
        }),
        story("supplier-lead-time", 7 * SECOND).map(|story| {
            story
                .named("fresh-suppliers", None)
                .by(None)
                .with("MaximumFeedAgeDays", "0")
                .live()
        }),
        story("fraud-detection-retrain", 2 * SECOND).map(|story| {
            story
                .named("after-chargebacks", None)
                .by(Some("tomas-silva"))
                .fails("TrainScorer", 1, NAN)
                .live()
        }),
        story("llm-evaluation", 6 * SECOND)
            .map(|story| story.named("release-candidate", None).live()),
        story("demand-forecast-daily", 11 * MINUTE).map(|story| {
            story
                .named("promotion-week", Some("With the November leaflet."))
                .by(Some("amara-okafor"))
                .done()
        }),
    ]
}

/// Waiting for an answer, or with a stop that waits for one.
fn held(seed: &Seed) -> Vec<Option<SeedStart>> {
    let story = |ago| Story::of(seed, "pricing-release", ago);
    vec![
        story(3 * HOUR + 8 * MINUTE).map(|story| {
            with_approval(
                story
                    .named("pricing-18-to-production", None)
                    .with("Stage", "production"),
            )
        }),
        story(7 * HOUR).map(|story| {
            with_approval(
                story
                    .named(
                        "pricing-18-rc1",
                        Some("Stopped: the model was built from last month's quotes."),
                    )
                    .then(2 * HOUR, Action::Stop),
            )
        }),
        story(2 * DAY + 4 * HOUR).map(|story| {
            let by = vec![
                ("approved_by".to_owned(), "jonas-weber".to_owned()),
                ("comment".to_owned(), "Margins look good".to_owned()),
            ];
            with_approval(story.named("pricing-17", None).then(
                2 * DAY + 2 * HOUR,
                Action::Answer(CallbackAnswer::Success(by)),
            ))
        }),
        story(5 * DAY + 3 * HOUR).map(|story| {
            let no =
                CallbackAnswer::Failure(Some("Too close to the weekend, try on Monday".to_owned()));
            with_approval(
                story
                    .named("pricing-17-rc3", None)
                    .then(5 * DAY + HOUR, Action::Answer(no)),
            )
        }),
    ]
}

/// Looks for a seed with which the condition on the margin holds, so that the approval step is reached.
fn with_approval(story: Story<'_>) -> SeedStart {
    let (seed, mut start) = (story.seed, story.done());
    let program = &seed.pipelines[start.pipeline].versions[start.version].program;
    for attempt in 0..64 {
        let mut run = Run::start(Arc::clone(program), start.spec.clone());
        run.advance(start.spec.at + HOUR);
        if !run.waiting_tokens().is_empty() {
            break;
        }
        start.spec.seed = SeededRandom::from_seed(start.spec.seed)
            .with(attempt)
            .number();
    }
    start
}

/// Ended in every other way.
fn ended(seed: &Seed) -> Vec<Option<SeedStart>> {
    let story = |pipeline, ago| Story::of(seed, pipeline, ago);
    let churn = "CustomerChurnPipeline";
    vec![
        story(churn, 26 * HOUR).map(|story| {
            story
                .named("wrong-bucket", Some("Stopped: it read last year's export."))
                .with("InputData", "s3://fernway-ml/churn/raw/customers-2025.csv")
                .then(25 * HOUR + 20 * MINUTE, Action::Stop)
                .done()
        }),
        story(churn, 4 * DAY + 2 * HOUR).map(|story| {
            story
                .named("paused-for-the-audit", None)
                .then(4 * DAY + 85 * MINUTE, Action::Stop)
                .then(4 * DAY, Action::Retry)
                .done()
        }),
        story("AbalonePipeline", 5 * HOUR).map(|story| {
            story.named("first-try", None).by(Some("jonas-weber")).fails("TrainAbaloneModel", u32::MAX, NAN).done()
        }),
        story("AbalonePipeline", 29 * HOUR).map(|story| {
            story
                .named("too-much-data", None)
                .fails("PreprocessAbaloneData", 1, TOO_SMALL)
                .then(28 * HOUR, Action::Retry)
                .done()
        }),
        story("AbalonePipeline", 33 * HOUR).map(|story| story.named("two-instances", None).with("ProcessingInstanceCount", "2").done()),
        story("returns-image-quality", 9 * HOUR).map(|story| {
            story
                .named("vit-on-spot", Some("Capacity for p3 is short this week."))
                .with("Backbone", "vit_small")
                .fails("TrainDefectNet", 9, NO_CAPACITY)
                .done()
        }),
        story("returns-image-quality", 2 * DAY + 6 * HOUR)
            .map(|story| story.named("patience", None).fails("TrainDefectNet", 2, NO_CAPACITY).done()),
        story("supplier-lead-time", 31 * HOUR)
            .map(|story| story.named("stale-feed", None).with("MaximumFeedAgeDays", "0").done()),
        story("llm-evaluation", 28 * HOUR).map(|story| {
            story
                .named("probe-not-deployed", Some("The toxicity probe has no endpoint yet; everything else counts."))
                .with("ModelUnderTest", "assistant-13b-rc2")
                .fails("toxicity-probe", u32::MAX, "ClientError: Endpoint toxicity-probe of account 111122223333 not found., exit code: 1")
                .done()
        }),
        story("demand-forecast-daily", 3 * DAY + 5 * HOUR).map(|story| {
            story
                .named("long-horizon", None)
                .by(Some("amara-okafor"))
                .with("HorizonDays", "56")
                .fails("TrainRegion-2", u32::MAX, TOO_SMALL)
                .done()
        }),
    ]
}

/// A selective execution.
fn selective(seed: &Seed, others: &[SeedStart]) -> Option<SeedStart> {
    let source = others
        .iter()
        .find(|start| start.display_name == "two-instances")?;
    let story = Story::of(seed, "AbalonePipeline", 6 * HOUR)?;
    let mut start = story
        .named(
            "evaluate-again",
            Some("Only the evaluation, with the corrected script."),
        )
        .done();
    start.spec.selective = Some(Selective {
        source: Some(
            source
                .spec
                .arn_context
                .execution_arn(&source.spec.execution_id),
        ),
        selected: vec![
            "EvaluateAbaloneModel".to_owned(),
            "CheckMSEAbaloneEvaluation".to_owned(),
        ],
        ..Selective::default()
    });
    Some(start)
}
