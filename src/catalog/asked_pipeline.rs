//! Asking about a pipeline whose ARN is known. SageMaker takes its ARN and its name; some endpoints take names alone.

use std::sync::atomic::Ordering;

use futures_util::future::BoxFuture;

use super::named::is_nonexistent;
use super::workspace::WorkspaceCatalog;
use crate::aws::Client;
use crate::domain::AwsError;

impl WorkspaceCatalog {
    /// Makes a call about the pipeline of this ARN; by its name where the endpoint does not know it by its ARN. Calls
    /// that follow begin with what was answered. The answer that there is none is one to both.
    pub(super) async fn ask_about_pipeline<T>(
        &self,
        operation: &'static str,
        arn: &str,
        call: impl for<'a> Fn(&'a Client, &'a str) -> BoxFuture<'a, Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        let name = async || match self.store.pipeline_with_arn(arn).await {
            Ok(known) => known.map(|known| known.name),
            Err(error) => {
                tracing::error!(%error, %arn, "Cannot look up the name of a pipeline");
                None
            }
        };
        if self.takes_names_alone.load(Ordering::Relaxed)
            && let Some(name) = name().await
        {
            return self.ask(operation, arn, call(self.client(), &name)).await;
        }
        let by_arn = self.ask(operation, arn, call(self.client(), arn)).await;
        match &by_arn {
            Err(error) if is_nonexistent(error) => {}
            _ => return by_arn,
        }
        let Some(name) = name().await else {
            return by_arn;
        };
        let by_name = self.ask(operation, arn, call(self.client(), &name)).await;
        if by_name.is_ok() {
            tracing::info!(operation, %arn, "The endpoint does not know a pipeline by its ARN; it is asked by name");
            self.takes_names_alone.store(true, Ordering::Relaxed);
        }
        match by_name {
            Err(error) if is_nonexistent(&error) => by_arn,
            answer => answer,
        }
    }
}
