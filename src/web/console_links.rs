//! Links into the AWS console, to exactly the job or resource of a step.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::{Arn, StepResource};

/// Where the AWS console shows the resource of this ARN; `None` for kinds without a page, and for text
/// that is not an ARN. The fragments are the console's own (`sagemaker/home?region=…#/jobs/NAME`).
pub fn job_link(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn)?;
    let host = match arn.partition() {
        "aws" => "console.aws.amazon.com",
        "aws-cn" => "console.amazonaws.cn",
        "aws-us-gov" => "console.amazonaws-us-gov.com",
        _ => return None,
    };
    let region = arn.region();
    // The Region becomes part of a host name.
    let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.is_empty() || !region.chars().all(is_region) {
        return None;
    }
    let page = StepResource::of_arn(&arn)?.console_page()?;
    let name = utf8_percent_encode(arn.resource_name(), NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
        .replace("%2F", "/");
    Some(format!(
        "https://{region}.{host}/sagemaker/home?region={region}#/{page}/{name}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_linked_in_their_own_partition_and_region() {
        assert_eq!(
            job_link("arn:aws:sagemaker:eu-central-1:123456789012:training-job/pipelines-a-b")
                .as_deref(),
            Some(
                "https://eu-central-1.console.aws.amazon.com/sagemaker/home?region=eu-central-1#/jobs/pipelines-a-b"
            )
        );
        assert_eq!(
            job_link("arn:aws-cn:sagemaker:cn-north-1:123456789012:model-package/group/3")
                .as_deref(),
            Some(
                "https://cn-north-1.console.amazonaws.cn/sagemaker/home?region=cn-north-1#/model-packages/group/3"
            )
        );
    }

    #[test]
    fn every_resource_with_a_page_is_linked_to_it() {
        for resource in StepResource::ALL {
            let kind = resource.arn_type().unwrap_or("none");
            let link = job_link(&format!("arn:aws:sagemaker:eu-central-1:1:{kind}/x"));
            let page = resource.console_page().map(|page| format!("#/{page}/x"));
            match (link, page) {
                (Some(link), Some(page)) => assert!(link.ends_with(&page), "{link}"),
                (link, page) => assert_eq!(link, page, "{resource:?}"),
            }
        }
    }

    #[test]
    fn nothing_else_is_linked() {
        for arn in [
            "",
            "javascript:alert(1)",
            "arn:aws:lambda:eu-central-1:1:function/x",
            "arn:aws:sagemaker:evil.example/:1:training-job/x",
            "arn:evil:sagemaker:eu-central-1:1:training-job/x",
        ] {
            assert_eq!(job_link(arn), None, "{arn}");
        }
    }
}
