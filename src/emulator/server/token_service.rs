//! The token service (STS).

use super::identity_service::ROLE_ID;
use super::query_api::{Api, QueryCall, QueryOperation};
use super::xml::element;
use crate::protocol::constraints;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use crate::security;
use crate::shared::Shared;
use serde_json::{Map, Value};
use sluicegate_shapes as shapes;

pub(super) static API: Api = Api {
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    prefix: "sts",
    operations: &OPERATIONS,
    denial: None,
};
static OPERATIONS: [QueryOperation; 2] = [
    QueryOperation {
        name: ASSUME_ROLE,
        run: assume_role,
        resource: role,
    },
    QueryOperation {
        name: "GetCallerIdentity",
        run: caller_identity,
        resource: role,
    },
];
const ASSUME_ROLE: &str = "AssumeRole";
/// The permission that a source identity needs beside the call's own; a fault of this name denies it.
const SET_SOURCE_IDENTITY: &str = "SetSourceIdentity";

/// Creates a session, unless its source identity is denied.
fn assume_role(call: &QueryCall) -> Result<String, ServiceError> {
    let has_identity = call.input().has("SourceIdentity");
    if has_identity && call.shared.faults().denies(SET_SOURCE_IDENTITY) {
        let action = format!("{}:{SET_SOURCE_IDENTITY}", API.prefix);
        return Err(security::access_denied(
            &call.user,
            &action,
            &role(call),
            "",
        ));
    }
    assume(call.shared, &call.caller, call.form)
}

fn role(call: &QueryCall) -> String {
    call.input().required("RoleArn").to_owned()
}

/// `GetCallerIdentity`, which no policy can deny.
fn caller_identity(call: &QueryCall) -> Result<String, ServiceError> {
    let QueryCall {
        shared,
        caller,
        user,
        ..
    } = call;
    shared
        .authorize(caller, "sts:GetCallerIdentity", user)
        .or_else(|error| match error.code {
            ErrorCode::AccessDenied => Ok(()),
            _ => Err(error),
        })?;
    let name = user.rsplit('/').next().unwrap_or_default();
    Ok(element("Arn", user)
        + &element("UserId", &format!("{ROLE_ID}:{name}"))
        + &element("Account", &shared.arn_context.account))
}

fn assume(
    shared: &Shared,
    caller: &security::Caller,
    form: &Map<String, Value>,
) -> Result<String, ServiceError> {
    if form.keys().any(|name| name.starts_with("PolicyArns.")) {
        return Err(ServiceError::validation(
            "The local token service does not know managed session policies.",
        ));
    }
    if let Some(shapes) = shapes::operation(ASSUME_ROLE) {
        constraints::check(shapes.input, form)?;
    }
    let now = shared.world().tick();
    let mut sessions = shared.sessions();
    let assumed = security::assume(&mut sessions, caller, Input::new(form), now)?;
    Ok(assumed.to_xml())
}

impl security::Assumed {
    fn to_xml(&self) -> String {
        let role_id = format!("{ROLE_ID}:{}", self.name);
        let user = element("AssumedRoleId", &role_id) + &element("Arn", &self.arn);
        let keys = element("AccessKeyId", &self.key)
            + &element("SecretAccessKey", &self.secret)
            + &element("SessionToken", &self.token)
            + &element("Expiration", &time(self.end));
        let identity = self.source_identity.as_deref();
        let identity = identity.map(|identity| element("SourceIdentity", identity));
        let size = self.policy_size.map(|size| size.to_string());
        let size = size.map(|size| element("PackedPolicySize", &size));
        format!(
            "{}<AssumedRoleUser>{user}</AssumedRoleUser><Credentials>{keys}</Credentials>{}",
            identity.unwrap_or_default(),
            size.unwrap_or_default(),
        )
    }
}

fn time(millis: i64) -> String {
    jiff::Timestamp::from_second(millis.div_euclid(1_000))
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}
