//! Rows of the panel.

/// A row of the panel.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::web) struct Fact {
    pub(in crate::web) label: String,
    pub(in crate::web) value: FactValue,
}

/// What a row shows.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::web) enum FactValue {
    /// Words.
    Text(String),
    /// A text for machines, whose lines break between its words.
    Exact(String),
    /// An ARN, a URI or another long name: on one line, to be copied. With the page of the AWS console about it, where
    /// there is one.
    Address(String, Option<String>),
    /// The value of the metric that the row is labelled with.
    Metric(String),
}

impl Fact {
    /// A row of words.
    pub(super) fn text(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(label, FactValue::Text(value.into()))
    }

    /// A row of a text for machines.
    pub(super) fn exact(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(label, FactValue::Exact(value.into()))
    }

    /// A row of an ARN or a URI.
    pub(super) fn address(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(label, FactValue::Address(value.into(), None))
    }

    pub(super) fn new(label: impl Into<String>, value: FactValue) -> Self {
        Self {
            label: label.into(),
            value,
        }
    }
}
