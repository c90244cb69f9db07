//! Watches every attempt of every call: attempts that were throttled, which the SDK's own retries
//! would hide, and where calls really go.

use std::sync::{Arc, OnceLock};

use aws_sdk_sagemaker::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_sagemaker::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sagemaker::error::BoxError;

use super::budget::Budget;

/// Watches the calls of one workspace to one service.
#[derive(Debug)]
pub(super) struct ThrottleInterceptor {
    /// The service's budget, slowed down by throttled attempts.
    pub(super) budget: Arc<Budget>,
    /// Filled with the first call's URL.
    pub(super) endpoint: Arc<OnceLock<String>>,
}

impl Intercept for ThrottleInterceptor {
    fn name(&self) -> &'static str {
        "sluicegate::ThrottleInterceptor"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.endpoint
            .get_or_init(|| context.request().uri().trim_end_matches('/').to_owned());
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let throttled = context.response().is_some_and(|response| {
            let status = response.status().as_u16();
            status == 429 || status >= 400 && names_throttling(response.body().bytes())
        });
        if throttled {
            self.budget.slow_down();
        }
        Ok(())
    }
}

/// Whether an error's body carries one of the throttling codes.
fn names_throttling(body: Option<&[u8]>) -> bool {
    let Some(text) = body.and_then(|body| std::str::from_utf8(body).ok()) else {
        return false;
    };
    [
        "Throttl",
        "TooManyRequests",
        "RequestLimitExceeded",
        "SlowDown",
    ]
    .iter()
    .any(|code| text.contains(code))
}
