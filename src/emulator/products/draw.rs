//! Randomly drawn values: plausible ones, usually such that the pipeline's conditions hold.

use crate::engine::RunScope;
use crate::engine::SeededRandom;
use crate::engine::expression::{Expr, Hint, Product, ProductRef, Scalar};
use serde_json::{Value, json};
use sluicegate_definition::ParameterKind;

/// Probability that a drawn value meets the definition's expectation.
const EXPECTED_PROBABILITY: f64 = 0.86;

/// Words in the names of metrics that are better the closer they are to 1.
const SHARE_WORDS: &[&str] = &[
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
    /// Whether the definition hints at what it is like.
    pub(super) fn is_hinted(&self) -> bool {
        self.hint != Hint::Any
    }

    /// The last name in the reference that says what it is about.
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
    /// Draws the value of a product.
    pub(super) fn draw(&self, node: Option<usize>, product: &Product) -> Value {
        let random = self.run.random_for(node).with(product.key);
        match &product.hint {
            Hint::Any => figure(product.subject(), random),
            Hint::Like(value) => value.clone().json(),
            hint => plausible(hint, random).json(),
        }
    }

    /// Draws an output without a hint: a value of its type.
    pub(super) fn draw_by_type(
        &self,
        node: usize,
        step: &str,
        name: &str,
        kind: Option<ParameterKind>,
    ) -> Value {
        let random = self.run.random_for(Some(node)).named(step).named(name);
        match kind {
            Some(ParameterKind::Integer) => json!(random.between(1, 1_000)),
            Some(ParameterKind::Float) => figure(name, random),
            Some(ParameterKind::Boolean) => json!(random.unit() < EXPECTED_PROBABILITY),
            Some(ParameterKind::String) | None => json!("ok"),
        }
    }
}

/// Draws a metric by its name: a share close to 1, an error close to 0.
pub(super) fn figure(name: &str, random: SeededRandom) -> Value {
    let name = name.to_ascii_lowercase();
    let unit = random.unit();
    json!(match SHARE_WORDS.iter().any(|word| name.contains(word)) {
        true => round(0.7 + 0.29 * unit),
        false => round(unit),
    })
}

/// Draws a value close to the threshold of a condition, usually on the expected side.
fn plausible(hint: &Hint, random: SeededRandom) -> Scalar {
    let expected = random.named("hoped").unit() < EXPECTED_PROBABILITY;
    // The product of two draws is more often small than large.
    let away = random.named("away").unit() * random.named("further").unit();
    match hint {
        Hint::Any => Scalar::Number(round(random.unit())),
        Hint::Like(value) => value.clone(),
        Hint::Is(value) if expected => value.clone(),
        Hint::Is(value) => other(value),
        Hint::Above(bar) => {
            // A share, such as an accuracy, stays below 1.
            let room = if (0.0..1.0).contains(bar) {
                1.0 - bar
            } else {
                bar.abs().max(1.0) * 0.5
            };
            Scalar::Number(round(if expected {
                bar + room * (0.02 + 0.7 * away)
            } else {
                bar - bar.abs() * (0.01 + 0.2 * away)
            }))
        }
        Hint::Below(bar) => {
            let size = bar.abs();
            Scalar::Number(round(if expected {
                bar - size * (0.02 + 0.6 * away)
            } else {
                bar + size * (0.01 + 0.4 * away)
            }))
        }
    }
}

/// A different value of the same type.
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

/// Rounds to four digits, as reports do.
pub(super) fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
