//! The chain of causes below an error of the SDK.

use std::error::Error;

use aws_sdk_sagemaker::error::ConnectorError;

/// Whether something below an error is a connection that could not be made or that timed out.
pub(super) fn is_unreachable(error: &(dyn Error + 'static)) -> bool {
    find::<ConnectorError>(error).is_some_and(|error| error.is_io() || error.is_timeout())
}

/// An error's causes, outermost first, in one line without repetition.
pub(super) fn joined(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let cause = cause.to_string();
        let cause = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        if cause.is_empty() || parts.iter().any(|part| part.contains(&cause)) {
            continue;
        }
        // What only wraps its cause is replaced by it.
        parts.retain(|part| !cause.contains(part.as_str()) && !is_wrapper(part));
        parts.push(cause);
    }
    parts.join(": ")
}

/// Whether a text says no more than that there is a cause below.
fn is_wrapper(text: &str) -> bool {
    matches!(
        text,
        "dispatch failure"
            | "io error"
            | "service error"
            | "response error"
            | "unhandled error"
            | "client error (Connect)"
            | "client error (SendRequest)"
            | "an error occurred while loading credentials"
    )
}

/// The first error of one type among the causes.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    #[test]
    fn causes_are_joined_without_repetition() {
        let layer = |text, source: Option<Layer>| Layer {
            text,
            source: source.map(Box::new),
        };
        let error = layer(
            "dispatch failure",
            Some(layer("io error", Some(layer("io error: refused", None)))),
        );
        assert_eq!(joined(&error), "io error: refused");
        let error = layer("no\n  luck", Some(layer("refused", None)));
        assert_eq!(joined(&error), "no luck: refused");
    }
}
