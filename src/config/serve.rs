//! What only `serve` asks of the settings.

use super::Settings;
use super::source::{Problem, Refused, Source};
use crate::identity::IdentitySettings;

impl Settings {
    /// How people are known, which a console must know to be served; the other commands need not.
    ///
    /// # Errors
    /// Where nothing says how people are known.
    pub fn for_serve(&self) -> Result<&IdentitySettings, Refused> {
        if let Some(identity) = &self.identity {
            return Ok(identity);
        }
        Err(Refused(vec![Problem {
            source: Source::Default,
            what: "identity.mode: it is not set, and a console that cannot tell who asks is not served"
                .to_owned(),
            fix: "write mode = \"header\", \"jwt\" or \"alb\" below [identity] for a proxy that tells, or \
                  \"local\" for one person on this machine (variable SLUICEGATE_IDENTITY__MODE)"
                .to_owned(),
        }]))
    }
}
