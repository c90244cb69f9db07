//! What steps produce, worked out in one place: the answers of Describe operations, the values of references, and the
//! contents of property files all come from here.
//!
//! Nothing is stored. The members of a job follow from its step's resolved arguments and from random draws; they are
//! worked out on demand and are the same for every reader.

mod answers;
mod automl;
mod draw;
mod files;
mod fit;
mod for_each;
mod processing;
mod resources;
mod timeline;
mod training;
mod tuning;

use crate::engine::expression::path::{self, Path, Segment};
use crate::engine::expression::{Member as Argument, Product, ProductRef, Scalar};
use crate::engine::program::{Details, OutputDeclaration, Step};
use crate::engine::{Callbacks, Ending, MemoKind, Millis, Run, RunScope, StepStatus};
pub(crate) use answers::shape as member_shape;
use answers::{described, members, property_members, repeated, shape};
use fit::fit;
pub use fit::fitting_members;
pub use resources::endpoint_status;
use serde_json::{Map, Value, json};
use sluicegate_definition::StepKind;
use sluicegate_shapes::ShapeRef;
pub use tuning::TRAINING_JOBS;

/// A member of a Describe operation's answer: its name and its value; null where the answer leaves it out.
type Member = (&'static str, fn(&StepJob) -> Value);

/// A step's job, as seen while its members are worked out.
struct StepJob<'a> {
    scope: RunScope<'a>,
    node: usize,
    step: &'a Step,
    /// The speed at which it runs or ran.
    speed: f64,
}

/// A time on the wire: seconds since the epoch.
fn time(at: Millis) -> Value {
    json!(at as f64 / 1000.0)
}

impl Run {
    /// The answer of the Describe operation for a started step's job, at a speed. Null members are to be left out. The
    /// step's name is as it is listed.
    pub fn described(&self, step: &str, speed: f64) -> Option<Value> {
        let node = self.started(step)?;
        described(self.kind(node))?;
        Some(self.scope().step_job(node, speed).whole())
    }

    /// A property of a started step's job, as references resolve it.
    pub fn property(&self, step: &str, property: &str) -> Option<Value> {
        let node = self.started(step)?;
        let property = Path::parse(property)?;
        self.scope().property(node, property.segments(), None)
    }

    /// A step's resolved arguments.
    pub fn arguments(&self, step: &str) -> Option<Value> {
        let node = self.started(step)?;
        let arguments = &self.program.steps[self.nodes[node].step].arguments;
        Some(self.eval_in(node, arguments).json())
    }

    /// The lines that were ordered for the log of a started step's job, if any.
    pub fn ordered_log(&self, step: &str) -> Vec<String> {
        let node = self.started(step);
        let scripts = node.into_iter().flat_map(|node| self.scripts(node));
        scripts.flat_map(|script| script.log.clone()).collect()
    }

    fn started(&self, step: &str) -> Option<usize> {
        (0..self.nodes.len())
            .find(|node| self.nodes[*node].has_started() && self.name(*node) == step)
    }
}

impl<'a> RunScope<'a> {
    /// A resolved argument of a step; null where it is not given.
    pub(crate) fn argument(&self, node: usize, name: &str) -> Value {
        self.step_job(node, self.run.spec.pace.speed).argument(name)
    }

    fn step_job(&self, node: usize, speed: f64) -> StepJob<'a> {
        let run = self.run;
        StepJob {
            scope: self.within(node),
            node,
            step: &run.program.steps[run.nodes[node].step],
            speed,
        }
    }

    /// A property of a step; none when it has no such property. Properties of types that are not modelled are drawn.
    pub(crate) fn property(
        &self,
        node: usize,
        property: &[Segment],
        product: Option<&Product>,
    ) -> Option<Value> {
        let job = self.step_job(node, self.run.spec.pace.speed);
        let Some((first, rest)) = property.split_first() else {
            return Some(job.whole());
        };
        let (Segment::Name(first), kind) = (first, &job.step.kind) else {
            return None;
        };
        match (first.as_str(), rest) {
            ("OutputParameters", [Segment::Name(name)]) => return self.output(node, name),
            _ if *kind == StepKind::ForEach => {
                return self.for_each_property(node, property, product);
            }
            _ => {}
        }
        let at = |value: &Value| {
            let found = path::find(value, rest);
            found.filter(|value| !value.is_null()).cloned()
        };
        let member = || job.member(first).unwrap_or_default();
        let value = at(&self.memoized(Some(node), MemoKind::Member, first, member));
        // An answer leaves out values that it cannot hold, such as an invalid role; references get the argument.
        let value = value.or_else(|| at(&job.argument(first)));
        let unknown = described(kind).is_none() && property_members(kind).is_empty();
        value.or_else(|| {
            product
                .filter(|_| unknown)
                .map(|product| self.draw(Some(node), product))
        })
    }

    /// An output parameter of a Callback or Lambda step; none when the step did not return it.
    pub(crate) fn output(&self, node: usize, name: &str) -> Option<Value> {
        let run = self.run;
        let declared = run.declared(node).iter().find(|output| output.name == name);
        let typed = |text: &str| match declared {
            Some(OutputDeclaration { kind, .. }) => Scalar::typed(*kind, text).json(),
            None => json!(text),
        };
        let state = &run.nodes[node];
        let sent = match run.source_step(node) {
            Some(earlier) => &earlier.outputs,
            None => &state.outputs,
        };
        if let Some((_, text)) = sent.iter().find(|(output, _)| output == name) {
            return Some(typed(text));
        }
        let scripted = run
            .scripts(node)
            .find_map(|script| script.values.outputs.get(name));
        if let Some(value) = scripted {
            return Some(value.as_str().map_or_else(|| value.clone(), typed));
        }
        if run.waits_for_answer(node) {
            return None;
        }
        let step = &run.program.steps[state.step];
        let product = run.program.products.of_step(state.step).find(
            |product| matches!(&product.reference, ProductRef::Output(output) if output == name),
        );
        match product {
            Some(product) if product.is_hinted() => Some(self.draw(Some(node), product)),
            _ => {
                Some(self.draw_by_type(node, &step.name, name, declared.map(|output| output.kind)))
            }
        }
    }
}

impl Run {
    /// The outputs that a Callback or Lambda step declares.
    pub(crate) fn declared(&self, node: usize) -> &[OutputDeclaration] {
        match &self.program.steps[self.nodes[node].step].details {
            Details::Callback(_, outputs) | Details::Lambda(_, outputs) => outputs,
            _ => &[],
        }
    }

    /// Whether a step's only outputs are those that somebody sends.
    pub(crate) fn waits_for_answer(&self, node: usize) -> bool {
        let is_reused = self.reused_from(node).is_some();
        *self.kind(node) == StepKind::Callback
            && self.spec.callbacks == Callbacks::Wait
            && !is_reused
    }
}

impl StepJob<'_> {
    /// The complete answer; empty for types without one.
    fn whole(&self) -> Value {
        let kind = &self.step.kind;
        let own = || members(kind).iter().map(|(name, _)| *name);
        let given = repeated(kind).filter(|name| !own().any(|own| own == *name));
        let members = own()
            .chain(given)
            .map(|name| (name.to_owned(), self.member(name).unwrap_or_default()));
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// A member of the answer, or a property of references only; none where it does not exist.
    fn member(&self, name: &str) -> Option<Value> {
        let kind = &self.step.kind;
        let mut known = members(kind).iter().chain(property_members(kind));
        let mut value = match known.find(|(member, _)| *member == name) {
            Some((_, value_of)) => value_of(self),
            None if repeated(kind).any(|member| member == name) => self.fitting_or_null(name),
            None => Value::Null,
        };
        if self.status() == JobStatus::Completed {
            self.put_scripted(name, &mut value);
        }
        (!value.is_null()).then_some(value)
    }

    fn put_scripted(&self, name: &str, value: &mut Value) {
        for script in self.scope.run.scripts(self.node) {
            for (place, scripted) in &script.values.properties {
                let Some(place) = Path::parse(place) else {
                    continue;
                };
                if let Some((first, rest)) = place.split_first()
                    && first == name
                {
                    path::put(value, rest, scripted.clone());
                }
            }
        }
    }

    /// A resolved argument; null where it is not given.
    fn argument(&self, name: &str) -> Value {
        match self.step.arguments.member(name) {
            Some(Argument::Known(value)) => value.clone(),
            Some(Argument::Open(expr)) => expr.eval(&self.scope).json(),
            None => Value::Null,
        }
    }

    /// The shape of a member of the answer.
    fn shape(&self, member: &str) -> Option<ShapeRef> {
        shape(&self.step.kind, member)
    }

    /// The part of a value that a member of the answer can hold; `None` if it would be an empty list or structure.
    fn part(&self, member: &str, value: &Value) -> Option<Value> {
        let part = fit(&*self.shape(member)?, value)?;
        let is_empty = match &part {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        (!is_empty).then_some(part)
    }

    /// The part of an argument that the answer's member of the same name can hold.
    fn fitting(&self, name: &str) -> Option<Value> {
        self.part(name, &self.argument(name))
    }

    /// The same where a member may be null.
    fn fitting_or_null(&self, name: &str) -> Value {
        self.fitting(name).unwrap_or_default()
    }

    /// A Boolean argument; false where it is not given.
    fn flag(&self, name: &str) -> Value {
        self.fitting(name).unwrap_or(Value::Bool(false))
    }

    /// The job's role: as the arguments name it, else the pipeline's, where it is known.
    fn role(&self, name: &str) -> Value {
        let role = self.argument(name);
        let named = role.as_str().filter(|role| role.starts_with("arn:"));
        let own = self.scope.run.spec.role.as_deref();
        named.or(own).map_or(Value::Null, Value::from)
    }

    fn arn(&self) -> String {
        self.scope.arn(self.node).unwrap_or_default()
    }

    fn name(&self) -> String {
        self.scope.job_name(self.node)
    }

    /// An address in the account's default bucket.
    fn bucket(&self, path: &str) -> String {
        self.scope.run.bucket(path)
    }

    /// The failure reason of a failed step.
    fn failure(&self) -> Value {
        match &self.scope.run.nodes[self.node].ending {
            Ending::Failure(reason) if self.status() == JobStatus::Failed => json!(reason),
            _ => Value::Null,
        }
    }

    fn status(&self) -> JobStatus {
        JobStatus::of(self.step_status())
    }

    fn step_status(&self) -> StepStatus {
        let run = self.scope.run;
        run.nodes[self.node].status(run.clock)
    }

    /// When its attempt began.
    fn begun(&self) -> Millis {
        self.scope.run.nodes[self.node].begun
    }

    fn end(&self) -> Option<Millis> {
        self.scope.run.nodes[self.node].end
    }

    /// When it ended, or else when it began.
    fn changed(&self) -> Millis {
        self.end().unwrap_or_else(|| self.begun())
    }
}

/// The status of a step's job, as it is spelled.
pub fn job_status(step: StepStatus) -> &'static str {
    JobStatus::of(step).as_str()
}

/// The status of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobStatus {
    InProgress,
    Stopping,
    Stopped,
    Failed,
    Completed,
}

impl JobStatus {
    /// That of a step's job.
    fn of(step: StepStatus) -> JobStatus {
        match step {
            StepStatus::Starting | StepStatus::Executing => JobStatus::InProgress,
            StepStatus::Stopping => JobStatus::Stopping,
            StepStatus::Stopped => JobStatus::Stopped,
            StepStatus::Failed => JobStatus::Failed,
            StepStatus::Succeeded => JobStatus::Completed,
        }
    }

    /// As it is spelled in job statuses.
    fn as_str(self) -> &'static str {
        match self {
            JobStatus::InProgress => "InProgress",
            JobStatus::Stopping => "Stopping",
            JobStatus::Stopped => "Stopped",
            JobStatus::Failed => "Failed",
            JobStatus::Completed => "Completed",
        }
    }
}
