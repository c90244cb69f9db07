//! Aliases of pipeline versions.

use crate::model::Pipeline;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;

/// Aliases that a version may have.
const MAX_ALIASES: usize = 10;

/// The aliases in a request that creates a version.
pub fn requested(input: Input) -> Result<Vec<String>, ServiceError> {
    distinct(input.texts("PipelineVersionAliases"))
}

/// Aliases without repetitions.
///
/// # Errors
/// When one consists of digits only, as a version's number does.
pub fn distinct<'a>(aliases: impl Iterator<Item = &'a str>) -> Result<Vec<String>, ServiceError> {
    let mut distinct: Vec<String> = Vec::new();
    for alias in aliases {
        if alias.chars().all(|c| c.is_ascii_digit()) {
            return Err(ServiceError::validation(format!(
                "The pipeline version alias '{alias}' cannot consist of numbers only."
            )));
        }
        if !distinct.iter().any(|known| known == alias) {
            distinct.push(alias.to_owned());
        }
    }
    Ok(distinct)
}

/// Checks that no version but `number` has one of these aliases: they have to be removed there first.
pub fn check_free(
    pipeline: &Pipeline,
    number: i64,
    aliases: &[String],
) -> Result<(), ServiceError> {
    for alias in aliases {
        if let Some(other) = pipeline.aliased(alias).filter(|other| *other != number) {
            return Err(ServiceError::conflict(format!(
                "The alias '{alias}' is already assigned to version {other} of pipeline '{}'. Remove it from that \
                 version first.",
                pipeline.arn
            )));
        }
    }
    Ok(())
}

/// Applies `PipelineVersionAliasOperations` to a version that exists.
pub fn change(pipeline: &mut Pipeline, number: i64, changes: Input) -> Result<(), ServiceError> {
    let added = distinct(changes.texts("Add"))?;
    let removed: Vec<&str> = changes.texts("Remove").collect();
    if let Some(both) = added.iter().find(|alias| removed.contains(&alias.as_str())) {
        return Err(ServiceError::validation(format!(
            "The alias '{both}' cannot be both added and removed."
        )));
    }
    check_free(pipeline, number, &added)?;
    let present = pipeline
        .version(number)
        .map_or(&[][..], |version| &version.aliases);
    let mut aliases = present.to_vec();
    aliases.retain(|alias| !removed.contains(&alias.as_str()) && !added.contains(alias));
    aliases.extend(added);
    if aliases.len() > MAX_ALIASES {
        return Err(ServiceError::validation(format!(
            "A pipeline version can have at most {MAX_ALIASES} aliases, but this one would have {}.",
            aliases.len()
        )));
    }
    if let Some(version) = pipeline.version_mut(number) {
        version.aliases = aliases;
    }
    Ok(())
}
