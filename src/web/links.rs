//! Makes every address of the console. No template and no handler spells one itself.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets;
use crate::execution::Action;

/// What stays readable inside a path segment (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn segment(text: &str) -> String {
    match text {
        // Dot segments would be resolved away by every client.
        "." => "%2E".into(),
        ".." => "%2E%2E".into(),
        _ => utf8_percent_encode(text, SEGMENT).to_string(),
    }
}

/// The addresses of one workspace.
#[derive(Debug, Clone)]
pub struct Links {
    workspace: String,
}

impl Links {
    /// Addresses inside this workspace.
    pub fn new(workspace: &str) -> Self {
        Self {
            workspace: segment(workspace),
        }
    }

    /// The start page.
    pub fn home(&self) -> &'static str {
        "/"
    }

    /// A static file, by its name in the source tree.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The list of pipelines.
    pub fn pipelines(&self) -> String {
        format!("/w/{}/pipelines", self.workspace)
    }

    /// The list of model package groups.
    pub fn models(&self) -> String {
        format!("/w/{}/models", self.workspace)
    }

    /// A pipeline; opens on its executions.
    pub fn pipeline(&self, name: &str) -> String {
        format!("{}/{}", self.pipelines(), segment(name))
    }

    /// A pipeline's executions.
    pub fn executions(&self, name: &str) -> String {
        format!("{}/executions", self.pipeline(name))
    }

    /// A pipeline's graph.
    pub fn graph(&self, name: &str) -> String {
        format!("{}/graph", self.pipeline(name))
    }

    /// The picture of a pipeline's graph alone.
    pub fn graph_svg(&self, name: &str) -> String {
        format!("{}/graph.svg", self.pipeline(name))
    }

    /// A pipeline's parameters.
    pub fn parameters(&self, name: &str) -> String {
        format!("{}/parameters", self.pipeline(name))
    }

    /// A pipeline's definition.
    pub fn definition(&self, name: &str) -> String {
        format!("{}/definition", self.pipeline(name))
    }

    /// A pipeline's definition as a file.
    pub fn definition_json(&self, name: &str) -> String {
        format!("{}/definition.json", self.pipeline(name))
    }

    /// What else is known of a pipeline.
    pub fn information(&self, name: &str) -> String {
        format!("{}/information", self.pipeline(name))
    }

    /// The create form.
    pub fn create(&self, name: &str) -> String {
        format!("{}/new", self.executions(name))
    }

    /// The create form, filled from an execution.
    pub fn run_again(&self, name: &str, id: &str) -> String {
        with_query(&self.create(name), [("copy", id)])
    }

    /// An execution; opens on its graph.
    pub fn execution(&self, name: &str, id: &str) -> String {
        format!("{}/{}", self.executions(name), segment(id))
    }

    /// The picture of an execution's graph alone.
    pub fn execution_svg(&self, name: &str, id: &str) -> String {
        format!("{}/graph.svg", self.execution(name, id))
    }

    /// An execution's steps.
    pub fn steps(&self, name: &str, id: &str) -> String {
        format!("{}/steps", self.execution(name, id))
    }

    /// One step of an execution.
    pub fn step(&self, name: &str, id: &str, step: &str) -> String {
        format!("{}/{}", self.steps(name, id), segment(step))
    }

    /// An execution's parameters.
    pub fn execution_parameters(&self, name: &str, id: &str) -> String {
        format!("{}/parameters", self.execution(name, id))
    }

    /// What else is known of an execution.
    pub fn execution_information(&self, name: &str, id: &str) -> String {
        format!("{}/information", self.execution(name, id))
    }

    /// The confirmation of an action on an execution, and where it is posted.
    pub fn action(&self, name: &str, id: &str, action: Action) -> String {
        format!("{}/{}", self.execution(name, id), action.as_str())
    }
}

/// The address of a workspace's pipelines, outside of any workspace.
pub fn workspace(name: &str) -> String {
    Links::new(name).pipelines()
}

/// An address with these pairs as its query; none where there are no pairs.
pub fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_inside_their_segment() {
        let links = Links::new("a/b");
        assert_eq!(
            links.step("../x?y#z", "..", "é\n"),
            "/w/a%2Fb/pipelines/..%2Fx%3Fy%23z/executions/%2E%2E/steps/%C3%A9%0A"
        );
    }

    #[test]
    fn a_query_is_encoded_and_left_out_when_empty() {
        assert_eq!(with_query("/x", []), "/x");
        assert_eq!(with_query("/x", [("q", "a b&c")]), "/x?q=a+b%26c");
    }
}
