//! References to something that does not exist.

use super::Run;
use crate::engine::expression::{Expr, Product, ProductRef};
use sluicegate_definition::StepKind;

impl Run {
    /// The failure reason of a step that refers to something which no step has produced; none when everything exists.
    pub(super) fn unresolved(&self, node: usize) -> Option<String> {
        let step = &self.program.steps[self.nodes[node].step];
        if step.kind == StepKind::Fail {
            return None;
        }
        let needs = match self.spec.outcomes.is_empty() && self.spec.source_executions.is_empty() {
            true => &step.doubtful,
            false => &step.needs,
        };
        if needs.is_empty() {
            return None;
        }
        let scope = self.scope_of(node);
        let missing = needs.iter().find(|index| scope.value(**index).is_none())?;
        let missing = self.program.product(*missing)?;
        let reference = self.written(missing);
        Some(match step.kind.operations().first() {
            Some(operation) => format!(
                "ClientError: Failed to invoke sagemaker:{operation}. Error Details: Unable to resolve {reference}.\n\
                 Retry not appropriate on execution of step."
            ),
            None => format!("ClientError: Unable to resolve {reference}."),
        })
    }

    /// A reference as it is written in the definition.
    fn written(&self, product: &Product) -> String {
        let step = product
            .step
            .map_or("?", |step| &self.program.steps[step].name);
        let path = |path: &Expr| self.eval(path).text();
        match &product.reference {
            ProductRef::Output(name) => {
                format!("the property 'Steps.{step}.OutputParameters['{name}']'")
            }
            ProductRef::Property(path) => format!("the property 'Steps.{step}{}'", path.text()),
            ProductRef::File(file, field) => format!(
                "the path '{}' in the property file 'Steps.{step}.PropertyFiles.{file}'",
                path(field)
            ),
            ProductRef::Document(address, field) => {
                format!("the path '{}' in '{}'", path(field), path(address))
            }
        }
    }
}
