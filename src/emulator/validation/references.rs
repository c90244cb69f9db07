//! References (`Get`) and functions (`Std:…`): whether what they refer to exists.

use super::DefinitionError;
use super::graph::loops;
use super::located::{Located, short};
use super::schema;
use super::steps::located;
use sluicegate_definition::{Branch, Definition, Kind, NodeId, StepKind, Value};

/// The properties of `Execution`.
const EXECUTION: [&str; 8] = [
    "StartDateTime",
    "CurrentDateTime",
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
    "TrainingJobName",
    "ProcessingJobName",
];

/// The most levels of a path in a message.
const MAX_PATH_LEVELS: usize = 16;

/// Checks every reference and function of a definition with valid steps.
pub fn check(definition: &Definition, paths: &[String]) -> Result<(), DefinitionError> {
    let loops = loops(definition);
    let scope = |index: usize| Scope {
        definition,
        step: Some(index),
        within: loops.get(index).copied().flatten(),
    };
    for index in 0..definition.steps.len() {
        if let Some(step) = located(definition, index, paths) {
            walk(&step, &scope(index))?;
        }
    }
    let outside = Scope {
        definition,
        step: None,
        within: None,
    };
    for key in ["PipelineExperimentConfig", "MlflowConfig"] {
        if let Some(value) = definition.top(key) {
            walk(&Located::within("", value, key.to_owned()), &outside)?;
        }
    }
    Ok(())
}

/// Where a reference is.
struct Scope<'a> {
    definition: &'a Definition,
    step: Option<usize>,
    /// The ForEach whose body contains it.
    within: Option<usize>,
}

/// A visited value, and how it was reached.
struct Visited<'a> {
    value: Value<'a>,
    /// The index of the value that contains it.
    holder: usize,
    key: Key<'a>,
}

enum Key<'a> {
    Name(&'a str),
    Item(usize),
}

/// Visits all nested values in the order of the text, without recursion: they may nest a hundred thousand levels.
fn walk(root: &Located, scope: &Scope) -> Result<(), DefinitionError> {
    let nested = nested(root.value);
    let mut visited = vec![Visited {
        value: root.value,
        holder: 0,
        key: Key::Item(0),
    }];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        let value = visited[at].value;
        if value.kind() == Kind::Object && value.size() == 1 {
            expression(value, scope)
                .map_err(|sentence| place(root, &visited, at).fault(sentence))?;
        }
        let first = visited.len();
        let items = value.items().enumerate();
        let members = value.entries();
        let children = items
            .map(|(index, item)| (Key::Item(index), item))
            .chain(members.map(|(name, member)| (Key::Name(name), member)))
            .filter(|(_, child)| !nested.contains(&child.id()));
        visited.extend(children.map(|(key, value)| Visited {
            value,
            holder: at,
            key,
        }));
        open.extend((first..visited.len()).rev());
    }
    Ok(())
}

/// The lists of nested steps, which are checked separately.
fn nested(step: Value<'_>) -> Vec<NodeId> {
    let holders = [Some(step), step.get("Arguments")];
    let lists = |holder: Value<'_>| {
        ["IfSteps", "ElseSteps", "ForEachBody"]
            .into_iter()
            .filter_map(move |key| holder.get(key).map(Value::id))
            .collect::<Vec<_>>()
    };
    holders.into_iter().flatten().flat_map(lists).collect()
}

/// The location of a visited value.
fn place<'a>(root: &Located<'a>, visited: &[Visited<'a>], at: usize) -> Located<'a> {
    let mut keys = Vec::new();
    let mut here = at;
    while here != 0 {
        keys.push(&visited[here].key);
        here = visited[here].holder;
    }
    let mut path = String::new();
    for key in keys.iter().rev().take(MAX_PATH_LEVELS) {
        match key {
            Key::Name(name) => path.push_str(&format!(".{}", short(name))),
            Key::Item(index) => path.push_str(&format!("[{index}]")),
        }
    }
    root.below(visited[at].value, &path)
}

/// Checks an object with a single member, if that member makes it an expression.
fn expression(value: Value<'_>, scope: &Scope) -> Result<(), String> {
    let Some((key, content)) = value.entries().next() else {
        return Ok(());
    };
    match key {
        "Get" => match content.as_str() {
            Some(what) => reference(what, scope),
            None => Err("Model Validation failed: Get must name what it refers to.".to_owned()),
        },
        "Std:Join" => join(content),
        "Std:JsonGet" => json_get(content, scope),
        other if other.starts_with("Std:") => Err(format!(
            "Model Validation failed: Unknown function '{}'.",
            short(other)
        )),
        _ => Ok(()),
    }
}

/// Checks that a function has no other members than these.
fn only(content: Value<'_>, members: &[&str]) -> Result<(), String> {
    match content.entries().find(|(name, _)| !members.contains(name)) {
        None => Ok(()),
        Some((name, _)) => Err(format!(
            "Cannot parse object, unknown property '{}'.",
            short(name)
        )),
    }
}

fn join(content: Value<'_>) -> Result<(), String> {
    only(content, schema::JOIN)?;
    let on = content.get("On");
    let values = content.get("Values").map(Value::kind);
    match (on.is_none_or(|on| on.as_str().is_some()), values) {
        (true, Some(Kind::Array)) => Ok(()),
        (false, _) => Err("Model Validation failed: On of Std:Join must be a string.".to_owned()),
        (true, _) => Err("Model Validation failed: Values of Std:Join must be a list.".to_owned()),
    }
}

fn json_get(content: Value<'_>, scope: &Scope) -> Result<(), String> {
    only(content, schema::JSON_GET)?;
    if content.get("Path").is_none_or(Value::is_null) {
        return Err(
            "Model Validation failed: Missing required key 'Path' of Std:JsonGet.".to_owned(),
        );
    }
    let Some(file) = content.get("PropertyFile") else {
        return match content.get("S3Uri") {
            Some(_) => Ok(()),
            None => Err(
                "Model Validation failed: Std:JsonGet needs either PropertyFile or S3Uri."
                    .to_owned(),
            ),
        };
    };
    let what = file.get("Get").and_then(Value::as_str).unwrap_or_default();
    let parts = what
        .strip_prefix("Steps.")
        .and_then(|rest| rest.split_once(".PropertyFiles."));
    match parts {
        // Whether the file is declared is checked with the reference itself.
        Some(_) => reference(what, scope),
        None => Err(format!(
            "Model Validation failed: PropertyFile of Std:JsonGet must refer to a property file of a step, but is {}.",
            short(&file.to_json())
        )),
    }
}

/// Checks the reference of a `Get`.
fn reference(what: &str, scope: &Scope) -> Result<(), String> {
    let quoted = short(what);
    let (root, rest) = what.split_once('.').unwrap_or((what, ""));
    match root {
        "Parameters" => match scope.definition.parameter(rest) {
            Some(_) => Ok(()),
            None => Err(format!(
                "Reference '{quoted}' names the parameter '{}', which is not defined.",
                short(rest)
            )),
        },
        "Steps" => of_step(rest, scope, &quoted),
        "Execution" if EXECUTION.contains(&rest) => Ok(()),
        "PipelineExperimentConfig" if matches!(rest, "ExperimentName" | "TrialName") => Ok(()),
        "ForEach" if rest.starts_with("CurrentItem") => match scope.within {
            Some(_) => Ok(()),
            None => Err(format!(
                "Reference '{quoted}' stands outside of the body of a ForEach step."
            )),
        },
        "IterationOutput" => of_iteration(rest, scope, &quoted),
        _ => Err(format!("Reference '{quoted}' names nothing that exists.")),
    }
}

/// Checks the part after `Steps.`
fn of_step(rest: &str, scope: &Scope, quoted: &str) -> Result<(), String> {
    let (name, path) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    let Some(index) = scope.definition.step(name) else {
        return Err(format!(
            "Reference '{quoted}' names the step '{}', which does not exist.",
            short(name)
        ));
    };
    let kind = &scope.definition.steps[index].kind;
    if let Some(file) = path.strip_prefix(".PropertyFiles.") {
        let declared = scope.definition.property_files(index);
        return match declared.iter().any(|known| known.name == file) {
            true => Ok(()),
            false => Err(format!(
                "Reference '{quoted}' names the property file '{}', which step '{name}' does not declare.",
                short(file)
            )),
        };
    }
    if let Some(key) = path.strip_prefix(".OutputParameters[")
        && matches!(kind, StepKind::Callback | StepKind::Lambda)
    {
        let key = key.split(']').next().unwrap_or_default();
        let key = key.trim_matches(['\'', '"']);
        return match declares_output(scope.definition, index, key) {
            true => Ok(()),
            false => Err(format!(
                "Reference '{quoted}' names the output parameter '{}', which step '{name}' does not declare.",
                short(key)
            )),
        };
    }
    if path.starts_with(".IterationOutputs") && *kind != StepKind::ForEach {
        return Err(format!(
            "Reference '{quoted}' asks step '{name}' for iterations, but it is not a ForEach step."
        ));
    }
    Ok(())
}

fn declares_output(definition: &Definition, step: usize, name: &str) -> bool {
    let step = definition.value(step);
    let declared = step.and_then(|step| step.get("OutputParameters"));
    let mut names = declared.into_iter().flat_map(Value::items);
    names.any(|output| output.get("OutputName").and_then(Value::as_str) == Some(name))
}

/// Checks the part after `IterationOutput.`: a step of the body of the enclosing ForEach.
fn of_iteration(rest: &str, scope: &Scope, quoted: &str) -> Result<(), String> {
    let name = rest.split(['.', '[']).next().unwrap_or_default();
    let definition = scope.definition;
    let container = scope.within.or(scope
        .step
        .filter(|step| definition.steps[*step].kind == StepKind::ForEach));
    let Some(container) = container else {
        return Err(format!(
            "Reference '{quoted}' stands outside of a ForEach step."
        ));
    };
    let in_body = |step: usize| {
        let step = &definition.steps[step];
        step.parent == Some(container) && step.branch == Some(Branch::Body)
    };
    match definition.step(name).is_some_and(in_body) {
        true => Ok(()),
        false => Err(format!(
            "Reference '{quoted}' names the step '{}', which is not in the body of '{}'.",
            short(name),
            short(&definition.steps[container].name)
        )),
    }
}
