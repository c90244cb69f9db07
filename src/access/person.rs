//! Who asks, and from where.

use core::net::IpAddr;
use std::fmt;

/// Someone who uses the console.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name that is written down with what they do, and that their forms are signed for.
    pub name: String,
    /// Their e-mail address, where it is told beside the name.
    pub email: Option<String>,
    /// The groups they are told to be in.
    pub groups: Vec<String>,
    /// Whether anything told of their groups, were it that there are none. Where nothing did, a
    /// rule that takes away from groups takes away from them: a header can get lost on the way, and
    /// nobody may gain by losing it.
    pub groups_told: bool,
    /// What told who they are.
    pub source: Source,
}

impl Person {
    /// The one local user of a console on their own machine.
    pub fn local() -> Self {
        Self {
            name: "local".to_owned(),
            email: None,
            groups: Vec::new(),
            groups_told: true,
            source: Source::Local,
        }
    }

    /// Whether a rule that names `who` means this person: the exact name, or the e-mail address in
    /// any case.
    pub fn is(&self, who: &str) -> bool {
        let is_email = |known: &str| known.contains('@') && known.eq_ignore_ascii_case(who);
        self.name == who || is_email(&self.name) || self.email.as_deref().is_some_and(is_email)
    }
}

/// What told who a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Nobody asked: the console is reachable from its own machine only.
    Local,
    /// Headers of a trusted proxy.
    Header,
    /// A signed token.
    Jwt,
    /// The signed claims of an AWS Application Load Balancer.
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

/// The way a request took: what is written down of where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestOrigin {
    /// The other end of the connection; in front of a proxy's, the proxy.
    pub peer: Option<IpAddr>,
    /// The right-most untrusted address that the proxies in between have told.
    pub client: Option<IpAddr>,
    /// The request's name in the log.
    pub request_id: String,
    /// What the client calls itself, as it was sent.
    pub user_agent: Option<String>,
}
