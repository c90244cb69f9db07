//! Where each parameter is used, and the role that follows from it.

use super::parameter::{Parameter, ParameterKind, Role, Use};
use super::references::Field;
use super::step::StepKind;

/// The uses listed for one parameter; further uses are only counted.
pub const MAX_LISTED_USES: usize = 200;

/// What is known about a parameter's role while its uses are being collected.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    role: Option<Role>,
    conflict: bool,
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
    pub(super) fn role(self, parameter: &Parameter) -> Role {
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
}

/// Records a use of `parameter`.
pub(super) fn note(
    parameter: &mut Parameter,
    evidence: &mut Evidence,
    field: Field<'_>,
    step: Option<(usize, &StepKind)>,
) {
    evidence.weigh(&field, step.map(|(_, kind)| kind));
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
