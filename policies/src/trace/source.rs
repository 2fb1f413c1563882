//! Where credentials come from, by the names that recordings use.

use std::fmt;
use std::str::FromStr;

use crate::credential::safe_name;

/// Where a credential comes from. `Display` gives the names of the oracle: `env`, `file:default`,
/// `assume-role<-metadata`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The standard variables.
    Env,
    /// Other variables that the SDK reads as keys.
    EnvAlias,
    /// Java system properties.
    SystemProperties,
    /// The shared credentials file, by profile.
    File(String),
    /// The shared config file, by profile.
    Config(String),
    /// boto 2's own configuration files.
    BotoConfig,
    /// A `credential_process`.
    Process,
    /// IAM Identity Center.
    Sso,
    /// Web identity (IRSA) from variables.
    WebIdentity,
    /// Web identity from a profile.
    WebIdentityProfile,
    /// A role assumed with other credentials.
    AssumeRole(Box<Source>),
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`: an ECS task role.
    ContainerRelative,
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` to a host of its own.
    ContainerFull,
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` to the EKS Pod Identity agent.
    PodIdentity,
    /// The instance metadata service: the node's or the instance's role.
    Metadata,
    /// A metadata service at another address that a variable names.
    MetadataAlternative,
}

impl Source {
    /// A role meant for the workload, rather than keys or whatever the node has.
    pub fn is_workload_role(&self) -> bool {
        matches!(self, Self::WebIdentity | Self::ContainerRelative | Self::ContainerFull | Self::PodIdentity)
    }

    /// The node's or the instance's role.
    pub fn is_metadata(&self) -> bool {
        matches!(self, Self::Metadata | Self::MetadataAlternative)
    }

    fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Env => "env",
            Self::EnvAlias => "env-alias",
            Self::SystemProperties => "system-properties",
            Self::BotoConfig => "boto-config",
            Self::Process => "process",
            Self::Sso => "sso",
            Self::WebIdentity => "web-identity",
            Self::WebIdentityProfile => "web-identity-profile",
            Self::ContainerRelative => "container-relative",
            Self::ContainerFull => "container-full",
            Self::PodIdentity => "pod-identity",
            Self::Metadata => "metadata",
            Self::MetadataAlternative => "metadata-alternative",
            Self::File(_) | Self::Config(_) | Self::AssumeRole(_) => return None,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(profile) => write!(f, "file:{}", safe_name(profile)),
            Self::Config(profile) => write!(f, "config:{}", safe_name(profile)),
            Self::AssumeRole(base) => write!(f, "assume-role<-{base}"),
            plain => f.write_str(plain.word().unwrap_or_default()),
        }
    }
}

/// Not the name of a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a source")]
pub struct NotASource;

/// Sources whose name is one word.
const PLAIN: &[Source] = &[
    Source::Env,
    Source::EnvAlias,
    Source::SystemProperties,
    Source::BotoConfig,
    Source::Process,
    Source::Sso,
    Source::WebIdentity,
    Source::WebIdentityProfile,
    Source::ContainerRelative,
    Source::ContainerFull,
    Source::PodIdentity,
    Source::Metadata,
    Source::MetadataAlternative,
];

impl FromStr for Source {
    type Err = NotASource;

    fn from_str(text: &str) -> Result<Self, NotASource> {
        if let Some(base) = text.strip_prefix("assume-role<-") {
            return Ok(Self::AssumeRole(Box::new(base.parse()?)));
        }
        match text.split_once(':') {
            Some(("file", profile)) => Ok(Self::File(profile.to_owned())),
            Some(("config", profile)) => Ok(Self::Config(profile.to_owned())),
            _ => PLAIN.iter().find(|source| source.word() == Some(text)).cloned().ok_or(NotASource),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_back_from_its_name() {
        let role = Source::AssumeRole(Box::new(Source::AssumeRole(Box::new(Source::File("base".into())))));
        assert_eq!(role.to_string(), "assume-role<-assume-role<-file:base");
        for source in PLAIN.iter().chain([&role, &Source::Config("a:b".into())]) {
            assert_eq!(source.to_string().parse::<Source>().as_ref(), Ok(source));
        }
        assert!("elsewhere".parse::<Source>().is_err());
    }
}
