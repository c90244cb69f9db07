//! What a page costs, beside a static file of the same size; how soon both programs answer; how
//! much memory they hold.
//!
//! `cargo bench --bench pages` (`-- --seed demo` or `-- --seed large` for one of them alone;
//! `-- --short` takes seconds with the small seed: that it works, not what it costs). The
//! console runs as `serve` beside an `emulator` process, as anybody would run it; pages come over
//! one kept-alive connection. A page and its file are requested in turn, so that whatever else the
//! machine does falls on both alike.
//!
//! *File* is what a static file of the page's size costs from the same server: the time of a bare
//! hyper server handing out so many bytes from memory, and on top what the console's own server
//! takes more than that bare one for its own `/static/app.css`, measured in the same run.

mod browse;
mod floor;
mod http;
mod pages;
mod processes;
mod report;

use std::error::Error;
use std::time::{Duration, Instant};

use browse::fill;
use floor::Floor;
use http::Connection;
use pages::measure;
use processes::Program;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

/// What went wrong, in words.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How long the console may take to read everything there is.
const FILLING: Duration = Duration::from_secs(90);

/// How often things are done.
struct Effort {
    /// Answers measured of a page, unless that takes too long.
    repeats: usize,
    /// Answers measured even then.
    at_least: usize,
    /// Lists of executions that are browsed.
    lists: usize,
    /// Graphs that are browsed.
    graphs: usize,
}

const FULL: Effort = Effort {
    repeats: 150,
    at_least: 20,
    lists: 200,
    graphs: 50,
};

const SHORT: Effort = Effort {
    repeats: 2,
    at_least: 2,
    lists: 5,
    graphs: 2,
};

/// How one seed is looked at.
struct Plan {
    seed: &'static str,
    /// The pipeline whose executions are listed.
    listed: &'static str,
    /// The pipelines whose graphs are drawn.
    drawn: &'static [&'static str],
    /// What is searched for among the pipelines.
    search: &'static str,
    /// A page that both lists have.
    far_page: u32,
    /// Executions there are; none where that changes by itself.
    executions: Option<u64>,
}

const PLANS: [Plan; 2] = [
    Plan {
        seed: "demo",
        listed: "fraud-detection-retrain",
        drawn: &["AbalonePipeline", "fraud-detection-retrain"],
        search: "det",
        far_page: 1,
        executions: None,
    },
    Plan {
        seed: "large",
        listed: "logistics-ranking-003",
        drawn: &["steps-50", "steps-300", "steps-1000"],
        search: "ank",
        far_page: 5,
        executions: Some(100_000),
    },
];

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| words.iter().skip_while(|word| *word != flag).nth(1);
    if words.first().is_some_and(|word| word == floor::COMMAND) {
        return floor::serve().await;
    }
    let short = words.iter().any(|word| word == "--short");
    let effort = if short { &SHORT } else { &FULL };
    let seed = after("--seed").map_or(short.then_some("demo"), |seed| Some(seed.as_str()));
    let measured = async {
        for plan in &PLANS {
            if seed.is_none_or(|seed| seed == plan.seed) {
                run(plan, effort).await?;
            }
        }
        Ok::<(), Box<dyn Error>>(())
    };
    // An interrupted run ends its programs and removes their state, as one that fails does.
    tokio::select! {
        result = measured => result,
        name = interrupted() => Err(name?.into()),
    }
}

/// Waits for a signal that asks for the end; its name.
async fn interrupted() -> Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    let name = tokio::select! {
        result = ctrl_c() => result.map(|()| "interrupted (SIGINT)")?,
        _ = terminate.recv() => "terminated (SIGTERM)",
    };
    Ok(name)
}

async fn run(plan: &Plan, effort: &Effort) -> Result<()> {
    let (emulator, emulator_ready) = Program::emulator(plan.seed).await?;
    let (console, console_ready) = Program::console(&emulator).await?;
    report::ready(plan.seed, &emulator_ready, &console_ready);
    let idle = (console.resident()?, emulator.resident()?);

    let mut connection = Connection::open(&console.address).await?;
    let began = Instant::now();
    let filled = fill(&mut connection, &console, plan.executions, FILLING).await?;
    report::filled(&filled, began.elapsed(), processes::CALLS_PER_SECOND);
    let full = (console.resident()?, emulator.resident()?);

    let floor = Floor::start().await?;
    let mut plain = Connection::open(&floor.address).await?;
    let own = pages::own_cost(&mut connection, &mut plain, effort).await?;
    report::head(plan.seed, &own);
    for mut page in pages::of(plan, &mut connection).await? {
        let both = (&mut connection, &mut plain);
        let timing = measure(&mut page, both, &console, own.more, effort).await?;
        report::row(&page, &timing);
    }

    let looked = browse::everything(&mut connection, effort).await?;
    let after = (console.resident()?, emulator.resident()?);
    report::memory(
        [("idle", idle), ("filled", full), ("browsed", after)],
        &looked,
    );
    Ok(())
}
