//! Links into the AWS console, to exactly the job or resource of a step, and to its log.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::{Arn, LogLocation, StepMetadata, StepResource};

/// Where the AWS console shows the resource of this ARN; `None` for kinds without a page, and for text
/// that is not an ARN. The fragments are the console's own (`sagemaker/home?region=…#/jobs/NAME`).
pub fn job_link(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn)?;
    let page = StepResource::of_arn(&arn)?.console_page()?;
    let name = encoded(arn.resource_name())
        .replace("%2D", "-")
        .replace("%2F", "/");
    console_page(&arn, "sagemaker", &format!("/{page}/{name}"))
}

/// Where a step's log is, and where the AWS console shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLink {
    /// Where it is in CloudWatch Logs.
    pub location: LogLocation,
    /// The page of the log group, narrowed to the streams of the step.
    pub href: String,
}

/// The log of what a step created or used; `None` where it writes none, or none that is known.
pub fn log_link(metadata: &StepMetadata) -> Option<LogLink> {
    let arn = Arn::parse(metadata.arn.as_deref()?)?;
    let location = metadata.resource()?.log_location(&arn)?;
    // The fragment is encoded twice, the second time with `$` for `%`.
    let twice = |text: &str| encoded(&encoded(text)).replace('%', "$");
    let streams = location.stream_prefix.as_deref();
    let streams = streams.map(|prefix| format!("$3FlogStreamNameFilter$3D{}", twice(prefix)));
    let fragment = format!(
        "logsV2:log-groups/log-group/{}{}",
        twice(&location.group),
        streams.unwrap_or_default()
    );
    Some(LogLink {
        href: console_page(&arn, "cloudwatch", &fragment)?,
        location,
    })
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A page of the AWS console in the partition and Region of this ARN.
fn console_page(arn: &Arn<'_>, service: &str, fragment: &str) -> Option<String> {
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
    Some(format!(
        "https://{region}.{host}/{service}/home?region={region}#{fragment}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StepMember;

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

    #[test]
    fn a_log_is_linked_by_its_group_and_streams() {
        let metadata = |resource, arn: &str| StepMetadata {
            member: Some(StepMember::Resource(resource)),
            arn: Some(arn.to_owned()),
            ..StepMetadata::default()
        };
        let job = metadata(
            StepResource::TrainingJob,
            "arn:aws:sagemaker:eu-central-1:111122223333:training-job/fit-1",
        );
        let link = log_link(&job).expect("a log");
        assert_eq!(link.location.group, "/aws/sagemaker/TrainingJobs");
        assert_eq!(
            link.href,
            "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1\
             #logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs\
             $3FlogStreamNameFilter$3Dfit$252D1$252F"
        );
        let function = metadata(
            StepResource::LambdaFunction,
            "arn:aws:lambda:eu-central-1:111122223333:function:notify",
        );
        let link = log_link(&function).expect("a log");
        assert!(
            link.href
                .ends_with("log-group/$252Faws$252Flambda$252Fnotify")
        );
        let model = metadata(
            StepResource::Model,
            "arn:aws:sagemaker:eu-central-1:111122223333:model/m",
        );
        assert_eq!(log_link(&model), None);
    }
}
