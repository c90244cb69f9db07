//! Answers about pipelines and executions as SageMaker wrote them: with the members that this program, or the SDK, does
//! not know. They are for keeping; pages use the types of `domain`.

use std::error::Error;
use std::sync::Arc;

use aws_sdk_sagemaker as sagemaker;
use aws_smithy_types::DateTime;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use parking_lot::Mutex;
use sagemaker::config::http::HttpResponse;
use sagemaker::config::interceptors::FinalizerInterceptorContextRef;
use sagemaker::config::{ConfigBag, Intercept, RuntimeComponents};
use sagemaker::error::{BoxError, ProvideErrorMetadata, SdkError};
use sagemaker::types::{SortOrder, SortPipelineExecutionsBy};
use serde_json::{Map, Value};

use super::Client;
use super::pages::{self, PAGE_SIZE, Page};
use sluicegate_domain::{AwsError, AwsErrorKind, Service};

/// The members of an answer, or of an item in one.
pub type Answer = Map<String, Value>;

/// A future of the items of a complete list.
type Items<'a> = BoxFuture<'a, Result<Vec<Answer>, AwsError>>;

impl Client {
    /// The items of `ListPipelines`.
    ///
    /// # Errors
    /// When a page could not be read, or the pages do not end.
    pub fn pipeline_summaries(&self) -> Items<'_> {
        self.items("ListPipelines", "PipelineSummaries", |sdk, token, body| {
            let call = sdk.list_pipelines();
            let call = call.max_results(PAGE_SIZE).set_next_token(token);
            call.customize().interceptor(body).send()
        })
    }

    /// The answer of `DescribePipeline`.
    ///
    /// # Errors
    /// When the call fails.
    pub fn pipeline_description<'a>(
        &'a self,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(self.answer("DescribePipeline", move |sdk, body| {
            let call = sdk.describe_pipeline().pipeline_name(name);
            call.customize().interceptor(body).send()
        }))
    }

    /// The items of `ListPipelineVersions`.
    ///
    /// # Errors
    /// When a page could not be read, or the pages do not end.
    pub fn version_summaries<'a>(&'a self, pipeline: &'a str) -> Items<'a> {
        let list = "PipelineVersionSummaries";
        self.items("ListPipelineVersions", list, move |sdk, token, body| {
            let call = sdk.list_pipeline_versions().pipeline_name(pipeline);
            let call = call.max_results(PAGE_SIZE).set_next_token(token);
            call.customize().interceptor(body).send()
        })
    }

    /// The items of `ListTags`.
    ///
    /// # Errors
    /// When a page could not be read, or the pages do not end.
    pub fn tag_items<'a>(&'a self, arn: &'a str) -> Items<'a> {
        self.items("ListTags", "Tags", move |sdk, token, body| {
            let call = sdk.list_tags().resource_arn(arn);
            let call = call.max_results(PAGE_SIZE).set_next_token(token);
            call.customize().interceptor(body).send()
        })
    }

    /// The items of `ListPipelineExecutions` of one pipeline, newest first; with a time, those that started after it.
    ///
    /// # Errors
    /// When a page could not be read, or the pages do not end.
    pub fn execution_summaries<'a>(
        &'a self,
        pipeline: &'a str,
        after: Option<Timestamp>,
    ) -> Items<'a> {
        let after = after.map(|after| DateTime::from_millis(after.as_millisecond()));
        let list = "PipelineExecutionSummaries";
        self.items("ListPipelineExecutions", list, move |sdk, token, body| {
            let call = sdk.list_pipeline_executions().pipeline_name(pipeline);
            let call = call
                .set_created_after(after)
                .sort_by(SortPipelineExecutionsBy::CreationTime)
                .sort_order(SortOrder::Descending)
                .max_results(PAGE_SIZE)
                .set_next_token(token);
            call.customize().interceptor(body).send()
        })
    }

    /// The answer of `DescribePipelineExecution`.
    ///
    /// # Errors
    /// When the call fails.
    pub fn execution_description<'a>(
        &'a self,
        arn: &'a str,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(self.answer("DescribePipelineExecution", move |sdk, body| {
            let call = sdk.describe_pipeline_execution();
            let call = call.pipeline_execution_arn(arn);
            call.customize().interceptor(body).send()
        }))
    }

    /// The items of `ListPipelineExecutionSteps`, oldest first.
    ///
    /// # Errors
    /// When a page could not be read, or the pages do not end.
    pub fn step_items<'a>(&'a self, execution_arn: &'a str) -> Items<'a> {
        let operation = "ListPipelineExecutionSteps";
        self.items(
            operation,
            "PipelineExecutionSteps",
            move |sdk, token, body| {
                let call = sdk.list_pipeline_execution_steps();
                let call = call
                    .pipeline_execution_arn(execution_arn)
                    .sort_order(SortOrder::Ascending)
                    .max_results(PAGE_SIZE)
                    .set_next_token(token);
                call.customize().interceptor(body).send()
            },
        )
    }

    /// The items of `ListPipelineParametersForExecution`.
    ///
    /// # Errors
    /// When a page could not be read, or the pages do not end.
    pub fn parameter_items<'a>(&'a self, execution_arn: &'a str) -> Items<'a> {
        let operation = "ListPipelineParametersForExecution";
        self.items(operation, "PipelineParameters", move |sdk, token, body| {
            let call = sdk.list_pipeline_parameters_for_execution();
            let call = call
                .pipeline_execution_arn(execution_arn)
                .max_results(PAGE_SIZE)
                .set_next_token(token);
            call.customize().interceptor(body).send()
        })
    }

    /// The items that every page of a list has in its member `list`. `send` makes the call for a page, with its token.
    fn items<'a, T, E, F>(
        &'a self,
        operation: &'static str,
        list: &'static str,
        send: impl Fn(&sagemaker::Client, Option<String>, BodyInterceptor) -> F + Send + Sync + 'a,
    ) -> Items<'a>
    where
        T: Send + 'a,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'a,
        E: ProvideErrorMetadata + Error + Send + 'static,
    {
        Box::pin(async move {
            let send = &send;
            let read = |token| async move {
                let answer = self.answer(operation, |sdk, body| send(sdk, token, body));
                Ok(page(answer.await?, list))
            };
            pages::all(read)
                .await?
                .into_complete(Service::SageMaker, operation)
        })
    }

    /// Makes a call that only reads, and returns the body of its answer.
    async fn answer<T, E, F>(
        &self,
        operation: &'static str,
        send: impl FnOnce(&sagemaker::Client, BodyInterceptor) -> F,
    ) -> Result<Answer, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let body = BodyInterceptor::default();
        let client = self.sagemaker();
        client
            .read(operation, |sdk| send(sdk, body.clone()))
            .await?;
        let bytes = std::mem::take(&mut *body.0.lock());
        serde_json::from_slice(&bytes)
            .map_err(|error| client.error(operation, AwsErrorKind::Garbled, &error.to_string()))
    }
}

/// Keeps the body of a call's last answer.
#[derive(Debug, Clone, Default)]
struct BodyInterceptor(Arc<Mutex<Vec<u8>>>);

impl Intercept for BodyInterceptor {
    fn name(&self) -> &'static str {
        "sluicegate::BodyInterceptor"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let bytes = response.and_then(|response| response.body().bytes());
        *self.0.lock() = bytes.unwrap_or_default().to_vec();
        Ok(())
    }
}

/// The page of a list in an answer.
fn page(mut answer: Answer, list: &str) -> Page<Answer> {
    let items = match answer.remove(list) {
        Some(Value::Array(items)) => Some(items),
        _ => None,
    };
    let next = answer.remove("NextToken");
    let next = next.and_then(|token| token.as_str().map(str::to_owned));
    Page::of(items, next, |item| match item {
        Value::Object(members) => Some(members),
        _ => None,
    })
}
