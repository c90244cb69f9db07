//! Who may see and do what. Pure: no I/O, no clock.

/// Someone who uses the console.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name that is written down with what they do.
    pub name: String,
}

/// What a person may see and do. Every query and every action takes one, so that what may not be
/// seen cannot leak through a list, a count or a search.
#[derive(Debug, Clone)]
pub struct Scope {
    person: Person,
}

impl Scope {
    /// Everything, for this person: the one local user of a console on their own machine.
    pub fn everything(person: Person) -> Self {
        Self { person }
    }

    /// Whose scope it is.
    pub fn person(&self) -> &Person {
        &self.person
    }
}
