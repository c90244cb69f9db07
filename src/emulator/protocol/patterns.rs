//! The regular expressions of SageMaker's model, each beside a hand-written check.
//!
//! The text is what a refusal prints, so it is the service's own, escapes included.

/// A member's pattern: its text, and whether a value satisfies it.
pub struct Pattern {
    /// The regular expression as the service prints it.
    pub text: &'static str,
    /// Whether the whole value matches.
    pub holds: fn(&str) -> bool,
}

/// A pipeline's name or display name.
pub static NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}",
    holds: |value| is_name(value, 256),
};

/// The display name of an execution or of a version.
pub static SHORT_NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}",
    holds: |value| is_name(value, 82),
};

/// A pipeline's name or its ARN.
pub static NAME_OR_ARN: Pattern = Pattern {
    text: r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})",
    holds: |value| match value.starts_with("arn:") {
        true => is_pipeline_arn(value) && value.ends_with(|c: char| c.is_ascii_alphanumeric()),
        false => is_name(value, 256),
    },
};

/// A pipeline's ARN.
pub static PIPELINE_ARN: Pattern = Pattern {
    text: r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*",
    holds: is_pipeline_arn,
};

/// An execution's ARN.
pub static EXECUTION_ARN: Pattern = Pattern {
    text: r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*",
    holds: |value| {
        sagemaker_resource(value, false).is_some_and(|resource| {
            resource
                .strip_prefix("pipeline/")
                .is_some_and(|rest| rest.contains("/execution/"))
        })
    },
};

/// Anything that carries tags.
pub static RESOURCE_ARN: Pattern = Pattern {
    text: "arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+",
    holds: |value| sagemaker_resource(value, false).is_some_and(|resource| !resource.is_empty()),
};

/// An IAM role.
pub static ROLE_ARN: Pattern = Pattern {
    text: r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+",
    holds: is_role_arn,
};

/// The name of a role's session, and the identity it was begun for.
pub static SESSION_NAME: Pattern = Pattern {
    text: r"[\w+=,.@-]*",
    holds: |value| {
        value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
    },
};

/// A parameter's name.
pub static PARAMETER_NAME: Pattern = Pattern {
    text: r"[A-Za-z0-9\-_]*",
    holds: |value| {
        value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    },
};

/// A version's alias.
pub static ALIAS: Pattern = Pattern {
    text: r"[a-zA-Z0-9._\-]{1,128}",
    holds: |value| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        (1..=128).contains(&value.len()) && value.chars().all(allowed)
    },
};

/// A callback's token.
pub static CALLBACK_TOKEN: Pattern = Pattern {
    text: "[a-zA-Z0-9]+",
    holds: |value| !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric()),
};

/// Part of a model package group's name.
pub static NAME_PART: Pattern = Pattern {
    text: r"[a-zA-Z0-9\-]+",
    holds: |value| {
        !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    },
};

/// A job's, a model's, an endpoint's name.
pub static ENTITY_NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    holds: |value| is_name(value, 63),
};

/// A tuning or an AutoML job's name.
pub static SHORT_ENTITY_NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}",
    holds: |value| is_name(value, 32),
};

/// A model's or an inference component's name.
pub static MODEL_NAME: Pattern = Pattern {
    text: r"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?",
    holds: |value| is_name(value, usize::MAX),
};

/// A model package's ARN, or its group's name, with a number or without.
pub static PACKAGE: Pattern = Pattern {
    text: r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?",
    holds: |value| {
        let Some(named) = after_arn(value) else {
            return false;
        };
        let (name, number) = named.split_once('/').unwrap_or((named, "1"));
        let digits = number.chars().all(|c| c.is_ascii_digit());
        is_name(name, 63) && name.len() <= 63 && digits && (1..=9).contains(&number.len())
    },
};

/// A model package group's name or ARN.
pub static PACKAGE_GROUP: Pattern = Pattern {
    text: r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)",
    holds: |value| after_arn(value).is_some_and(|name| is_name(name, 63) && name.len() <= 63),
};

/// What follows the kind of resource in an ARN; all of what is no ARN.
fn after_arn(value: &str) -> Option<&str> {
    if !value.starts_with("arn:") {
        return Some(value);
    }
    let (kind, rest) = sagemaker_resource(value, false)?.split_once('/')?;
    let plain = |c: char| c.is_ascii_lowercase() || c == '-';
    kind.chars().all(plain).then_some(rest)
}

/// A definition: line breaks and tabs are allowed, other separators of lines are not.
pub static DEFINITION_TEXT: Pattern = Pattern {
    text: r".*(?:[ \r\n\t].*)*",
    holds: |value| !value.contains(['\u{85}', '\u{2028}', '\u{2029}']),
};

/// A bucket's name.
pub static BUCKET: Pattern = Pattern {
    text: r"[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]",
    holds: |value| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        (3..=63).contains(&value.len())
            && value.starts_with(plain)
            && value.ends_with(plain)
            && value.chars().all(|c| plain(c) || c == '.' || c == '-')
    },
};

/// A tag's key or value.
pub static TAG: Pattern = Pattern {
    text: r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)",
    holds: |value| {
        value.chars().all(|c| {
            c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
        })
    },
};

/// At least one character, none of them a line break.
pub static SOME: Pattern = Pattern {
    text: ".+",
    holds: |value| !value.is_empty() && !has_line_break(value),
};

/// No line break.
pub static LINE: Pattern = Pattern {
    text: ".*",
    holds: |value| !has_line_break(value),
};

fn has_line_break(value: &str) -> bool {
    value.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// Letters and digits with inner hyphens; `longest` counts letters and digits only, as the pattern does.
fn is_name(value: &str, longest: usize) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.ends_with(|c: char| c.is_ascii_alphanumeric())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && value.chars().filter(char::is_ascii_alphanumeric).count() <= longest
}

fn is_pipeline_arn(value: &str) -> bool {
    sagemaker_resource(value, true).is_some_and(|resource| resource.starts_with("pipeline/"))
}

/// The part after the account of a SageMaker ARN; `shared` also lets the account be AWS's own.
fn sagemaker_resource(value: &str, shared: bool) -> Option<&str> {
    let mut parts = value.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    let sound = arn == "arn"
        && is_partition(partition)
        && service == "sagemaker"
        && region
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && (digits || (shared && account == "aws"))
        && !has_line_break(resource);
    sound.then_some(resource)
}

fn is_partition(value: &str) -> bool {
    value
        .strip_prefix("aws")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
}

fn is_role_arn(value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts[..] else {
        return false;
    };
    let name = resource.strip_prefix("role").unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    arn == "arn"
        && is_partition(partition)
        && service == "iam"
        && region.is_empty()
        && account.len() == 12
        && account.chars().all(|c| c.is_ascii_digit())
        && !name.trim_start_matches('/').is_empty()
        && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_allow_inner_hyphens_only() {
        for good in ["a", "A1", "a--b", "abalone-pipeline-2"] {
            assert!((NAME.holds)(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a_b", "a b", "é"] {
            assert!(!(NAME.holds)(bad), "{bad}");
        }
        assert!((SHORT_NAME.holds)(&"a".repeat(82)));
        assert!(!(SHORT_NAME.holds)(&"a".repeat(83)));
    }

    #[test]
    fn arns_are_told_from_names() {
        let execution = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/a/execution/b";
        assert!((EXECUTION_ARN.holds)(execution));
        assert!(!(EXECUTION_ARN.holds)(
            "arn:aws:sagemaker:us-east-1:123456789012:pipeline/a"
        ));
        assert!((NAME_OR_ARN.holds)(
            "arn:aws-cn:sagemaker:cn-north-1:aws:pipeline/a"
        ));
        assert!(!(NAME_OR_ARN.holds)(
            "arn:aws:sagemaker:us-east-1:1:pipeline/a"
        ));
        assert!((ROLE_ARN.holds)(
            "arn:aws:iam::123456789012:role/service-role/Pipelines"
        ));
        assert!(!(ROLE_ARN.holds)(
            "arn:aws:iam::123456789012:user/Pipelines"
        ));
    }
}
