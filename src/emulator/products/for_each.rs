//! Properties of a ForEach: its status, the results of its iterations, and those of the selected iteration.

use crate::engine::Run;
use crate::engine::RunScope;
use crate::engine::expression::path::Segment;
use crate::engine::expression::{Product, Scalar};
use crate::engine::program::Details;
use serde_json::{Value, json};

impl RunScope<'_> {
    /// `Status`, `IterationOutputs[i].<body step>.<property>`, `Selected.<property>`.
    pub(super) fn for_each_property(
        &self,
        node: usize,
        property: &[Segment],
        product: Option<&Product>,
    ) -> Option<Value> {
        let run = self.run;
        let (Segment::Name(first), rest) = property.split_first()? else {
            return None;
        };
        // The iterations of a reused result are not known: their values are drawn.
        let reused_product = run.reused_from(node).and(product);
        match (first.as_str(), rest) {
            (_, [_, ..]) if reused_product.is_some() => {
                reused_product.map(|product| self.draw(Some(node), product))
            }
            ("Status", []) => Some(json!(run.nodes[node].status(run.clock).as_str())),
            ("IterationOutputs", [Segment::Index(index), rest @ ..]) => {
                self.iteration_property(node, u32::try_from(*index).ok()?, rest, product)
            }
            ("Selected", rest) => {
                self.iteration_property(node, run.selected(node)?.1, rest, product)
            }
            _ => None,
        }
    }

    /// A property of a step in one iteration; of the body's last step where none is named.
    fn iteration_property(
        &self,
        node: usize,
        index: u32,
        property: &[Segment],
        product: Option<&Product>,
    ) -> Option<Value> {
        let body = &self.run.program.steps[self.run.nodes[node].step].body;
        let named = |segment: &Segment| match segment {
            Segment::Name(name) => body
                .iter()
                .find(|step| self.run.program.steps[**step].name == *name),
            Segment::Index(_) => None,
        };
        let (step, property) = match property.split_first() {
            Some((first, rest)) if named(first).is_some() => (named(first)?, rest),
            _ => (body.last()?, property),
        };
        let child = self.run.child(node, index, *step)?;
        self.property(child, property, product)
    }
}

impl Run {
    /// The body step and the iteration that a ForEach's selector picks among those that succeeded; none without a
    /// selector, or without a candidate.
    pub(crate) fn selected(&self, node: usize) -> Option<(usize, u32)> {
        let Details::ForEach(details) = &self.program.steps[self.nodes[node].step].details else {
            return None;
        };
        let selector = details.selector.as_ref()?;
        let step = selector.step.or_else(|| {
            self.program.steps[self.nodes[node].step]
                .body
                .last()
                .copied()
        })?;
        let iterations = self.nodes[node].for_each.as_ref()?.iterations.len() as u32;
        let figures = (0..iterations).filter_map(|index| {
            let child = self.child(node, index, step)?;
            let figure: Scalar = self.eval_in(child, &selector.field);
            let figure = self.nodes[child].succeeded().then(|| figure.number())??;
            Some((index, if selector.is_max { figure } else { -figure }))
        });
        // The first of equals.
        let best = figures.fold(
            None,
            |best: Option<(u32, f64)>, (index, figure)| match best {
                Some((_, most)) if most >= figure => best,
                _ => Some((index, figure)),
            },
        );
        best.map(|(index, _)| (step, index))
    }
}
