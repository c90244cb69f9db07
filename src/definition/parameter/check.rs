//! Whether a value that a person typed fits a parameter.

use sluicegate_shapes::Bounds;

use super::{MAX_VALUE_CHARS, Parameter, ParameterKind, Role};

/// Why a value does not fit a parameter.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "the description of each variant covers its fields"
)]
pub enum ValueError {
    /// Nothing was typed. The other members say what a value has to be.
    Required {
        kind: ParameterKind,
        role: Role,
        allowed: Vec<String>,
        default: Option<String>,
    },
    /// It has this many characters, more than [`MAX_VALUE_CHARS`].
    TooLong { length: usize },
    /// It is not of the parameter's type.
    NotOfType { value: String, kind: ParameterKind },
    /// It is not one of the allowed values.
    NotAllowed { allowed: Vec<String> },
    /// It is not an instance type.
    NotAnInstanceType { value: String },
    /// An argument that the parameter is used for takes numbers within these bounds only.
    OutOfRange { argument: String, bounds: Bounds },
    /// An argument takes so many characters only.
    Length {
        argument: String,
        bounds: Bounds,
        length: usize,
    },
    /// An argument takes only what matches its pattern, a regular expression as the service writes it.
    Pattern {
        argument: String,
        pattern: &'static str,
        value: String,
    },
    /// It does not begin with `s3://`.
    NotAnS3Uri { value: String },
    /// No bucket follows `s3://`.
    NoBucket,
    /// The bucket's name breaks the rules for buckets.
    BucketName { bucket: String },
}

impl Parameter {
    /// The value to send for what a person typed.
    ///
    /// Spaces around anything but plain text are removed. The parameter's own default always fits, so that a form
    /// can be sent as it was prefilled.
    ///
    /// # Errors
    /// Why the text does not fit the parameter's type, its allowed values, or what it is used for.
    pub fn check(&self, typed: &str) -> Result<String, ValueError> {
        let plain = self.kind == ParameterKind::String && self.role == Role::Plain;
        let value = if plain { typed } else { typed.trim() };
        if value.is_empty() {
            return self.check_empty();
        }
        let length = value.chars().count();
        if length > MAX_VALUE_CHARS {
            return Err(ValueError::TooLong { length });
        }
        if !self.kind.fits(value) {
            return Err(ValueError::NotOfType {
                value: value.to_owned(),
                kind: self.kind,
            });
        }
        let value = self.kind.normalized(value);
        if !self.allowed.is_empty() {
            return if self.allowed.contains(&value) {
                Ok(value)
            } else {
                Err(ValueError::NotAllowed {
                    allowed: self.allowed.clone(),
                })
            };
        }
        if self.default.as_ref() != Some(&value) {
            self.check_uses(&value)?;
        }
        Ok(value)
    }

    /// Whether a value fits everything it is used for.
    fn check_uses(&self, value: &str) -> Result<(), ValueError> {
        self.role.check(value)?;
        let mut constraints = self.constraints.iter();
        constraints.try_for_each(|one| one.check(self.kind, value))
    }

    /// Nothing was typed. SageMaker takes no empty value, though its model allows one (aws/sagemaker-python-sdk#4016);
    /// only an empty default fits, as it is not sent.
    fn check_empty(&self) -> Result<String, ValueError> {
        if self.default.as_deref() == Some("") {
            return Ok(String::new());
        }
        Err(ValueError::Required {
            kind: self.kind,
            role: self.role,
            allowed: self.allowed.clone(),
            default: self.default.clone(),
        })
    }
}

impl ParameterKind {
    /// Whether a text is of this type.
    pub(super) fn fits(self, value: &str) -> bool {
        match self {
            Self::String => true,
            Self::Integer => is_integer(value),
            Self::Float => is_float(value),
            Self::Boolean => {
                value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
            }
        }
    }

    /// A text of this type as SageMaker accepts it: no plus sign, Booleans in lower case.
    fn normalized(self, value: &str) -> String {
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
    /// Whether a text fits this role.
    pub(crate) fn fits(self, value: &str) -> bool {
        self.check(value).is_ok()
    }

    fn check(self, value: &str) -> Result<(), ValueError> {
        match self {
            Self::Plain | Self::ApprovalStatus | Self::ModelPackageGroup => Ok(()),
            Self::InstanceType if is_instance_type(value) => Ok(()),
            Self::InstanceType => Err(ValueError::NotAnInstanceType {
                value: value.to_owned(),
            }),
            Self::S3Uri => check_s3_uri(value),
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

/// The model takes `https://` as well. Buckets in us-east-1 from before March 2018 have names that no new one can have:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
fn check_s3_uri(value: &str) -> Result<(), ValueError> {
    if value
        .strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty())
    {
        return Ok(());
    }
    let Some(rest) = value.strip_prefix("s3://") else {
        return Err(ValueError::NotAnS3Uri {
            value: value.to_owned(),
        });
    };
    let bucket = rest.split('/').next().unwrap_or_default();
    // An access point's ARN may replace the bucket.
    if bucket.starts_with("arn:") {
        return Ok(());
    }
    if bucket.is_empty() {
        return Err(ValueError::NoBucket);
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let valid = (3..=255).contains(&bucket.len()) && bucket.bytes().all(fits);
    if valid {
        Ok(())
    } else {
        Err(ValueError::BucketName {
            bucket: bucket.to_owned(),
        })
    }
}
