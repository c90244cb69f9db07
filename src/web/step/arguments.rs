//! The arguments of a step with their values, and the conditions of a Condition step.

use super::subject::Subject;
use crate::web::texts::Sentence;
use crate::web::texts::condition as texts;
use sluicegate_definition::{Condition, Resolved};

/// An argument.
#[derive(Debug)]
pub(in crate::web) struct ArgumentRow {
    pub(in crate::web) path: String,
    pub(in crate::web) value: ValueShown,
}

/// A value, and what it comes from.
#[derive(Debug)]
pub(in crate::web) struct ValueShown {
    pub(in crate::web) text: String,
    pub(in crate::web) is_known: bool,
    pub(in crate::web) sources: Vec<Source>,
}

/// What a value comes from.
#[derive(Debug)]
pub(in crate::web) struct Source {
    /// `Parameters.Instances`.
    pub(in crate::web) reference: String,
    /// `Instances`, where that is enough.
    pub(in crate::web) label: String,
    pub(in crate::web) href: Option<String>,
}

/// A condition of a Condition step.
#[derive(Debug)]
pub(in crate::web) enum ConditionRow {
    /// Two values are compared.
    Compare {
        path: String,
        left: ValueShown,
        sign: &'static str,
        right: ValueShown,
    },
    /// Anything else, in one sentence.
    Words(Sentence),
}

impl ValueShown {
    fn of(subject: &Subject<'_>, resolved: Resolved) -> Self {
        let sources = resolved.sources.into_iter();
        Self {
            text: resolved.text,
            is_known: resolved.is_known,
            sources: sources.map(|source| Source::of(subject, source)).collect(),
        }
    }

    /// The value of the mark `data-source`; names contain no spaces.
    pub(in crate::web) fn source_mark(&self) -> String {
        let all: Vec<&str> = self.sources.iter().map(|s| s.reference.as_str()).collect();
        all.join(" ")
    }
}

impl Source {
    fn of(subject: &Subject<'_>, reference: String) -> Self {
        let view = subject.view;
        let (pipeline, id) = (view.pipeline.name.as_str(), view.execution.id());
        let (label, href) = if let Some(parameter) = reference.strip_prefix("Parameters.") {
            let href = subject.links.execution_parameter(pipeline, id, parameter);
            (parameter, Some(href))
        } else {
            let step = crate::domain::referenced_step(&reference);
            let own = view.definition.as_deref();
            let step = step.filter(|step| own.is_some_and(|own| own.step(step).is_some()));
            let label = reference.strip_prefix("Steps.").unwrap_or(&reference);
            (label, step.map(|step| subject.step_href(step)))
        };
        Self {
            label: label.to_owned(),
            href,
            reference,
        }
    }
}

/// The arguments of a step, and how many more there are.
pub(super) fn argument_rows(subject: &Subject<'_>) -> (Vec<ArgumentRow>, usize) {
    let Some((definition, node)) = subject.declared() else {
        return (Vec::new(), 0);
    };
    let arguments = definition.resolved_arguments(node, &|reference| subject.known(reference));
    let rows = arguments.listed.into_iter().map(|argument| ArgumentRow {
        path: argument.path,
        value: ValueShown::of(subject, argument.value),
    });
    (rows.collect(), arguments.more)
}

/// The conditions of a Condition step; none of any other.
pub(super) fn condition_rows(subject: &Subject<'_>) -> Vec<ConditionRow> {
    let Some((definition, node)) = subject.declared() else {
        return Vec::new();
    };
    let conditions = definition.resolved_conditions(node, &|reference| subject.known(reference));
    let row = |condition| match condition {
        Condition::Compare(compared) => ConditionRow::Compare {
            path: compared.path,
            left: ValueShown::of(subject, compared.left),
            sign: compared.operator.sign(),
            right: ValueShown::of(subject, compared.right),
        },
        other => ConditionRow::Words(texts::condition(&other).into()),
    };
    conditions.into_iter().map(row).collect()
}
