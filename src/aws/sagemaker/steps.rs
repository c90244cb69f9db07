//! The steps of an execution that started.

use aws_sdk_sagemaker::types::{self, SortOrder};
use futures_util::future::BoxFuture;

use super::Client;
use super::convert::{text, time};
use super::metadata::metadata;
use super::pages::{self, Listing, PAGE_SIZE, Page};
use sluicegate_domain::{AwsError, CacheHit, Iteration, StepRecord, StepStatus};

impl Client {
    /// Every step of an execution that started, in start order (`ListPipelineExecutionSteps`, all
    /// pages). Steps that did not start are not in it.
    pub fn list_steps<'a>(
        &'a self,
        arn: &'a str,
    ) -> BoxFuture<'a, Result<Listing<StepRecord>, AwsError>> {
        Box::pin(async move {
            let mut steps = pages::all(|token| async move {
                let answer = self
                    .sagemaker()
                    .read("ListPipelineExecutionSteps", |client| {
                        client
                            .list_pipeline_execution_steps()
                            .pipeline_execution_arn(arn)
                            .sort_order(SortOrder::Ascending)
                            .max_results(PAGE_SIZE)
                            .set_next_token(token)
                            .send()
                    })
                    .await?;
                Ok(Page::of(
                    answer.pipeline_execution_steps,
                    answer.next_token,
                    step,
                ))
            })
            .await?;
            // Not every endpoint returns the order requested; steps without a start come last.
            steps
                .items
                .sort_by_key(|step: &StepRecord| (step.started.is_none(), step.started));
            Ok(steps)
        })
    }
}

fn step(step: types::PipelineExecutionStep) -> Option<StepRecord> {
    Some(StepRecord {
        name: step.step_name?,
        display_name: text(step.step_display_name),
        description: text(step.step_description),
        started: time(step.start_time),
        ended: time(step.end_time),
        status: StepStatus::parse(
            step.step_status
                .as_ref()
                .map_or("", |status| status.as_str()),
        ),
        attempts: step.attempt_count.unwrap_or_default(),
        failure_reason: text(step.failure_reason),
        cache_hit: step
            .cache_hit_result
            .and_then(|hit| text(hit.source_pipeline_execution_arn))
            .map(|source_execution_arn| CacheHit {
                source_execution_arn,
            }),
        reused_from: step
            .selective_execution_result
            .and_then(|reused| text(reused.source_pipeline_execution_arn)),
        iteration: step.iteration_context.and_then(iteration),
        metadata: step.metadata.map(metadata).unwrap_or_default(),
        is_left_over: false,
    })
}

fn iteration(context: types::IterationContext) -> Option<Iteration> {
    Some(Iteration {
        parent: context.parent_step_name?,
        index: context.index.unwrap_or_default().into(),
        item: context.item,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sagemaker::types::{
        CacheHitResult, PipelineExecutionStep, PipelineExecutionStepMetadata,
        SelectiveExecutionResult, TrainingJobStepMetadata,
    };
    use sluicegate_domain::StepResource;

    #[test]
    fn an_empty_cache_hit_is_none_and_an_unknown_status_is_kept() {
        let listed = PipelineExecutionStep::builder()
            .step_name("Train")
            .step_status("Rewinding".into())
            .cache_hit_result(
                CacheHitResult::builder()
                    .source_pipeline_execution_arn("")
                    .build(),
            )
            .metadata(
                PipelineExecutionStepMetadata::builder()
                    .training_job(TrainingJobStepMetadata::builder().arn("arn:job").build())
                    .build(),
            )
            .build();
        let read = step(listed).expect("it has a name");
        assert_eq!(read.cache_hit, None);
        assert_eq!(read.status, StepStatus::Other("Rewinding".into()));
        assert_eq!(read.metadata.resource(), Some(StepResource::TrainingJob));
        assert_eq!(read.metadata.arn.as_deref(), Some("arn:job"));
    }

    #[test]
    fn reused_and_cached_steps_name_their_source() {
        let listed = PipelineExecutionStep::builder()
            .step_name("Prepare")
            .cache_hit_result(
                CacheHitResult::builder()
                    .source_pipeline_execution_arn("arn:a")
                    .build(),
            )
            .selective_execution_result(
                SelectiveExecutionResult::builder()
                    .source_pipeline_execution_arn("arn:b")
                    .build(),
            )
            .build();
        let read = step(listed).expect("it has a name");
        assert_eq!(
            read.cache_hit
                .map(|hit| hit.source_execution_arn)
                .as_deref(),
            Some("arn:a")
        );
        assert_eq!(read.reused_from.as_deref(), Some("arn:b"));
        assert_eq!(read.metadata.member, None);
    }
}
