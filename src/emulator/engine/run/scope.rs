//! What an execution's expressions refer to.

use super::Run;
use crate::emulator::engine::expression::{Expr, Hint, Scalar, Scope};
use crate::emulator::engine::program::Details;

/// How often a product is what the pipeline hopes for.
const USUALLY: f64 = 0.86;

/// Looks things up in a run.
pub struct RunScope<'a>(&'a Run);

impl Run {
    pub(super) fn scope(&self) -> RunScope<'_> {
        RunScope(self)
    }

    pub(super) fn eval(&self, expr: &Expr) -> Scalar {
        expr.eval(&self.scope())
    }

    /// The model package group of a RegisterModel step: as the definition says, else named like the pipeline.
    pub(super) fn package_group(&self, step: usize) -> String {
        let group = match &self.program.steps[step].details {
            Details::Package(group) => self.eval(group).text(),
            _ => String::new(),
        };
        if group.is_empty() {
            self.spec.place.pipeline.clone()
        } else {
            group
        }
    }
}

impl Scope for RunScope<'_> {
    fn parameter(&self, place: usize) -> Scalar {
        let Some(parameter) = self.0.program.parameters.get(place) else {
            return Scalar::Null;
        };
        let given = self
            .0
            .given
            .get(place)
            .copied()
            .flatten()
            .and_then(|place| self.0.spec.parameters.get(place));
        match given {
            Some((_, text)) => Scalar::typed(parameter.kind, text),
            None => parameter.default.clone().unwrap_or(Scalar::Null),
        }
    }

    fn execution(&self, name: &str) -> Scalar {
        let spec = &self.0.spec;
        let time = |at| {
            jiff::Timestamp::from_millisecond(at)
                .map(|time| time.to_string())
                .unwrap_or_default()
        };
        Scalar::Text(match name {
            "StartDateTime" => time(spec.at),
            "CurrentDateTime" => time(self.0.clock),
            "PipelineName" => spec.place.pipeline.clone(),
            "PipelineArn" => spec.place.pipeline_arn(),
            "PipelineExecutionId" => spec.execution_id.clone(),
            "PipelineExecutionArn" => spec.place.execution_arn(&spec.execution_id),
            _ => return Scalar::Null,
        })
    }

    fn product(&self, place: usize) -> Scalar {
        let run = self.0;
        let Some(product) = run.program.product(place) else {
            return Scalar::Null;
        };
        let node = product.step.and_then(|step| run.nodes.get(step));
        let answered = node.zip(product.output.as_ref()).and_then(|(node, name)| {
            node.outputs
                .iter()
                .find(|(output, _)| output == name)
                .map(|(_, value)| value)
        });
        if let Some(value) = answered {
            return Scalar::Text(value.clone());
        }
        let chance = match product.step {
            Some(step) => run.work_chance(step),
            None => run.chance.and(0).and(0),
        };
        plausible(&product.hint, chance.and(product.key))
    }
}

/// A value such as a pipeline would see: usually on the side of the bar it hopes for, and never far from it.
fn plausible(hint: &Hint, chance: crate::emulator::engine::Chance) -> Scalar {
    let hoped = chance.about("hoped").unit() < USUALLY;
    // More often near the bar than far from it.
    let away = chance.about("away").unit() * chance.about("further").unit();
    match hint {
        Hint::Any => Scalar::Number(round(chance.unit())),
        Hint::Is(value) if hoped => value.clone(),
        Hint::Is(Scalar::Bool(value)) => Scalar::Bool(!value),
        Hint::Is(_) => Scalar::Null,
        Hint::Above(bar) => {
            // A share, such as an accuracy, stays below 1.
            let room = if (0.0..1.0).contains(bar) {
                1.0 - bar
            } else {
                bar.abs().max(1.0) * 0.5
            };
            Scalar::Number(round(if hoped {
                bar + room * (0.02 + 0.7 * away)
            } else {
                bar - bar.abs() * (0.01 + 0.2 * away)
            }))
        }
        Hint::Below(bar) => {
            let size = bar.abs();
            Scalar::Number(round(if hoped {
                bar - size * (0.02 + 0.6 * away)
            } else {
                bar + size * (0.01 + 0.4 * away)
            }))
        }
    }
}

/// To four digits, as reports have them.
fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
