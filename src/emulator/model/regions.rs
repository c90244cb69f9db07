//! The Regions: each a world of its own, with one clock, one state file and the objects of S3 in common.
//!
//! The home Region has the seed, and is that of requests which name none. Others begin empty, when a request names them.

use super::World;
use super::change::JournalLine;
use super::persistence::SharedJournal;
use super::restore::RestoredState;
use crate::clock::Clock;
use crate::engine::{ArnContext, Pace};
use crate::journal::{
    DiskSync, FORMAT_VERSION, FORMAT_WITH_IMPORTS, FORMAT_WITHOUT_IMPORTS, Header, Journal,
    StateError, StateErrorKind,
};
use crate::limits::Limits;
use crate::seed::{SeedKind, arn_context};
use std::collections::BTreeMap;
use std::path::Path;

/// The file is rewritten at a restart when it has this many superfluous lines.
const REWRITE_THRESHOLD_LINES: usize = 1_000;
/// How many Regions there can be: more than AWS has.
const MAX_REGIONS: usize = 100;

/// What a new emulator begins with.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The contents of the home Region.
    pub seed: Option<SeedKind>,
    /// Divides the durations of what begins live.
    pub speed: Option<f64>,
    /// The home Region.
    pub region: Option<String>,
    /// The account of all Regions.
    pub account: Option<String>,
}

/// All Regions.
pub struct Regions {
    home: World,
    others: BTreeMap<String, World>,
}

impl Regions {
    /// A home Region with its seed, in memory.
    pub fn seeded(start: &Start) -> Regions {
        let place = arn_context(start.region.as_deref(), start.account.as_deref());
        let speed = start.speed.unwrap_or(Pace::LIVE.speed);
        let seed = start.seed.unwrap_or_default();
        Regions {
            home: World::seeded(seed, speed, Clock::default(), place),
            others: BTreeMap::new(),
        }
    }

    /// The Regions in a state file; a home Region from the seed when the file is empty.
    ///
    /// # Errors
    /// When the file cannot be used, or began with another seed, Region or account than the requested one.
    pub fn open(path: &Path, start: &Start) -> Result<Regions, StateError> {
        let journal = Journal::open(path)?;
        match journal.is_empty() {
            true => Regions::create(journal, start, FORMAT_WITHOUT_IMPORTS),
            false => Regions::restore(journal, start, FORMAT_WITHOUT_IMPORTS),
        }
    }

    /// A home Region from the seed, in an empty file of this format.
    fn create(mut journal: Journal, start: &Start, format: u32) -> Result<Regions, StateError> {
        let mut regions = Regions::seeded(start);
        let header = Header {
            sluicegate_state: format,
            seed: start.seed.unwrap_or_default(),
            arn_context: regions.home.arn_context.clone(),
            live_since: regions.home.live_since,
            speed: start.speed.unwrap_or(Pace::LIVE.speed),
        };
        regions.rewrite(&mut journal, &header)?;
        regions.keep_in(journal);
        Ok(regions)
    }

    /// The Regions in a file, which is of this format or a newer one afterwards.
    fn restore(mut journal: Journal, start: &Start, format: u32) -> Result<Regions, StateError> {
        let mut header = None;
        let mut restored: BTreeMap<Option<String>, RestoredState> = BTreeMap::new();
        let mut lines = 0;
        journal.read(|number, line| {
            if header.is_none() {
                header = Some(read_header(line, start)?);
                return Ok(());
            }
            let invalid = |why| StateErrorKind::InvalidLine { line: number, why };
            let line: JournalLine =
                serde_json::from_slice(line).map_err(|error| invalid(error.to_string()))?;
            lines += line.changes.len();
            let region = restored.entry(line.region.clone()).or_default();
            region.apply(line).map_err(invalid)
        })?;
        let Some(mut header) = header else {
            let why = StateErrorKind::NotAStateFile("it has no lines".to_owned());
            return Err(why.of(journal.path()));
        };
        let home = restored.remove(&None).unwrap_or_default();
        let mut regions = Regions {
            home: home.world(&header, header.arn_context.clone()),
            others: BTreeMap::new(),
        };
        for (region, restored) in restored {
            let Some(region) = region else { continue };
            let place = regions.place(&region);
            let mut world = restored.world(&header, place);
            world.persistence.region = Some(region.clone());
            regions.others.insert(region, world);
        }
        let needed: usize = regions.worlds().map(World::saved_changes).sum();
        let is_older = header.sluicegate_state < format;
        header.sluicegate_state = header.sluicegate_state.max(format);
        if is_older || lines > 2 * needed + REWRITE_THRESHOLD_LINES {
            regions.rewrite(&mut journal, &header)?;
        }
        regions.keep_in(journal);
        if let Some(speed) = start.speed {
            let worlds = regions.worlds_mut();
            worlds.for_each(|world| world.pace = Pace { speed });
        }
        Ok(regions)
    }

    /// Which limits apply besides those of the service model, in every Region.
    pub fn set_limits(&mut self, limits: Limits) {
        self.worlds_mut().for_each(|world| world.limits = limits);
    }

    /// Synchronizes the state file with the disk, if there is one.
    pub fn disk(&self) -> Option<DiskSync> {
        self.home.disk()
    }

    /// The home Region.
    pub fn home(&self) -> &World {
        &self.home
    }

    /// All Regions, the home Region first.
    pub fn worlds_mut(&mut self) -> impl Iterator<Item = &mut World> {
        std::iter::once(&mut self.home).chain(self.others.values_mut())
    }

    /// The name by which [`Regions::get`] knows a Region, which is made if it does not exist; none for the home Region,
    /// and for what cannot be a Region.
    pub fn enter(&mut self, region: Option<&str>) -> Option<String> {
        let region = region.filter(|region| is_region(region))?;
        if region == self.home.arn_context.region {
            return None;
        }
        if !self.others.contains_key(region) {
            if self.others.len() >= MAX_REGIONS {
                return None;
            }
            let world = self.empty(region);
            self.others.insert(region.to_owned(), world);
        }
        Some(region.to_owned())
    }

    /// The Region that has a pipeline, where a request names no Region: the home Region if it has one.
    pub fn with_pipeline(&self, name: &str) -> Option<String> {
        let has = |world: &World| world.pipelines.by_name(name).is_some();
        if has(&self.home) {
            return None;
        }
        let mut others = self.others.iter();
        let found = others.find(|(_, world)| has(world));
        found.map(|(region, _)| region.clone())
    }

    /// The Region of a name from [`Regions::enter`].
    pub fn get(&self, region: Option<&String>) -> &World {
        let other = region.and_then(|region| self.others.get(region));
        other.unwrap_or(&self.home)
    }

    /// The same for changes.
    pub fn get_mut(&mut self, region: Option<&String>) -> &mut World {
        let other = region.and_then(|region| self.others.get_mut(region));
        other.unwrap_or(&mut self.home)
    }

    /// Gives a Region the objects of S3, which all Regions have in common, or takes them back.
    pub fn exchange_storage(&mut self, region: Option<&String>) {
        if let Some(world) = region.and_then(|region| self.others.get_mut(region)) {
            std::mem::swap(&mut world.storage, &mut self.home.storage);
        }
    }

    /// A Region with nothing in it.
    fn empty(&self, region: &str) -> World {
        let home = &self.home;
        let speed = home.pace.speed;
        let clock = Clock::set(home.clock.setting(), 0);
        let mut world = World::seeded(SeedKind::Empty, speed, clock, self.place(region));
        world.limits = home.limits;
        world.persistence.region = Some(region.to_owned());
        if let Some(journal) = home.journal() {
            world.persistence.journal = Some(journal);
        }
        world
    }

    fn place(&self, region: &str) -> ArnContext {
        arn_context(Some(region), Some(&self.home.arn_context.account))
    }

    fn worlds(&self) -> impl Iterator<Item = &World> {
        std::iter::once(&self.home).chain(self.others.values())
    }

    /// Replaces the contents of the journal with the current state.
    fn rewrite(&self, journal: &mut Journal, header: &Header) -> Result<(), StateError> {
        journal.replace(|out| {
            serde_json::to_writer(&mut *out, header)?;
            out.write_all(b"\n")?;
            self.worlds().try_for_each(|world| world.write_all(out))
        })
    }

    /// Uses a journal from now on, which already contains the current state.
    fn keep_in(&mut self, journal: Journal) {
        let journal = SharedJournal::new(journal);
        let worlds = self.worlds_mut();
        worlds.for_each(|world| world.keep_in(journal.clone()));
    }
}

/// A state file that another SageMaker's pipelines are imported into, and the Region that they go to.
pub struct Import {
    regions: Regions,
    region: Option<String>,
}

impl Import {
    /// Opens a state file, or creates one with nothing in it, whose home Region is that of the import.
    ///
    /// # Errors
    /// When the file cannot be used, or is of another account.
    pub fn open(path: &Path, account: &str, region: &str) -> Result<Import, StateError> {
        let journal = Journal::open(path)?;
        let account = Some(account.to_owned());
        let mut regions = match journal.is_empty() {
            true => {
                let start = Start {
                    seed: Some(SeedKind::Empty),
                    region: Some(region.to_owned()),
                    account,
                    speed: None,
                };
                Regions::create(journal, &start, FORMAT_WITH_IMPORTS)?
            }
            false => {
                let start = Start {
                    account,
                    ..Start::default()
                };
                Regions::restore(journal, &start, FORMAT_WITH_IMPORTS)?
            }
        };
        let region = regions.enter(Some(region));
        Ok(Import { regions, region })
    }

    /// The Region of the import.
    pub fn world(&self) -> &World {
        self.regions.get(self.region.as_ref())
    }

    /// The same for changes.
    pub fn world_mut(&mut self) -> &mut World {
        self.regions.get_mut(self.region.as_ref())
    }
}

fn read_header(line: &[u8], start: &Start) -> Result<Header, StateErrorKind> {
    let header: Header = serde_json::from_slice(line)
        .map_err(|_| StateErrorKind::NotAStateFile("its first line does not say so".to_owned()))?;
    if header.sluicegate_state > FORMAT_VERSION {
        return Err(StateErrorKind::NewerFormat(header.sluicegate_state));
    }
    let Header {
        seed, arn_context, ..
    } = &header;
    let other = |option, original: String, requested: Option<String>| match requested {
        Some(requested) if requested != original => Err(StateErrorKind::OtherOption {
            option,
            original,
            requested,
        }),
        _ => Ok(()),
    };
    other(
        "seed",
        seed.to_string(),
        start.seed.map(|seed| seed.to_string()),
    )?;
    other("region", arn_context.region.clone(), start.region.clone())?;
    other(
        "account",
        arn_context.account.clone(),
        start.account.clone(),
    )?;
    Ok(header)
}

/// Whether a text can be the code of a Region, such as `us-gov-west-1`.
pub fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 32
        && parts.next_back().is_some_and(is_number)
        && parts.clone().count() >= 2
        && parts.all(is_word)
}
