//! What the steps of a definition produce, as far as the definition refers to it.

use super::path::{Path, Segment};
use super::{Expr, Scalar};
use std::collections::{HashMap, HashSet};

/// A value a step produces: a field of a report, an output, a property of its job.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The step, if the reference names one.
    pub step: Option<usize>,
    /// What of it, as a number to draw by.
    pub key: u64,
    /// What of it.
    pub what: What,
    /// What a plausible value is like.
    pub hint: Hint,
    /// Whether it is a field of a property file of which nothing else is read within that field.
    pub is_alone: bool,
}

/// What of a step's work a reference means.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// `OutputParameters['…']`.
    Output(String),
    /// A member of the answer of the Describe operation of its job.
    Property(Path),
    /// A field of one of its property files: the file's name, and a path as text.
    File(String, Box<Expr>),
    /// A field of the document at an address: the address, and a path as text.
    Document(Box<Expr>, Box<Expr>),
}

impl What {
    /// What a property reference's rest means.
    pub fn property(path: Path) -> What {
        match path.segments() {
            [Segment::Name(outputs), Segment::Name(name)] if outputs == "OutputParameters" => {
                What::Output(name.clone())
            }
            _ => What::Property(path),
        }
    }
}

/// What a plausible value of a product is like, told from what the definition does with it.
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
    /// This, as the place where it is used needs something of its kind.
    Like(Scalar),
}

/// A step, its property file, and a path in it.
type Field = (Option<usize>, String, Vec<Segment>);

/// All products a definition refers to.
#[derive(Debug, Default)]
pub struct Products {
    list: Vec<Product>,
    places: HashMap<(Option<usize>, u64), usize>,
    by_step: HashMap<usize, Vec<usize>>,
}

impl Products {
    /// By the number an expression holds.
    pub fn get(&self, place: usize) -> Option<&Product> {
        self.list.get(place)
    }

    /// What the definition refers to of a step, in the order of the text.
    pub fn of_step(&self, step: usize) -> impl Iterator<Item = &Product> {
        let places = self.by_step.get(&step).into_iter().flatten();
        places.filter_map(|place| self.list.get(*place))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Product> {
        self.list.iter()
    }

    /// Tells which fields of property files stand alone, once all products are noted: nothing is read within them, and
    /// nobody writes their path in another way.
    pub fn settle(&mut self) {
        let mut within: HashSet<Field> = HashSet::new();
        let mut fields: HashMap<Field, Vec<usize>> = HashMap::new();
        let mut open: HashSet<(Option<usize>, String)> = HashSet::new();
        for (place, product) in self.list.iter().enumerate() {
            let What::File(file, field) = &product.what else {
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
            fields.entry(field(length)).or_default().push(place);
        }
        for (field, places) in fields {
            if let [place] = places[..] {
                let read_into = within.contains(&field);
                self.list[place].is_alone = !read_into && !open.contains(&(field.0, field.1));
            }
        }
    }

    /// Notes a product, and gives its number.
    pub(super) fn place(&mut self, step: Option<usize>, key: u64, what: What) -> usize {
        if let Some(place) = self.places.get(&(step, key)) {
            return *place;
        }
        let place = self.list.len();
        self.list.push(Product {
            step,
            key,
            what,
            hint: Hint::Any,
            is_alone: false,
        });
        self.places.insert((step, key), place);
        if let Some(step) = step {
            self.by_step.entry(step).or_default().push(place);
        }
        place
    }

    /// Notes what a product is like. What it is compared with says more than where else it is used.
    pub(super) fn hint(&mut self, expr: &Expr, hint: Hint) {
        let Expr::Product(place) = expr else {
            return;
        };
        let Some(product) = self.list.get_mut(*place) else {
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
