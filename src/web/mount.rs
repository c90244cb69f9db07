//! Where the console is mounted for the browser that sends a request: below which path, and whether
//! inside a frame.

use std::convert::Infallible;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;

/// The query parameter that marks a page as embedded, where the browser does not.
pub const EMBED_PARAM: &str = "embed";
/// The query parameter by which the page around a frame sets the theme.
pub const THEME_PARAM: &str = "theme";
/// The query parameters that concern the mount alone: [`super::links::Links`] adds them to every
/// address.
pub const MOUNT_PARAMS: [&str; 2] = [EMBED_PARAM, THEME_PARAM];

/// The theme of a page in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the system is.
    Auto,
}

impl Theme {
    /// Its word in addresses and in the markup.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }
}

impl FromStr for Theme {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Light, Self::Dark, Self::Auto]
            .into_iter()
            .find(|theme| theme.as_str() == word)
            .ok_or(())
    }
}

/// Where the console is mounted for one request.
#[derive(Debug, Clone, Default)]
pub struct MountContext {
    base: Arc<str>,
    parents: Arc<str>,
    framed: bool,
    embed_param: bool,
    theme: Option<Theme>,
    address: Arc<str>,
}

impl MountContext {
    /// Below `base` (`/sagemaker`, or nothing), not in a frame.
    pub fn at_base(base: impl Into<Arc<str>>) -> Self {
        Self {
            base: base.into(),
            ..Self::default()
        }
    }

    /// With the origins whose pages may show the console in a frame: `'self'` and exact origins,
    /// separated by spaces.
    pub fn with_parents(self, parents: impl Into<Arc<str>>) -> Self {
        Self {
            parents: parents.into(),
            ..self
        }
    }

    /// With the path and query of the request, below the base.
    pub fn with_address(self, address: impl Into<Arc<str>>) -> Self {
        Self {
            address: address.into(),
            ..self
        }
    }

    /// With the theme that the page around the frame sets.
    pub fn with_theme(self, theme: Option<Theme>) -> Self {
        Self { theme, ..self }
    }

    /// In a frame; `embed_param` is whether every address must repeat [`EMBED_PARAM`], because the
    /// browser does not report the frame.
    pub fn in_frame(self, embed_param: bool) -> Self {
        Self {
            framed: true,
            embed_param,
            ..self
        }
    }

    /// The mount of this request; without one, the root.
    pub fn of(request: &Request) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// The path below which everything is served: `/sagemaker`, or nothing.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The origins whose pages may show the console in a frame, separated by spaces.
    pub fn parents(&self) -> &str {
        &self.parents
    }

    /// Whether the page is shown in a frame.
    pub fn is_framed(&self) -> bool {
        self.framed
    }

    /// Whether every address must repeat [`EMBED_PARAM`].
    pub fn repeats_embed_param(&self) -> bool {
        self.embed_param
    }

    /// The theme that the page around the frame sets, if any. Outside a frame the reader's own
    /// choice applies, and no link changes it.
    pub fn theme(&self) -> Option<Theme> {
        self.theme.filter(|_| self.framed)
    }

    /// The path and query of the request, below the base.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The query parameters that every address must repeat for the next page to be mounted alike.
    pub fn repeated_params(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let embed = self.embed_param.then_some((EMBED_PARAM, "1"));
        let theme = self.theme().map(|theme| (THEME_PARAM, theme.as_str()));
        embed.into_iter().chain(theme)
    }
}

impl<S: Sync> FromRequestParts<S> for MountContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_one_of_three_words_and_only_in_a_frame() {
        let mount = |word: &str| MountContext::at_base("").with_theme(word.parse().ok());
        assert_eq!(mount("dark").in_frame(false).theme(), Some(Theme::Dark));
        assert_eq!(mount("auto").in_frame(true).theme(), Some(Theme::Auto));
        assert_eq!(mount("Dark").in_frame(true).theme(), None);
        assert_eq!(mount("\"onload").in_frame(true).theme(), None);
        assert_eq!(mount("dark").theme(), None);
    }

    #[test]
    fn addresses_repeat_what_the_browser_does_not_report() {
        let mount = MountContext::at_base("").with_theme(Some(Theme::Light));
        assert_eq!(mount.repeated_params().count(), 0);
        let framed = mount.clone().in_frame(false);
        assert_eq!(
            framed.repeated_params().collect::<Vec<_>>(),
            [(THEME_PARAM, "light")]
        );
        let embedded = mount.in_frame(true);
        assert_eq!(
            embedded.repeated_params().collect::<Vec<_>>(),
            [(EMBED_PARAM, "1"), (THEME_PARAM, "light")]
        );
    }
}
