//! What the steps of a definition produce, as far as the definition refers to it.

use super::path::{Path, Segment};
use super::{Expr, Scalar};
use std::collections::{HashMap, HashSet};

/// A value that a step produces: a field of a report, an output, a property of its job.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The step, if the reference names one.
    pub step: Option<usize>,
    /// The hash of the reference, for random draws.
    pub key: u64,
    /// What of the step's work it is.
    pub reference: ProductRef,
    /// What a plausible value is like.
    pub hint: Hint,
    /// Whether it is a field of a property file and no other reference reads a part of that field.
    pub is_standalone: bool,
}

/// What of a step's work a reference means.
#[derive(Debug, Clone, PartialEq)]
pub enum ProductRef {
    /// `OutputParameters['…']`.
    Output(String),
    /// A member of the answer of its job's Describe operation.
    Property(Path),
    /// A field of one of its property files: the file's name, and the path of the field.
    File(String, Box<Expr>),
    /// A field of the document at an S3 address: the address, and the path of the field.
    Document(Box<Expr>, Box<Expr>),
}

impl ProductRef {
    /// What the rest of a property reference means.
    pub fn property(path: Path) -> ProductRef {
        match path.segments() {
            [Segment::Name(outputs), Segment::Name(name)] if outputs == "OutputParameters" => {
                ProductRef::Output(name.clone())
            }
            _ => ProductRef::Property(path),
        }
    }
}

/// What a plausible value of a product is like, inferred from how the definition uses it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Hint {
    /// Nothing is known.
    #[default]
    Any,
    /// Usually above this.
    Above(f64),
    /// Usually below this.
    Below(f64),
    /// Usually this.
    Is(Scalar),
    /// A value like this, as required where it is used.
    Like(Scalar),
}

/// A step, its property file, and a path in the file.
type Field = (Option<usize>, String, Vec<Segment>);

/// All products that a definition refers to.
#[derive(Debug, Default)]
pub struct Products {
    list: Vec<Product>,
    indices: HashMap<(Option<usize>, u64), usize>,
    by_step: HashMap<usize, Vec<usize>>,
}

impl Products {
    /// The product of this index.
    pub fn get(&self, index: usize) -> Option<&Product> {
        self.list.get(index)
    }

    /// The products of a step, in the order of the text.
    pub fn of_step(&self, step: usize) -> impl Iterator<Item = &Product> {
        let indices = self.by_step.get(&step).into_iter().flatten();
        indices.filter_map(|index| self.list.get(*index))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Product> {
        self.list.iter()
    }

    /// Marks the fields of property files that no other reference reads a part of, or writes in another way. To be
    /// called once all products are known.
    pub fn settle(&mut self) {
        let mut within: HashSet<Field> = HashSet::new();
        let mut fields: HashMap<Field, Vec<usize>> = HashMap::new();
        let mut open: HashSet<(Option<usize>, String)> = HashSet::new();
        for (index, product) in self.list.iter().enumerate() {
            let ProductRef::File(file, field) = &product.reference else {
                continue;
            };
            let path = match &**field {
                Expr::Literal(Scalar::Text(text)) => Path::parse(text),
                _ => None,
            };
            let Some(path) = path.filter(|path| !path.segments().is_empty()) else {
                open.insert((product.step, file.clone()));
                continue;
            };
            let field = |end: usize| (product.step, file.clone(), path.segments()[..end].to_vec());
            let length = path.segments().len();
            within.extend((1..length).map(field));
            fields.entry(field(length)).or_default().push(index);
        }
        for (field, indices) in fields {
            if let [index] = indices[..] {
                let read_into = within.contains(&field);
                self.list[index].is_standalone = !read_into && !open.contains(&(field.0, field.1));
            }
        }
    }

    /// Adds a product, unless it is known; returns its index.
    pub(super) fn add(&mut self, step: Option<usize>, key: u64, reference: ProductRef) -> usize {
        if let Some(index) = self.indices.get(&(step, key)) {
            return *index;
        }
        let index = self.list.len();
        self.list.push(Product {
            step,
            key,
            reference,
            hint: Hint::Any,
            is_standalone: false,
        });
        self.indices.insert((step, key), index);
        if let Some(step) = step {
            self.by_step.entry(step).or_default().push(index);
        }
        index
    }

    /// Adds a hint. What a product is compared with counts more than where else it is used.
    pub(super) fn hint(&mut self, expr: &Expr, hint: Hint) {
        let Expr::Product(index) = expr else {
            return;
        };
        let Some(product) = self.list.get_mut(*index) else {
            return;
        };
        let free = match product.hint {
            Hint::Any => true,
            Hint::Like(_) => !matches!(hint, Hint::Like(_)),
            Hint::Above(_) | Hint::Below(_) | Hint::Is(_) => false,
        };
        if free {
            product.hint = hint;
        }
    }
}
