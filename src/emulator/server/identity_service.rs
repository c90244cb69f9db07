//! The identity service (IAM), as far as clients of SageMaker look at an execution role before they use it.
//!
//! Every role exists and may do everything. The rest of IAM is denied, as to most people who run pipelines.

use super::query_api::{Api, QueryCall, QueryOperation};
use super::xml::element;
use crate::protocol::constraints;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::security::access_denied;
use crate::shared::Shared;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sluicegate_shapes as shapes;

pub(super) static API: Api = Api {
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    prefix: "iam",
    operations: &OPERATIONS,
    // There are many that clients can do without.
    denial: Some(denied),
};
static OPERATIONS: [QueryOperation; 2] = [
    QueryOperation {
        name: GET_ROLE,
        run: get_role,
        resource: role_arn,
    },
    QueryOperation {
        name: SIMULATE,
        run: simulate,
        resource: |call| call.input().required("PolicySourceArn").to_owned(),
    },
];
const GET_ROLE: &str = "GetRole";
const SIMULATE: &str = "SimulatePrincipalPolicy";
/// The unique identifier of every role here.
pub(super) const ROLE_ID: &str = "AROA3XFRBF535PLBIFPI4";
/// `CreateDate` of every role.
const CREATION_DATE: &str = "2020-12-01T00:00:00Z";
/// Who may assume every role: the service that runs pipelines.
const TRUST_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
/// `MaxSessionDuration` of every role, in seconds: the service's default.
const MAX_SESSION_SECONDS: u32 = 3_600;

/// `GetRole`.
fn get_role(call: &QueryCall) -> Result<String, ServiceError> {
    let arn = role_arn(call);
    authorize(call, GET_ROLE, &arn)?;
    let policy = utf8_percent_encode(TRUST_POLICY, NON_ALPHANUMERIC).to_string();
    let role = element("Path", "/")
        + &element("RoleName", call.input().required("RoleName"))
        + &element("RoleId", ROLE_ID)
        + &element("Arn", &arn)
        + &element("CreateDate", CREATION_DATE)
        + &element("AssumeRolePolicyDocument", &policy)
        + &element("MaxSessionDuration", &MAX_SESSION_SECONDS.to_string());
    Ok(format!("<Role>{role}</Role>"))
}

fn role_arn(call: &QueryCall) -> String {
    let account = &call.shared.arn_context.account;
    let name = call.input().required("RoleName");
    format!("arn:aws:iam::{account}:role/{name}")
}

/// `SimulatePrincipalPolicy`: every action on every resource is allowed. All results are on one page.
fn simulate(call: &QueryCall) -> Result<String, ServiceError> {
    let input = call.input();
    authorize(call, SIMULATE, input.required("PolicySourceArn"))?;
    let resources: Vec<&str> = input.texts("ResourceArns").collect();
    let resources = match resources.is_empty() {
        true => vec!["*"],
        false => resources,
    };
    let results: String = input
        .texts("ActionNames")
        .flat_map(|action| {
            resources
                .iter()
                .map(move |resource| allowed(action, resource))
        })
        .collect();
    Ok(element("IsTruncated", "false")
        + &format!("<EvaluationResults>{results}</EvaluationResults>"))
}

fn allowed(action: &str, resource: &str) -> String {
    let content = element("EvalActionName", action)
        + &element("EvalResourceName", resource)
        + &element("EvalDecision", "allowed");
    format!("<member>{content}<MatchedStatements/><MissingContextValues/></member>")
}

/// Checks a call's parameters and its caller's session.
fn authorize(call: &QueryCall, operation: &str, resource: &str) -> Result<(), ServiceError> {
    if let Some(shapes) = shapes::operation(operation) {
        constraints::check(shapes.input, call.form)?;
    }
    let action = format!("{}:{operation}", API.prefix);
    call.shared.authorize(&call.caller, &action, resource)
}

/// The error of an operation that is not answered.
fn denied(shared: &Shared, user: &str, input: Input) -> ServiceError {
    let action = format!("{}:{}", API.prefix, input.required("Action"));
    let resource = format!("arn:aws:iam::{}:*", shared.arn_context.account);
    let why = format!("because no identity-based policy allows the {action} action");
    access_denied(user, &action, &resource, &why)
}
