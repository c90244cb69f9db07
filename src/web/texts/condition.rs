//! The conditions of a Condition step.

use sluicegate_definition::{Condition, Operator, Resolved};

/// A condition on one line: `accuracy ≥ 0.8`.
pub fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Compare(compared) => {
            comparison(&compared.left, compared.operator, &compared.right)
        }
        Condition::In(value, all) => {
            let all: Vec<String> = all.iter().map(side).collect();
            format!("{} is one of {}", side(value), all.join(", "))
        }
        Condition::Not(inner) => match &**inner {
            Condition::Compare(compared) => comparison(
                &compared.left,
                compared.operator.opposite(),
                &compared.right,
            ),
            other => format!("not ({})", self::condition(other)),
        },
        Condition::Or(any) => {
            let any: Vec<String> = any.iter().map(self::condition).collect();
            any.join(" or ")
        }
        Condition::Unknown(json) => json.clone(),
    }
}

/// What held, by the outcome of a Condition step: of one condition that did not hold, the opposite.
pub fn held(conditions: &[Condition], outcome: bool) -> Option<String> {
    let all: Vec<String> = conditions.iter().map(condition).collect();
    match (conditions, outcome) {
        ([], _) => None,
        ([Condition::Compare(compared)], false) => Some(comparison(
            &compared.left,
            compared.operator.opposite(),
            &compared.right,
        )),
        (_, true) => Some(all.join(" and ")),
        ([_], false) => Some(format!("not {}", all.concat())),
        (_, false) => Some(format!("not all of {}", all.join(", "))),
    }
}

fn comparison(left: &Resolved, operator: Operator, right: &Resolved) -> String {
    format!("{} {} {}", side(left), operator.sign(), side(right))
}

/// A value. What is read from a file has the last name in its path that is not `value`.
fn side(value: &Resolved) -> String {
    let is_reference = value.sources.len() == 1 && value.sources[0] == value.text;
    if value.is_known || value.sources.is_empty() || is_reference {
        return value.text.clone();
    }
    let mut parts = value.text.rsplit('.');
    let named = parts.find(|part| !part.eq_ignore_ascii_case("value") && !part.is_empty());
    named.unwrap_or(&value.text).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluicegate_definition::Definition;

    /// What held of these conditions, of which `Parameters.Limit` is 0.25.
    fn shown(conditions: &str, outcome: bool) -> Option<String> {
        let text = format!(
            r#"{{"Steps": [{{"Name": "C", "Type": "Condition", "Arguments": {{"Conditions": {conditions}}}}}]}}"#
        );
        let known = |reference: &str| (reference == "Parameters.Limit").then(|| "0.25".to_owned());
        held(
            &Definition::read(&text).resolved_conditions(0, &known),
            outcome,
        )
    }

    #[test]
    fn a_condition_is_shown_as_what_held() {
        let error = r#"{"Std:JsonGet": {"PropertyFile": {"Get": "Steps.E.PropertyFiles.R"}, "Path": "metrics.weighted_error.value"}}"#;
        let limit = r#"{"Get": "Parameters.Limit"}"#;
        let below =
            format!(r#"{{"Type": "LessThan", "LeftValue": {error}, "RightValue": {limit}}}"#);
        let one_of = r#"{"Type": "In", "QueryValue": "a", "Values": ["b", "c"]}"#;
        let one = format!("[{below}]");
        let two = format!("[{below}, {one_of}]");
        assert_eq!(shown("[]", true), None);
        assert_eq!(shown(&one, true).as_deref(), Some("weighted error < 0.25"));
        assert_eq!(shown(&one, false).as_deref(), Some("weighted error ≥ 0.25"));
        assert_eq!(
            shown(&two, true).as_deref(),
            Some("weighted error < 0.25 and a is one of b, c")
        );
        assert_eq!(
            shown(&two, false).as_deref(),
            Some("not all of weighted error < 0.25, a is one of b, c")
        );
        let not = format!(r#"[{{"Type": "Not", "Expression": {below}}}]"#);
        assert_eq!(shown(&not, true).as_deref(), Some("weighted error ≥ 0.25"));
    }
}
