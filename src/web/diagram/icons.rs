//! Icons as path data in a 16 × 16 box: those of types are drawn as lines, those of statuses filled.

use crate::domain::NodeStatus;
use sluicegate_definition::StepKind;

/// The shape of a type of step.
pub fn of_kind(kind: &StepKind) -> &'static str {
    use StepKind as K;
    match kind {
        K::Processing => "M2 4h12M2 8h8M2 12h5",
        K::Training => "M2 13l4-5 3 3 5-8M10 3h4v4",
        K::Tuning => "M3 4h5M12 4h1M3 8h1M8 8h5M3 12h6M12.5 12h.5M10 2.5v3M6 6.5v3M11 10.5v3",
        K::Transform => "M2 5h11l-3-3M14 11H3l3 3",
        K::AutoML => "M8 2l1.8 4.2L14 8l-4.2 1.8L8 14l-1.8-4.2L2 8l4.2-1.8z",
        K::Model | K::RegisterModel => "M8 2l5 3v6l-5 3-5-3V5zM3 5l5 3 5-3M8 8v6",
        K::Condition => "M8 2l6 6-6 6-6-6z",
        K::Callback => "M4 8a4.5 4.5 0 1 1 4.5 4.5M4 8L2 6M4 8l2-2",
        K::Lambda => "M4 3h2l5 10h2M7.5 7L4 13",
        K::QualityCheck | K::ClarifyCheck => {
            "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM6 8l1.5 1.5L10.5 6"
        }
        K::Emr | K::EmrServerless => "M2 5l6-3 6 3-6 3zM2 8l6 3 6-3M2 11l6 3 6-3",
        K::Fail => "M4 4l8 8M12 4l-8 8",
        K::EndpointConfig | K::Endpoint | K::InferenceComponent => {
            "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M2.5 8h11M8 2.5c3 3 3 8 0 11M8 2.5c-3 3-3 8 0 11"
        }
        K::Lineage => "M4 4h3v3H4zM9 9h3v3H9zM5.5 7v3.5H9",
        K::Job => "M3 5h10v8H3zM6 5V3h4v2",
        K::Cleanup => "M3 5h10M5 5l.5 8h5l.5-8M6.5 5V3h3v2",
        K::ForEach => "M3 7a5 5 0 0 1 9-2M13 9a5 5 0 0 1-9 2M12 2v3H9M4 14v-3h3",
        K::Unknown(_) => "M6 6a2 2 0 1 1 2.5 2c-.5.2-.5.5-.5 1.2M8 12v.5",
    }
}

/// The shape of a status.
pub fn of_status(status: NodeStatus) -> &'static str {
    use NodeStatus as S;
    match status {
        S::Succeeded => {
            "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.3 5.3-4 4.2-2.6-2.6 1-1 1.6 1.5 3-3.1Z"
        }
        S::Cached => "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM9 4 5 9h2.5L7 12l4-5H8.5Z",
        S::Reused => "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM5 5.5h4V4l2.5 2.5L9 9V7.5H6.5v2H11V11H5Z",
        S::Failed => {
            "M5 1h6l4 4v6l-4 4H5l-4-4V5Zm.6 3.6-1 1L7 8l-2.4 2.4 1 1L8 9l2.4 2.4 1-1L9 8l2.4-2.4-1-1L8 7Z"
        }
        S::Starting | S::Executing => "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM6.5 4.8 11.5 8l-5 3.2Z",
        S::Stopping => "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM5.5 5.5h5v5h-5Z",
        S::Stopped => "M3 3h10v10H3Z",
        S::Waiting => {
            "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.8A5.2 5.2 0 1 1 8 13.2 5.2 5.2 0 0 1 8 2.8ZM7.2 4.5h1.5v3.2l2.2 1.3-.7 1.2-3-1.8Z"
        }
        S::NotRun => "M2 7.2h12v1.6H2Z",
    }
}
