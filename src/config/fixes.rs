//! What to write instead of a refused value: for every type of setting, and what several settings share. What concerns
//! one setting alone stands where it is refused, beside what is wrong with it.

pub(super) const ALGORITHMS: &str =
    "write algorithms with public keys in brackets: [\"ES256\", \"RS256\"]";
pub(super) const BOOLEAN: &str = "write true or false, without quotes";
pub(super) const COLOUR: &str = "write red, orange, yellow, green, teal, blue, purple or grey";
pub(super) const ENDPOINT: &str = "write scheme, host and port only: \"http://127.0.0.1:4566\"";
pub(super) const DURATION: &str = "write a number with its unit s, m, h or d: \"12h\"";
pub(super) const FOLDER: &str = "write a folder";
pub(super) const FRAME_ANCESTORS: &str = "write \"'self'\" or exact origins: [\"https://portal.example.com\"]; for none, leave the list empty";
pub(super) const HEADER_NAME: &str = "write a header's name: \"X-Forwarded-User\"";
pub(super) const LISTEN_ADDRESS: &str = "write an address and a port: \"127.0.0.1:8080\"";
pub(super) const MODE: &str = "write \"header\", \"jwt\", \"alb\" or \"local\"";
pub(super) const NAMES: &str = "write strings in brackets: [\"ml-ops\"]";
pub(super) const NETWORKS: &str =
    "write addresses or networks in brackets: [\"10.0.3.7\", \"fd00::/64\"]";
pub(super) const NUMBER: &str = "write it without quotes: 8";
pub(super) const ORIGINS: &str = "write exact origins: [\"https://ml.example.com\"]";
pub(super) const PATTERNS: &str = "write names or patterns in brackets: [\"churn-*\"]";
pub(super) const READABLE_FILE: &str = "name a file that can be read";
pub(super) const REGION: &str = "write a Region's code: \"eu-central-1\"";
pub(super) const ROLE: &str = "write viewer, operator or admin";
pub(super) const ROLE_ARN: &str =
    "write a role's ARN: \"arn:aws:iam::111122223333:role/sluicegate\"";
pub(super) const SECRET_FILE: &str = "fill it with `openssl rand -hex 32`";
pub(super) const SIZE: &str = "write a number with its unit: \"64KiB\"";
pub(super) const TAGS: &str = "write { team = \"retention\" }, or team=retention in a variable";
pub(super) const TEXT: &str = "write it in \"quotes\"";
pub(super) const WHOLE_NUMBER: &str = "write digits only, without quotes: 400";
