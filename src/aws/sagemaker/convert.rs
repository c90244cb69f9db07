//! Small conversions every call shares.

use aws_sdk_sagemaker::types;
use aws_smithy_types::DateTime;
use jiff::{Timestamp, Unit};

use sluicegate_domain::{Creator, ParameterValue};

/// A time of the SDK as one of ours, to the microsecond; `None` beyond the years that ours can hold.
///
/// Answers have times as numbers with a fraction, of which binary numbers have a little more or less
/// (`1795871147.27` is 269,999,980 nanoseconds): the same time must be the same once it was stored.
pub(super) fn time(at: Option<DateTime>) -> Option<Timestamp> {
    let at = at?;
    let time = Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()?;
    time.round(Unit::Microsecond).ok()
}

/// A text that is not empty.
pub(super) fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Who made or changed something.
pub(super) fn creator(user: Option<types::UserContext>) -> Creator {
    let Some(user) = user else {
        return Creator::default();
    };
    Creator {
        user_profile: text(user.user_profile_name),
        iam_arn: text(user.iam_identity.and_then(|identity| identity.arn)),
    }
}

/// Parameters in our own type; one without a name is dropped.
pub(super) fn parameters(parameters: Vec<types::Parameter>) -> Vec<ParameterValue> {
    parameters.into_iter().filter_map(parameter).collect()
}

/// A parameter in our own type, if it has a name.
pub(super) fn parameter(parameter: types::Parameter) -> Option<ParameterValue> {
    Some(ParameterValue {
        name: parameter.name?,
        value: parameter.value.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_milliseconds_and_absurd_ones_are_none() {
        let at = DateTime::from_millis(1_672_925_433_971);
        assert_eq!(
            time(Some(at)).map(|at| at.to_string()).as_deref(),
            Some("2023-01-05T13:30:33.971Z")
        );
        let binary = DateTime::from_secs_f64(1_795_871_147.27);
        assert_ne!(binary.subsec_nanos(), 270_000_000);
        let exact = DateTime::from_millis(1_795_871_147_270);
        assert_eq!(time(Some(binary)), time(Some(exact)));
        assert_eq!(time(Some(DateTime::from_secs(i64::MAX))), None);
        assert_eq!(time(None), None);
    }
}
