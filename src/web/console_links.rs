//! Links into the AWS console, to exactly the job or resource a step made.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Where the AWS console shows the thing of this ARN; `None` for kinds it has no page for, and for
/// text that is no ARN. The fragments are those the console itself uses
/// (`sagemaker/home?region=…#/jobs/NAME`).
pub fn job_link(arn: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':');
    let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let host = match partition {
        "aws" => "console.aws.amazon.com",
        "aws-cn" => "console.amazonaws.cn",
        "aws-us-gov" => "console.amazonaws-us-gov.com",
        _ => return None,
    };
    let sane = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if scheme != "arn" || service != "sagemaker" || !sane(region) {
        return None;
    }
    let (kind, name) = resource.split_once('/')?;
    let page = match kind {
        "training-job" => "jobs",
        "processing-job" => "processing-jobs",
        "transform-job" => "transform-jobs",
        "hyper-parameter-tuning-job" => "hyper-tuning-jobs",
        "automl-job" => "auto-ml",
        "model" => "models",
        "model-package" => "model-packages",
        "endpoint" => "endpoints",
        "endpoint-config" => "endpointConfig",
        _ => return None,
    };
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC)
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
