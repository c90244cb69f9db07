//! The part of IAM's policy language that session policies need here: statements with effect, actions and resources.
//! Policies with anything else are rejected rather than misinterpreted.

use crate::protocol::errors::{ErrorCode, ServiceError};
use serde_json::Value;

/// A session policy.
#[derive(Debug, PartialEq)]
pub struct Policy {
    document: Value,
    statements: Vec<Statement>,
}

#[derive(Debug, PartialEq)]
struct Statement {
    allows: bool,
    actions: Vec<String>,
    resources: Vec<String>,
}

/// What a policy decides on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyDecision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement applies.
    ImplicitDeny,
}

impl Policy {
    /// Parses a policy.
    pub fn parse(text: &str) -> Result<Policy, ServiceError> {
        let document: Value = serde_json::from_str(text)
            .map_err(|_| malformed("This policy contains invalid Json"))?;
        let statements = match document.get("Statement") {
            Some(Value::Array(statements)) if !statements.is_empty() => statements.as_slice(),
            Some(one @ Value::Object(_)) => std::slice::from_ref(one),
            _ => return Err(malformed("Syntax errors in policy.")),
        };
        let known = ["2012-10-17", "2008-10-17"];
        let version = document.get("Version").map(Value::as_str);
        if version.is_some_and(|version| !version.is_some_and(|v| known.contains(&v))) {
            return Err(malformed("The policy must contain a valid version string"));
        }
        let statements = statements.iter().map(statement).collect::<Result<_, _>>()?;
        Ok(Policy {
            document,
            statements,
        })
    }

    /// The policy as it was given.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The decision on an action (`sagemaker:ListPipelines`) and a resource; `*` where there is none.
    pub fn decide(&self, action: &str, resource: &str) -> PolicyDecision {
        let action = action.to_lowercase();
        let applies = |statement: &&Statement| {
            let of_action = |pattern: &String| matches(&pattern.to_lowercase(), &action);
            let of_resource = |pattern: &String| matches(pattern, resource);
            statement.actions.iter().any(of_action) && statement.resources.iter().any(of_resource)
        };
        let mut decision = PolicyDecision::ImplicitDeny;
        for statement in self.statements.iter().filter(applies) {
            if !statement.allows {
                return PolicyDecision::ExplicitDeny;
            }
            decision = PolicyDecision::Allowed;
        }
        decision
    }
}

fn statement(value: &Value) -> Result<Statement, ServiceError> {
    let Some(members) = value.as_object() else {
        return Err(malformed("Syntax errors in policy."));
    };
    let known = ["Sid", "Effect", "Action", "Resource"];
    if let Some(other) = members.keys().find(|key| !known.contains(&key.as_str())) {
        let message = format!("The local token service does not know {other} in a session policy.");
        return Err(malformed(&message));
    }
    let allows = match value.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err(malformed("Syntax errors in policy.")),
    };
    Ok(Statement {
        allows,
        actions: texts(
            value.get("Action"),
            "Policy statement must contain actions.",
        )?,
        resources: texts(
            value.get("Resource"),
            "Policy statement must contain resources.",
        )?,
    })
}

/// A text, or a list of texts.
fn texts(value: Option<&Value>, missing: &str) -> Result<Vec<String>, ServiceError> {
    let texts: Option<Vec<String>> = match value {
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(Value::Array(many)) => many
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    };
    texts
        .filter(|texts| !texts.is_empty())
        .ok_or_else(|| malformed(missing))
}

fn malformed(message: &str) -> ServiceError {
    ServiceError::new(ErrorCode::MalformedPolicy, message)
}

/// Whether a text matches a pattern: `*` matches any characters, `?` a single one.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(c) if *c == '?' || *c == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((after, taken)) = star else {
                    return false;
                };
                star = Some((after, taken + 1));
                at = after + 1;
                in_text = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(statements: Value) -> Policy {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        Policy::parse(&document.to_string()).expect("a policy")
    }

    #[test]
    fn patterns_match_the_whole_text() {
        for (pattern, text) in [
            ("*", ""),
            ("a*c", "abc"),
            ("a*c", "ac"),
            ("*/x*", "a/b/x1"),
            ("a?c", "abc"),
            ("a**", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a?", "a"),
            ("a*c", "abd"),
            ("abc", "ABC"),
            ("a*b", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn without_an_allow_access_is_denied_and_a_deny_wins() {
        let allow = json!({"Effect": "Allow", "Action": "sagemaker:Stop*", "Resource": ["arn:a", "arn:b/*"]});
        let one = policy(allow.clone());
        assert_eq!(
            one.decide("sagemaker:StopX", "arn:a"),
            PolicyDecision::Allowed
        );
        assert_eq!(
            one.decide("SageMaker:stopx", "arn:b/c"),
            PolicyDecision::Allowed
        );
        assert_eq!(
            one.decide("sagemaker:StopX", "arn:A"),
            PolicyDecision::ImplicitDeny
        );
        assert_eq!(
            one.decide("sagemaker:Start", "arn:a"),
            PolicyDecision::ImplicitDeny
        );
        assert_eq!(
            one.decide("sagemaker:StopX", "*"),
            PolicyDecision::ImplicitDeny
        );
        let deny = json!({"Effect": "Deny", "Action": ["*"], "Resource": "arn:a"});
        let both = policy(json!([deny, allow]));
        assert_eq!(
            both.decide("sagemaker:StopX", "arn:a"),
            PolicyDecision::ExplicitDeny
        );
        assert_eq!(
            both.decide("sagemaker:StopX", "arn:b/c"),
            PolicyDecision::Allowed
        );
    }

    #[test]
    fn invalid_and_unsupported_policies_are_rejected() {
        let statement = json!({"Effect": "Allow", "Action": "a:b", "Resource": "*"});
        let mut conditioned = statement.clone();
        conditioned["Condition"] = json!({"Bool": {"aws:SecureTransport": "true"}});
        for text in [
            "".to_owned(),
            "{".to_owned(),
            "[]".to_owned(),
            json!({"Statement": []}).to_string(),
            json!({"Version": "2020-01-01", "Statement": statement}).to_string(),
            json!({"Statement": [{"Effect": "allow", "Action": "a:b", "Resource": "*"}]})
                .to_string(),
            json!({"Statement": [{"Effect": "Allow", "Resource": "*"}]}).to_string(),
            json!({"Statement": [{"Effect": "Allow", "Action": [], "Resource": "*"}]}).to_string(),
            json!({"Statement": [conditioned]}).to_string(),
        ] {
            let refusal = Policy::parse(&text).expect_err(&text);
            assert_eq!(refusal.code, ErrorCode::MalformedPolicy, "{text}");
        }
    }
}
