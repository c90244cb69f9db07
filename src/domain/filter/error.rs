//! What is wrong with the text of a filter, and where.

use std::ops::Range;

use super::{Field, FieldKind, Operator};

/// What is wrong with the text of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterTextError {
    /// The bytes of the text that are wrong; empty where something is missing.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub fault: FilterFault,
}

/// A mistake in the text of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterFault {
    /// It has this many bytes, more than [`super::MAX_FILTER_BYTES`].
    TooLong(usize),
    /// There are more than [`super::MAX_FILTER_TERMS`].
    TooManyTerms,
    /// A minus sign with nothing behind it.
    NothingToExclude,
    /// There is no field of this name.
    UnknownField(String),
    /// `param` or `metric` without a name behind it.
    NameMissing(&'static str),
    /// `=` behind the name of a field.
    EqualsSign(Field),
    /// There is no value.
    ValueMissing(Field),
    /// A quote that is not closed.
    OpenQuote,
    /// Text right behind a closing quote.
    AfterQuote,
    /// The field cannot be compared in this way.
    Comparison(Field, Operator),
    /// Not a value of this kind.
    NotA(FieldKind, String),
    /// What the field is about is not in the catalog.
    NotAvailable(Field),
}
