//! Reusing results of earlier executions, and providing results to later ones.

use super::Run;
use super::node::{Node, ResultSource};
use crate::engine::Millis;
use crate::engine::expression::Scope;
use crate::engine::random::SeededRandom;
use crate::engine::spec::CacheEntry;

impl Run {
    /// When a step begins: reuses the newest valid result of the same step with the same arguments, if any.
    pub(super) fn reuse_result(&mut self, node: usize, at: Millis) {
        if self.nodes[node].result_source == ResultSource::SourceExecution {
            return;
        }
        let key = self.key(node);
        let found = key.and_then(|key| self.newest_result(node, key, at));
        let reused_result = found.cloned().map(Box::new);
        let state = &mut self.nodes[node];
        state.key = key;
        state.result_source = match reused_result {
            Some(_) => ResultSource::Cache,
            None => ResultSource::OwnJob,
        };
        state.outputs = reused_result
            .as_ref()
            .map_or_else(Vec::new, |reused_result| reused_result.outputs.clone());
        state.reused_result = reused_result;
    }

    fn newest_result(&self, node: usize, key: u64, at: Millis) -> Option<&CacheEntry> {
        let rule = self.program.steps[self.nodes[node].step].cache.as_ref()?;
        if self.spec.cached.is_empty() {
            return None;
        }
        let name = self.name(node);
        let fresh = |entry: &CacheEntry| {
            rule.expire_after
                .is_none_or(|duration| at - entry.ended < duration)
        };
        let known = self.spec.cached.iter();
        known
            .filter(|entry| entry.key == Some(key) && entry.step == name && fresh(entry))
            .max_by_key(|entry| entry.ended)
    }

    /// The cache key of a step with caching enabled. References are resolved; a reference to another step counts as the
    /// execution and attempt that produced it, since another job's results are different arguments.
    fn key(&self, node: usize) -> Option<u64> {
        let state = &self.nodes[node];
        let rule = self.program.steps[state.step].cache.as_ref()?;
        let mut key = SeededRandom::from_seed(rule.written);
        for parameter in &rule.parameters {
            key = key.named(&self.scope().parameter(*parameter).text());
        }
        for name in &rule.execution {
            // Keys of earlier executions have ARNs in lower case.
            let value = self.scope().execution(name).text();
            key = match name.ends_with("Arn") {
                true => key.named(&value.to_ascii_lowercase()),
                false => key.named(&value),
            };
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

    /// The item of the iteration that a step belongs to.
    fn item(&self, node: usize) -> Option<&str> {
        let (parent, index) = self.nodes[node].iteration?;
        let for_each = self.nodes[parent].for_each.as_ref()?;
        for_each.items.get(index as usize).map(String::as_str)
    }

    /// Results of steps with caching enabled, for later executions of the pipeline.
    pub fn results(&self) -> Vec<CacheEntry> {
        let cached = |node: &usize| {
            let state = &self.nodes[*node];
            state.key.is_some() && state.succeeded()
        };
        let nodes = (0..self.nodes.len()).filter(cached);
        nodes.map(|node| self.result(node)).collect()
    }

    /// The result of a step that succeeded.
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
        let state = &self.nodes[node];
        CacheEntry {
            step: self.name(node),
            source: self.spec.arn_context.execution_arn(&self.spec.execution_id),
            attempt: state.attempt,
            key: *key,
            ended: state.end.unwrap_or(self.clock),
            seed: self.spec.seed,
            outcome: *outcome,
            outputs: state.outputs.clone(),
            package: state.package,
        }
    }
}
