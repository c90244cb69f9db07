//! Reading, in the background, what nobody opened: the steps of executions, and the jobs of these steps. What runs goes
//! first while somebody looks at the workspace, then what has just ended, then the past, the newest first, back to the
//! time that the settings name. What is left to read is what the rows say; how far it has come is stored too.

use std::sync::Weak;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::store::{ReadSince, StoredExecution, Unread};
use super::turns::Urgency;
use super::views::{ReadError, UnreadSteps};
use super::workspace::{Inner, WorkspaceCatalog};
use crate::domain::{AwsErrorKind, ExecutionStatus};

/// How old the steps of a running execution may be that nobody opened.
const RUNNING_STEPS_MAX_AGE: Duration = Duration::from_secs(60);
/// How long after a look at the workspace its running executions are followed.
const LOOK_LIFETIME: Duration = Duration::from_secs(60);
/// How long after its end an execution counts as one that has just ended.
const RECENT_END: SignedDuration = SignedDuration::from_hours(1);
/// How long what cannot be read is left alone.
const UNREADABLE_LIFETIME: Duration = Duration::from_secs(3_600);
/// How long what was read and still seems unread is left alone.
const UNSETTLED_LIFETIME: Duration = Duration::from_secs(300);
/// Executions in a row that cannot be read, after which it may be that none can.
const MAX_UNREADABLE_IN_A_ROW: u32 = 10;
/// How long nothing is read after a first failure; it doubles with each further one.
const MIN_REST: Duration = Duration::from_secs(15);
/// The longest such rest.
const MAX_REST: Duration = Duration::from_secs(600);
/// How often it is looked for something to read while nothing changes: what has just ended is not read at once.
const LOOK_INTERVAL: Duration = Duration::from_secs(15);
/// How near to the start of what is read all counts as read: the start moves on with the time.
const FULL_MARGIN: SignedDuration = SignedDuration::from_hours(1);
/// Executions looked at together for one that can be read.
const CANDIDATES: u32 = 50;

/// One execution to read.
enum Task {
    Running(StoredExecution),
    Ended(StoredExecution, Unread, Urgency),
}

/// When to look for the next one.
enum Next {
    AtOnce,
    /// Once something has changed, or after a while.
    OnChange,
    After(Duration),
}

impl WorkspaceCatalog {
    /// Begins to read the steps of executions that began within this period, and goes on as long as the catalog lives.
    pub(super) fn begin_backfill(&self, period: Duration) {
        if period.is_zero() || self.backfill.period.set(period).is_err() {
            return;
        }
        let (weak, changed) = (self.downgrade(), self.store.change_notice());
        tokio::spawn(async move {
            let mut failures = 0;
            while let Some(next) = read_next(&weak, &mut failures).await {
                match next {
                    Next::AtOnce => {}
                    Next::OnChange => {
                        let _ = tokio::time::timeout(LOOK_INTERVAL, changed.notified()).await;
                    }
                    Next::After(rest) => tokio::time::sleep(rest).await,
                }
            }
        });
    }

    async fn next_task(&self) -> Result<Option<Task>, ReadError> {
        if let Some(running) = self.running_to_read().await? {
            return Ok(Some(Task::Running(running)));
        }
        let steps = self.next_unread(Unread::Steps).await?;
        let jobs = self.next_unread(Unread::Jobs).await?;
        for (next, unread) in [(&steps, Unread::Steps), (&jobs, Unread::Jobs)] {
            if next.is_none() {
                self.note_read_since(unread, self.backfill_start()).await?;
            }
        }
        Ok(match (steps, jobs) {
            (Some(one), _) if self.has_just_ended(&one) => {
                Some(Task::Ended(one, Unread::Steps, Urgency::Ended))
            }
            (_, Some(one)) if self.has_just_ended(&one) => {
                Some(Task::Ended(one, Unread::Jobs, Urgency::Ended))
            }
            _ if self.is_filling().await? => None,
            (Some(one), _) => Some(Task::Ended(one, Unread::Steps, Urgency::Past)),
            (None, Some(one)) => Some(Task::Ended(one, Unread::Jobs, Urgency::Past)),
            (None, None) => None,
        })
    }

    fn has_just_ended(&self, one: &StoredExecution) -> bool {
        let ended = one.execution.ended();
        ended.is_some_and(|at| self.clock.now().duration_since(at) < RECENT_END)
    }

    /// Whether executions are still being read that are not known at all: these go first.
    async fn is_filling(&self) -> Result<bool, ReadError> {
        let is_filling = self.cursor.lock().is_filling;
        Ok(is_filling && self.unread_changes().await?.is_some())
    }

    /// A running execution whose steps are to be read again; none while nobody looks.
    async fn running_to_read(&self) -> Result<Option<StoredExecution>, ReadError> {
        if !self.backfill.was_looked_at(LOOK_LIFETIME, &self.clock) {
            return Ok(None);
        }
        let running = self.store.running(None).await?;
        // However many run, they take half of the background's turns at most.
        let count = u32::try_from(running.len()).unwrap_or(u32::MAX);
        let fair_age = self.turn_length().saturating_mul(count).saturating_mul(2);
        let max_age = RUNNING_STEPS_MAX_AGE.max(fair_age);
        let due = {
            let mut read = self.backfill.running.lock();
            read.retain(|arn, _| running.iter().any(|(_, one)| one == arn));
            let is_due = |arn: &String| {
                !self.is_watched(arn)
                    && read
                        .get(arn)
                        .is_none_or(|at| self.clock.age(*at) >= max_age)
            };
            let due = running.into_iter().map(|(_, arn)| arn).find(is_due);
            if let Some(arn) = &due {
                read.insert(arn.clone(), self.clock.moment());
            }
            due
        };
        match due {
            Some(arn) => Ok(self.store.execution(&arn).await?),
            None => Ok(None),
        }
    }

    /// The newest execution that has ended and lacks this.
    async fn next_unread(&self, unread: Unread) -> Result<Option<StoredExecution>, ReadError> {
        let mut before = None;
        loop {
            let from = self.backfill_start();
            let some = self.store.unread(unread, from, before, CANDIDATES).await?;
            before = some.last().and_then(|one| one.execution.created);
            let is_last = some.len() < CANDIDATES as usize;
            let mut ended = some.into_iter();
            let found = ended.find(|one| {
                let (backfill, clock) = (&self.backfill, &self.clock);
                self.is_settled(&one.execution)
                    && !backfill.is_left_alone(one.number, unread, clock)
            });
            if found.is_some() || is_last {
                return Ok(found);
            }
        }
    }

    /// When the executions begin that are read.
    fn backfill_start(&self) -> Timestamp {
        let period = self.backfill.period.get().copied().unwrap_or_default();
        let start = self.clock.now().checked_sub(period);
        start.unwrap_or(Timestamp::MIN)
    }

    async fn note_read_since(&self, unread: Unread, at: Timestamp) -> Result<(), ReadError> {
        let known = self.store.read_since().await?;
        let since = match unread {
            Unread::Steps => ReadSince {
                steps: Some(at),
                ..known
            },
            Unread::Jobs => ReadSince {
                jobs: Some(at),
                ..known
            },
        };
        // The start moves on with the time; that is nothing new.
        let moved = |now: Option<Timestamp>, then: Option<Timestamp>| match now.zip(then) {
            Some((now, then)) => now.duration_since(then).abs() >= SignedDuration::from_mins(1),
            None => now != then,
        };
        if moved(since.steps, known.steps) || moved(since.jobs, known.jobs) {
            self.store.set_read_since(since).await?;
        }
        Ok(())
    }

    async fn do_task(&self, task: Task) -> Result<(), ReadError> {
        match task {
            Task::Running(one) => {
                self.read_steps_in_turn(&one, Urgency::Running).await?;
                self.read_jobs(&one, Urgency::Running).await
            }
            Task::Ended(one, unread, urgency) => {
                // Everything that began later was read; what has just ended says nothing about the past.
                if let Some(created) = one.execution.created.filter(|_| urgency == Urgency::Past) {
                    self.note_read_since(unread, created).await?;
                }
                let read = match unread {
                    Unread::Steps => self.read_steps_in_turn(&one, urgency).await,
                    Unread::Jobs => self.read_jobs(&one, urgency).await,
                };
                let time = match &read {
                    Err(error) if is_about_one(error) => UNREADABLE_LIFETIME,
                    Err(_) => return read,
                    // Where SageMaker's answers lag behind, it is not done yet.
                    Ok(()) => UNSETTLED_LIFETIME,
                };
                let (backfill, clock) = (&self.backfill, &self.clock);
                backfill.leave_alone(one.number, unread, time, clock);
                read
            }
        }
    }

    /// Reads the steps of one, and with them why it failed.
    async fn read_steps_in_turn(
        &self,
        one: &StoredExecution,
        urgency: Urgency,
    ) -> Result<(), ReadError> {
        let arn = &one.execution.arn;
        let is_failed = one.execution.status == ExecutionStatus::Failed;
        let has_version = one.execution.version.is_some();
        if is_failed && has_version && self.definition_of(one).await?.is_none() {
            self.background_turn(urgency).await;
            // Without it, less is known of why it failed.
            if let Err(error) = self.read_definition(arn).await {
                tracing::debug!(%error, %arn, "Cannot read a definition");
            }
        }
        self.background_turn(urgency).await;
        // A reader may have opened it, or it may have changed.
        let Some(known) = self.store.execution(arn).await? else {
            return Ok(());
        };
        if known.steps_read || known.gone.is_some() {
            return Ok(());
        }
        match self.read_steps(&known.execution).await {
            Err(ReadError::Unavailable(error)) if error.kind == AwsErrorKind::NotFound => {
                match self.describe(arn).await {
                    // It is marked now.
                    Err(ReadError::Execution) => Ok(()),
                    Ok(_) => Err(ReadError::Unavailable(error)),
                    Err(other) => Err(other),
                }
            }
            read => read,
        }
    }

    /// What a list that asks for steps must say: that those of some executions are not known. `None` where all are.
    pub(super) async fn unread_steps(&self) -> Result<Option<UnreadSteps>, ReadError> {
        let is_on = self.backfill.period.get().is_some();
        // Those that were found since the last look begin later than what was noted.
        let next = match is_on {
            true => self.next_unread(Unread::Steps).await?,
            false => None,
        };
        let since = match next.filter(|next| !self.has_just_ended(next)) {
            Some(next) => next.execution.created,
            None if is_on => self.store.read_since().await?.steps,
            None => None,
        };
        if !self.store.lacks_steps(since).await? {
            return Ok(None);
        }
        let is_reading =
            is_on && since.is_none_or(|since| since > self.backfill_start() + FULL_MARGIN);
        Ok(Some(UnreadSteps { since, is_reading }))
    }
}

/// Whether an error concerns one execution, and not all.
fn is_about_one(error: &ReadError) -> bool {
    match error {
        ReadError::Unavailable(error) => {
            error.is_lasting()
                || matches!(error.kind, AwsErrorKind::Refused | AwsErrorKind::NotFound)
        }
        _ => false,
    }
}

/// Reads the next one; `None` once the catalog is gone. Until then nothing here keeps it.
async fn read_next(weak: &Weak<Inner>, failures: &mut u32) -> Option<Next> {
    let workspace = WorkspaceCatalog::upgrade(weak)?;
    let done = match workspace.next_task().await {
        Ok(Some(task)) => workspace.do_task(task).await,
        Ok(None) => return Some(Next::OnChange),
        Err(error) => Err(error),
    };
    let Err(error) = done else {
        *failures = 0;
        return Some(Next::AtOnce);
    };
    tracing::debug!(%error, "Cannot read what nobody opened");
    *failures += 1;
    Some(match is_about_one(&error) {
        true if *failures < MAX_UNREADABLE_IN_A_ROW => Next::AtOnce,
        true => Next::After(MAX_REST),
        false => {
            let doublings = (*failures - 1).min(MAX_REST.as_secs().ilog2());
            Next::After(MIN_REST.saturating_mul(1 << doublings).min(MAX_REST))
        }
    })
}
