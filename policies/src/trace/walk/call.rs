//! Calls over the network: through a proxy or not, and how they are answered.

use std::net::IpAddr;

use super::host::{self, Place};
use super::profiles::View;
use super::{Trouble, Walker};
use crate::trace::chain::{Call, EmptyRegion, Endpoint, NoProxy, ProfileRegion, RoleRegion, Star};
use crate::trace::fault::Fault;
use crate::trace::offer::{EndpointAnswer, Offered, ProxyAnswer, StsAnswer};

/// Where STS is, as far as NO_PROXY goes.
const STS_HOST: &str = "sts.us-east-1.amazonaws.com";

type Called = Result<(), Trouble>;

impl Walker<'_> {
    /// A call to STS, with a region if one is needed.
    pub(super) fn sts(&self) -> Called {
        self.region()?;
        self.sts_in_region()
    }

    fn sts_in_region(&self) -> Called {
        let legacy =
            self.offer.variables.first(&["AWS_STS_REGIONAL_ENDPOINTS"]).and_then(|word| word.given.text());
        if self.chain.sts.legacy_breaks && legacy == Some("legacy") {
            return Err(Trouble::Fault(Fault::LegacyEndpoint));
        }
        self.sts_anywhere()
    }

    /// A call to STS to assume a role with what this profile gives.
    pub(super) fn sts_for_role(&self, from: &View<'_>) -> Called {
        let no_region = Err(Trouble::Fault(Fault::NoRegion));
        let sts = &self.chain.sts;
        match sts.role_region {
            RoleRegion::NotEmpty if self.region() == Err(Trouble::Fault(Fault::EmptyRegion)) => no_region,
            RoleRegion::NotNeeded | RoleRegion::NotEmpty => self.sts_anywhere(),
            RoleRegion::Same => self.sts(),
            RoleRegion::FromSource
                if self.offer.variables.first(sts.regions).is_none() && from.get("region").is_none() =>
            {
                no_region
            }
            RoleRegion::FromSource => self.sts_in_region(),
            RoleRegion::FromClient => no_region,
        }
    }

    fn sts_anywhere(&self) -> Called {
        let named = |names: &[&str]| self.offer.variables.first(names).is_some();
        match self.chain.sts.endpoint {
            Endpoint::Read if named(&["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]) => {
                sts_answer(self.offer.endpoints.sts, true)
            }
            Endpoint::OwnOnly if named(&["AWS_ENDPOINT_URL_STS"]) => {
                sts_answer(self.offer.endpoints.sts, true)
            }
            Endpoint::HttpsOnly if named(&["AWS_ENDPOINT_URL_STS"]) => {
                Err(Trouble::Fault(Fault::ForbiddenHost))
            }
            _ => self.sts_by_name(),
        }
    }

    /// A call to STS, or to the IAM Identity Center portal, under its own name.
    pub(super) fn sts_by_name(&self) -> Called {
        self.past_proxy(self.chain.proxies.sts, STS_HOST, false)?;
        sts_answer(self.offer.endpoints.sts, false)
    }

    pub(super) fn region(&self) -> Called {
        let sts = &self.chain.sts;
        let set = sts.regions.iter().filter_map(|name| self.offer.variables.get(name));
        let mut set = set.filter(|region| sts.empty_region != EmptyRegion::Unset || !region.given.is_empty());
        match set.next().map(|region| region.given.is_empty()) {
            Some(false) => Ok(()),
            Some(true) if sts.empty_region == EmptyRegion::Serves => Ok(()),
            Some(true) if sts.empty_region == EmptyRegion::Counts => Err(Trouble::Fault(Fault::EmptyRegion)),
            _ if sts.region_optional || self.has_another_region() => Ok(()),
            _ => Err(Trouble::Fault(Fault::NoRegion)),
        }
    }

    fn has_another_region(&self) -> bool {
        let sts = &self.chain.sts;
        self.has_region_in_profile() || (sts.region_from_metadata && self.answers_metadata())
    }

    fn has_region_in_profile(&self) -> bool {
        match self.chain.sts.region_from_profile {
            ProfileRegion::Ignored => false,
            ProfileRegion::Read => self.own_view().is_none_or(|view| view.get("region").is_some()),
            ProfileRegion::FromConfig => {
                self.own_config().is_some_and(|section| section.get("region", true).is_some())
            }
        }
    }

    /// Whether a call over plain HTTP gets past the proxy that it goes through, if it goes through one.
    pub(super) fn through_proxy(&self, call: Call, host: &str) -> Called {
        let proxies = &self.chain.proxies;
        if proxies.calls.contains(&call) { self.past_proxy(proxies.plain, host, true) } else { Ok(()) }
    }

    fn past_proxy(&self, variables: &[&str], host: &str, link_local: bool) -> Called {
        let Some((variable, _)) = self.in_either_case(variables) else { return Ok(()) };
        if self.is_exempt(variable, host) {
            return Ok(());
        }
        match self.offer.endpoints.proxy {
            ProxyAnswer::Off => Err(Trouble::Fault(Fault::ProxyOff)),
            ProxyAnswer::Refuses => Err(Trouble::Fault(Fault::ProxyRefuses)),
            ProxyAnswer::ForwardsOutside if link_local => Err(Trouble::Fault(Fault::ProxyRefuses)),
            ProxyAnswer::Forwards | ProxyAnswer::ForwardsOutside => Ok(()),
        }
    }

    /// The first of these variables that is set to more than the empty text, and not hidden.
    fn in_either_case<'n>(&self, names: &'n [&'n str]) -> Option<(&'n str, &Offered)> {
        let variables = &self.offer.variables;
        let hides = |earlier: &str, name: &str| {
            earlier.eq_ignore_ascii_case(name) && variables.get(earlier).is_some()
        };
        let is_hidden = |index: usize| {
            self.chain.proxies.empty_hides
                && names[..index].iter().any(|earlier| hides(earlier, names[index]))
        };
        names.iter().enumerate().find_map(|(index, name)| {
            let offered = variables.get(name).filter(|offered| !offered.given.is_empty())?;
            (!is_hidden(index)).then_some((*name, offered))
        })
    }

    /// Whether NO_PROXY exempts a host from the proxy that this variable names.
    fn is_exempt(&self, variable: &str, host: &str) -> bool {
        let proxies = &self.chain.proxies;
        let beneath = proxies.beneath.as_ref().filter(|beneath| beneath.variables.contains(&variable));
        let exempt = beneath.map_or(&proxies.exempt, |beneath| &beneath.exempt);
        let listed = |list: &Offered| match list.given.text() {
            Some(text) => text.split(',').any(|entry| exempts(exempt, entry.trim(), host)),
            None => true,
        };
        if exempt.all_names {
            return exempt.names.iter().filter_map(|name| self.offer.variables.get(name)).any(listed);
        }
        self.in_either_case(exempt.names).is_some_and(|(_, list)| listed(list))
    }

    /// A call to a container credentials endpoint.
    pub(super) fn container_call(&self, place: Place, host: &str) -> Called {
        let endpoints = &self.offer.endpoints;
        let (call, answer) = match place {
            Place::Ecs => (Call::Container, endpoints.ecs),
            Place::PodIdentity { .. } => (Call::Container, endpoints.pod_identity),
            Place::Loopback | Place::LoopbackName => (Call::Loopback, endpoints.loopback),
            Place::Elsewhere | Place::Metadata { .. } => (Call::Container, endpoints.loopback),
        };
        self.through_proxy(call, host)?;
        endpoint_answer(answer)
    }
}

fn endpoint_answer(answer: EndpointAnswer) -> Called {
    Err(Trouble::Fault(match answer {
        EndpointAnswer::Ok => return Ok(()),
        EndpointAnswer::Unknown => {
            return Err(Trouble::Unknown("whether the container endpoint can be reached is not known"));
        }
        EndpointAnswer::Status(status) => refusal(status),
        EndpointAnswer::Malformed => Fault::Malformed,
        EndpointAnswer::CodeAndMessage => Fault::ErrorDocument,
        EndpointAnswer::Expired => Fault::Expired,
        EndpointAnswer::Refused => Fault::Refused,
        EndpointAnswer::Dead => Fault::Dead,
        EndpointAnswer::Hang => Fault::Silent,
    }))
}

fn sts_answer(answer: StsAnswer, by_variable: bool) -> Called {
    Err(Trouble::Fault(match answer {
        StsAnswer::Ok => return Ok(()),
        StsAnswer::RefusedByName if by_variable => return Ok(()),
        StsAnswer::Unknown => return Err(Trouble::Unknown("whether STS can be reached is not known")),
        StsAnswer::Denied => Fault::Denied,
        StsAnswer::ExpiredToken => Fault::TokenExpired,
        StsAnswer::Validation => Fault::Invalid,
        StsAnswer::Status(status) => refusal(status),
        StsAnswer::Refused | StsAnswer::RefusedByName => Fault::Refused,
        StsAnswer::Dead => Fault::Dead,
        StsAnswer::Hang => Fault::Silent,
    }))
}

fn refusal(status: u16) -> Fault {
    if status >= 500 { Fault::ServerError } else { Fault::Denied }
}

impl Star {
    fn exempts(self, host: &str) -> bool {
        match self {
            Self::Nobody => false,
            Self::Names => host.parse::<IpAddr>().is_err(),
            Self::All => true,
        }
    }
}

/// Whether one entry of NO_PROXY exempts a host.
fn exempts(exempt: &NoProxy, entry: &str, host: &str) -> bool {
    let domain = entry.trim_start_matches('.');
    let inner = |suffix: &str| host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    match entry {
        "" => false,
        "*" => exempt.star.exempts(host),
        _ if entry.trim_matches(['[', ']']) == host => true,
        _ if entry.contains('/') => exempt.cidr && in_block(entry, host),
        _ if entry.starts_with('.') => exempt.dot_suffix && inner(domain),
        _ if entry.ends_with('.') => exempt.prefix && host.starts_with(entry),
        _ => exempt.suffix && host::place(host) == Place::Elsewhere && inner(domain),
    }
}

fn in_block(block: &str, host: &str) -> bool {
    crate::trace::reach::Cidr::parse(block)
        .is_some_and(|block| host.parse().is_ok_and(|address| block.contains(address)))
}
