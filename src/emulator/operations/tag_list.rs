//! Lists of tags in requests and answers.

use crate::model::TagList;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::{Value, json};

/// Tags that a resource may have, and tags on a page.
pub(super) const MAX_TAGS: usize = 50;

/// Existing tags with those of a request.
///
/// # Errors
/// When a key is reserved, or there are too many tags.
pub(super) fn merged(existing: &[(String, String)], input: Input) -> Result<TagList, ServiceError> {
    let mut tags = existing.to_vec();
    for tag in input.records("Tags") {
        let (key, value) = (tag.required("Key"), tag.required("Value"));
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(ServiceError::validation(
                "System tags (aws:*) are reserved and cannot be added, changed or removed.",
            ));
        }
        match tags.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => value.clone_into(known),
            None => tags.push((key.to_owned(), value.to_owned())),
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(ServiceError::validation(format!(
            "A resource can have at most {MAX_TAGS} tags."
        )));
    }
    Ok(tags)
}

/// `Tags` on the wire.
pub(super) fn on_the_wire<'a>(tags: impl IntoIterator<Item = &'a (String, String)>) -> Vec<Value> {
    tags.into_iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}
