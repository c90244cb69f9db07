//! One error at a time, put into a sound definition.

use serde_json::{Value, json};
use sluicegate_definition::{Definition, StepKind};

/// The error, the definition that has it, and what the refusal must contain.
type InvalidDefinition = (&'static str, String, String);

/// Every error that a definition has room for.
pub fn derived(sound: &Value) -> Vec<InvalidDefinition> {
    let mut invalid: Vec<InvalidDefinition> = Vec::new();
    let mut add = |error, expected: &str, change: &dyn Fn(&mut Value)| {
        let mut changed = sound.clone();
        change(&mut changed);
        invalid.push((error, changed.to_string(), expected.to_owned()));
    };
    add("no version", "Missing required key 'Version'", &|d| {
        remove(d, "Version");
    });
    add("no steps", "Missing required key 'Steps'", &|d| {
        remove(d, "Steps");
    });
    add(
        "steps are not a list",
        "Expecting start of Json Array",
        &|d| {
            d["Steps"] = json!({});
        },
    );
    of_parameters(sound, &mut add);
    if sound["Steps"].get(0).is_some() {
        of_steps(sound, &mut add);
    }
    of_graph(sound, &mut add);
    let mut text = sound.to_string();
    text.pop();
    invalid.push(("cut short", text, "not JSON".to_owned()));
    invalid
}

type Add<'a> = dyn FnMut(&'static str, &str, &dyn Fn(&mut Value)) + 'a;

fn of_parameters(sound: &Value, add: &mut Add) {
    let Some(first) = sound["Parameters"].get(0) else {
        return;
    };
    let name = first["Name"].as_str().unwrap_or_default();
    add("default of another type", name, &|d| {
        d["Parameters"][0]["DefaultValue"] = json!([]);
    });
    add("unknown type of a parameter", "'Number' for 'Type'", &|d| {
        d["Parameters"][0]["Type"] = json!("Number");
    });
    add(
        "a parameter declared twice",
        "Parameter names must be unique",
        &|d| {
            let again = d["Parameters"][0].clone();
            push(&mut d["Parameters"], again);
        },
    );
    let dropped = format!("names the parameter '{name}', which is not defined");
    if sound["Steps"]
        .to_string()
        .contains(&format!("\"Parameters.{name}\""))
    {
        add("a parameter taken away", &dropped, &|d| {
            if let Some(list) = d["Parameters"].as_array_mut() {
                list.remove(0);
            }
        });
    }
}

fn of_steps(sound: &Value, add: &mut Add) {
    let name = sound["Steps"][0]["Name"].as_str().unwrap_or_default();
    add("an unknown type", "Value 'Dance' for 'Type'", &|d| {
        d["Steps"][0]["Type"] = json!("Dance")
    });
    add("no type", "Missing required key 'Type'", &|d| {
        remove(&mut d["Steps"][0], "Type")
    });
    add("no name", "Missing required key 'Name'", &|d| {
        remove(&mut d["Steps"][0], "Name")
    });
    add("an odd name", "regular expression pattern", &|d| {
        d["Steps"][0]["Name"] = json!("a b")
    });
    add(
        "arguments are not an object",
        &format!("step '{name}'"),
        &|d| {
            d["Steps"][0]["Arguments"] = json!([]);
        },
    );
    add(
        "a name given twice",
        &format!("'{name}' is also the name of"),
        &|d| {
            let again = d["Steps"][0].clone();
            push(&mut d["Steps"], again);
        },
    );
    add(
        "an unknown dependency",
        "names the step 'Nobody', which does not exist",
        &|d| {
            d["Steps"][0]["DependsOn"] = json!(["Nobody"]);
        },
    );
    add("an unknown trigger", "Value 'Maybe' for 'Trigger'", &|d| {
        d["Steps"][0]["DependsOn"] = json!([{"Step": name, "Trigger": "Maybe"}]);
    });
    of_jobs(sound, add);
    add(
        "an undeclared output",
        &format!("which step '{name}' does not"),
        &|d| {
            let what = format!("Steps.{name}.PropertyFiles.Nothing");
            let get = json!({"Std:JsonGet": {"PropertyFile": {"Get": what}, "Path": "a"}});
            let step = json!({"Name": "Extra", "Type": "Training", "Arguments": {"A": get}});
            push(&mut d["Steps"], step);
        },
    );
}

/// Errors in the first job among the steps at the top.
fn of_jobs(sound: &Value, add: &mut Add) {
    let is_job = |step: &Value| step["Type"] == "Training" || step["Type"] == "Processing";
    let mut steps = sound["Steps"].as_array().into_iter().flatten();
    let Some(at) = steps.position(is_job) else {
        return;
    };
    add("a bad retry policy", "between 1 and 20", &|d| {
        d["Steps"][at]["RetryPolicies"] =
            json!([{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 21}]);
    });
    add("an odd cache", "ISO 8601", &|d| {
        d["Steps"][at]["CacheConfig"] = json!({"Enabled": true, "ExpireAfter": "soon"});
    });
    add("an unknown member", "unknown property 'Extra'", &|d| {
        d["Steps"][at]["Extra"] = json!(1);
    });
    add(
        "an unknown argument",
        "Unknown Argument member 'Extra'",
        &|d| {
            d["Steps"][at]["Arguments"]["Extra"] = json!(1);
        },
    );
    for (error, what, expected) in [
        (
            "an unknown parameter",
            "Parameters.Nobody",
            "the parameter 'Nobody', which is not defined",
        ),
        (
            "an unknown step",
            "Steps.Nobody.Arn",
            "the step 'Nobody', which does not exist",
        ),
        (
            "an unknown property",
            "Execution.Nobody",
            "names nothing that exists",
        ),
        (
            "an item outside of a loop",
            "ForEach.CurrentItem",
            "outside of the body",
        ),
    ] {
        add(error, expected, &|d| {
            d["Steps"][at]["Arguments"]["Extra"] = json!({"Get": what})
        });
    }
    add("a short role", "cannot be less than min=20.0", &|d| {
        d["Steps"][at]["Arguments"]["RoleArn"] = json!("role");
    });
}

/// Faults in what waits for what.
fn of_graph(sound: &Value, add: &mut Add) {
    let read = Definition::read(&sound.to_string());
    let name = |index: usize| read.steps[index].name.clone();
    let may_wait = |index: usize| {
        let step = &read.steps[index];
        step.parent.is_none() && step.kind != StepKind::Fail
    };
    let mut edges = read.edges.iter();
    let Some(edge) = edges.find(|edge| may_wait(edge.from) && may_wait(edge.to)) else {
        return;
    };
    let (from, to) = (name(edge.from), name(edge.to));
    add("a circle", "The steps form a cycle: ", &|d| {
        for step in d["Steps"].as_array_mut().into_iter().flatten() {
            if step["Name"] == json!(from) {
                step["DependsOn"] = json!([to]);
            }
        }
    });
    let expected = format!("the step '{from}', which does not exist");
    add("a step taken away that another needs", &expected, &|d| {
        if let Some(steps) = d["Steps"].as_array_mut() {
            steps.retain(|step| step["Name"] != json!(from));
        }
    });
}

/// What a definition names but lacks: parameters, property files, and the outputs that property files are in.
pub fn dangling(definition: &Value) -> Vec<String> {
    let names = |list: &Value, key: &str| -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        items
            .filter_map(|item| Some(item[key].as_str()?.to_owned()))
            .collect()
    };
    let parameters = names(&definition["Parameters"], "Name");
    let mut missing = Vec::new();
    each_object(definition, &mut |object| {
        let what = object["Get"].as_str().unwrap_or_default();
        if let Some(name) = what.strip_prefix("Parameters.") {
            missing.extend((!parameters.contains(&name.to_owned())).then(|| name.to_owned()));
        }
        if let Some((step, file)) = what.split_once(".PropertyFiles.") {
            let step = step.trim_start_matches("Steps.");
            let files = find(definition, &json!(step)).map(|step| &step["PropertyFiles"]);
            let declared = names(files.unwrap_or(&Value::Null), "PropertyFileName");
            missing.extend((!declared.contains(&file.to_owned())).then(|| file.to_owned()));
        }
        let outputs = names(
            &object["Arguments"]["ProcessingOutputConfig"]["Outputs"],
            "OutputName",
        );
        let used = names(&object["PropertyFiles"], "OutputName");
        missing.extend(used.into_iter().filter(|name| !outputs.contains(name)));
    });
    missing
}

fn each_object(value: &Value, found: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(members) => {
            found(value);
            members
                .values()
                .for_each(|member| each_object(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| each_object(item, found)),
        _ => {}
    }
}

/// The step of a name, however deep it is nested.
pub fn find<'a>(value: &'a Value, name: &Value) -> Option<&'a Value> {
    match value {
        Value::Object(members)
            if members.contains_key("Type") && members.get("Name") == Some(name) =>
        {
            Some(value)
        }
        Value::Object(members) => members.values().find_map(|member| find(member, name)),
        Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        _ => None,
    }
}

fn remove(value: &mut Value, key: &str) {
    if let Some(members) = value.as_object_mut() {
        members.remove(key);
    }
}

fn push(list: &mut Value, item: Value) {
    if let Some(items) = list.as_array_mut() {
        items.push(item);
    }
}
