//! Aliases of versions: what the service lets a version be called.

use crate::model::Pipeline;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;

/// How many aliases a version may have.
const MOST: usize = 10;

/// The aliases of a create or an update that are to be given to the version it makes.
pub fn asked(input: Input) -> Result<Vec<String>, ServiceError> {
    sound(input.texts("PipelineVersionAliases"))
}

/// Aliases without those given twice; refused where one is made of digits alone, as a version's number is.
pub fn sound<'a>(aliases: impl Iterator<Item = &'a str>) -> Result<Vec<String>, ServiceError> {
    let mut sound: Vec<String> = Vec::new();
    for alias in aliases {
        if alias.chars().all(|c| c.is_ascii_digit()) {
            return Err(ServiceError::validation(format!(
                "The pipeline version alias '{alias}' cannot consist of numbers only."
            )));
        }
        if !sound.iter().any(|known| known == alias) {
            sound.push(alias.to_owned());
        }
    }
    Ok(sound)
}

/// Refuses aliases that other versions than `number` carry: they have to be removed there first.
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

/// Carries out `PipelineVersionAliasOperations` on a version that exists.
pub fn change(pipeline: &mut Pipeline, number: i64, changes: Input) -> Result<(), ServiceError> {
    let added = sound(changes.texts("Add"))?;
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
    let mut after = present.to_vec();
    after.retain(|alias| !removed.contains(&alias.as_str()) && !added.contains(alias));
    after.extend(added);
    if after.len() > MOST {
        return Err(ServiceError::validation(format!(
            "A pipeline version can have at most {MOST} aliases, but this one would have {}.",
            after.len()
        )));
    }
    let index = usize::try_from(number - 1).ok();
    if let Some(version) = index.and_then(|index| pipeline.versions.get_mut(index)) {
        version.aliases = after;
    }
    Ok(())
}
