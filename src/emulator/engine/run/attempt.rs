//! One attempt of a step: how and when it ends, and whether another one follows.

use super::node::Ending;
use super::{Event, Run};
use crate::engine::duration::{self, StepDuration};
use crate::engine::expression::Expr;
use crate::engine::program::Details;
use crate::engine::random::SeededRandom;
use crate::engine::spec::Callbacks;
use crate::engine::{Millis, failure};
use sluicegate_definition::StepKind;

impl Run {
    /// Begins an attempt: decides how it will end, and when.
    pub(super) fn attempt(&mut self, node: usize, at: Millis) {
        let random = self.random(node);
        let pace = self.spec.pace;
        if let Some(reason) = self.unresolved(node) {
            self.nodes[node].executing = Millis::MAX;
            self.nodes[node].ending = Ending::Failure(reason);
            let duration = pace.scaled_brief(duration::creation(random.named("creation")));
            return self.finish_after(node, at, duration);
        }
        let (ending, scripted) = self.scripted(node, random);
        self.nodes[node].executing = at;
        let drawn = self.drawn_duration(node, at, random, &ending);
        self.nodes[node].ending = ending;
        match drawn {
            Some(drawn) => {
                let duration = scripted.map_or(drawn, |nominal| pace.scaled(nominal));
                self.finish_after(node, at, duration);
            }
            None => {
                self.waiting.insert(self.token(node), node);
            }
        }
    }

    /// How an attempt ends, and its scripted duration, if any: of a Lambda function at most the step's limit, or the
    /// function's own.
    fn scripted(&self, node: usize, random: SeededRandom) -> (Ending, Option<Millis>) {
        let ending = self.ending(node, random);
        let duration = self.scripts(node).find_map(|script| script.duration);
        let own = self.scripts(node).find_map(|script| script.timeout);
        let limit = own.map_or(duration::LAMBDA_TIMEOUT, |own| {
            own.min(duration::LAMBDA_TIMEOUT)
        });
        let late = duration.is_some_and(|duration| duration > limit);
        match ending {
            Ending::Success if late && *self.kind(node) == StepKind::Lambda => (
                Ending::Failure(failure::lambda_timed_out(limit)),
                Some(limit),
            ),
            ending => (ending, duration),
        }
    }

    /// The duration of an attempt without a scripted one; none when the step waits for a callback.
    fn drawn_duration(
        &mut self,
        node: usize,
        at: Millis,
        random: SeededRandom,
        ending: &Ending,
    ) -> Option<Millis> {
        let pace = self.spec.pace;
        let step = &self.program.steps[self.nodes[node].step];
        Some(match &step.duration {
            StepDuration::Brief { low, high } => {
                let drawn = random.named("length").between(*low, *high);
                match failure_of(ending).filter(|_| step.kind == StepKind::Lambda) {
                    Some(reason) if failure::timed_out(reason) => {
                        pace.scaled(duration::until_timed_out(reason))
                    }
                    _ => pace.scaled_brief(drawn),
                }
            }
            StepDuration::UntilAnswered if self.spec.callbacks == Callbacks::Wait => return None,
            StepDuration::UntilAnswered => pace.scaled(duration::answering(random.named("answer"))),
            StepDuration::Job { low, high, rounds } => {
                let nominal = random.named("length").between(*low, *high);
                let factor = self.factor(rounds.as_ref());
                let is_job = self.program.is_job;
                let creation = match is_job {
                    true => 0,
                    false => pace.scaled_brief(duration::creation(random.named("creation"))),
                };
                let share = match ending {
                    Ending::Failure(reason) if !is_job && failure::is_before_creation(reason) => {
                        0.0
                    }
                    Ending::Failure(_) => 0.15 + 0.75 * random.named("share").unit(),
                    Ending::Success | Ending::Stop => 1.0,
                };
                self.nodes[node].executing = match share {
                    0.0 => Millis::MAX,
                    _ => at + creation,
                };
                pace.scaled((nominal as f64 * factor * share) as Millis)
                    .max(creation)
            }
        })
    }

    /// The factor on a tuning job's duration for its number of training jobs and its parallelism.
    fn factor(&self, rounds: Option<&(Expr, Expr)>) -> f64 {
        rounds.map_or(1.0, |(all, at_once)| {
            let number = |expr| self.eval(expr).number().unwrap_or(1.0);
            duration::rounds(number(all), number(at_once))
        })
    }

    fn ending(&self, node: usize, random: SeededRandom) -> Ending {
        let step = &self.program.steps[self.nodes[node].step];
        if let Details::Fail(message) = &step.details {
            return Ending::Failure(self.eval(message).text());
        }
        let script = self
            .spec
            .outcomes
            .iter()
            .find(|script| script.step == step.name)
            .or_else(|| {
                let named = self.nodes[node].iteration.is_some() && !self.spec.outcomes.is_empty();
                let name = named.then(|| self.name(node))?;
                self.spec.outcomes.iter().find(|script| script.step == name)
            });
        if let Some(script) = script {
            return match self.nodes[node].attempt < script.attempts {
                true => Ending::Failure(script.reason.clone()),
                false => Ending::Success,
            };
        }
        let rate = self.spec.failure_rate * failure::likelihood(&step.kind);
        let fails = random.named("failure").unit() < rate;
        let reason = if fails {
            failure::draw(&step.kind, random.named("reason"))
        } else {
            None
        };
        reason.map_or(Ending::Success, |reason| Ending::Failure(reason.to_owned()))
    }

    /// Whether a retry policy allows another attempt after a failed one; schedules it.
    pub(super) fn retry_attempt(&mut self, node: usize, at: Millis) -> bool {
        if self.program.is_job {
            return false;
        }
        let state = &self.nodes[node];
        let Some(exception) = failure_of(&state.ending).and_then(failure::exception) else {
            return false;
        };
        let policies = &self.program.steps[state.step].policies;
        let names = |kinds: &[String]| kinds.iter().any(|kind| kind == exception);
        let Some(index) = policies.iter().position(|policy| names(&policy.exceptions)) else {
            self.explain_missing_policy(node, exception);
            return false;
        };
        let policy = &policies[index];
        let retries = state.retries.get(index).copied().unwrap_or(0);
        let wait = policy.interval as f64 * policy.backoff.powi(retries.min(64) as i32);
        let wait = self
            .spec
            .pace
            .scaled((wait.min(MAX_RETRY_WAIT) as Millis).max(1));
        let expired = policy.expires.is_some_and(|expires| {
            let within = self.spec.pace.scaled(expires.max(1));
            at + wait > state.start + within
        });
        if retries >= policy.attempts || expired {
            return false;
        }
        self.keep_attempt(node, at);
        let state = &mut self.nodes[node];
        state.retries.resize(state.retries.len().max(index + 1), 0);
        state.retries[index] += 1;
        state.backing_off = true;
        // Between attempts the step is executing, even if the last attempt's job was never created.
        state.executing = state.executing.min(at);
        let event = Event::Again(node, state.generation);
        self.schedule(at + wait, event);
        true
    }

    /// A refused call that no policy retries states that in its reason, in the service's words.
    fn explain_missing_policy(&mut self, node: usize, exception: &str) {
        let execution = self.spec.arn_context.execution_arn(&self.spec.execution_id);
        let step = self.name(node);
        let exception = exception.replace('.', "_").to_uppercase();
        if let Ending::Failure(reason) = &mut self.nodes[node].ending
            && failure::is_refused_call(reason)
        {
            reason.push_str(&format!(
                "\nRetry not appropriate on execution of step with PipelineExecutionArn {execution} and StepId {step}. \
                 No retry policy configured for the exception type {exception}."
            ));
        }
    }
}

/// The longest wait between two attempts, in milliseconds: the bound of `IntervalSeconds`.
const MAX_RETRY_WAIT: f64 = 43_200_000.0;

fn failure_of(ending: &Ending) -> Option<&str> {
    match ending {
        Ending::Failure(reason) => Some(reason),
        Ending::Success | Ending::Stop => None,
    }
}
