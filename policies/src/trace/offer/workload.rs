//! From a workload to what one of its containers' processes will find.
//!
//! Variables of the image are not seen and taken for absent; so are objects that were not given (a rule
//! of its own speaks of those). A file that a variable points at and nothing mounts may be in the image.

use super::{
    EndpointAnswer, Endpoints, Given, MetadataAnswer, Offer, ProxyAnswer, StsAnswer, identity, java, mounts,
};
use crate::credential::{Class, Secret};
use crate::facts::{DataObject, DataValue, Facts};
use crate::policy::Policy;
use crate::trace::reach::{Network, Reach};
use crate::workload::{Container, EnvSource, EnvVar, Reference, Value, Workload};

/// What the process of a container finds, with what the platform will inject.
pub(in crate::trace) fn of_container(
    workload: &Workload,
    container: &Container,
    facts: &Facts,
    policy: &Policy,
    network: &Network,
) -> Offer {
    let mut offer = Offer { endpoints: endpoints(network), ..Offer::default() };
    for source in &container.env_sources {
        add_source(&mut offer, source, facts);
    }
    for var in &container.env {
        offer.variables.set(var.name.as_str(), given(var, facts), Some(var.value_at));
    }
    java::add_properties(&mut offer, container);
    identity::inject(&mut offer, workload, container, facts, policy);
    mounts::add_files(&mut offer, workload, container, facts);
    offer
}

fn add_source(offer: &mut Offer, source: &EnvSource, facts: &Facts) {
    let Some(object) = object(&source.from, facts) else { return };
    for (key, value) in &object.keys {
        offer.variables.set(format!("{}{key}", source.prefix), seen(value), Some(source.at));
    }
}

pub(super) fn object<'f>(reference: &Reference, facts: &'f Facts) -> Option<&'f DataObject> {
    facts.known_object(reference.store, &reference.object)
}

fn given(var: &EnvVar, facts: &Facts) -> Given {
    match &var.value {
        Value::Literal(text) => Given::Text(text.clone()),
        Value::Nothing => Given::Text(Secret::new("")),
        Value::Field => Given::Something,
        Value::Reference(reference) => referenced(reference, facts),
    }
}

fn referenced(reference: &Reference, facts: &Facts) -> Given {
    let value = object(reference, facts).and_then(|object| object.keys.get(reference.key.as_deref()?));
    match value {
        Some(value) => seen(value),
        None if reference.optional => Given::Perhaps,
        None => Given::Something,
    }
}

fn seen(value: &DataValue) -> Given {
    match &value.plain {
        Some(plain) => Given::Text(Secret::new(plain.as_str())),
        None if value.class == Some(Class::Empty) => Given::Text(Secret::new("")),
        None => Given::Something,
    }
}

fn endpoints(network: &Network) -> Endpoints {
    Endpoints {
        metadata: metadata(&network.metadata),
        ecs: endpoint(&network.ecs),
        pod_identity: endpoint(&network.pod_identity),
        loopback: EndpointAnswer::Unknown,
        sts: sts(network),
        proxy: ProxyAnswer::ForwardsOutside,
    }
}

fn metadata(reach: &Reach) -> MetadataAnswer {
    match reach {
        Reach::Yes => MetadataAnswer::V1V2,
        Reach::No(_) => MetadataAnswer::Refused,
        Reach::Unknown(_) => MetadataAnswer::Unknown,
    }
}

fn endpoint(reach: &Reach) -> EndpointAnswer {
    match reach {
        Reach::Yes => EndpointAnswer::Ok,
        Reach::No(_) => EndpointAnswer::Refused,
        Reach::Unknown(_) => EndpointAnswer::Unknown,
    }
}

fn sts(network: &Network) -> StsAnswer {
    match (&network.sts, &network.dns) {
        (Reach::Yes, Reach::Yes) => StsAnswer::Ok,
        (Reach::No(_), _) | (_, Reach::No(_)) => StsAnswer::Refused,
        _ => StsAnswer::Unknown,
    }
}
