//! Where the console stands for the browser that asks: below which path, and whether in a frame.

use std::convert::Infallible;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;

/// The parameter that tells that a page is shown inside another, where the browser does not.
pub const EMBED: &str = "embed";
/// The parameter by which the page around a frame says how it is lit.
pub const THEME: &str = "theme";
/// What tells of the place alone: every address says it by itself.
pub const OWN: [&str; 2] = [EMBED, THEME];

/// How a page in a frame is lit.
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

/// Where the console stands for one request.
#[derive(Debug, Clone, Default)]
pub struct MountContext {
    base: Arc<str>,
    parents: Arc<str>,
    framed: bool,
    kept: bool,
    theme: Option<Theme>,
    address: Arc<str>,
}

impl MountContext {
    /// Below `base` (`/sagemaker`, or nothing), not in a frame.
    pub fn below(base: impl Into<Arc<str>>) -> Self {
        Self {
            base: base.into(),
            ..Self::default()
        }
    }

    /// The same, where pages of these origins may show the console in a frame: `'self'` and exact
    /// origins, parted by spaces.
    pub fn with_parents(self, parents: impl Into<Arc<str>>) -> Self {
        Self {
            parents: parents.into(),
            ..self
        }
    }

    /// The same for a request of this path and query, below the base.
    pub fn at(self, address: impl Into<Arc<str>>) -> Self {
        Self {
            address: address.into(),
            ..self
        }
    }

    /// The same, lit as the page around the frame says.
    pub fn lit(self, theme: Option<Theme>) -> Self {
        Self { theme, ..self }
    }

    /// The same in a frame; `kept` where every address must say so because the browser does not.
    pub fn in_frame(self, kept: bool) -> Self {
        Self {
            framed: true,
            kept,
            ..self
        }
    }

    /// The place of this request; what passes no door is at the root.
    pub fn of(request: &Request) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// The path everything stands below: `/sagemaker`, or nothing.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The origins whose pages may show the console in a frame, parted by spaces.
    pub fn parents(&self) -> &str {
        &self.parents
    }

    /// Whether the page is shown inside another.
    pub fn is_framed(&self) -> bool {
        self.framed
    }

    /// Whether every address must say that it is.
    pub fn keeps_frame(&self) -> bool {
        self.kept
    }

    /// How the page around the frame is lit, if it says so. Outside a frame the reader's own choice
    /// stands, and no link changes it.
    pub fn theme(&self) -> Option<Theme> {
        self.theme.filter(|_| self.framed)
    }

    /// The path and query asked for, below the base.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What addresses must repeat for the next page to stand where this one does.
    pub fn repeated(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let kept = self.kept.then_some((EMBED, "1"));
        let theme = self.theme().map(|theme| (THEME, theme.as_str()));
        kept.into_iter().chain(theme)
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
        let place = |word: &str| MountContext::below("").lit(word.parse().ok());
        assert_eq!(place("dark").in_frame(false).theme(), Some(Theme::Dark));
        assert_eq!(place("auto").in_frame(true).theme(), Some(Theme::Auto));
        assert_eq!(place("Dark").in_frame(true).theme(), None);
        assert_eq!(place("\"onload").in_frame(true).theme(), None);
        assert_eq!(place("dark").theme(), None);
    }

    #[test]
    fn addresses_repeat_what_the_browser_does_not_tell() {
        let place = MountContext::below("").lit(Some(Theme::Light));
        assert_eq!(place.repeated().count(), 0);
        let framed = place.clone().in_frame(false);
        assert_eq!(framed.repeated().collect::<Vec<_>>(), [(THEME, "light")]);
        let kept = place.in_frame(true);
        assert_eq!(
            kept.repeated().collect::<Vec<_>>(),
            [(EMBED, "1"), (THEME, "light")]
        );
    }
}
