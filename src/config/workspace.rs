//! `[[workspace]]`: the AWS accounts and Regions to show.

use super::WORKSPACE_COLOURS;
use super::fixes;
use super::reader::Reader;

/// `[[workspace]]`: one AWS account and Region.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// Its name in URLs: lower-case letters, digits and inner hyphens, at most 63 characters.
    pub name: String,
    /// The AWS Region; if not set, that of the ordinary AWS environment.
    pub region: Option<String>,
    /// A role to assume for every call that reads, and for actions too if there is no `write_role_arn`.
    pub role_arn: Option<String>,
    /// A role to assume for each action, with the person's name as source identity.
    pub write_role_arn: Option<String>,
    /// Where calls go instead of the Region's own endpoint.
    pub endpoint_url: Option<String>,
    /// The colour that sets it apart, one of [`WORKSPACE_COLOURS`].
    pub colour: Option<String>,
    /// The calls to SageMaker it may make in a second. 8 by default.
    pub calls_per_second: f64,
    /// Where the calls of other services go.
    pub endpoints: WorkspaceEndpoints,
    /// The calls to other services it may make in a second.
    pub budgets: WorkspaceBudgets,
}

/// `[workspace.endpoints]`: where the calls of services beside SageMaker go, each a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspaceEndpoints {
    /// CloudWatch Logs.
    pub logs: Option<String>,
}

/// `[workspace.budgets]`: calls a second to services beside SageMaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkspaceBudgets {
    /// CloudWatch Logs. 3 by default: its quota is 10 calls a second in some Regions, for a whole account.
    pub logs: f64,
}

impl Default for WorkspaceBudgets {
    fn default() -> Self {
        Self { logs: 3.0 }
    }
}

/// The only workspace, where no setting is made.
impl Default for Workspace {
    fn default() -> Self {
        Self {
            name: "default".to_owned(),
            region: None,
            role_arn: None,
            write_role_arn: None,
            endpoint_url: None,
            colour: None,
            calls_per_second: 8.0,
            endpoints: WorkspaceEndpoints::default(),
            budgets: WorkspaceBudgets::default(),
        }
    }
}

pub(super) fn read_workspaces(reader: &mut Reader) -> Vec<Workspace> {
    let count = reader.count("workspace").max(1);
    let mut workspaces: Vec<Workspace> = Vec::with_capacity(count);
    for index in 0..count {
        let workspace = read_workspace(reader, index, count == 1);
        if workspaces.iter().any(|known| known.name == workspace.name) {
            reader.refuse(
                &format!("workspace.{index}.name"),
                format!("two workspaces are named {:?}", workspace.name),
                "give each its own name",
            );
        }
        workspaces.push(workspace);
    }
    workspaces
}

fn read_workspace(reader: &mut Reader, index: usize, only: bool) -> Workspace {
    let path = |key: &str| format!("workspace.{index}.{key}");
    let default = Workspace::default();
    let name: Option<String> = reader.take(&path("name"), only.then_some(default.name));
    let name = name.unwrap_or_default();
    if !is_name(&name) {
        reader.refuse(
            &path("name"),
            format!("{name:?} cannot be a workspace's name, which is part of URLs"),
            "write lower-case letters, digits and inner hyphens, at most 63",
        );
    }
    let workspace = Workspace {
        name,
        region: reader.take(&path("region"), default.region),
        role_arn: reader.take(&path("role_arn"), default.role_arn),
        write_role_arn: reader.take(&path("write_role_arn"), default.write_role_arn),
        endpoint_url: reader.take(&path("endpoint_url"), default.endpoint_url),
        colour: reader.take(&path("colour"), default.colour),
        calls_per_second: reader.take(&path("calls_per_second"), default.calls_per_second),
        endpoints: WorkspaceEndpoints {
            logs: reader.take(&path("endpoints.logs"), default.endpoints.logs),
        },
        budgets: WorkspaceBudgets {
            logs: reader.take(&path("budgets.logs"), default.budgets.logs),
        },
    };
    check(reader, &workspace, &path);
    workspace
}

fn check(reader: &mut Reader, workspace: &Workspace, path: &dyn Fn(&str) -> String) {
    /// Key, value, the rule for it, and how to correct it.
    type Rule<'a> = (&'a str, &'a Option<String>, fn(&str) -> bool, &'a str);
    let texts: [Rule; 6] = [
        ("region", &workspace.region, is_region, fixes::REGION),
        (
            "role_arn",
            &workspace.role_arn,
            is_role_arn,
            fixes::ROLE_ARN,
        ),
        (
            "write_role_arn",
            &workspace.write_role_arn,
            is_role_arn,
            fixes::ROLE_ARN,
        ),
        (
            "endpoint_url",
            &workspace.endpoint_url,
            is_endpoint,
            fixes::ENDPOINT,
        ),
        (
            "endpoints.logs",
            &workspace.endpoints.logs,
            is_endpoint,
            fixes::ENDPOINT,
        ),
        (
            "colour",
            &workspace.colour,
            |colour| WORKSPACE_COLOURS.contains(&colour),
            fixes::COLOUR,
        ),
    ];
    for (key, value, is_valid, fix) in texts {
        if let Some(text) = value.as_deref().filter(|text| !is_valid(text)) {
            // A URL may contain a password, and refusals end up in logs.
            let shown = if fix == fixes::ENDPOINT {
                "its value".to_owned()
            } else {
                format!("{text:?}")
            };
            reader.refuse(&path(key), format!("{shown} is not valid"), fix);
        }
    }
    for (key, rate) in [
        ("calls_per_second", workspace.calls_per_second),
        ("budgets.logs", workspace.budgets.logs),
    ] {
        if !(0.1..=100.0).contains(&rate) {
            reader.refuse(
                &path(key),
                format!("{rate} is out of range"),
                "write a number from 0.1 to 100",
            );
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Whether it is a Region's code, such as `eu-central-1`.
pub(super) fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let plain = |part: &&str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
    };
    parts.len() >= 3
        && parts.iter().all(plain)
        && parts
            .last()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_role_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [head, partition, service, region, account, role] = parts[..] else {
        return false;
    };
    head == "arn"
        && partition.starts_with("aws")
        && service == "iam"
        && region.is_empty()
        && is_account(account)
        && role
            .strip_prefix("role/")
            .is_some_and(|name| !name.is_empty())
}

/// Whether it is the id of an AWS account.
pub(super) fn is_account(account: &str) -> bool {
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_endpoint(url: &str) -> bool {
    url.trim_end_matches('/')
        .parse::<crate::identity::Origin>()
        .is_ok()
}
