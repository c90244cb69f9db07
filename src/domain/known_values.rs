//! The values that references of a definition have in an execution, as far as SageMaker returned them.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::{
    Arn, Execution, Iteration, JobDetail, JobSpecific, ParameterValue, Pipeline, StepRecord,
    StepResource,
};

/// What is known of an execution that references of its definition may refer to.
#[derive(Debug, Clone, Copy)]
pub struct KnownValues<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The execution.
    pub execution: &'a Execution,
    /// Its parameters, defaults included.
    pub parameters: &'a [ParameterValue],
    /// The steps that started.
    pub records: &'a [StepRecord],
    /// What jobs report of themselves, by the name of their step.
    pub jobs: &'a HashMap<String, JobDetail>,
    /// The iteration that the reference is read in.
    pub iteration: Option<&'a Iteration>,
}

impl KnownValues<'_> {
    /// The value of a reference: `Parameters.Instances`, `Execution.PipelineName`, `ForEach.CurrentItem`,
    /// `Steps.Train.ModelArtifacts.S3ModelArtifacts`. `None` where it is not known, as the contents of property files
    /// never are.
    pub fn get(&self, reference: &str) -> Option<String> {
        let (scope, rest) = reference.split_once('.')?;
        match scope {
            "Parameters" => {
                let mut parameters = self.parameters.iter();
                let parameter = parameters.find(|parameter| parameter.name == rest)?;
                Some(parameter.value.clone())
            }
            "Execution" => self.of_execution(rest),
            "ForEach" if rest == "CurrentItem" => self.iteration?.item.clone(),
            "Steps" => self.of_step(rest),
            _ => None,
        }
    }

    fn of_execution(&self, member: &str) -> Option<String> {
        Some(match member {
            "PipelineName" => self.pipeline.name.clone(),
            "PipelineArn" => self.pipeline.arn.clone(),
            "PipelineExecutionId" => self.execution.id().to_owned(),
            "PipelineExecutionArn" => self.execution.arn.clone(),
            _ => return None,
        })
    }

    fn of_step(&self, path: &str) -> Option<String> {
        let segments = segments(path)?;
        let (name, property) = segments.split_first()?;
        // An iteration of a ForEach step is not referred to by its body step's name alone.
        let mut records = self.records.iter().rev();
        let record = records.find(|record| record.name == *name)?;
        property_of_record(record, property)
            .or_else(|| property_of_job(self.jobs.get(*name)?, property))
    }
}

/// The step that a reference is to.
pub fn referenced_step(reference: &str) -> Option<&str> {
    segments(reference.strip_prefix("Steps.")?)?
        .first()
        .copied()
}

/// The parts of a path: `Outputs['train'].S3Output[0]` has four.
fn segments(path: &str) -> Option<Vec<&str>> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (key, after) = match inside.chars().next()? {
                quote @ ('\'' | '"') => {
                    let (key, after) = inside[1..].split_once(quote)?;
                    (key, after.strip_prefix(']')?)
                }
                _ => inside.split_once(']')?,
            };
            segments.push(key);
            rest = after;
        } else {
            let key = rest.strip_prefix('.').unwrap_or(rest);
            let end = key.find(['.', '[']).unwrap_or(key.len());
            if end == 0 {
                return None;
            }
            segments.push(&key[..end]);
            rest = &key[end..];
        }
    }
    Some(segments)
}

/// A property that the step's own record has: what a Callback or Lambda step returned, its outcome, the name and the
/// ARN of what it created.
fn property_of_record(record: &StepRecord, property: &[&str]) -> Option<String> {
    let metadata = &record.metadata;
    if let ["OutputParameters", name] = property {
        let label = format!("OutputParameters.{name}");
        let mut facts = metadata.facts.iter();
        return facts.find_map(|(known, value)| (*known == label).then(|| value.clone()));
    }
    let [member] = property else { return None };
    if *member == "Outcome" {
        return metadata.outcome.clone();
    }
    let arn = metadata.arn.as_deref()?;
    let kind = property_prefix(metadata.resource()?)?;
    match member.strip_prefix(kind)? {
        "Arn" => Some(arn.to_owned()),
        // The name of a model package is part of its ARN only.
        "Name" if kind == "ModelPackage" => Some(arn.to_owned()),
        "Name" => Some(Arn::parse(arn)?.resource_name().to_owned()),
        _ => None,
    }
}

/// What the API's members for the name and the ARN of a resource begin with.
fn property_prefix(resource: StepResource) -> Option<&'static str> {
    use StepResource as R;
    Some(match resource {
        R::TrainingJob => "TrainingJob",
        R::ProcessingJob | R::QualityCheckJob | R::ClarifyCheckJob => "ProcessingJob",
        R::TransformJob => "TransformJob",
        R::TuningJob => "HyperParameterTuningJob",
        R::AutoMlJob => "AutoMLJob",
        R::Model => "Model",
        R::ModelPackage => "ModelPackage",
        R::Endpoint => "Endpoint",
        R::EndpointConfig => "EndpointConfig",
        _ => return None,
    })
}

/// A property as the Describe operation of a job returns it.
fn property_of_job(job: &JobDetail, property: &[&str]) -> Option<String> {
    let output = |name: &str| {
        let found = job.outputs.iter().find(|output| output.name == name);
        found.map(|output| output.uri.clone())
    };
    let input = |name: &str| {
        let found = job.inputs.iter().find(|input| input.name == name);
        found.map(|input| input.uri.clone())
    };
    match property {
        ["ModelArtifacts", member @ "S3ModelArtifacts"]
        | ["TransformOutput", member @ "S3OutputPath"] => output(member),
        [
            "ProcessingOutputConfig",
            "Outputs",
            name,
            "S3Output",
            "S3Uri",
        ] => output(name),
        ["ProcessingInputs", name, "S3Input", "S3Uri"] => input(name),
        ["PrimaryContainer", member @ "ModelDataUrl"] => input(member),
        ["FinalMetricDataList", name, "Value"] => {
            let found = job.metrics.iter().find(|metric| metric.name == *name);
            found.map(|metric| metric.value.to_string())
        }
        ["ResourceConfig" | "TransformResources", member]
        | ["ProcessingResources", "ClusterConfig", member] => {
            let instances = job.instances.as_ref()?;
            match *member {
                "InstanceType" => Some(instances.instance_type.clone()),
                "InstanceCount" => Some(instances.count.to_string()),
                _ => None,
            }
        }
        ["BestTrainingJob", "TrainingJobName"] => match &job.specific {
            JobSpecific::Tuning { best, .. } => best.as_ref()?.name.clone(),
            _ => None,
        },
        ["BestCandidate", "CandidateName"] => match &job.specific {
            JobSpecific::AutoMl { best_candidate } => best_candidate.clone(),
            _ => None,
        },
        ["ModelPackageVersion"] => match &job.specific {
            JobSpecific::ModelPackage { version, .. } => version.map(|version| version.to_string()),
            _ => None,
        },
        ["ModelPackageGroupName"] => match &job.specific {
            JobSpecific::ModelPackage { group, .. } => group.clone(),
            _ => None,
        },
        _ => None,
    }
}
