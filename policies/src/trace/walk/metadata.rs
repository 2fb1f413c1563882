//! The instance metadata service: the node's or the instance's role.

use super::host::{self, Place};
use super::{Answer, Asked, Trouble, Walker};
use crate::trace::chain::{Call, Metadata, Mode, Provider, Settings, Slash, Switch};
use crate::trace::fault::Fault;
use crate::trace::offer::{EndpointAnswer, Given, MetadataAnswer, Offered};
use crate::trace::source::Source;

const UNKNOWN: &str = "whether the instance metadata service can be reached is not known";

/// The profile's setting that forbids IMDSv1.
const V1_DISABLED: &str = "ec2_metadata_v1_disabled";

/// Which metadata service is asked.
enum Service {
    Own { ipv6: bool },
    Loopback,
    Elsewhere,
    Nonsense,
}

impl Service {
    fn at(endpoint: Option<&str>, slash: Slash) -> Self {
        let fits = |endpoint: &str| match slash {
            Slash::Either => true,
            Slash::Needed => endpoint.ends_with('/'),
            Slash::Harmful => !endpoint.ends_with('/'),
            Slash::Useless => false,
        };
        if endpoint.is_some_and(|endpoint| endpoint.is_empty() || !fits(endpoint)) {
            return Self::Nonsense;
        }
        match endpoint.and_then(host::url).map(|url| host::place(url.host)) {
            Some(Place::Metadata { ipv6 }) => Self::Own { ipv6 },
            Some(Place::Loopback | Place::LoopbackName) => Self::Loopback,
            _ => Self::Elsewhere,
        }
    }
}

impl Mode {
    fn service(self, word: Option<&str>) -> Service {
        let own = |ipv6| Service::Own { ipv6 };
        match (self, word.unwrap_or_default()) {
            (Self::Ignored, _) | (_, "" | "IPv4") => own(false),
            (_, "IPv6") => own(true),
            (Self::AnyCase | Self::Lenient, word) if word.eq_ignore_ascii_case("ipv6") => own(true),
            (Self::AnyCase, word) if word.eq_ignore_ascii_case("ipv4") => own(false),
            (Self::Lenient, _) => own(false),
            (Self::AnyCase | Self::Exact, _) => Service::Nonsense,
        }
    }
}

impl Walker<'_> {
    pub(super) fn metadata(&self, metadata: &Metadata) -> Asked {
        Asked::new(self.with_region(metadata, self.instance(metadata)), None)
    }

    fn instance(&self, metadata: &Metadata) -> Answer {
        if self.is_off(metadata) {
            return Answer::Nothing;
        }
        match self.loading_fault().filter(|fault| metadata.file_faults.contains(fault)) {
            Some(fault) => Answer::Fails(fault, Source::Metadata),
            None => self.answer_of(metadata, &self.service(metadata)),
        }
    }

    fn answer_of(&self, metadata: &Metadata, service: &Service) -> Answer {
        match service {
            Service::Own { ipv6 } => self.own_service(metadata, *ipv6),
            Service::Loopback => self.other_service(),
            Service::Elsewhere => {
                Answer::Unknown("another metadata service is named", Source::MetadataAlternative)
            }
            Service::Nonsense => Answer::Fails(Fault::BadMode, Source::Metadata),
        }
    }

    /// The credentials, unless a region is wanted with them that is not to be had.
    fn with_region(&self, metadata: &Metadata, answer: Answer) -> Answer {
        let (Answer::Gives(source) | Answer::Fails(Fault::Expired, source)) = &answer else { return answer };
        if !metadata.region_too || self.region().is_ok() {
            return answer;
        }
        let service = self.service_by_setting(metadata).unwrap_or(Service::Own { ipv6: false });
        match self.answer_of(metadata, &service) {
            region if is_answered(&region) => answer,
            Answer::Unknown(on, _) => Answer::Unknown(on, source.clone()),
            _ => Answer::Fails(Fault::NoRegion, source.clone()),
        }
    }

    /// Whether this SDK gets an answer of any kind from the metadata service.
    pub(super) fn answers_metadata(&self) -> bool {
        let provider = self.chain.links.iter().find_map(|link| match &link.provider {
            Provider::Metadata(metadata) => Some(metadata),
            _ => None,
        });
        provider.is_some_and(|metadata| is_answered(&self.instance(metadata)))
    }

    fn is_off(&self, metadata: &Metadata) -> bool {
        let by_property =
            self.offer.properties.get("aws.disableEc2Metadata").filter(|_| metadata.off_by_property);
        by_property
            .or(self.offer.variables.get("AWS_EC2_METADATA_DISABLED"))
            .is_some_and(|value| metadata.off.is_thrown(&value.given))
    }

    /// Where a property or a variable says that the service is.
    fn service_by_setting(&self, metadata: &Metadata) -> Option<Service> {
        let property = metadata.endpoint_property.and_then(|name| self.offer.properties.get(name));
        let counts = |found: &&Offered| metadata.empty_endpoint_counts || !found.given.is_empty();
        let mut variables = metadata.endpoint.iter().filter_map(|name| self.offer.variables.get(name));
        let set = property.filter(counts).or_else(|| variables.find(counts)).map(|found| &found.given);
        set.map(|endpoint| Service::at(endpoint.text(), metadata.slash))
    }

    fn service(&self, metadata: &Metadata) -> Service {
        if let Some(service) = self.service_by_setting(metadata) {
            return service;
        }
        if let Some(endpoint) = self.in_profile(metadata, "ec2_metadata_service_endpoint") {
            return Service::at(Some(endpoint), metadata.slash);
        }
        let ipv6 = self.offer.variables.first(&["AWS_IMDS_USE_IPV6"]).filter(|_| metadata.use_ipv6);
        if ipv6.is_some_and(|switch| Switch::True.is_thrown(&switch.given)) {
            return Service::Own { ipv6: true };
        }
        let mode = self.offer.variables.first(&["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]);
        metadata.mode.service(mode.and_then(|mode| mode.given.text()))
    }

    fn in_profile(&self, metadata: &Metadata, setting: &str) -> Option<&str> {
        match metadata.settings {
            Settings::Ignored => None,
            Settings::FromProfileWithConfig if !self.reads_config() => None,
            Settings::SwitchFromProfile if setting != V1_DISABLED => None,
            Settings::SwitchFromProfile | Settings::FromProfile | Settings::FromProfileWithConfig => {
                self.own_view()?.get(setting)
            }
            Settings::EndpointFromConfig if setting == V1_DISABLED => None,
            Settings::FromConfig | Settings::EndpointFromConfig => self.own_config()?.get(setting, false),
        }
    }

    fn own_service(&self, metadata: &Metadata, ipv6: bool) -> Answer {
        let host = if ipv6 { "fd00:ec2::254" } else { "169.254.169.254" };
        let answer = match (self.offer.endpoints.metadata, ipv6) {
            (MetadataAnswer::Ipv6Only, true) => MetadataAnswer::V1V2,
            (MetadataAnswer::Unknown, _) => MetadataAnswer::Unknown,
            (MetadataAnswer::Ipv6Only, false) | (_, true) => MetadataAnswer::Refused,
            (answer, false) => answer,
        };
        let called = self.through_proxy(Call::Metadata, host);
        match called.and_then(|()| self.sessions(metadata, answer)) {
            Ok(()) => Answer::Gives(Source::Metadata),
            Err(trouble) => trouble.with(Source::Metadata),
        }
    }

    fn other_service(&self) -> Answer {
        let called = self.through_proxy(Call::Loopback, "127.0.0.1");
        let answer = match self.offer.endpoints.loopback {
            EndpointAnswer::Refused => Err(Trouble::Fault(Fault::Refused)),
            EndpointAnswer::Dead => Err(Trouble::Fault(Fault::Dead)),
            EndpointAnswer::Hang => Err(Trouble::Fault(Fault::Silent)),
            EndpointAnswer::Unknown => Err(Trouble::Unknown(UNKNOWN)),
            _ => Ok(()),
        };
        match called.and(answer) {
            Ok(()) => Answer::Gives(Source::MetadataAlternative),
            Err(trouble) => trouble.with(Source::MetadataAlternative),
        }
    }

    /// With a session token, or without one where the SDK and the service agree to that.
    fn sessions(&self, metadata: &Metadata, answer: MetadataAnswer) -> Result<(), Trouble> {
        let without = metadata.v1_on.contains(&answer) && !self.forbids_v1(metadata);
        Err(Trouble::Fault(match answer {
            MetadataAnswer::V1V2
            | MetadataAnswer::NoRole
            | MetadataAnswer::Failed
            | MetadataAnswer::Expired
                if !metadata.v2 && self.forbids_v1(metadata) =>
            {
                Fault::NoSessionToken
            }
            MetadataAnswer::V1V2 => return Ok(()),
            MetadataAnswer::V2Only if metadata.v2 => return Ok(()),
            _ if without => return Ok(()),
            MetadataAnswer::V2Only | MetadataAnswer::Forbidden => Fault::Denied,
            MetadataAnswer::V1OpenHopLimited => Fault::SessionTokenLost,
            MetadataAnswer::HopLimited => Fault::HopLimited,
            MetadataAnswer::NoToken404 | MetadataAnswer::NoToken403 => Fault::NoSessionToken,
            MetadataAnswer::NoRole => Fault::NoRole,
            MetadataAnswer::Failed => Fault::Malformed,
            MetadataAnswer::Expired => Fault::Expired,
            MetadataAnswer::Refused | MetadataAnswer::Ipv6Only => Fault::Refused,
            MetadataAnswer::Dead => Fault::Dead,
            MetadataAnswer::Hang => Fault::Silent,
            MetadataAnswer::Unknown => return Err(Trouble::Unknown(UNKNOWN)),
        }))
    }

    fn forbids_v1(&self, metadata: &Metadata) -> bool {
        let switch = self.offer.variables.get("AWS_EC2_METADATA_V1_DISABLED");
        if !metadata.v1_switch {
            return false;
        }
        let in_profile = || self.in_profile(metadata, V1_DISABLED).is_some_and(|value| value == "true");
        let property = metadata.v1_property.and_then(|name| self.offer.properties.get(name));
        switch.or(property).is_some_and(|value| Switch::True.is_thrown(&value.given)) || in_profile()
    }
}

/// The service answers, whatever it has.
fn is_answered(answer: &Answer) -> bool {
    match answer {
        Answer::Gives(_) => true,
        Answer::Fails(fault, _) => matches!(fault, Fault::NoRole | Fault::Malformed | Fault::Expired),
        Answer::Nothing | Answer::Unknown(..) => false,
    }
}

impl Switch {
    /// Whether this value throws it. A value that is not known is taken for the usual `true`.
    pub(super) fn is_thrown(self, given: &Given) -> bool {
        let Some(text) = given.text() else { return self != Self::Ignored };
        match self {
            Self::Ignored => false,
            Self::True => text.eq_ignore_ascii_case("true"),
            Self::TrueTrimmed => text.trim().eq_ignore_ascii_case("true"),
            Self::ExactlyTrue => text == "true",
            Self::NotEmpty => !text.is_empty(),
            Self::NotFalse => !text.is_empty() && text != "false",
            Self::NotFalseOrEmpty => !text.eq_ignore_ascii_case("false"),
            Self::Bool => matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True"),
        }
    }
}
