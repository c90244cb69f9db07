//! What only `serve` requires of the settings.

use super::Settings;
use super::source::{InvalidSetting, SettingsError, Source};
use crate::identity::IdentitySettings;

impl Settings {
    /// How people are authenticated. A console must know that to be served; the other commands need not.
    ///
    /// # Errors
    /// When no mode is set.
    pub fn for_serve(&self) -> Result<&IdentitySettings, SettingsError> {
        if let Some(identity) = &self.identity {
            return Ok(identity);
        }
        Err(SettingsError(vec![InvalidSetting {
            source: Source::Default,
            problem: "identity.mode: it is not set, and a console that cannot authenticate people does not start"
                .to_owned(),
            fix: "write mode = \"header\", \"jwt\" or \"alb\" below [identity] for a sign-in proxy, or \
                  \"local\" for one person on this machine (variable SLUICEGATE_IDENTITY__MODE)"
                .to_owned(),
        }]))
    }
}
