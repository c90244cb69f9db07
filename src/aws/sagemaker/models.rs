//! Registered models.

use aws_sdk_sagemaker::types::{ModelPackageGroupSortBy, ModelPackageGroupSummary, SortOrder};
use futures_util::future::BoxFuture;

use super::Client;
use super::convert::{text, time};
use super::pages::{self, Listing, PAGE_SIZE, Page};
use sluicegate_domain::{AwsError, ModelPackageGroup};

impl Client {
    /// Every model package group, newest first (`ListModelPackageGroups`, all pages).
    pub fn list_model_package_groups<'a>(
        &'a self,
    ) -> BoxFuture<'a, Result<Listing<ModelPackageGroup>, AwsError>> {
        Box::pin(async move {
            pages::all(|token| async move {
                let answer = self
                    .sagemaker()
                    .read("ListModelPackageGroups", |client| {
                        client
                            .list_model_package_groups()
                            .sort_by(ModelPackageGroupSortBy::CreationTime)
                            .sort_order(SortOrder::Descending)
                            .max_results(PAGE_SIZE)
                            .set_next_token(token)
                            .send()
                    })
                    .await?;
                Ok(Page::of(
                    answer.model_package_group_summary_list,
                    answer.next_token,
                    group,
                ))
            })
            .await
        })
    }
}

fn group(summary: ModelPackageGroupSummary) -> Option<ModelPackageGroup> {
    Some(ModelPackageGroup {
        name: summary.model_package_group_name?,
        arn: summary.model_package_group_arn.unwrap_or_default(),
        description: text(summary.model_package_group_description),
        created: time(summary.creation_time),
        status: summary
            .model_package_group_status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
    })
}
