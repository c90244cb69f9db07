//! Filters made from others: what choosing, a chip or a click on a cell does.

use super::Field;
use super::term::{Condition, Filter, Operator, Term, Value};
use crate::search::fold;

impl Filter {
    /// Without the term at this place.
    #[must_use]
    pub fn without(&self, index: usize) -> Self {
        let mut filter = self.clone();
        filter.spans.clear();
        if index < filter.terms.len() {
            filter.terms.remove(index);
        }
        filter
    }

    /// With the opposite of the term at this place.
    #[must_use]
    pub fn inverted(&self, index: usize) -> Self {
        let mut filter = self.clone();
        filter.spans.clear();
        if let Some(term) = filter.terms.get_mut(index) {
            term.is_negated = !term.is_negated;
        }
        filter
    }

    /// With a term at its end.
    #[must_use]
    pub fn with(&self, term: Term) -> Self {
        let mut filter = self.clone();
        filter.spans.clear();
        if !filter.terms.contains(&term) {
            filter.terms.push(term);
        }
        filter
    }

    /// What both ask for.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let terms = other.terms.iter().cloned();
        terms.fold(self.clone(), |filter, term| filter.with(term))
    }

    /// Whether one of its terms lets a field be exactly this value.
    pub fn allows(&self, field: &Field, value: &str) -> bool {
        let value = fold(value);
        self.values_of(field).any(|known| fold(known) == value)
    }

    /// The values that it lets a field have.
    pub fn values_of<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a str> {
        let terms = self.terms.iter();
        let values = terms.filter_map(|term| allowed(term, field));
        values.flatten().map(Value::text)
    }

    /// With this value among those that it lets a field have, or no longer where it is.
    #[must_use]
    pub fn toggled(&self, field: &Field, value: &str) -> Self {
        if !self.allows(field, value) {
            return self.including(field, value);
        }
        let mut filter = self.clone();
        filter.spans.clear();
        let folded = fold(value);
        filter
            .terms
            .retain_mut(|term| match allowed_mut(term, field) {
                Some(values) => {
                    values.retain(|known| fold(known.text()) != folded);
                    !values.is_empty()
                }
                None => true,
            });
        filter
    }

    /// With this value among those that it lets a field have.
    #[must_use]
    fn including(&self, field: &Field, value: &str) -> Self {
        let mut filter = self.clone();
        filter.spans.clear();
        let mut terms = filter.terms.iter_mut();
        match terms.find_map(|term| allowed_mut(term, field)) {
            Some(values) => values.push(Value::Text(value.to_owned())),
            None => filter.terms.push(Term::is(field.clone(), value)),
        }
        filter
    }
}

fn allowed<'a>(term: &'a Term, sought: &Field) -> Option<&'a Vec<Value>> {
    match &term.condition {
        Condition::Field {
            field,
            operator: Operator::Is,
            values,
        } if field == sought && !term.is_negated => Some(values),
        _ => None,
    }
}

fn allowed_mut<'a>(term: &'a mut Term, sought: &Field) -> Option<&'a mut Vec<Value>> {
    match &mut term.condition {
        Condition::Field {
            field,
            operator: Operator::Is,
            values,
        } if field == sought && !term.is_negated => Some(values),
        _ => None,
    }
}
