//! A step's arguments as a job would have got them.

use super::finding::arn;
use crate::definition::{Definition, Kind, ParameterKind, Value as Node};
use crate::emulator::engine::StepRecord;
use crate::emulator::model::Execution;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Deeper than any job's request; what lies below is left out.
const DEEPEST: usize = 48;

/// Resolves the references in arguments.
pub struct Arguments<'a> {
    definition: &'a Definition,
    execution: &'a Execution,
    /// The job that gets them.
    job: &'a str,
    parameters: Vec<(String, String)>,
    steps: Vec<StepRecord>,
}

impl<'a> Arguments<'a> {
    /// For a job of an execution.
    pub fn new(
        definition: &'a Definition,
        execution: &'a Execution,
        job: &'a str,
    ) -> Arguments<'a> {
        let run = &execution.run;
        Arguments {
            definition,
            execution,
            job,
            parameters: run.program().parameters(&run.spec().parameters),
            steps: run.steps(),
        }
    }

    /// The arguments of a step; an empty object where it has none.
    pub fn of_step(&self, step: &StepRecord) -> Value {
        let index = self.definition.step(&step.definition_step);
        let arguments = index.and_then(|index| self.definition.arguments(index));
        match arguments.map(|arguments| self.resolved(arguments, DEEPEST)) {
            Some(Value::Object(members)) => Value::Object(members),
            _ => json!({}),
        }
    }

    fn resolved(&self, node: Node, depth: usize) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        match node.kind() {
            Kind::Null => Value::Null,
            Kind::Bool => json!(node.as_bool()),
            Kind::Number => node
                .as_number()
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default(),
            Kind::String => json!(node.as_str()),
            Kind::Array => node
                .items()
                .map(|item| self.resolved(item, depth - 1))
                .collect(),
            Kind::Object => self.object(node, depth),
        }
    }

    fn object(&self, node: Node, depth: usize) -> Value {
        if let Some(reference) = node.get("Get").and_then(Node::as_str) {
            return self.reference(reference).unwrap_or_default();
        }
        if let Some(join) = node.get("Std:Join") {
            let glue = join.get("On").and_then(Node::as_str).unwrap_or_default();
            let parts: Option<Vec<String>> = match join.get("Values") {
                Some(values) => values
                    .items()
                    .map(|value| text(&self.resolved(value, depth - 1)))
                    .collect(),
                None => None,
            };
            return parts.map_or(Value::Null, |parts| json!(parts.join(glue)));
        }
        if node.get("Std:JsonGet").is_some() {
            return Value::Null;
        }
        let members = node
            .entries()
            .map(|(name, value)| (name.to_owned(), self.resolved(value, depth - 1)));
        Value::Object(members.collect::<Map<_, _>>())
    }

    fn reference(&self, reference: &str) -> Option<Value> {
        if let Some(name) = reference.strip_prefix("Parameters.") {
            return self.parameter(name);
        }
        if let Some(name) = reference.strip_prefix("Execution.") {
            return self.of_execution(name).map(Value::from);
        }
        let path = reference.strip_prefix("Steps.")?;
        let name = path.split(['.', '[']).next()?;
        self.product(name, path).map(Value::from)
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        let (_, value) = self.parameters.iter().find(|(known, _)| known == name)?;
        Some(match self.definition.parameter(name)?.kind {
            ParameterKind::String => json!(value),
            ParameterKind::Integer | ParameterKind::Float => {
                serde_json::from_str(value).unwrap_or(json!(value))
            }
            ParameterKind::Boolean => json!(value.eq_ignore_ascii_case("true")),
        })
    }

    fn of_execution(&self, name: &str) -> Option<String> {
        let spec = self.execution.run.spec();
        let time = || {
            Timestamp::from_millisecond(spec.at)
                .ok()
                .map(|time| time.to_string())
        };
        match name {
            "PipelineName" => Some(spec.place.pipeline.clone()),
            "PipelineArn" => Some(spec.place.pipeline_arn()),
            "PipelineExecutionId" => Some(spec.execution_id.clone()),
            "PipelineExecutionArn" => Some(spec.place.execution_arn(&spec.execution_id)),
            "StartDateTime" | "CurrentDateTime" => time(),
            "TrainingJobName" | "ProcessingJobName" => Some(self.job.to_owned()),
            _ => None,
        }
    }

    /// A property of another step's job, of those that steps commonly hand on.
    fn product(&self, name: &str, path: &str) -> Option<String> {
        let step = self
            .steps
            .iter()
            .find(|step| step.definition_step == name)?;
        let (_, job) = arn(step)?.split_once('/')?;
        let place = &self.execution.run.spec().place;
        let bucket = format!("s3://sagemaker-{}-{}", place.region, place.account);
        if path.ends_with(".S3ModelArtifacts") {
            return Some(format!("{bucket}/{job}/output/model.tar.gz"));
        }
        if path.ends_with("Output.S3Uri") {
            let output = path.split(['\'', '"']).nth(1).unwrap_or("output");
            return Some(format!("{bucket}/{job}/output/{output}"));
        }
        if path.ends_with(".S3OutputPath") {
            return Some(format!("{bucket}/{job}/output"));
        }
        if path.ends_with("Name") {
            return Some(job.to_owned());
        }
        path.ends_with("Arn")
            .then(|| arn(step).map(str::to_owned))
            .flatten()
    }
}

/// A scalar as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
