//! Every definition of the folder that `SLUICEGATE_CORPUS` names is read as its expectation states.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sluicegate_definition::{Branch, Definition, Parameter, ProblemKind};

#[test]
fn every_definition_of_the_corpus_reads_as_expected() {
    let Some(folder) = std::env::var_os("SLUICEGATE_CORPUS") else {
        println!("SLUICEGATE_CORPUS is not set: no corpus of real definitions was read");
        return;
    };
    let expectations = expectations(Path::new(&folder));
    assert!(
        !expectations.is_empty(),
        "{} holds no *.expected.json",
        folder.display()
    );
    let mut wrong = Vec::new();
    for path in &expectations {
        wrong.extend(compare(path));
    }
    println!("{} definitions of the corpus were read", expectations.len());
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn expectations(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("the corpus folder can be listed");
    let mut paths: Vec<PathBuf> = files
        .map(|file| file.expect("the corpus folder can be listed").path())
        .filter(|path| path.to_string_lossy().ends_with(".expected.json"))
        .collect();
    paths.sort();
    paths
}

/// The differences between a definition and its expectation, one line each.
fn compare(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("the expectation can be read");
    let expected: Value = serde_json::from_str(&text).expect("the expectation is JSON");
    let path = PathBuf::from(path.to_string_lossy().replace(".expected.json", ".json"));
    let text = std::fs::read_to_string(&path).expect("the definition can be read");
    let definition = Definition::read(&text);

    let mut wrong = Vec::new();
    let mut same = |what: &str, found: Value| {
        let wanted = &expected[what];
        if &found != wanted {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            wrong.push(format!(
                "{name}: {what}: wanted {wanted:.400}, found {found:.400}"
            ));
        }
    };
    same("version", json!(definition.version));
    same("nodes", nodes(&definition));
    same("edges", edges(&definition));
    same("parameters", parameters(&definition, &expected));
    same("cyclic", json!(has(&definition, ProblemKind::Cycle)));
    let empty = |what: &str| expected[what].as_array().is_none_or(Vec::is_empty);
    let dangling = has(&definition, ProblemKind::Dangling);
    let duplicate = has(&definition, ProblemKind::Duplicate);
    let shape = has(&definition, ProblemKind::Shape);
    assert_eq!(dangling, !empty("dangling"), "dangling of {path:?}");
    assert_eq!(
        duplicate,
        !empty("duplicate_names"),
        "duplicates of {path:?}"
    );
    assert_eq!(shape, !empty("odd"), "oddities of {path:?}");
    let triggers = definition.edges.iter().filter(|edge| {
        edge.when
            .is_some_and(|when| !matches!(when.as_str(), "True" | "False"))
    });
    let wanted = expected["triggers"].as_array().map_or(0, Vec::len);
    assert_eq!(triggers.count(), wanted, "triggers of {path:?}");
    for parameter in &definition.parameters {
        if let Some(default) = &parameter.default {
            let checked = parameter.check(default);
            assert!(checked.is_ok(), "{path:?}: {parameter:?}: {checked:?}");
            // Typed into a form with another default it fits as well; only an empty one does not.
            let typed = Parameter {
                default: None,
                ..parameter.clone()
            };
            let checked = typed.check(default);
            assert!(
                checked.is_ok() || default.is_empty(),
                "{path:?}: {parameter:?}: {checked:?}"
            );
        }
    }
    wrong
}

fn has(definition: &Definition, kind: ProblemKind) -> bool {
    definition
        .problems
        .iter()
        .any(|problem| problem.kind == kind)
}

fn nodes(definition: &Definition) -> Value {
    let steps = definition.steps.iter().enumerate();
    let nodes = steps.map(|(index, step)| {
        let cache = definition
            .cache_config(index)
            .map(|cache| json!({"Enabled": cache.enabled, "ExpireAfter": cache.expire_after}));
        json!({
            "name": step.name,
            "type": step.kind.label(),
            "parent": step.parent.map(|parent| &definition.steps[parent].name),
            "branch": step.branch.map(Branch::key),
            "depth": step.depth,
            "display_name": step.display_name,
            "cache": cache,
            "retry_policies": definition.retry_policies(index).len(),
        })
    });
    nodes.collect()
}

fn edges(definition: &Definition) -> Value {
    let name = |index: usize| definition.steps[index].name.as_str();
    let edges = definition.edges.iter();
    let pairs: BTreeSet<_> = edges.map(|edge| (name(edge.from), name(edge.to))).collect();
    json!(pairs)
}

/// The parameters in the expectation's form. A default has the JSON type that the expectation gives it, as
/// long as its text is the same.
fn parameters(definition: &Definition, expected: &Value) -> Value {
    let parameters = definition.parameters.iter().enumerate();
    let parameters = parameters.map(|(index, parameter)| {
        let wanted = &expected["parameters"][index];
        let text = match &wanted["default"] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let default = if parameter.default == text {
            wanted["default"].clone()
        } else {
            json!(parameter.default)
        };
        let allowed = (!parameter.allowed.is_empty()).then_some(&parameter.allowed);
        json!({
            "name": parameter.name,
            "type": parameter.declared,
            "has_default": parameter.default.is_some(),
            "default": default,
            "enum": allowed,
            "other_keys": wanted["other_keys"],
        })
    });
    parameters.collect()
}
