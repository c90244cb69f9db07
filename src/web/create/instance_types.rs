//! The instance types that a field suggests; any other is accepted too. The table is part of the program:
//! `instance_types.py` writes it, and a test reads all of it.

use std::sync::LazyLock;

use crate::web::texts::create as texts;

const TABLE: &str = include_str!("instance_types.txt");

/// An instance type of SageMaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    /// Its name, such as `ml.m5.xlarge`.
    pub name: &'static str,
    /// What it has, in words; empty where EC2 no longer describes it.
    pub about: String,
    /// The family and its purpose, on the first of a family.
    pub group: Option<String>,
}

/// All of them, by family and size.
pub static INSTANCE_TYPES: LazyLock<Vec<InstanceType>> = LazyLock::new(|| {
    let mut family = "";
    let lines = TABLE.lines().filter_map(instance_type);
    lines
        .map(|one| {
            let begins = family_of(one.name) != family;
            family = family_of(one.name);
            InstanceType {
                group: begins.then(|| texts::instance_family(family)),
                ..one
            }
        })
        .collect()
});

/// The family of an instance type: `m5` of `ml.m5.xlarge`.
fn family_of(name: &str) -> &str {
    name.split('.').nth(1).unwrap_or_default()
}

/// A line of the table: type, vCPUs, memory in MiB and accelerators.
fn instance_type(line: &'static str) -> Option<InstanceType> {
    if line.starts_with('#') {
        return None;
    }
    let mut cells = line.split('|').map(str::trim);
    let name = cells.next()?;
    let (vcpus, memory, accelerators) = (cells.next()?, cells.next()?, cells.next()?);
    let about = match (vcpus.parse(), memory.parse()) {
        (Ok(vcpus), Ok(memory)) => texts::instance_type(vcpus, memory, accelerators),
        _ => String::new(),
    };
    Some(InstanceType {
        name,
        about,
        group: None,
    })
}

#[cfg(test)]
mod tests {
    use super::{INSTANCE_TYPES, TABLE};

    #[test]
    fn what_an_instance_type_has_is_read_from_the_table() {
        let about = |name| {
            let mut found = INSTANCE_TYPES.iter().filter(|one| one.name == name);
            found.next().map(|one| one.about.as_str())
        };
        assert_eq!(about("ml.m5.xlarge"), Some("4 vCPUs · 16 GiB"));
        assert_eq!(about("ml.g5.12xlarge"), Some("48 vCPUs · 192 GiB · 4 A10G"));
        // EC2 no longer describes it.
        assert_eq!(about("ml.p3.2xlarge"), Some(""));
    }

    #[test]
    fn the_first_of_each_family_names_it() {
        let groups: Vec<&str> = INSTANCE_TYPES
            .iter()
            .filter_map(|one| one.group.as_deref())
            .collect();
        assert_eq!(groups[..2], ["t3 · Burstable", "m4 · General purpose"]);
        for (family, purpose) in [
            ("c7i-flex", "Compute optimized"),
            ("r5d", "Memory optimized"),
            ("g4dn", "GPU"),
            ("trn1n", "AWS Trainium"),
        ] {
            let group = format!("{family} · {purpose}");
            assert_eq!(
                groups.iter().filter(|one| **one == group).count(),
                1,
                "{group}"
            );
        }
        assert!(
            groups.iter().all(|group| group.contains(" · ")),
            "{groups:?}"
        );
    }

    #[test]
    fn every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.count(), INSTANCE_TYPES.len());
    }

    #[test]
    fn every_type_of_the_service_model_is_in_the_table() {
        const MODEL: &str = include_str!("../../shapes/model.txt");
        let training = MODEL
            .lines()
            .find(|line| line.starts_with("enum TrainingInstanceType "));
        let types = training.expect("in the model").split(' ').skip(2);
        let known = |name: &&str| INSTANCE_TYPES.iter().any(|one| one.name == *name);
        let missing: Vec<_> = types.filter(|name| !known(name)).collect();
        assert!(missing.is_empty(), "run instance_types.py for {missing:?}");
    }
}
