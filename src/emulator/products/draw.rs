//! Values that follow from chance: plausible ones, and usually such as the pipeline hopes for.

use crate::engine::RunScope;
use crate::engine::SeededRandom;
use crate::engine::expression::{Expr, Hint, Product, ProductRef, Scalar};
use serde_json::{Value, json};
use sluicegate_definition::ParameterKind;

/// How often a product is what the pipeline hopes for.
const USUALLY: f64 = 0.86;

/// Words in the names of figures that are the better the nearer they are to 1.
const SHARES: &[&str] = &[
    "acc",
    "auc",
    "f1",
    "precision",
    "recall",
    "r2",
    "score",
    "ndcg",
    "map@",
    "hit",
];

impl Product {
    /// Whether the definition tells what it is like.
    pub(super) fn is_hinted(&self) -> bool {
        self.hint != Hint::Any
    }

    /// The last name in it that says what it is about.
    fn subject(&self) -> &str {
        match &self.reference {
            ProductRef::Output(name) => name,
            ProductRef::Property(path) => path.subject(),
            ProductRef::File(_, path) | ProductRef::Document(_, path) => match &**path {
                Expr::Literal(Scalar::Text(path)) => {
                    let end = path
                        .trim_end_matches(".value")
                        .trim_end_matches(['\'', '"', ']']);
                    end.rsplit(['.', '\'', '"', '[']).next().unwrap_or(end)
                }
                _ => "",
            },
        }
    }
}

impl RunScope<'_> {
    /// A product of a step, drawn.
    pub(super) fn drawn(&self, node: Option<usize>, product: &Product) -> Value {
        let random = self.run.drawing(node).with(product.key);
        match &product.hint {
            Hint::Any => figure(product.subject(), random),
            Hint::Like(value) => value.clone().json(),
            hint => plausible(hint, random).json(),
        }
    }

    /// An output that the definition compares with nothing: of its type.
    pub(super) fn by_type(
        &self,
        node: usize,
        step: &str,
        name: &str,
        kind: Option<ParameterKind>,
    ) -> Value {
        let random = self.run.drawing(Some(node)).named(step).named(name);
        match kind {
            Some(ParameterKind::Integer) => json!(random.between(1, 1_000)),
            Some(ParameterKind::Float) => figure(name, random),
            Some(ParameterKind::Boolean) => json!(random.unit() < USUALLY),
            Some(ParameterKind::String) | None => json!("ok"),
        }
    }
}

/// A figure by its name: a share that is near 1, an error that is near 0.
pub(super) fn figure(name: &str, random: SeededRandom) -> Value {
    let name = name.to_ascii_lowercase();
    let unit = random.unit();
    json!(match SHARES.iter().any(|word| name.contains(word)) {
        true => round(0.7 + 0.29 * unit),
        false => round(unit),
    })
}

/// A value such as a pipeline would see: usually on the side of the bar it hopes for, and never far from it.
fn plausible(hint: &Hint, random: SeededRandom) -> Scalar {
    let hoped = random.named("hoped").unit() < USUALLY;
    // More often near the bar than far from it.
    let away = random.named("away").unit() * random.named("further").unit();
    match hint {
        Hint::Any => Scalar::Number(round(random.unit())),
        Hint::Like(value) => value.clone(),
        Hint::Is(value) if hoped => value.clone(),
        Hint::Is(value) => other(value),
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

/// Something of the same type that is not this.
fn other(value: &Scalar) -> Scalar {
    match value {
        Scalar::Bool(value) => Scalar::Bool(!value),
        Scalar::Number(value) => Scalar::Number(value + 1.0),
        Scalar::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Scalar::Text("False".to_owned()),
            "false" => Scalar::Text("True".to_owned()),
            _ => Scalar::Text(format!("not {text}")),
        },
        Scalar::Null | Scalar::Json(_) => Scalar::Null,
    }
}

/// To four digits, as reports have them.
pub(super) fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
