//! Moves a seed from the Region and account of its texts to others.

use super::{ACCOUNT, REGION, Seed, SeedStart, SeedVersion, UserProfile, arn_context, version};
use crate::engine::ArnContext;
use std::collections::HashMap;
use std::sync::Arc;

/// Moves what a seed has to its own Region and account.
pub(super) fn move_to(seed: &mut Seed) {
    let place = seed.arn_context.clone();
    if place == arn_context(None, None) {
        return;
    }
    let mut moved: HashMap<Arc<str>, SeedVersion> = HashMap::new();
    for pipeline in &mut seed.pipelines {
        pipeline.role_arn = text(&pipeline.role_arn, &place);
        profile(&mut pipeline.created_by, &place);
        for known in &mut pipeline.versions {
            let shared = moved.entry(known.definition.clone());
            let shared = shared.or_insert_with(|| version(&text(&known.definition, &place), 0));
            known.definition = shared.definition.clone();
            known.program = shared.program.clone();
        }
    }
    let starts = std::mem::take(&mut seed.starts);
    seed.starts = starts
        .into_iter()
        .map(|start| moved_start(start, &place))
        .collect();
}

/// An execution in another Region and account.
pub(super) fn moved(start: SeedStart, place: &ArnContext) -> SeedStart {
    match *place == arn_context(None, None) {
        true => start,
        false => moved_start(start, place),
    }
}

fn moved_start(mut start: SeedStart, place: &ArnContext) -> SeedStart {
    let pipeline = start.spec.arn_context.pipeline.clone();
    start.spec.set_arn_context(Arc::new(ArnContext {
        pipeline,
        ..place.clone()
    }));
    for (_, value) in &mut start.spec.parameters {
        *value = text(value, place);
    }
    if let Some(role) = &mut start.spec.role {
        *role = text(role, place);
    }
    profile(&mut start.created_by, place);
    start
}

fn profile(profile: &mut Option<UserProfile>, place: &ArnContext) {
    if let Some(profile) = profile {
        profile.arn = text(&profile.arn, place);
    }
}

/// A text with this Region and account in place of those that it was written with.
fn text(text: &str, place: &ArnContext) -> String {
    let ArnContext {
        partition,
        region,
        account,
        ..
    } = place;
    text.replace("arn:aws:", &format!("arn:{partition}:"))
        .replace(REGION, region)
        .replace(ACCOUNT, account)
}
