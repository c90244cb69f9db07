//! A person, and where their requests come from.

use core::net::IpAddr;
use std::fmt;

/// A person who uses the console.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name recorded with what they do, and for which their forms are signed.
    pub name: String,
    /// Their e-mail address, if known.
    pub email: Option<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// Whether their groups are known, even if they have none. If not, every rule that denies something to
    /// a group applies to them: a header can get lost on the way, and nobody may gain by its loss.
    pub groups_known: bool,
    /// How they were authenticated.
    pub source: Source,
}

impl Person {
    /// The one local user of a console on their own machine.
    pub fn local() -> Self {
        Self {
            name: "local".to_owned(),
            email: None,
            groups: Vec::new(),
            groups_known: true,
            source: Source::Local,
        }
    }

    /// Whether a rule that names `who` means this person: by the exact name, or by the e-mail address
    /// regardless of case.
    pub fn is_named(&self, who: &str) -> bool {
        let is_email = |known: &str| known.contains('@') && known.eq_ignore_ascii_case(who);
        self.name == who || is_email(&self.name) || self.email.as_deref().is_some_and(is_email)
    }
}

/// How a person was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Not at all: the console is reachable from its own machine only.
    Local,
    /// By headers of a trusted proxy.
    Header,
    /// By a signed token.
    Jwt,
    /// By the signed claims of an AWS Application Load Balancer.
    Alb,
}

impl Source {
    /// Its name, as the settings spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Header => "header",
            Self::Jwt => "jwt",
            Self::Alb => "alb",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a request came from, for the records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestOrigin {
    /// The other end of the connection; behind a proxy, the proxy.
    pub peer: Option<IpAddr>,
    /// The right-most untrusted address that the proxies in between report.
    pub client: Option<IpAddr>,
    /// The request's id in the log.
    pub request_id: String,
    /// The client's `User-Agent`, as it was sent.
    pub user_agent: Option<String>,
}
