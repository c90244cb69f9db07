//! What a known row becomes by what a call returned: which call is believed, and what it leaves out.

use crate::domain::{Creator, Execution, Pipeline};

/// Which call returned an execution, and with it how much it is to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalog) enum ReadSource {
    /// A list of summaries: holds no time of change, so it only changes a row without one.
    Summary,
    /// The search index, which may lag: of the same time of change, an end is believed before
    /// a beginning.
    Search,
    /// A description: true at the moment it was asked.
    Describe,
}

impl ReadSource {
    /// Whether `read` may change a row that is known as `known`.
    fn is_believed(self, known: &Execution, read: &Execution) -> bool {
        if known.modified.is_none() {
            return true;
        }
        match self {
            Self::Summary => false,
            Self::Search if read.modified == known.modified => {
                known.status.is_running() || !read.status.is_running()
            }
            Self::Search => read.modified > known.modified,
            Self::Describe => read.modified >= known.modified,
        }
    }
}

/// The row of an execution once this was read of it; `None` where it stays as it is.
///
/// Every call leaves something out: a description the parameters, a summary most, and the search
/// index what it pleases. What was set at the start is therefore never erased; what may change is
/// erased by a description alone, or by a newer state of which it is no longer true.
pub(super) fn merged(known: &Execution, read: &Execution, source: ReadSource) -> Option<Execution> {
    if !source.is_believed(known, read) {
        return None;
    }
    let is_described = source == ReadSource::Describe;
    let is_same_state =
        read.status == known.status && (read.modified.is_none() || read.modified == known.modified);
    let kept = |keep: bool, read: &Option<String>, known: &Option<String>| {
        read.clone().or_else(|| known.clone().filter(|_| keep))
    };
    let read_steps = !read.selected_steps.is_empty();
    let row = Execution {
        arn: known.arn.clone(),
        // Some answers spell ARNs in lower case; the row stands under the listed spelling.
        pipeline_arn: kept(true, &known.pipeline_arn, &read.pipeline_arn),
        display_name: kept(!is_described, &read.display_name, &known.display_name),
        description: kept(!is_described, &read.description, &known.description),
        status: read.status.clone(),
        failure_reason: kept(
            !is_described && is_same_state,
            &read.failure_reason,
            &known.failure_reason,
        ),
        created: read.created.or(known.created),
        modified: read.modified.or(known.modified),
        created_by: either(&read.created_by, &known.created_by),
        modified_by: if !is_described && is_same_state {
            either(&read.modified_by, &known.modified_by)
        } else {
            read.modified_by.clone()
        },
        version: read.version.or(known.version),
        parameters: read.parameters.clone().or(known.parameters.clone()),
        max_parallel_steps: match read.max_parallel_steps {
            None if !is_described => known.max_parallel_steps,
            limit => limit,
        },
        selected_steps: if read_steps { read } else { known }.selected_steps.clone(),
        source_execution_arn: kept(
            true,
            &read.source_execution_arn,
            &known.source_execution_arn,
        ),
        experiment: kept(true, &read.experiment, &known.experiment),
    };
    (row != *known).then_some(row)
}

fn either(read: &Creator, known: &Creator) -> Creator {
    if read == &Creator::default() {
        known.clone()
    } else {
        read.clone()
    }
}

/// A listed pipeline with what only a description returned; both of the same time of change.
pub(super) fn completed(listed: &Pipeline, known: &Pipeline) -> Pipeline {
    if (listed.created, listed.modified) != (known.created, known.modified) {
        return listed.clone();
    }
    let or = |listed: &Option<String>, known: &Option<String>| listed.clone().or(known.clone());
    Pipeline {
        display_name: or(&listed.display_name, &known.display_name),
        description: or(&listed.description, &known.description),
        role_arn: or(&listed.role_arn, &known.role_arn),
        last_execution: listed.last_execution.max(known.last_execution),
        ..listed.clone()
    }
}
