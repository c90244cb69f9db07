//! Property files and other documents that jobs write to S3.

use super::draw::round;
use crate::engine::Run;
use crate::engine::SeededRandom;
use crate::engine::expression::path::{self, Path, Segment};
use crate::engine::expression::{Expr, Product, ProductRef};
use crate::engine::{MemoKind, RunScope, ScriptedOutcome};
use serde_json::{Value, json};
use sluicegate_definition::{PropertyFile, StepKind};

impl Run {
    /// The document at an S3 address that a step of this execution wrote, if one did.
    pub fn document_at(&self, address: &str) -> Option<Value> {
        let scope = self.scope();
        let (node, file) = scope.writer(address).unzip();
        if let (Some(node), Some(file)) = (node, file) {
            let written = self.nodes[node].succeeded();
            return written.then(|| scope.document(node, &file.name));
        }
        let written = |expr: &Expr| {
            let mut all = true;
            expr.products(&mut |place| {
                let step = self.program.product(place).and_then(|product| product.step);
                let node = step.and_then(|step| scope.node_of(step));
                all &= node.is_none_or(|node| self.nodes[node].succeeded());
            });
            all
        };
        let mut projected = self.program.products.iter();
        let here = projected.any(|product| match &product.reference {
            ProductRef::Document(at, _) => at.eval(&scope).text() == address && written(at),
            _ => false,
        });
        match here {
            true => Some(scope.other_document(address)),
            false => scope.ordered_document(address),
        }
    }
}

impl RunScope<'_> {
    /// A field of a step's property file. A scripted document has no other fields than those given.
    pub(crate) fn file_field(
        &self,
        node: usize,
        file: &str,
        field: &Expr,
        product: &Product,
    ) -> Option<Value> {
        let scripted = self.scripted_file(node, file).is_some();
        if product.is_standalone && !scripted {
            return Some(self.draw(Some(node), product));
        }
        let field = Path::parse(&field.eval(self).text())?;
        let document = self.memoized(Some(node), MemoKind::Document, file, || {
            self.document(node, file)
        });
        let found = path::find(&document, field.segments()).cloned();
        found.or_else(|| (!scripted).then(|| self.draw(Some(node), product)))
    }

    /// A field of the document at an S3 address: of a property file, or of another document that a step wrote.
    pub(crate) fn document_field(
        &self,
        address: &Expr,
        field: &Expr,
        product: &Product,
    ) -> Option<Value> {
        let address = address.eval(self).text();
        let field = Path::parse(&field.eval(self).text())?;
        let (document, scripted) = match self.writer(&address) {
            Some((node, file)) => {
                let scripted = self.scripted_file(node, &file.name).is_some();
                let document = || self.document(node, &file.name);
                (
                    self.memoized(Some(node), MemoKind::Document, &file.name, document),
                    scripted,
                )
            }
            None => {
                let document = || self.other_document(&address);
                let scripted = self.scripted_at(&address).is_some();
                (
                    self.memoized(None, MemoKind::Document, &address, document),
                    scripted,
                )
            }
        };
        let found = path::find(&document, field.segments()).cloned();
        found.or_else(|| (!scripted).then(|| self.draw(None, product)))
    }

    /// A step's property file: as scripted, else with every field that the definition reads.
    pub(super) fn document(&self, node: usize, file: &str) -> Value {
        if let Some(scripted) = self.scripted_file(node, file) {
            return scripted.clone();
        }
        let step = self.run.nodes[node].step;
        let read = self
            .run
            .program
            .products
            .of_step(step)
            .filter_map(|product| match &product.reference {
                ProductRef::File(name, field) if name == file => Some((product, &**field)),
                _ => None,
            });
        self.written(Some(node), read)
    }

    /// A document that is not a property file.
    fn other_document(&self, address: &str) -> Value {
        if let Some(scripted) = self.scripted_at(address) {
            return scripted.clone();
        }
        let read =
            self.run
                .program
                .products
                .iter()
                .filter_map(|product| match &product.reference {
                    ProductRef::Document(at, field) if at.eval(self).text() == address => {
                        Some((product, &**field))
                    }
                    _ => None,
                });
        self.written(None, read)
    }

    /// A document that is scripted for a step whose outputs contain the address, once it has succeeded.
    fn ordered_document(&self, address: &str) -> Option<Value> {
        let mut outcomes = self.run.spec.outcomes.iter();
        outcomes.find_map(|script| {
            let document = document_for(script, address)?;
            let node = self.run.program.step(&script.step)?;
            let is_written =
                self.run.nodes[node].succeeded() && self.place(node, address) == Place::Within;
            is_written.then(|| document.clone())
        })
    }

    /// Makes a document of the fields that are read.
    fn written<'p>(
        &self,
        node: Option<usize>,
        read: impl Iterator<Item = (&'p Product, &'p Expr)>,
    ) -> Value {
        let parsed = read
            .filter_map(|(product, field)| Some((product, Path::parse(&field.eval(self).text())?)));
        let mut fields: Vec<(&Product, Path)> = parsed.collect();
        // The deepest fields come first, so that a field which is read as a whole contains those within it.
        fields.sort_by_key(|(_, field)| std::cmp::Reverse(field.segments().len()));
        let mut document = json!({});
        for (product, field) in fields {
            let there = path::find(&document, field.segments());
            if there.is_none_or(Value::is_null) {
                let value = self.draw(node, product);
                let random = self.run.random_for(node).with(product.key);
                put_with_deviation(&mut document, field.segments(), value, random);
            }
        }
        document
    }

    /// The step and the property file at an address.
    fn writer(&self, address: &str) -> Option<(usize, &PropertyFile)> {
        let run = self.run;
        let mut all = (0..run.nodes.len()).flat_map(|node| {
            let files = &run.program.steps[run.nodes[node].step].files;
            files.iter().map(move |file| (node, file))
        });
        all.find(|(node, file)| {
            run.nodes[*node].has_started()
                && self.file_address(*node, file).as_deref() == Some(address)
        })
    }

    /// The address of a property file: within the processing output that contains it.
    fn file_address(&self, node: usize, file: &PropertyFile) -> Option<String> {
        if *self.run.kind(node) != StepKind::Processing {
            return None;
        }
        let output = [
            Segment::Name("ProcessingOutputConfig".to_owned()),
            Segment::Name("Outputs".to_owned()),
            Segment::Name(file.output.clone()),
            Segment::Name("S3Output".to_owned()),
            Segment::Name("S3Uri".to_owned()),
        ];
        let place = self.property(node, &output, None)?;
        let place = place.as_str()?.trim_end_matches('/');
        Some(format!("{place}/{}", file.path.trim_start_matches('/')))
    }

    /// The document scripted for a step's property file: by the file's name, or by its address.
    fn scripted_file(&self, node: usize, file: &str) -> Option<&Value> {
        let mut scripts = self.run.scripts(node);
        let named = scripts.find_map(|script| script.values.files.get(file));
        named.or_else(|| {
            let mut scripts = self.run.scripts(node).peekable();
            scripts.peek()?;
            let step = &self.run.program.steps[self.run.nodes[node].step];
            let declared = step.files.iter().find(|known| known.name == file)?;
            let address = self.file_address(node, declared)?;
            scripts.find_map(|script| document_for(script, &address))
        })
    }

    /// The document scripted for an address, given in full or by its end: for the step that writes there, or for a step
    /// of which it is not known where it writes.
    fn scripted_at(&self, address: &str) -> Option<&Value> {
        let outcomes = || self.run.spec.outcomes.iter();
        let mut matching = outcomes().filter(|script| document_for(script, address).is_some());
        let first = matching.next()?;
        let place = |script: &ScriptedOutcome| {
            let step = self.run.program.step(&script.step);
            step.map_or(Place::Unknown, |step| self.place(step, address))
        };
        let mut all = std::iter::once(first).chain(matching);
        let mut unknown = None;
        let writer = all.find(|script| match place(script) {
            Place::Within => true,
            Place::Elsewhere => script.values.files.contains_key(address),
            Place::Unknown => {
                unknown = unknown.or(Some(*script));
                false
            }
        });
        document_for(writer.or(unknown)?, address)
    }

    /// Whether a step writes to an address, as far as the outputs of its job say.
    fn place(&self, node: usize, address: &str) -> Place {
        let outputs = self.argument(node, "ProcessingOutputConfig")["Outputs"].take();
        let uris = outputs.as_array().into_iter().flatten();
        let mut places: Vec<Value> = uris
            .map(|output| output["S3Output"]["S3Uri"].clone())
            .collect();
        for output in ["OutputDataConfig", "TransformOutput"] {
            places.push(self.argument(node, output)["S3OutputPath"].take());
        }
        let mut places = places.iter().filter_map(Value::as_str).peekable();
        if places.peek().is_none() {
            return Place::Unknown;
        }
        let is_within = |place: &str| {
            let rest = address.strip_prefix(place.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match places.any(is_within) {
            true => Place::Within,
            false => Place::Elsewhere,
        }
    }
}

/// Where a step writes, seen from an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Above the address.
    Within,
    /// To other addresses only.
    Elsewhere,
    /// The step names no output.
    Unknown,
}

/// The document that an order has for an address, given in full or by its end.
fn document_for<'s>(script: &'s ScriptedOutcome, address: &str) -> Option<&'s Value> {
    let mut files = script.values.files.iter();
    let here = files.find(|(name, _)| {
        let start = address.strip_suffix(name.as_str());
        start.is_some_and(|start| start.is_empty() || start.ends_with('/'))
    });
    here.map(|(_, document)| document)
}

/// Sets a value; reports have a metric's standard deviation beside its `value`.
fn put_with_deviation(document: &mut Value, field: &[Segment], value: Value, random: SeededRandom) {
    let figure = value.as_f64().zip(field.split_last());
    path::put(document, field, value.clone());
    if let Some((figure, (Segment::Name(last), above))) = figure
        && last == "value"
    {
        let deviation = round(figure.abs() * 0.1 * random.named("deviation").unit());
        let mut beside = above.to_vec();
        beside.push(Segment::Name("standard_deviation".to_owned()));
        if path::find(document, &beside).is_none() {
            path::put(document, &beside, json!(deviation));
        }
    }
}
