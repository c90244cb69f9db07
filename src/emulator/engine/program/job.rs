//! The program of a job that a request created outside of a pipeline.

use super::{Details, Program, Step};
use crate::engine::duration::StepDuration;
use crate::engine::expression::{Expr, Products, Scalar};
use crate::engine::random::hash;
use serde_json::{Map, Value};
use sluicegate_definition::StepKind;

impl Program {
    /// A single step with the name of the job. Its arguments are the request as it is: nothing in it is a reference.
    pub fn of_job(kind: StepKind, name: &str, request: Map<String, Value>) -> Program {
        let limit = request
            .get("StoppingCondition")
            .and_then(|condition| condition.get("MaxRuntimeInSeconds"))
            .and_then(Value::as_f64);
        let step = Step {
            name: name.to_owned(),
            key: hash(name),
            duration: StepDuration::of(&kind, limit, None),
            kind,
            display_name: None,
            description: None,
            dependencies: Vec::new(),
            dependents: Vec::new(),
            container: None,
            conditions: Vec::new(),
            body: Vec::new(),
            policies: Vec::new(),
            details: Details::Plain,
            cache: None,
            arguments: Expr::Literal(Scalar::Json(Value::Object(request))),
            files: Vec::new(),
            needs: Vec::new(),
            doubtful: Vec::new(),
        };
        Program {
            indices: [(step.name.clone(), 0)].into(),
            steps: vec![step],
            parameters: Vec::new(),
            products: Products::default(),
            is_job: true,
        }
    }
}
