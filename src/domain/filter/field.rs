//! What a filter can ask about.

use std::fmt;

/// What a term of a filter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The execution's status.
    Status,
    /// The name or the display name of its pipeline.
    Pipeline,
    /// Its display name, else its ID.
    Name,
    /// Its ID.
    Id,
    /// Who started it.
    By,
    /// The step that failed.
    Step,
    /// Why it failed.
    Reason,
    /// The pipeline version that it runs.
    Version,
    /// When it began.
    Started,
    /// When it ended.
    Ended,
    /// It began then or later.
    Since,
    /// It began then or earlier.
    Until,
    /// How long it took, or runs by now.
    Duration,
    /// A tag of its pipeline: `key=value`, or the key alone.
    Tag,
    /// What people noted about it.
    Note,
    /// What its jobs cost.
    Cost,
    /// The value of the parameter of this name.
    Param(String),
    /// The value of the metric of this name.
    Metric(String),
    /// Whether SageMaker no longer knows it.
    Gone,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A text that is compared as a number where it is one.
    TextOrNumber,
    /// A number.
    Number,
    /// A moment, a day or a night.
    Time,
    /// One of these, from which or up to which something began.
    Bound,
    /// A length of time.
    Duration,
    /// `yes` or `no`.
    YesNo,
}

/// The fields whose name is all there is to them, in the order of the documentation.
const PLAIN: [(&str, Field); 17] = [
    ("status", Field::Status),
    ("pipeline", Field::Pipeline),
    ("name", Field::Name),
    ("id", Field::Id),
    ("by", Field::By),
    ("step", Field::Step),
    ("reason", Field::Reason),
    ("version", Field::Version),
    ("started", Field::Started),
    ("ended", Field::Ended),
    ("since", Field::Since),
    ("until", Field::Until),
    ("duration", Field::Duration),
    ("tag", Field::Tag),
    ("note", Field::Note),
    ("cost", Field::Cost),
    ("gone", Field::Gone),
];

/// Begins the name of a field that is about a parameter.
pub(super) const PARAM: &str = "param";
/// Begins the name of a field that is about a metric.
pub(super) const METRIC: &str = "metric";

impl Field {
    /// The names of all fields, as an error lists them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let plain = PLAIN.iter().map(|(name, _)| *name);
        plain.chain(["param.NAME", "metric.NAME"])
    }

    /// The field of this name, in any case, which has no name of its own behind it.
    pub(super) fn plain(name: &str) -> Option<Self> {
        let mut known = PLAIN.iter();
        let found = known.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, field)| field.clone())
    }

    /// What its values are.
    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Status
            | Self::Pipeline
            | Self::Name
            | Self::Id
            | Self::By
            | Self::Step
            | Self::Reason
            | Self::Tag
            | Self::Note => FieldKind::Text,
            Self::Param(_) => FieldKind::TextOrNumber,
            Self::Version | Self::Cost | Self::Metric(_) => FieldKind::Number,
            Self::Started | Self::Ended => FieldKind::Time,
            Self::Since | Self::Until => FieldKind::Bound,
            Self::Duration => FieldKind::Duration,
            Self::Gone => FieldKind::YesNo,
        }
    }

    /// Whether the catalog has what it is about.
    pub fn is_available(&self) -> bool {
        !matches!(self, Self::Note | Self::Cost)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, name) = match self {
            Self::Param(name) => (PARAM, name),
            Self::Metric(name) => (METRIC, name),
            plain => {
                let known = PLAIN.iter().find(|(_, field)| field == plain);
                return f.write_str(known.map_or("", |(name, _)| name));
            }
        };
        write!(f, "{prefix}.")?;
        super::term::write_name(f, name)
    }
}
