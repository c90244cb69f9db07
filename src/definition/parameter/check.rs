//! Whether what a person typed fits a parameter.

use super::{Parameter, ParameterKind, Role, VALUE_MAX};
use crate::problem::quoted;

impl Parameter {
    /// The value to send for what a person typed, or a sentence that says what is wrong with it.
    ///
    /// Blanks around anything but plain text are taken away. The parameter's own default is always in
    /// order for its role, so that a form may be sent as it was prefilled.
    ///
    /// # Errors
    /// A sentence for people when the text does not fit the parameter's type, allowed values or role.
    pub fn check(&self, typed: &str) -> Result<String, String> {
        let plain = self.kind == ParameterKind::String && self.role == Role::Plain;
        let value = if plain { typed } else { typed.trim() };
        if value.is_empty() {
            return self.check_empty();
        }
        let length = value.chars().count();
        if length > VALUE_MAX {
            return Err(format!(
                "At most {VALUE_MAX} characters are possible; these are {length}."
            ));
        }
        if let Some(fault) = self.kind.fault(value) {
            return Err(fault);
        }
        let value = self.kind.on_the_wire(value);
        if !self.allowed.is_empty() {
            return if self.allowed.contains(&value) {
                Ok(value)
            } else {
                Err(format!("Choose one of {}.", listed(&self.allowed)))
            };
        }
        match self.role.fault(&value) {
            Some(fault) if self.default.as_ref() != Some(&value) => Err(fault),
            _ => Ok(value),
        }
    }

    /// Nothing was typed: right where nothing is the default, or where the parameter is text with a default.
    fn check_empty(&self) -> Result<String, String> {
        if self.allowed.iter().any(String::is_empty) {
            return Ok(String::new());
        }
        match &self.default {
            None => Err(format!("Required: type {}.", self.wanted())),
            Some(default) if default.is_empty() && self.kind == ParameterKind::String => {
                Ok(String::new())
            }
            Some(_)
                if self.kind == ParameterKind::String
                    && self.role == Role::Plain
                    && self.allowed.is_empty() =>
            {
                Ok(String::new())
            }
            Some(default) => Err(format!(
                "Required: type {}; the default is {}.",
                self.wanted(),
                quoted(default)
            )),
        }
    }

    /// What to type, as the end of a sentence.
    fn wanted(&self) -> String {
        if !self.allowed.is_empty() {
            return format!("one of {}", listed(&self.allowed));
        }
        let wanted = match (self.kind, self.role) {
            (ParameterKind::Integer, _) => "a whole number",
            (ParameterKind::Float, _) => "a number",
            (ParameterKind::Boolean, _) => "true or false",
            (ParameterKind::String, Role::InstanceType) => "an instance type such as ml.m5.xlarge",
            (ParameterKind::String, Role::S3Uri) => "an address such as s3://bucket/key",
            (ParameterKind::String, Role::ApprovalStatus) => "an approval status",
            (ParameterKind::String, Role::ModelPackageGroup) => "the name of a model package group",
            (ParameterKind::String, Role::Plain) => "a value; this parameter has no default",
        };
        wanted.to_owned()
    }
}

impl ParameterKind {
    /// What keeps a text from being of this type, as a sentence.
    pub(super) fn fault(self, value: &str) -> Option<String> {
        let (fits, wanted) = match self {
            Self::String => return None,
            Self::Integer => (is_integer(value), "a whole number such as 5"),
            Self::Float => (is_float(value), "a number such as 0.5 or 1e-3"),
            Self::Boolean => (
                value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
                "true or false",
            ),
        };
        (!fits).then(|| format!("{} is not {wanted}.", quoted(value)))
    }

    /// A text of this type as SageMaker takes it: no plus sign, Booleans in lower case.
    fn on_the_wire(self, value: &str) -> String {
        match self {
            Self::String => value.to_owned(),
            Self::Integer | Self::Float => value.strip_prefix('+').unwrap_or(value).to_owned(),
            Self::Boolean => value.to_ascii_lowercase(),
        }
    }
}

fn unsigned(value: &str) -> &str {
    value.strip_prefix(['+', '-']).unwrap_or(value)
}

fn is_integer(value: &str) -> bool {
    let digits = unsigned(value);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_float(value: &str) -> bool {
    // Rust also reads words such as “inf” and “nan” as numbers; only digits may begin one here.
    let numeric = unsigned(value).starts_with(|first: char| first == '.' || first.is_ascii_digit());
    numeric && value.parse::<f64>().is_ok_and(f64::is_finite)
}

impl Role {
    /// Whether a text can play this role.
    pub(crate) fn fits(self, value: &str) -> bool {
        self.fault(value).is_none()
    }

    /// What keeps a text from playing this role, as a sentence.
    fn fault(self, value: &str) -> Option<String> {
        match self {
            Self::Plain | Self::ModelPackageGroup => None,
            Self::InstanceType => (!is_instance_type(value)).then(|| {
                let value = quoted(value);
                format!("{value} is not an instance type such as ml.m5.xlarge.")
            }),
            Self::ApprovalStatus => (!self.choices().contains(&value))
                .then(|| format!("Choose one of {}.", listed(self.choices()))),
            Self::S3Uri => s3_fault(value),
        }
    }
}

/// `ml.<family>.<size>` in lower case.
fn is_instance_type(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    let named = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    matches!(parts[..], ["ml", family, size] if named(family) && named(size))
}

/// The rule for buckets: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
fn s3_fault(value: &str) -> Option<String> {
    let Some(rest) = value.strip_prefix("s3://") else {
        let value = quoted(value);
        return Some(format!(
            "{value} is not an address such as s3://bucket/key."
        ));
    };
    let bucket = rest.split('/').next().unwrap_or_default();
    // An access point may stand in the bucket's place, by its ARN.
    if bucket.starts_with("arn:") {
        return None;
    }
    if bucket.is_empty() {
        return Some("The name of the bucket is missing after s3://.".to_owned());
    }
    let inner = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
    };
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = bucket.as_bytes();
    let valid = (3..=63).contains(&bytes.len())
        && bytes.iter().copied().all(inner)
        && outer(bytes.first())
        && outer(bytes.last())
        && !bucket.contains("..");
    (!valid).then(|| {
        format!(
            "{} cannot be a bucket: its name has 3 to 63 lower-case letters, digits, dots and hyphens, \
             and begins and ends with a letter or digit.",
            quoted(bucket)
        )
    })
}

/// Values in a sentence: the first few, and how many more there are.
fn listed<S: AsRef<str>>(values: &[S]) -> String {
    const TOLD: usize = 12;
    let told: Vec<String> = values
        .iter()
        .take(TOLD)
        .map(|value| quoted(value.as_ref()))
        .collect();
    let more = values.len().saturating_sub(TOLD);
    if more > 0 {
        format!("{} and {more} more", told.join(", "))
    } else {
        told.join(", ")
    }
}
