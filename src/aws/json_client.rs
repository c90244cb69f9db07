//! Calls to services that speak AWS's JSON 1.1 protocol, for those of which the console needs a few operations.
//!
//! Signing, retries, time limits and connections are the SDK's own (`aws-runtime`, `aws-smithy-runtime`). Requests and
//! answers are written here, because an SDK crate compiles a whole service for them: those of CloudWatch Logs, CloudWatch
//! and S3 together take as long as a third of SageMaker's.

use std::fmt;

use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::auth::{HttpSignatureType, SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_sagemaker::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sagemaker::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_sagemaker::config::{IdentityCache, Intercept};
use aws_sdk_sagemaker::error::{BoxError, ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{FrozenLayer, Layer};
use aws_types::region::SigningRegion;
use aws_types::{SdkConfig, SigningName};
use serde_json::Value;

/// A client of one service. Clones share connections and retries.
#[derive(Debug, Clone)]
pub(super) struct JsonClient(Operation<JsonRequest, Value, JsonError>);

/// What a service is known by.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonService {
    /// In the names of its hosts and in signatures: `logs`.
    pub(super) signing_name: &'static str,
    /// Before the operation in `X-Amz-Target`: `Logs_20140328`.
    pub(super) target: &'static str,
}

/// How often and for how long calls are made again.
pub(super) struct Retries {
    pub(super) config: RetryConfig,
    pub(super) partition: RetryPartition,
}

/// One call.
#[derive(Debug)]
struct JsonRequest {
    operation: &'static str,
    input: Value,
}

/// The error that a service answered with.
#[derive(Debug)]
pub(super) struct JsonError(ErrorMetadata);

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for JsonError {}

impl ProvideErrorMetadata for JsonError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

impl JsonClient {
    /// A client that sends its calls to `endpoint`, a URL.
    pub(super) fn new(
        service: JsonService,
        endpoint: &str,
        shared: &SdkConfig,
        retries: &Retries,
        interceptor: impl Intercept + 'static,
    ) -> Self {
        let mut builder = Operation::builder()
            .service_name(service.signing_name)
            .operation_name("call")
            .endpoint_url(endpoint)
            .standard_retry(&retries.config)
            .retry_classifier(AwsErrorCodeClassifier::<JsonError>::new())
            .retry_classifier(TransientErrorClassifier::<JsonError>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .interceptor(interceptor)
            .runtime_plugin(
                StaticRuntimePlugin::new()
                    .with_config(signing(service, shared, retries))
                    .with_runtime_components(authentication(shared)),
            );
        if let Some(behavior_version) = shared.behavior_version() {
            builder = builder.behavior_version(behavior_version);
        }
        if let Some(http_client) = shared.http_client() {
            builder = builder.http_client(http_client);
        }
        if let Some(time_limits) = shared.timeout_config() {
            builder = builder.timeout_config(time_limits.clone());
        }
        let operation = builder
            .serializer(move |call: JsonRequest| request(service, &call))
            .deserializer(answer)
            .build();
        Self(operation)
    }

    /// Makes a call; `input` is the request's JSON object.
    pub(super) fn call(
        &self,
        operation: &'static str,
        input: Value,
    ) -> impl Future<Output = Result<Value, SdkError<JsonError, HttpResponse>>> + use<> {
        let client = self.0.clone();
        async move { client.invoke(JsonRequest { operation, input }).await }
    }
}

/// What the SDK's signer reads: for which service and Region.
fn signing(service: JsonService, shared: &SdkConfig, retries: &Retries) -> FrozenLayer {
    let mut layer = Layer::new("signing");
    let mut options = SigningOptions::default();
    options.signature_type = HttpSignatureType::HttpRequestHeaders;
    options.double_uri_encode = true;
    options.normalize_uri_path = true;
    layer.store_put(SigV4OperationSigningConfig {
        region: shared.region().cloned().map(SigningRegion::from),
        name: Some(SigningName::from_static(service.signing_name)),
        signing_options: options,
        ..SigV4OperationSigningConfig::default()
    });
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(retries.partition.clone());
    layer.freeze()
}

/// Signature version 4 with the workspace's credentials.
fn authentication(shared: &SdkConfig) -> RuntimeComponentsBuilder {
    let schemes = StaticAuthSchemeOptionResolver::new(vec![sigv4::SCHEME_ID]);
    let mut components = RuntimeComponentsBuilder::new("authentication");
    components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
    components
        .set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)))
        // The credentials are cached below the provider, where a refused call can discard them.
        .set_identity_cache(Some(IdentityCache::no_cache()));
    if let Some(provider) = shared.credentials_provider() {
        components.set_identity_resolver(sigv4::SCHEME_ID, provider);
    }
    components
}

fn request(service: JsonService, call: &JsonRequest) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(call.input.to_string()));
    request.set_method("POST")?;
    request.set_uri("/")?;
    let target = format!("{}.{}", service.target, call.operation);
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.1");
    headers.insert("x-amz-target", target);
    headers.insert(
        "user-agent",
        concat!("sluicegate/", env!("CARGO_PKG_VERSION")),
    );
    Ok(request)
}

fn answer(response: &HttpResponse) -> Result<Value, OrchestratorError<JsonError>> {
    let body = response.body().bytes().unwrap_or_default();
    let parsed = serde_json::from_slice::<Value>(body);
    if response.status().is_success() {
        return parsed.map_err(|error| OrchestratorError::response(error.into()));
    }
    let body = parsed.unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let mut metadata = ErrorMetadata::builder();
    let code = response.headers().get("x-amzn-errortype");
    if let Some(code) = code.or_else(|| text("__type")).and_then(error_code) {
        metadata = metadata.code(code);
    }
    if let Some(message) = text("message").or_else(|| text("Message")) {
        metadata = metadata.message(message);
    }
    Err(OrchestratorError::operation(JsonError(metadata.build())))
}

/// The code of an error's type: without the namespace before it and the address after it
/// (`aws.logs#Code:http://…`, "Operation error serialization" of the Smithy specification).
fn error_code(error_type: &str) -> Option<&str> {
    let name = error_type.split(':').next()?;
    name.rsplit('#').next().filter(|code| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::error_code;

    #[test]
    fn error_codes_are_read_without_namespace_and_address() {
        for error_type in [
            "ResourceNotFoundException",
            "com.amazonaws.logs#ResourceNotFoundException",
            "ResourceNotFoundException:http://internal.amazon.com/coral/com.amazon.coral.service/",
            "aws.protocols#ResourceNotFoundException:http://example.org",
        ] {
            assert_eq!(error_code(error_type), Some("ResourceNotFoundException"));
        }
        assert_eq!(error_code(""), None);
    }
}
