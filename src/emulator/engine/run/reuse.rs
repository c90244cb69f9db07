//! Results of earlier executions that stand for a step's own, and what this execution holds for later ones.

use super::Run;
use super::node::{Node, ResultSource};
use crate::engine::Millis;
use crate::engine::expression::Scope;
use crate::engine::random::SeededRandom;
use crate::engine::spec::CacheEntry;

impl Run {
    /// A step that begins takes the newest result there is of the same step with the same arguments, if it may.
    pub(super) fn reuse_result(&mut self, node: usize, at: Millis) {
        if self.nodes[node].result_source == ResultSource::Source {
            return;
        }
        let key = self.key(node);
        let found = key.and_then(|key| self.newest_result(node, key, at));
        let reused_result = found.cloned().map(Box::new);
        let told = &mut self.nodes[node];
        told.key = key;
        told.result_source = match reused_result {
            Some(_) => ResultSource::Cache,
            None => ResultSource::OwnJob,
        };
        told.outputs = reused_result
            .as_ref()
            .map_or_else(Vec::new, |reused_result| reused_result.outputs.clone());
        told.reused_result = reused_result;
    }

    fn newest_result(&self, node: usize, key: u64, at: Millis) -> Option<&CacheEntry> {
        let rule = self.program.steps[self.nodes[node].step].cache.as_ref()?;
        if self.spec.cached.is_empty() {
            return None;
        }
        let name = self.name(node);
        let fresh = |entry: &CacheEntry| {
            rule.expire_after
                .is_none_or(|length| at - entry.ended < length)
        };
        let known = self.spec.cached.iter();
        known
            .filter(|entry| entry.key == Some(key) && entry.step == name && fresh(entry))
            .max_by_key(|entry| entry.ended)
    }

    /// What a step with caching enabled is, everything it refers to filled in: a reference to another step stands
    /// for whoever did that step's work, since another job's results are other arguments.
    fn key(&self, node: usize) -> Option<u64> {
        let told = &self.nodes[node];
        let rule = self.program.steps[told.step].cache.as_ref()?;
        let mut key = SeededRandom::from_seed(rule.written);
        for parameter in &rule.parameters {
            key = key.named(&self.scope().parameter(*parameter).text());
        }
        for name in &rule.execution {
            key = key.named(&self.scope().execution(name).text());
        }
        for step in &rule.steps {
            let (execution, attempt) = self.producer(*step);
            key = key.named(execution).with(u64::from(attempt));
        }
        if let Some(item) = self.item(node) {
            key = key.named(item);
        }
        Some(key.number())
    }

    /// The item of the pass that a step of a ForEach's body belongs to.
    fn item(&self, node: usize) -> Option<&str> {
        let (parent, index) = self.nodes[node].iteration?;
        let for_each = self.nodes[parent].for_each.as_ref()?;
        for_each.items.get(index as usize).map(String::as_str)
    }

    /// Results of steps with caching enabled: what later executions of the pipeline may take.
    pub fn results(&self) -> Vec<CacheEntry> {
        let cached = |node: &usize| {
            let told = &self.nodes[*node];
            told.key.is_some() && told.succeeded()
        };
        let nodes = (0..self.nodes.len()).filter(cached);
        nodes.map(|node| self.result(node)).collect()
    }

    /// What the execution holds of a step of the definition that succeeded.
    pub fn result_of(&self, step: &str) -> Option<CacheEntry> {
        let node = self.program.step(step)?;
        self.nodes[node].succeeded().then(|| self.result(node))
    }

    fn result(&self, node: usize) -> CacheEntry {
        let Node {
            reused_result,
            key,
            outcome,
            ..
        } = &self.nodes[node];
        if let Some(reused_result) = reused_result {
            return CacheEntry {
                key: *key,
                ..CacheEntry::clone(reused_result)
            };
        }
        let told = &self.nodes[node];
        CacheEntry {
            step: self.name(node),
            source: self.spec.arn_context.execution_arn(&self.spec.execution_id),
            attempt: told.attempt,
            key: *key,
            ended: told.end.unwrap_or(self.clock),
            seed: self.spec.seed,
            outcome: *outcome,
            outputs: told.outputs.clone(),
            package: told.package,
        }
    }
}
