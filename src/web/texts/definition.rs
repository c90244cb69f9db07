//! What is wrong with a definition, and with what a person types into its form.

use sluicegate_definition::{
    Kind, MAX_EXECUTION_NAME_CHARS, MAX_VALUE_CHARS, NameError, NameErrorKind, ParameterKind,
    Problem, ProblemDetail, ProblemKind, Role, ValueError,
};

use super::actions::too_long;

/// Steps named in a cycle.
const MAX_CYCLE_STEPS: usize = 8;
/// Values named in a list of allowed ones.
const MAX_ALLOWED_VALUES: usize = 12;
/// Characters of a name or value in a sentence.
const MAX_QUOTED_CHARS: usize = 80;

/// A name or value in a sentence: quoted, and cut where it is very long.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("“");
    quoted.extend(text.chars().take(MAX_QUOTED_CHARS));
    if text.chars().nth(MAX_QUOTED_CHARS).is_some() {
        quoted.push('…');
    }
    quoted.push('”');
    quoted
}

fn quoted_list<S: AsRef<str>>(values: &[S]) -> String {
    let quoted: Vec<String> = values
        .iter()
        .take(MAX_ALLOWED_VALUES + 1)
        .map(|value| quoted(value.as_ref()))
        .collect();
    let listed = quoted.len().min(MAX_ALLOWED_VALUES);
    match values.len() - listed {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted[..listed].join(", ")),
    }
}

/// A JSON type with its article.
fn a(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a Boolean",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}

/// One problem of a definition.
pub fn problem(problem: &Problem) -> String {
    use ProblemDetail as D;
    match &problem.detail {
        D::Syntax {
            error,
            partly_read: true,
        } => format!(
            "The definition is not valid JSON: {error}. The part before it is shown as far as it can be understood."
        ),
        D::Syntax { error, .. } => format!("The definition is not valid JSON: {error}."),
        D::Definition { found } => {
            format!("The definition is {}, not an object with steps.", a(*found))
        }
        D::NoSteps => "The definition has no list of steps (“Steps”).".to_owned(),
        D::Steps { key, found } => format!("“{key}” is {}, not a list of steps.", a(*found)),
        D::StepItem { key, index, found } => {
            format!("“{key}[{index}]” is {}, not a step.", a(*found))
        }
        D::UnnamedStep { number, substitute } => {
            format!("Step number {number} has no name; it is called {substitute} here.")
        }
        D::UntypedStep {
            name: Some(name), ..
        } => format!("The step {} has no type.", quoted(name)),
        D::UntypedStep { number, .. } => format!("Step number {number} has no type."),
        D::DuplicateStep { name, count } => format!(
            "{count} steps are named {}; references to that name mean the first.",
            quoted(name)
        ),
        D::UnknownStep { step, name } => format!(
            "Step {} refers to {}, which is not a step of this definition.",
            quoted(step),
            quoted(name)
        ),
        D::DependsOn { step, found } => format!(
            "“DependsOn” of step {} is {}, not a list.",
            quoted(step),
            a(*found)
        ),
        D::DependsOnItem { step, found } => format!(
            "“DependsOn” of step {} contains {}, which does not name a step.",
            quoted(step),
            a(*found)
        ),
        D::UnknownTrigger { step, trigger } => format!(
            "Step {} depends on the unknown trigger {}; it is read as Completed.",
            quoted(step),
            quoted(trigger)
        ),
        D::Cycle { steps } => cycle(steps),
        D::More { count } => format!("And {count} more {}.", plural(problem.kind)),
        detail => parameter_problem(detail),
    }
}

fn parameter_problem(detail: &ProblemDetail) -> String {
    use ProblemDetail as D;
    match detail {
        D::Parameters { found } => {
            format!("“Parameters” is {}, not a list of parameters.", a(*found))
        }
        D::UnnamedParameter { index } => {
            format!("“Parameters[{index}]” has no name and is left out.")
        }
        D::DuplicateParameter { name } => format!(
            "More than one parameter is named {}; only the first is used.",
            quoted(name)
        ),
        D::UnknownType {
            parameter,
            declared,
        } => format!(
            "Parameter {} has the unknown type {}; it is read as a String.",
            quoted(parameter),
            quoted(declared)
        ),
        D::DefaultNotScalar { parameter, found } => format!(
            "The default of parameter {} is {}, not a single value.",
            quoted(parameter),
            a(*found)
        ),
        D::DefaultOfOtherType {
            parameter,
            default,
            kind,
        } => format!(
            "The default of parameter {}, {}, is not of its type, {}.",
            quoted(parameter),
            quoted(default),
            kind.as_str()
        ),
        D::AllowedValues { parameter } => format!(
            "The allowed values of parameter {} are not a list of single values.",
            quoted(parameter)
        ),
        // Worded by `problem`.
        _ => String::new(),
    }
}

fn plural(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::NotJson => "errors in the JSON",
        ProblemKind::Shape => "values of an unexpected shape",
        ProblemKind::Duplicate => "duplicate names",
        ProblemKind::Dangling => "references to steps that do not exist",
        ProblemKind::Cycle => "cycles",
    }
}

fn cycle(steps: &[String]) -> String {
    if let [only] = steps {
        return format!("Step {} waits for itself.", quoted(only));
    }
    let mut names: Vec<String> = steps
        .iter()
        .take(MAX_CYCLE_STEPS)
        .map(|name| quoted(name))
        .collect();
    if steps.len() > MAX_CYCLE_STEPS {
        names.push(format!("{} more", steps.len() - MAX_CYCLE_STEPS));
    }
    names.extend(steps.first().map(|name| quoted(name)));
    format!(
        "{} steps wait for one another in a cycle: {}.",
        steps.len(),
        names.join(" → ")
    )
}

/// What is wrong with an execution's name.
pub fn name_error(error: &NameError) -> String {
    const RULE: &str = "Letters, digits and inner hyphens only";
    let problem = match error.kind {
        NameErrorKind::Empty => "A name is required: letters, digits and inner hyphens.".to_owned(),
        NameErrorKind::Character(wrong) => {
            format!("{RULE}: {} is not allowed.", character(wrong))
        }
        NameErrorKind::LeadingHyphen => {
            format!("{RULE}: a hyphen at the beginning is not allowed.")
        }
        NameErrorKind::TrailingHyphen => format!("{RULE}: a hyphen at the end is not allowed."),
        NameErrorKind::TooLong(length) => too_long(MAX_EXECUTION_NAME_CHARS, length),
    };
    match &error.suggestion {
        Some(name) => format!("{problem} Try {name}."),
        None => problem,
    }
}

fn character(character: char) -> String {
    match character {
        ' ' => "the space".to_owned(),
        '_' => "the underscore".to_owned(),
        '.' => "the dot".to_owned(),
        ',' => "the comma".to_owned(),
        ':' => "the colon".to_owned(),
        '/' => "the slash".to_owned(),
        '\t' => "the tab".to_owned(),
        '\n' | '\r' => "the line break".to_owned(),
        space if space.is_whitespace() => "an unusual kind of space".to_owned(),
        hidden if hidden.is_control() || hidden.escape_debug().len() > 2 => {
            format!("the invisible character U+{:04X}", u32::from(hidden))
        }
        other => format!("“{other}”"),
    }
}

/// Why a value does not fit its parameter.
pub fn value_error(error: &ValueError) -> String {
    match error {
        ValueError::Required {
            kind,
            role,
            allowed,
            default,
        } => {
            let wanted = if allowed.is_empty() {
                wanted(*kind, *role).to_owned()
            } else {
                format!("one of {}", quoted_list(allowed))
            };
            match default {
                Some(default) => {
                    format!(
                        "Required: enter {wanted}. The default is {}.",
                        quoted(default)
                    )
                }
                None => format!("Required: enter {wanted}."),
            }
        }
        ValueError::TooLong { length } => too_long(MAX_VALUE_CHARS, *length),
        ValueError::NotOfType { value, kind } => {
            let wanted = match kind {
                ParameterKind::String => "text",
                ParameterKind::Integer => "a whole number such as 5",
                ParameterKind::Float => "a number such as 0.5 or 1e-3",
                ParameterKind::Boolean => "true or false",
            };
            format!("{} is not {wanted}.", quoted(value))
        }
        ValueError::NotAllowed { allowed } => format!("Choose one of {}.", quoted_list(allowed)),
        ValueError::NotAnInstanceType { value } => format!(
            "{} is not an instance type such as ml.m5.xlarge.",
            quoted(value)
        ),
        ValueError::NotAnS3Uri { value } => {
            format!(
                "{} is not an S3 URI such as s3://bucket/key.",
                quoted(value)
            )
        }
        ValueError::NoBucket => "The name of the bucket is missing after s3://.".to_owned(),
        ValueError::BucketName { bucket } => format!(
            "{} is not a valid bucket name. Bucket names have 3 to 63 lower-case letters, digits, dots and hyphens, and begin and end with a letter or a digit.",
            quoted(bucket)
        ),
    }
}

fn wanted(kind: ParameterKind, role: Role) -> &'static str {
    match (kind, role) {
        (ParameterKind::Integer, _) => "a whole number",
        (ParameterKind::Float, _) => "a number",
        (ParameterKind::Boolean, _) => "true or false",
        (ParameterKind::String, Role::InstanceType) => "an instance type such as ml.m5.xlarge",
        (ParameterKind::String, Role::S3Uri) => "an S3 URI such as s3://bucket/key",
        (ParameterKind::String, Role::ApprovalStatus) => "an approval status",
        (ParameterKind::String, Role::ModelPackageGroup) => "the name of a model package group",
        (ParameterKind::String, Role::Plain) => "a value; this parameter has no default",
    }
}

#[cfg(test)]
mod tests;
