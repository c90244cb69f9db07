//! Requirements of each step type.

use super::DefinitionError;
use super::conditions;
use super::located::{Located, short};
use super::schema;
use sluicegate_definition::{Definition, Kind, StepKind};

/// The most output parameters of a Callback or Lambda step.
const MAX_OUTPUTS: usize = 50;
/// The most items that a ForEach can list.
const MAX_ITEMS: usize = 100;

const OUTPUT_TYPES: [&str; 4] = ["String", "Integer", "Float", "Boolean"];
const QUALITY: [&str; 2] = ["DATA_QUALITY", "MODEL_QUALITY"];
const CLARIFY: [&str; 3] = ["DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY"];

/// Checks a step by the rules of its type.
pub fn check(definition: &Definition, index: usize, step: &Located) -> Result<(), DefinitionError> {
    let kind = &definition.steps[index].kind;
    if let (Some(members), Some(arguments)) = (schema::arguments(kind), step.get("Arguments")) {
        arguments.only(members)?;
    }
    match kind {
        StepKind::Condition => conditions::check(&step.required_argument("Conditions")?),
        StepKind::ForEach => each(definition, index, step),
        StepKind::Fail => step.required_argument("ErrorMessage")?.text_or_expression(),
        StepKind::Callback => {
            step.required("SqsQueueUrl")?.text_or_expression()?;
            outputs(step)
        }
        StepKind::Lambda => {
            step.required("FunctionArn")?.text_or_expression()?;
            outputs(step)
        }
        StepKind::QualityCheck => checked(step, &QUALITY),
        StepKind::ClarifyCheck => checked(step, &CLARIFY),
        StepKind::Emr => cluster(step),
        StepKind::Cleanup => cleanup(definition, step),
        _ => step.required("Arguments").map(|_| ()),
    }
}

fn checked(step: &Located, types: &[&str]) -> Result<(), DefinitionError> {
    step.required("Arguments")?;
    step.required("CheckType")?.one_of(types)?;
    for key in ["SkipCheck", "FailOnViolation", "RegisterNewBaseline"] {
        if let Some(flag) = step.get(key)
            && !flag.is_expression()
        {
            flag.expect(Kind::Bool)?;
        }
    }
    Ok(())
}

fn cluster(step: &Located) -> Result<(), DefinitionError> {
    let arguments = step.required("Arguments")?;
    match (arguments.get("ClusterId"), arguments.get("ClusterConfig")) {
        (Some(_), Some(_)) => Err(arguments.fault(
            "Model Validation failed: Only one of ClusterId and ClusterConfig can be given.",
        )),
        _ => Ok(()),
    }
}

fn cleanup(definition: &Definition, step: &Located) -> Result<(), DefinitionError> {
    let resources = step.required_argument("Resources")?;
    resources.expect(Kind::Object)?;
    resources.only(schema::CLEANUP_RESOURCES)?;
    let Some(list) = resources.get("S3") else {
        return Ok(());
    };
    for entry in list.items()? {
        entry.expect(Kind::Object)?;
        entry.only(schema::CLEANUP_SOURCE)?;
        let named = entry.required("StepName")?;
        let name = named.text(1, 64)?;
        if definition.step(name).is_none() {
            return Err(named.fault(format!(
                "Resources names the step '{}', which does not exist.",
                short(name)
            )));
        }
    }
    Ok(())
}

/// Checks the output parameters of a Callback or Lambda step.
fn outputs(step: &Located) -> Result<(), DefinitionError> {
    let Some(list) = step.get("OutputParameters") else {
        return Ok(());
    };
    let outputs = list.items()?;
    if outputs.len() > MAX_OUTPUTS {
        return Err(list.fault(format!(
            "Model Validation failed: A step can have at most {MAX_OUTPUTS} output parameters, but this one has {}.",
            outputs.len()
        )));
    }
    let mut names = Vec::new();
    for output in &outputs {
        output.expect(Kind::Object)?;
        output.only(schema::OUTPUT)?;
        let named = output.required("OutputName")?;
        let name = named.text(1, 256)?;
        if names.contains(&name) {
            return Err(named.fault(format!(
                "Output parameter names must be unique within a step: '{}' is declared more than once.",
                short(name)
            )));
        }
        names.push(name);
        output.required("OutputType")?.one_of(&OUTPUT_TYPES)?;
    }
    Ok(())
}

fn each(definition: &Definition, index: usize, step: &Located) -> Result<(), DefinitionError> {
    let items = step.required_argument("IterableItems")?;
    if !items.is_expression() {
        let count = items.items()?.len();
        if count > MAX_ITEMS {
            return Err(items.fault(format!(
                "Model Validation failed: IterableItems can list at most {MAX_ITEMS} items, but has {count}."
            )));
        }
    }
    if let Some(most) = step.argument("MaxConcurrency")
        && !most.is_expression()
    {
        most.number(1.0, 50.0, true)?;
    }
    if let Some(selector) = step.argument("Selector") {
        selector.expect(Kind::Object)?;
        selector.only(schema::SELECTOR)?;
        selector.required("Pick")?.one_of(&["MaxBy", "MinBy"])?;
        selector.required("Field")?;
    }
    let body = step.required_argument("ForEachBody")?;
    if body.items()?.is_empty() {
        return Err(body.fault("Model Validation failed: ForEachBody must hold at least one step."));
    }
    for child in definition.children(index) {
        let child = &definition.steps[child];
        if matches!(
            child.kind,
            StepKind::Condition | StepKind::Fail | StepKind::ForEach
        ) {
            return Err(body.fault(format!(
                "A ForEach body cannot hold a step of type {}: '{}'.",
                child.kind.as_str(),
                short(&child.name)
            )));
        }
    }
    Ok(())
}
