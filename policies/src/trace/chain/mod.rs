//! The words in which a chain is written down. A chain is data: [`super::chains`] holds one file per
//! SDK family, and [`super::walk`] is the one interpreter of them all.

mod endpoint;
mod network;
mod profile;

pub use endpoint::{
    Authorization, Container, Hosts, LineBreak, Metadata, Mode, Settings, Slash, Switch, ToRelative, Uri,
    WebIdentity,
};
pub use network::{
    Beneath, Call, EmptyRegion, Endpoint, NoProxy, ProfileRegion, Proxies, RoleRegion, Star, Sts,
};
pub use profile::{
    EmptyPath, Headings, KeyFile, Keys, Kind, PlainSession, Profile, ProfileFiles, Profiles, Sections,
    Sourceless, Spelling, Tolerance, TwoSources,
};

use super::fault::{Fault, Then};

/// One SDK's default chain.
#[derive(Debug, Clone, Copy)]
pub struct Chain {
    /// The SDK, as the oracle names it; a version or a variant after a colon.
    pub sdk: &'static str,
    /// The version whose source was read.
    pub version: &'static str,
    /// What was read.
    pub source: &'static str,
    /// A current AWS SDK: in question when nothing says which SDKs a container has.
    pub current: bool,
    /// What ends the walk before the first provider is asked, where the config file is read; everything else does not.
    pub gates: &'static [(Fault, Then)],
    /// The providers, in order.
    pub links: &'static [Link],
    /// How it reads profiles.
    pub profiles: Profiles,
    /// How it calls STS.
    pub sts: Sts,
    /// Which of its calls go through a proxy.
    pub proxies: Proxies,
    /// What it does when no provider has anything.
    pub end: End,
    /// What surprises, in a sentence each; where facts and a recording differ, the recording holds.
    pub quirks: &'static [&'static str],
}

/// A provider and what its faults lead to.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The provider's name in reports.
    pub name: &'static str,
    /// What it reads and asks.
    pub provider: Provider,
    /// Faults that lead elsewhere than `otherwise`.
    pub on: &'static [(Fault, Then)],
    /// What every other fault leads to.
    pub otherwise: Then,
}

impl Link {
    /// What the SDK does about this fault.
    pub fn then(&self, fault: Fault) -> Then {
        let usual = if fault.is_overlooked() { Then::Use } else { self.otherwise };
        self.on.iter().find(|(listed, _)| *listed == fault).map_or(usual, |(_, then)| *then)
    }
}

/// The kinds of provider.
#[derive(Debug, Clone, Copy)]
pub enum Provider {
    /// Keys in variables or system properties.
    Keys(Keys),
    /// Profiles in the shared files.
    Profile(Profile),
    /// Web identity from variables.
    WebIdentity(WebIdentity),
    /// The container credentials endpoint.
    Container(Container),
    /// The instance metadata service.
    Metadata(Metadata),
    /// Files of keys that are no profiles.
    KeyFile(KeyFile),
}

/// What an SDK does when no provider has anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It says so.
    Nothing,
    /// It sends unsigned requests.
    Unsigned,
}
