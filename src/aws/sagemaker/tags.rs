//! Tags of pipelines.

use aws_sdk_sagemaker::types::{self, ResourceType, SearchSortOrder};
use futures_util::future::BoxFuture;

use super::Client;
use super::pages::{self, Listing, PAGE_SIZE, Page};
use sluicegate_domain::{AwsError, Service, Tag};

/// The ARN of a pipeline, and its tags.
type TaggedPipeline = (String, Vec<Tag>);

impl Client {
    /// The tags of every pipeline of the account and Region, each beside the pipeline's ARN
    /// (`Search` over `Pipeline`, all pages). The index may lag behind the service by some minutes;
    /// a pipeline without tags in the answer is left out.
    pub fn search_pipeline_tags<'a>(
        &'a self,
    ) -> BoxFuture<'a, Result<Listing<TaggedPipeline>, AwsError>> {
        Box::pin(async move {
            pages::all(|token| async move {
                let answer = self
                    .sagemaker()
                    .read("Search", |client| {
                        client
                            .search()
                            .resource(ResourceType::Pipeline)
                            .sort_by("CreationTime")
                            .sort_order(SearchSortOrder::Descending)
                            .max_results(PAGE_SIZE)
                            .set_next_token(token)
                            .send()
                    })
                    .await?;
                Ok(Page::of(answer.results, answer.next_token, |record| {
                    tagged(record.pipeline?)
                }))
            })
            .await
        })
    }

    /// The tags of a resource (`ListTags`, all pages). Rules decide by them, so an incomplete list is
    /// an error.
    pub fn list_tags<'a>(&'a self, arn: &'a str) -> BoxFuture<'a, Result<Vec<Tag>, AwsError>> {
        Box::pin(async move {
            let tags = pages::all(|token| async move {
                let answer = self
                    .sagemaker()
                    .read("ListTags", |client| {
                        client
                            .list_tags()
                            .resource_arn(arn)
                            .max_results(PAGE_SIZE)
                            .set_next_token(token)
                            .send()
                    })
                    .await?;
                Ok(Page::of(answer.tags, answer.next_token, tag))
            })
            .await?;
            tags.into_complete(Service::SageMaker, "ListTags")
        })
    }
}

fn tagged(pipeline: types::Pipeline) -> Option<(String, Vec<Tag>)> {
    Some((pipeline.pipeline_arn?, tags(pipeline.tags?)))
}

fn tags(tags: Vec<types::Tag>) -> Vec<Tag> {
    tags.into_iter().filter_map(tag).collect()
}

fn tag(tag: types::Tag) -> Option<Tag> {
    Some(Tag {
        key: tag.key?,
        value: tag.value.unwrap_or_default(),
    })
}
