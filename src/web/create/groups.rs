//! The headings that group the parameters of a long create form.

use sluicegate_definition::{Definition, Parameter, Role, StepKind, Use};

/// Fewer parameters than this have no headings.
const MIN_GROUPED_PARAMETERS: usize = 6;

/// What a parameter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Machines: their types, counts, disks and time limits.
    Compute,
    /// Where data and code come from and go to.
    Data,
    /// Hyperparameters of training jobs.
    Training,
    /// Values that conditions and checks compare with.
    Decision,
    /// The resulting model and where it is registered or deployed.
    Model,
    /// Everything else.
    Other,
}

impl Group {
    /// All, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::Compute,
        Self::Data,
        Self::Training,
        Self::Decision,
        Self::Model,
        Self::Other,
    ];

    /// The group of a parameter: by its role, else by where it is used first, else by its name.
    pub fn of(parameter: &Parameter, definition: &Definition) -> Self {
        let by_use = || parameter.uses.iter().find_map(|at| by_use(at, definition));
        by_role(parameter.role)
            .or_else(by_use)
            .or_else(|| by_name(&parameter.name))
            .unwrap_or(Self::Other)
    }
}

/// The parameters as indices, in groups where there are enough of them and of more than one group; in
/// the definition's order inside each.
pub fn sorted(definition: &Definition) -> Vec<(Option<Group>, Vec<usize>)> {
    let parameters = &definition.parameters;
    let groups: Vec<Group> = parameters
        .iter()
        .map(|parameter| Group::of(parameter, definition))
        .collect();
    let one_group = groups.windows(2).all(|pair| pair[0] == pair[1]);
    if parameters.len() < MIN_GROUPED_PARAMETERS || one_group {
        return vec![(None, (0..parameters.len()).collect())];
    }
    Group::ALL
        .into_iter()
        .map(|group| {
            let inside = (0..groups.len()).filter(|&index| groups[index] == group);
            (Some(group), inside.collect::<Vec<_>>())
        })
        .filter(|(_, inside)| !inside.is_empty())
        .collect()
}

fn by_role(role: Role) -> Option<Group> {
    match role {
        Role::Plain => None,
        Role::InstanceType => Some(Group::Compute),
        Role::S3Uri => Some(Group::Data),
        Role::ApprovalStatus | Role::ModelPackageGroup => Some(Group::Model),
    }
}

fn by_use(at: &Use, definition: &Definition) -> Option<Group> {
    let path = at.path.as_str();
    let has = |part: &str| path.contains(part);
    let compute = [
        "InstanceType",
        "InstanceCount",
        "VolumeSize",
        "MaxRuntime",
        "ResourceLimits",
        "ClusterConfig",
        "ResourceConfig",
        "TransformResources",
        "MaxConcurrent",
        "KeepAlive",
        "SpotTraining",
    ];
    let data = [
        "S3",
        "Uri",
        "Entrypoint",
        "ContainerArguments",
        "ImageUri",
        "Environment",
        "Inputs",
        "Outputs",
        "InputDataConfig",
        "OutputDataConfig",
        "sagemaker_submit_directory",
        "sagemaker_program",
    ];
    if compute.into_iter().any(has) {
        return Some(Group::Compute);
    }
    let step = at.step.and_then(|index| definition.steps.get(index));
    match step.map(|step| &step.kind) {
        Some(StepKind::Condition | StepKind::QualityCheck | StepKind::ClarifyCheck) => {
            return Some(Group::Decision);
        }
        Some(
            StepKind::Model
            | StepKind::RegisterModel
            | StepKind::Endpoint
            | StepKind::EndpointConfig,
        ) => return Some(Group::Model),
        _ => {}
    }
    if has("HyperParameter") && !has("sagemaker_") {
        return Some(Group::Training);
    }
    data.into_iter().any(has).then_some(Group::Data)
}

fn by_name(name: &str) -> Option<Group> {
    let name = name.to_ascii_lowercase();
    let has = |part: &str| name.contains(part);
    if ["instance", "volume"].into_iter().any(has) {
        Some(Group::Compute)
    } else if ["threshold", "condition"].into_iter().any(has) {
        Some(Group::Decision)
    } else if ["s3", "uri", "data", "bucket", "prefix", "script"]
        .into_iter()
        .any(has)
    {
        Some(Group::Data)
    } else if ["model", "endpoint"].into_iter().any(has) {
        Some(Group::Model)
    } else {
        None
    }
}
