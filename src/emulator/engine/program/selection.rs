//! Which steps can be selected together for a selective execution.

use super::Program;
use crate::engine::run::RunError;
use crate::engine::spec::Selective;

impl Program {
    /// Checks whether a selective execution can be started; the error is in the service's words.
    ///
    /// The API reference demands "all step(s) in all path(s) between two selected steps", and a source where the
    /// selected steps depend on others.
    pub fn check_selection(&self, selective: &Selective) -> Result<(), RunError> {
        for name in &selective.selected {
            let body = |step: usize| self.steps[step].container.is_some();
            if self.step(name).is_none_or(body) {
                return Err(RunError(format!(
                    "Invalid step name {name} provided in the SelectedSteps list."
                )));
            }
        }
        let (selected, reused_steps) = self.selection(selective);
        let between = self.between(&selected);
        if !between.is_empty() {
            return Err(RunError(format!(
                "Invalid SelectedSteps: all steps in all paths between two selected steps must be selected. The steps \
                 [{}] are between the selected steps [{}].",
                self.names(&between),
                selective.selected.join(", ")
            )));
        }
        if selective.source.is_some() || reused_steps.is_empty() {
            return Ok(());
        }
        Err(RunError(format!(
            "Invalid SourcePipelineExecutionArn: null. The selected steps [{}] have dependencies on [{}].",
            selective.selected.join(", "),
            self.names(&reused_steps)
        )))
    }

    /// Names of the steps whose results the selected steps need from the source.
    pub fn reused_steps(&self, selective: &Selective) -> Vec<&str> {
        let (_, reused_steps) = self.selection(selective);
        let name = |step: usize| self.steps[step].name.as_str();
        reused_steps.into_iter().map(name).collect()
    }

    fn names(&self, steps: &[usize]) -> String {
        let names: Vec<&str> = steps
            .iter()
            .map(|step| self.steps[*step].name.as_str())
            .collect();
        names.join(", ")
    }

    /// The selected steps, and those outside the selection that they depend on, both in the definition's order.
    pub(in crate::engine) fn selection(&self, selective: &Selective) -> (Vec<usize>, Vec<usize>) {
        let mut selected: Vec<usize> = selective
            .selected
            .iter()
            .filter_map(|name| self.step(name))
            .collect();
        selected.sort_unstable();
        selected.dedup();
        let dependencies = selected
            .iter()
            .flat_map(|step| &self.steps[*step].dependencies);
        let mut reused_steps: Vec<usize> = dependencies
            .map(|dependency| dependency.step)
            .filter(|step| selected.binary_search(step).is_err())
            .collect();
        reused_steps.sort_unstable();
        reused_steps.dedup();
        (selected, reused_steps)
    }

    /// The steps that are not selected but lie on a path between two that are.
    fn between(&self, selected: &[usize]) -> Vec<usize> {
        let after = self.reached(selected, |step| &self.steps[step].dependents);
        let before = self.reached(selected, |step| &self.steps[step].dependencies);
        (0..self.steps.len())
            .filter(|step| after[*step] && before[*step])
            .filter(|step| selected.binary_search(step).is_err())
            .collect()
    }

    /// Which steps can be reached from the given ones.
    fn reached<'a>(
        &'a self,
        from: &[usize],
        next: impl Fn(usize) -> &'a Vec<super::Dependency>,
    ) -> Vec<bool> {
        let mut reached = vec![false; self.steps.len()];
        let mut open = from.to_vec();
        while let Some(step) = open.pop() {
            for dependency in next(step) {
                if !reached[dependency.step] {
                    reached[dependency.step] = true;
                    open.push(dependency.step);
                }
            }
        }
        reached
    }
}
