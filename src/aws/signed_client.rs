//! One service's SDK client with what every call needs: credentials, and a call budget.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use aws_sdk_sagemaker::config::http::HttpResponse;
use aws_sdk_sagemaker::error::{ProvideErrorMetadata, SdkError};

use super::budget::{Budget, Priority};
use super::credentials::CachedCredentials;
use super::errors;
use sluicegate_domain::{AwsError, AwsErrorKind, Service};

/// An SDK client `C` of one service, and the credentials that sign its calls.
#[derive(Clone)]
pub(super) struct SignedClient<C> {
    pub(super) service: Service,
    pub(super) sdk: C,
    /// Where the credentials come from, if newer ones can be found when the service refuses them.
    pub(super) credentials: Option<Arc<CachedCredentials>>,
    pub(super) budget: Arc<Budget>,
    /// Whether a Region is set, without which no call has an address.
    pub(super) has_region: bool,
}

impl<C> SignedClient<C> {
    /// Makes a call that only reads.
    pub(super) async fn read<T, E, F>(
        &self,
        operation: &'static str,
        send: impl FnOnce(&C) -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(Priority::Read, operation, send).await
    }

    /// Makes a call that a person's action needs, ahead of any read that waits.
    pub(super) async fn act<T, E, F>(
        &self,
        operation: &'static str,
        send: impl FnOnce(&C) -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(Priority::Action, operation, send).await
    }

    async fn call<T, E, F>(
        &self,
        priority: Priority,
        operation: &'static str,
        send: impl FnOnce(&C) -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if !self.has_region {
            return Err(self.error(operation, AwsErrorKind::NoRegion, "no Region is set"));
        }
        if self.budget.take(priority).await.is_err() {
            let message = "the console's own call budget is used up";
            return Err(self.error(operation, AwsErrorKind::Throttled, message));
        }
        match send(&self.sdk).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let error = errors::from_sdk(self.service, operation, &error);
                if error.kind == AwsErrorKind::BadCredentials
                    && let Some(credentials) = &self.credentials
                {
                    credentials.discard().await;
                }
                tracing::debug!(kind = ?error.kind, "{error}");
                Err(error)
            }
        }
    }

    /// An error of a call that was not sent.
    pub(super) fn error(
        &self,
        operation: &'static str,
        kind: AwsErrorKind,
        message: &str,
    ) -> AwsError {
        AwsError::new(self.service, operation, kind, message)
    }
}
