//! What things are called.

use sluicegate_definition::{Definition, Step};

use super::progress::body_step;
use super::{Execution, Pipeline, StepRecord};

/// A thing by its names: the one that people read, and the one that SageMaker knows it by.
///
/// It does not print by itself, so that no page shows one name without the other by accident.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Named {
    display_name: Option<String>,
    exact: Exact,
}

/// What SageMaker knows a thing by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Exact {
    /// A name that people gave it.
    Name(String),
    /// An ID that SageMaker gave it.
    Id(String),
}

impl Named {
    /// A thing with a name, and perhaps a display name.
    pub fn new(name: &str, display_name: Option<&str>) -> Self {
        Self::of(Exact::Name(name.to_owned()), display_name)
    }

    /// A thing with an ID, and perhaps a display name.
    pub fn by_id(id: &str, display_name: Option<&str>) -> Self {
        Self::of(Exact::Id(id.to_owned()), display_name)
    }

    fn of(exact: Exact, display_name: Option<&str>) -> Self {
        let (Exact::Name(name) | Exact::Id(name)) = &exact;
        let given = display_name.filter(|given| !given.trim().is_empty() && given != name);
        Self {
            display_name: given.map(str::to_owned),
            exact,
        }
    }

    /// The step of this name, which the definition may have a display name for.
    pub fn step(name: &str, definition: Option<&Definition>) -> Self {
        let declared = definition.and_then(|known| Some(&known.steps[known.step(name)?]));
        declared.map_or_else(|| Self::new(name, None), Self::from)
    }

    /// The name to read: the display name, else the name or the ID.
    pub fn title(&self) -> &str {
        self.display_name.as_deref().unwrap_or(self.exact())
    }

    /// What SageMaker knows it by.
    pub fn exact(&self) -> &str {
        let (Exact::Name(exact) | Exact::Id(exact)) = &self.exact;
        exact
    }

    /// The name to show beside the title: people know the thing by it too.
    pub fn name_beside(&self) -> Option<&str> {
        match &self.exact {
            Exact::Name(name) if self.display_name.is_some() => Some(name),
            _ => None,
        }
    }

    /// The ID to show while the pointer rests on the title: nobody reads one, but some copy it.
    pub fn id_behind(&self) -> Option<&str> {
        match &self.exact {
            Exact::Id(id) if self.display_name.is_some() => Some(id),
            _ => None,
        }
    }

    /// Both names, for where they cannot be set apart: `Prepare data (Preprocess)`.
    pub fn spelled_out(&self) -> String {
        match self.name_beside() {
            Some(name) => format!("{} ({name})", self.title()),
            None => self.title().to_owned(),
        }
    }
}

impl From<&Step> for Named {
    fn from(step: &Step) -> Self {
        Self::new(&step.name, step.display_name.as_deref())
    }
}

impl Pipeline {
    /// Its names.
    pub fn named(&self) -> Named {
        Named::new(&self.name, self.display_name.as_deref())
    }
}

impl Execution {
    /// Its ID and its display name.
    pub fn named(&self) -> Named {
        Named::by_id(self.id(), self.display_name.as_deref())
    }
}

impl StepRecord {
    /// Its names: with its own display name, else that of the definition.
    pub fn named(&self, definition: Option<&Definition>) -> Named {
        let declared = || {
            let definition = definition?;
            let step = definition
                .step(&self.name)
                .or_else(|| body_step(definition, self))?;
            definition.steps[step].display_name.as_deref()
        };
        let display_name = self.display_name.as_deref().or_else(declared);
        Named::new(&self.name, display_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_display_name_comes_first_and_the_name_beside_it_where_it_differs() {
        let both = Named::new("Preprocess", Some("Prepare data"));
        assert_eq!(both.title(), "Prepare data");
        assert_eq!(both.name_beside(), Some("Preprocess"));
        assert_eq!(both.spelled_out(), "Prepare data (Preprocess)");
        for display_name in [None, Some("Preprocess"), Some(" "), Some("")] {
            let one = Named::new("Preprocess", display_name);
            assert_eq!(one.title(), "Preprocess", "{display_name:?}");
            assert_eq!(one.name_beside(), None, "{display_name:?}");
            assert_eq!(one.spelled_out(), "Preprocess", "{display_name:?}");
        }
    }

    #[test]
    fn an_id_is_behind_the_name_not_beside_it() {
        let named = Named::by_id("4qyo3ncfdaqp", Some("nightly"));
        assert_eq!((named.title(), named.exact()), ("nightly", "4qyo3ncfdaqp"));
        assert_eq!(named.name_beside(), None);
        assert_eq!(named.id_behind(), Some("4qyo3ncfdaqp"));
        assert_eq!(named.spelled_out(), "nightly");
        let unnamed = Named::by_id("4qyo3ncfdaqp", None);
        assert_eq!(
            (unnamed.title(), unnamed.id_behind()),
            ("4qyo3ncfdaqp", None)
        );
    }
}
