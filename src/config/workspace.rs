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
    };
    check(reader, &workspace, &path);
    workspace
}

fn check(reader: &mut Reader, workspace: &Workspace, path: &dyn Fn(&str) -> String) {
    /// Key, value, the rule for it, and how to correct it.
    type Rule<'a> = (&'a str, &'a Option<String>, fn(&str) -> bool, &'a str);
    let texts: [Rule; 5] = [
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
            "write scheme, host and port only: \"http://127.0.0.1:4566\"",
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
            let shown = if key == "endpoint_url" {
                "its value".to_owned()
            } else {
                format!("{text:?}")
            };
            reader.refuse(&path(key), format!("{shown} is not valid"), fix);
        }
    }
    if !(0.1..=100.0).contains(&workspace.calls_per_second) {
        reader.refuse(
            &path("calls_per_second"),
            format!("{} is out of range", workspace.calls_per_second),
            "write a number from 0.1 to 100",
        );
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
