//! Small conversions every call shares.

use aws_sdk_sagemaker::types;
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use sluicegate_domain::{Creator, ParameterValue};

/// A time of the SDK as one of ours; `None` beyond the years that ours can hold.
pub(super) fn time(at: Option<DateTime>) -> Option<Timestamp> {
    let at = at?;
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
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
        assert_eq!(time(Some(DateTime::from_secs(i64::MAX))), None);
        assert_eq!(time(None), None);
    }
}
