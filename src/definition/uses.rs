//! Where each parameter is used, and the role that follows from it.

use sluicegate_shapes::ShapeRef;

use super::parameter::{Constraint, Parameter, ParameterKind, Role, Use, has_value};
use super::references::Field;
use super::step::{Step, StepKind};

/// The uses listed for one parameter; further uses are only counted.
pub const MAX_LISTED_USES: usize = 200;

/// Levels above a step at which a condition is looked for.
const MAX_BRANCH_LEVELS: usize = 24;

/// What is known about a parameter while its uses are being collected.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    role: Option<Role>,
    conflict: bool,
    /// The arguments that the model knows, at most [`MAX_LISTED_USES`], and their steps.
    arguments: Vec<(usize, Constraint)>,
    /// The steps that choose a branch by it.
    conditions: Vec<usize>,
}

impl Evidence {
    /// Takes a use into account: the role follows from the key of the field, unless the parameter is only a part of
    /// the field's text.
    fn weigh(&mut self, field: &Field<'_>, step: Option<&StepKind>) {
        let role = role_of_key(field.key, step);
        if field.joined || role == Role::Plain {
            return;
        }
        self.conflict |= self.role.is_some_and(|known| known != role);
        self.role = Some(role);
    }

    /// The role of `parameter`. A default that does not fit a role rules it out (`local` for an
    /// instance type, an `https://` URL), and one that begins with `s3://` implies that one.
    pub(super) fn role(&self, parameter: &Parameter) -> Role {
        if parameter.kind != ParameterKind::String || self.conflict {
            return Role::Plain;
        }
        let default = parameter.default.as_deref().unwrap_or_default();
        match self.role {
            None if default.starts_with("s3://") => Role::S3Uri,
            Some(role) if default.is_empty() || role.fits(default) => role,
            _ => Role::Plain,
        }
    }

    /// Takes an argument into account that the parameter is the whole value of.
    pub(super) fn argument(&mut self, step: usize, key: &str, shape: ShapeRef) {
        let constraint = Constraint::new(key, shape);
        if self.arguments.len() < MAX_LISTED_USES {
            self.arguments.push((step, constraint));
        }
    }

    /// What has to fit: each argument once, without those that the default does not fit either, and those of steps in
    /// a branch that is chosen by the parameter itself, such as a count of 0 with which nothing is created.
    pub(super) fn constraints(self, parameter: &Parameter, steps: &[Step]) -> Vec<Constraint> {
        let default = parameter.default.as_deref().unwrap_or_default();
        let mut kept: Vec<Constraint> = Vec::new();
        for (step, constraint) in self.arguments {
            let applies = constraint.concerns(parameter.kind)
                && (default.is_empty() || constraint.check(parameter.kind, default).is_ok())
                && !is_below(step, &self.conditions, steps);
            if applies && !kept.contains(&constraint) {
                kept.push(constraint);
            }
        }
        if has_value(parameter.kind, &kept) {
            kept
        } else {
            Vec::new()
        }
    }
}

/// Whether a step is in a branch of one of these conditions.
fn is_below(step: usize, conditions: &[usize], steps: &[Step]) -> bool {
    let parent = |at: &usize| steps.get(*at).and_then(|step| step.parent);
    let above = std::iter::successors(parent(&step), parent);
    // They are in the order of the text.
    let is_condition = |at: usize| conditions.binary_search(&at).is_ok();
    !conditions.is_empty() && above.take(MAX_BRANCH_LEVELS).any(is_condition)
}

/// Records a use of `parameter`.
pub(super) fn note(
    parameter: &mut Parameter,
    evidence: &mut Evidence,
    field: Field<'_>,
    step: Option<(usize, &StepKind)>,
) {
    evidence.weigh(&field, step.map(|(_, kind)| kind));
    if let Some((index, StepKind::Condition)) = step
        && evidence.conditions.last() != Some(&index)
    {
        evidence.conditions.push(index);
    }
    if parameter.uses.len() == MAX_LISTED_USES {
        parameter.more_uses += 1;
        return;
    }
    parameter.uses.push(Use {
        step: step.map(|(index, _)| index),
        path: field.path,
        joined: field.joined,
    });
}

fn role_of_key(key: &str, step: Option<&StepKind>) -> Role {
    // The machines of an EMR cluster are EC2 instance types, without `ml.`.
    let is_emr = matches!(step, Some(StepKind::Emr | StepKind::EmrServerless));
    match key {
        "InstanceType"
        | "SupportedRealtimeInferenceInstanceTypes"
        | "SupportedTransformInstanceTypes"
            if !is_emr =>
        {
            Role::InstanceType
        }
        "S3Uri" | "S3OutputPath" | "S3OutputLocation" => Role::S3Uri,
        "ModelApprovalStatus" => Role::ApprovalStatus,
        "ModelPackageGroupName" => Role::ModelPackageGroup,
        _ => Role::Plain,
    }
}
