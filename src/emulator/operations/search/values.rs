//! The values of searchable properties, and their types.

/// The value of a property. Times are seconds since the epoch.
#[derive(Debug, Clone, Copy)]
pub enum Scalar<'a> {
    Number(f64),
    Text(&'a str),
}

/// The type of a property's values, which decides on the operators that apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Compared for equality, by substring, or with a list.
    Text,
    /// Compared by size.
    Number,
    /// Compared by size; written as date and time.
    Time,
}
