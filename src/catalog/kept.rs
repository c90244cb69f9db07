//! Small answers that are only kept in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::site::{Subject, lock};
use crate::domain::{JobDetail, ModelPackageGroup, PipelineVersion, Tag};

/// Answers kept at most.
const ANSWERS: usize = 1_024;

/// One answer.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    Versions(Vec<PipelineVersion>),
    Tags(Vec<Tag>),
    Job(Option<Box<JobDetail>>),
    Groups(Vec<ModelPackageGroup>),
}

/// The answers given last.
#[derive(Default)]
pub(super) struct Kept {
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    by_subject: HashMap<Subject, (u64, Arc<Answer>)>,
    number: u64,
}

impl Kept {
    pub(super) fn put(&self, subject: Subject, answer: Answer) {
        let mut answers = lock(&self.answers);
        answers.number += 1;
        let number = answers.number;
        answers
            .by_subject
            .insert(subject, (number, Arc::new(answer)));
        if answers.by_subject.len() > ANSWERS {
            // Drops the older half at once, so that this is rare.
            let oldest = number.saturating_sub(ANSWERS as u64 / 2);
            answers.by_subject.retain(|_, (number, _)| *number > oldest);
        }
    }

    pub(super) fn get(&self, subject: &Subject) -> Option<Arc<Answer>> {
        let answers = lock(&self.answers);
        answers
            .by_subject
            .get(subject)
            .map(|(_, answer)| answer.clone())
    }
}
