//! Actions on an execution: stop, retry, callbacks, parallelism.

use super::node::{Ending, Node, Phase};
use super::{Event, Run, RunError, RunInput, RunStatus};
use crate::engine::Millis;
use crate::engine::duration::{self, StepDuration};
use crate::engine::program::OutputDeclaration;
use crate::engine::spec::{CallbackAnswer, Pace};
use sluicegate_definition::StepKind;

impl Run {
    /// `StopPipelineExecution`: only while Executing.
    pub fn stop(&mut self, now: Millis) -> Result<(), RunError> {
        self.advance(now);
        let now = self.clock;
        if self.status != RunStatus::Executing {
            return Err(RunError(
                "Only pipelines with 'Executing' status can be stopped.".to_owned(),
            ));
        }
        self.record_input(RunInput::Stop);
        self.change(RunStatus::Stopping, now);
        self.ready.clear();
        self.unlimited_ready.clear();
        for node in 0..self.nodes.len() {
            match self.nodes[node].phase {
                Phase::Running => self.ask_to_stop(node, now),
                Phase::Ready => self.nodes[node].phase = Phase::Skipped,
                Phase::Dispatched => {
                    self.occupied_slots -= u32::from(self.nodes[node].takes_slot);
                    self.open -= 1;
                    self.nodes[node].phase = Phase::Skipped;
                    self.nodes[node].generation += 1;
                }
                Phase::Waiting | Phase::Ended | Phase::Skipped => {}
            }
        }
        for node in 0..self.program.steps.len() {
            if self.nodes[node].for_each.is_some() && self.nodes[node].phase == Phase::Running {
                self.recount_iterations(node);
                self.end_for_each_when_done(node, now);
            }
        }
        self.close_when_idle(now);
        Ok(())
    }

    /// `StopTrainingJob` and its kin, called with the job of a step.
    ///
    /// # Errors
    /// When no step of this name is executing.
    pub fn stop_step(&mut self, step: &str, now: Millis) -> Result<(), RunError> {
        self.advance(now);
        let now = self.clock;
        let is_stoppable = |node: &usize| {
            let state = &self.nodes[*node];
            state.phase == Phase::Running && !state.stopping && self.name(*node) == step
        };
        let Some(node) = (0..self.nodes.len()).find(is_stoppable) else {
            return Err(RunError(format!("The step {step} is not executing.")));
        };
        self.record_input(RunInput::StopStep(step.to_owned()));
        self.ask_to_stop(node, now);
        Ok(())
    }

    fn ask_to_stop(&mut self, node: usize, now: Millis) {
        let kind = self.kind(node);
        if matches!(kind, StepKind::Callback | StepKind::ForEach) {
            self.nodes[node].stopping = true;
            return;
        }
        let brief = matches!(
            self.program.steps[self.nodes[node].step].duration,
            StepDuration::Brief { .. }
        );
        if brief && !self.nodes[node].backing_off {
            // Ends before a stop would take effect; the stop waits for a Lambda function.
            return;
        }
        let duration = match self.nodes[node].backing_off || now < self.nodes[node].executing {
            true => self.spec.pace.scaled_brief(300),
            false => self
                .spec
                .pace
                .scaled(duration::stopping(self.random(node).named("stop"))),
        };
        let state = &mut self.nodes[node];
        if now < state.executing {
            // Its job is never created.
            state.executing = Millis::MAX;
        }
        state.stopping = true;
        state.ending = Ending::Stop;
        state.generation += 1;
        let event = Event::Finish(node, state.generation);
        self.schedule(now + duration, event);
    }

    /// `RetryPipelineExecution`: the same execution continues; steps that succeeded are kept.
    pub fn retry(
        &mut self,
        now: Millis,
        parallelism: Option<u32>,
        pace: Pace,
    ) -> Result<(), RunError> {
        self.advance(now);
        let now = self.clock;
        if !matches!(self.status, RunStatus::Stopped | RunStatus::Failed) {
            let text = "Only pipelines with 'Stopped' or 'Failed' status can be retried.";
            return Err(RunError(text.to_owned()));
        }
        if self.fail_step {
            return Err(RunError(
                "A pipeline execution that ended with a Fail step cannot be retried.".to_owned(),
            ));
        }
        self.record_input(RunInput::Retry { parallelism, pace });
        self.spec.pace = pace;
        self.spec.parallelism = parallelism.or(self.spec.parallelism);
        self.draining = false;
        self.stop_failed = false;
        self.timed_out = false;
        self.deadline = now.saturating_add(super::MAX_RUN_TIME);
        self.clear();
        for index in 0..self.nodes.len() {
            // A failure that a ForEach handled needs no retry.
            let node = &self.nodes[index];
            let parent = node.iteration.map(|(parent, _)| &self.nodes[parent]);
            if !node.succeeded() && !parent.is_some_and(Node::succeeded) {
                let node = &mut self.nodes[index];
                node.phase = Phase::Waiting;
                node.generation += 1;
            }
        }
        self.select();
        self.change(RunStatus::Executing, now);
        self.begin_steps(now);
        Ok(())
    }

    /// Answers the Callback step that waits with `token`. A success needs the outputs that the step declares.
    pub fn answer(
        &mut self,
        token: &str,
        answer: CallbackAnswer,
        now: Millis,
    ) -> Result<(), RunError> {
        self.advance(now);
        let now = self.clock;
        let Some(node) = self.waiting.get(token).copied() else {
            return Err(RunError("Invalid callback token.".to_owned()));
        };
        let input = RunInput::Answer {
            token: token.to_owned(),
            answer: answer.clone(),
        };
        let ending = match answer {
            CallbackAnswer::Success(outputs) => {
                self.check_outputs(node, &outputs)?;
                self.nodes[node].outputs = outputs;
                Ending::Success
            }
            CallbackAnswer::Failure(reason) => {
                Ending::Failure(reason.unwrap_or_else(|| "Callback step failed.".to_owned()))
            }
        };
        self.record_input(input);
        self.nodes[node].ending = ending;
        self.nodes[node].generation += 1;
        let event = Event::Finish(node, self.nodes[node].generation);
        self.schedule(now, event);
        self.advance(now);
        Ok(())
    }

    /// Checks that outputs are those that a Callback step declares, each once and of its type.
    fn check_outputs(&self, node: usize, outputs: &[(String, String)]) -> Result<(), RunError> {
        let step = &self.program.steps[self.nodes[node].step];
        let refused = |what: &str| {
            Err(RunError(format!(
                "Invalid OutputParameters: {what} of step {}.",
                step.name
            )))
        };
        for (index, (name, value)) in outputs.iter().enumerate() {
            let Some(declared) = self.declared(node).iter().find(|one| one.name == *name) else {
                return refused(&format!("'{name}' is not an output parameter"));
            };
            if outputs[..index].iter().any(|(other, _)| other == name) {
                return refused(&format!("'{name}' is given twice as an output parameter"));
            }
            if !declared.accepts(value) {
                let kind = declared.kind.as_str();
                return refused(&format!(
                    "'{value}' is no {kind}, which is the type of output parameter '{name}'"
                ));
            }
        }
        let missing = |one: &&OutputDeclaration| outputs.iter().all(|(name, _)| *name != one.name);
        match self.declared(node).iter().find(missing) {
            Some(one) => refused(&format!(
                "'{}' is missing, which is an output parameter",
                one.name
            )),
            None => Ok(()),
        }
    }

    /// Tokens of the Callback steps that are waiting.
    pub fn waiting_tokens(&self) -> Vec<String> {
        let mut waiting: Vec<_> = self.waiting.iter().collect();
        waiting.sort_unstable_by_key(|(_, node)| **node);
        waiting
            .into_iter()
            .map(|(token, _)| token.clone())
            .collect()
    }

    /// `MaxParallelExecutionSteps` of `UpdatePipelineExecution`, from `now` on.
    pub fn set_parallelism(&mut self, now: Millis, parallelism: Option<u32>) {
        self.advance(now);
        self.record_input(RunInput::Parallelism(parallelism));
        self.spec.parallelism = parallelism;
        self.dispatch(self.clock);
    }
}
