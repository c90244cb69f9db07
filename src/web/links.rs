//! Makes every address of the console. No template and no handler spells one itself.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets;
use super::mount::{MOUNT_PARAMS, MountContext};
use super::query::QueryPairs;
use crate::domain::{Action, Named};

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

/// The id of a parameter's row in the list of parameters.
pub fn parameter_anchor(name: &str) -> String {
    format!("parameter-{name}")
}

/// The id of a version's row in the list of a pipeline's versions.
pub fn version_anchor(version: i64) -> String {
    format!("version-{version}")
}

/// A thing, and the page about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLink {
    /// What it is called.
    pub named: Named,
    /// The page about it, where there is one.
    pub href: Option<String>,
}

/// The addresses of one workspace.
#[derive(Debug, Clone)]
pub struct Links {
    mount: MountContext,
    workspace: String,
}

impl Links {
    /// Addresses inside this workspace.
    pub fn new(mount: &MountContext, workspace: &str) -> Self {
        Self {
            mount: mount.clone(),
            workspace: segment(workspace),
        }
    }

    /// Where the console is mounted.
    pub fn mount(&self) -> &MountContext {
        &self.mount
    }

    /// An address of this console: `path` below its base, with the parameters of a frame.
    fn at(&self, path: &str) -> String {
        let address = format!("{}{path}", self.mount.base());
        with_query(&address, self.mount.repeated_params())
    }

    /// The current page, outside any frame.
    pub fn full_page(&self) -> String {
        let (path, query) = match self.mount.address().split_once('?') {
            Some((path, query)) => (path, QueryPairs::read(query.as_bytes())),
            None => (self.mount.address(), QueryPairs::default()),
        };
        let kept = query
            .iter()
            .filter(|(name, _)| !MOUNT_PARAMS.contains(name));
        with_query(&format!("{}{path}", self.mount.base()), kept)
    }

    /// The start page.
    pub fn home(&self) -> String {
        self.at("/")
    }

    /// A static file, by its name in the source tree.
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.mount.base(), assets::address(name))
    }

    /// The page about the reader.
    pub fn me(&self) -> String {
        self.at("/me")
    }

    /// What people did.
    pub fn activity(&self) -> String {
        self.at("/activity")
    }

    /// The list of pipelines.
    pub fn pipelines(&self) -> String {
        self.at(&self.path_to_pipelines())
    }

    /// The list of model package groups.
    pub fn models(&self) -> String {
        self.at(&format!("/w/{}/models", self.workspace))
    }

    /// The executions of all pipelines.
    pub fn all_executions(&self) -> String {
        self.at(&format!("/w/{}/executions", self.workspace))
    }

    /// The same as a file: `csv` or `json`.
    pub fn all_executions_file(&self, extension: &str) -> String {
        self.at(&format!("/w/{}/executions.{extension}", self.workspace))
    }

    /// A pipeline; opens on its executions.
    pub fn pipeline(&self, name: &str) -> String {
        self.at(&self.path_to_pipeline(name))
    }

    /// A pipeline's executions.
    pub fn executions(&self, name: &str) -> String {
        self.below_pipeline(name, "executions")
    }

    /// A pipeline's graph.
    pub fn graph(&self, name: &str) -> String {
        self.below_pipeline(name, "graph")
    }

    /// The SVG of a pipeline's graph.
    pub fn graph_svg(&self, name: &str) -> String {
        self.below_pipeline(name, "graph.svg")
    }

    /// A pipeline's parameters.
    pub fn parameters(&self, name: &str) -> String {
        self.below_pipeline(name, "parameters")
    }

    /// A pipeline's definition.
    pub fn definition(&self, name: &str) -> String {
        self.below_pipeline(name, "definition")
    }

    /// A pipeline's definition as a file.
    pub fn definition_json(&self, name: &str) -> String {
        self.below_pipeline(name, "definition.json")
    }

    /// What people did with a pipeline.
    pub fn pipeline_activity(&self, name: &str) -> String {
        self.below_pipeline(name, "activity")
    }

    /// Further information about a pipeline.
    pub fn information(&self, name: &str) -> String {
        self.below_pipeline(name, "information")
    }

    /// A version of a pipeline, in the list of them.
    pub fn version(&self, name: &str, version: &i64) -> String {
        format!("{}#{}", self.information(name), version_anchor(*version))
    }

    /// The create form.
    pub fn create(&self, name: &str) -> String {
        self.below_pipeline(name, "executions/new")
    }

    /// The create form, filled from an execution.
    pub fn run_again(&self, name: &str, id: &str) -> String {
        with_query(&self.create(name), [("copy", id)])
    }

    /// An execution; opens on its graph.
    pub fn execution(&self, name: &str, id: &str) -> String {
        self.at(&self.path_to_execution(name, id))
    }

    /// The SVG of an execution's graph.
    pub fn execution_svg(&self, name: &str, id: &str) -> String {
        self.below_execution(name, id, "graph.svg")
    }

    /// An execution's steps.
    pub fn steps(&self, name: &str, id: &str) -> String {
        self.below_execution(name, id, "steps")
    }

    /// One step of an execution.
    pub fn step(&self, name: &str, id: &str, step: &str) -> String {
        self.below_execution(name, id, &format!("steps/{}", segment(step)))
    }

    /// A part of the page about one step of an execution: `inputs`.
    pub fn step_part(&self, name: &str, id: &str, step: &str, part: &str) -> String {
        self.below_execution(name, id, &format!("steps/{}/{part}", segment(step)))
    }

    /// One parameter of an execution, in the list of them.
    pub fn execution_parameter(&self, name: &str, id: &str, parameter: &str) -> String {
        let fragment = segment(&parameter_anchor(parameter));
        format!("{}#{fragment}", self.execution_parameters(name, id))
    }

    /// An execution's parameters.
    pub fn execution_parameters(&self, name: &str, id: &str) -> String {
        self.below_execution(name, id, "parameters")
    }

    /// Further information about an execution.
    pub fn execution_information(&self, name: &str, id: &str) -> String {
        self.below_execution(name, id, "information")
    }

    /// The confirmation of an action on an execution, and where it is posted.
    pub fn action(&self, name: &str, id: &str, action: Action) -> String {
        self.below_execution(name, id, action.as_str())
    }

    fn below_pipeline(&self, name: &str, rest: &str) -> String {
        self.at(&format!("{}/{rest}", self.path_to_pipeline(name)))
    }

    fn below_execution(&self, name: &str, id: &str, rest: &str) -> String {
        self.at(&format!("{}/{rest}", self.path_to_execution(name, id)))
    }

    fn path_to_pipelines(&self) -> String {
        format!("/w/{}/pipelines", self.workspace)
    }

    fn path_to_pipeline(&self, name: &str) -> String {
        format!("{}/{}", self.path_to_pipelines(), segment(name))
    }

    fn path_to_execution(&self, name: &str, id: &str) -> String {
        format!("{}/executions/{}", self.path_to_pipeline(name), segment(id))
    }
}

/// An address with these pairs added to its query; unchanged where there are none.
pub fn with_query<'a>(
    address: &str,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let query = query.finish();
    let separator = if address.contains('?') { '&' } else { '?' };
    if query.is_empty() {
        address.to_owned()
    } else {
        format!("{address}{separator}{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::mount::Theme;

    #[test]
    fn hostile_names_stay_inside_their_segment() {
        let links = Links::new(&MountContext::default(), "a/b");
        assert_eq!(
            links.step("../x?y#z", "..", "é\n"),
            "/w/a%2Fb/pipelines/..%2Fx%3Fy%23z/executions/%2E%2E/steps/%C3%A9%0A"
        );
    }

    #[test]
    fn a_query_is_encoded_and_left_out_when_empty() {
        assert_eq!(with_query("/x", []), "/x");
        assert_eq!(with_query("/x", [("q", "a b&c")]), "/x?q=a+b%26c");
        assert_eq!(with_query("/x?a=1", [("q", "2")]), "/x?a=1&q=2");
    }

    #[test]
    fn every_address_is_below_the_base_and_keeps_the_frame() {
        let links = Links::new(&MountContext::at_base("/tools/ml"), "a");
        assert_eq!(links.home(), "/tools/ml/");
        assert_eq!(
            links.create("p"),
            "/tools/ml/w/a/pipelines/p/executions/new"
        );
        assert!(links.asset("app.js").starts_with("/tools/ml/static/app."));
        let links = Links::new(&MountContext::at_base("/ml").in_frame(true), "a");
        assert_eq!(
            links.steps("p", "x"),
            "/ml/w/a/pipelines/p/executions/x/steps?embed=1"
        );
        assert_eq!(
            links.run_again("p", "x"),
            "/ml/w/a/pipelines/p/executions/new?embed=1&copy=x"
        );
        assert!(!links.asset("app.js").contains('?'));
        let mount = MountContext::at_base("/ml")
            .in_frame(true)
            .with_theme(Some(Theme::Dark));
        let mount = mount.with_address("/w/a/models?q=x%26&embed=1&theme=dark");
        let links = Links::new(&mount, "a");
        assert_eq!(links.home(), "/ml/?embed=1&theme=dark");
        assert_eq!(links.full_page(), "/ml/w/a/models?q=x%26");
        assert!(
            !Links::new(&MountContext::at_base("").in_frame(false), "a")
                .home()
                .contains('?')
        );
    }
}
