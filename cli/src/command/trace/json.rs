//! The trace for programs, version 1. Its structs are its own: the engine may change without it.

use policyctl_policies::trace::bom::TooOld;
use policyctl_policies::trace::{
    FailureClass, Gap, Link, OutcomeKind, SdkTrace, State, Turn, chains, recorded_version, unproven,
};
use serde::Serialize;

use super::subject::Subject;

/// The version of this form. It grows when a reader of the former would break.
const SCHEMA_VERSION: u32 = 1;

/// The answer about a process: `sdks` at the top.
#[derive(Serialize)]
struct OfProcess<'s> {
    schema_version: u32,
    name: &'s str,
    sdks: Vec<Sdk<'s>>,
}

/// The answer about workloads: `sdks` in each container.
#[derive(Serialize)]
struct OfContainers<'s> {
    schema_version: u32,
    containers: Vec<Container<'s>>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the fields are named by their format")]
struct Container<'s> {
    file: &'s str,
    workload: Workload<'s>,
    container: &'s str,
    sdks: Vec<Sdk<'s>>,
    /// What its bills of materials say of SDKs that cannot get its role.
    too_old: Vec<Old<'s>>,
}

#[derive(Serialize)]
struct Old<'s> {
    package: &'s str,
    version: &'s str,
    /// The first version that could; without one, a module is missing.
    since: Option<&'s str>,
}

#[derive(Serialize)]
struct Workload<'s> {
    kind: &'s str,
    namespace: Option<&'s str>,
    name: &'s str,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the fields are named by their format")]
struct Sdk<'s> {
    sdk: &'s str,
    in_question: bool,
    outcome: Outcome<'s>,
    chain: Vec<Provider<'s>>,
    proven: u32,
    /// What of its chain no recording proves.
    unproven: Vec<Unproven>,
    /// The version that was recorded.
    recorded: Option<&'static str>,
    /// Where the chain was read, in which version.
    source: &'static str,
    version: &'static str,
    /// What it does that others do not.
    quirks: &'static [&'static str],
}

#[derive(Serialize)]
struct Unproven {
    /// Where in the chain.
    part: &'static str,
    /// What could be done there.
    what: &'static str,
    /// Why no recording would disagree.
    why: &'static str,
}

#[derive(Serialize)]
struct Outcome<'s> {
    kind: OutcomeKind,
    source: Option<String>,
    class: Option<FailureClass>,
    because: Option<&'s str>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the fields are named by their format")]
struct Provider<'s> {
    provider: &'s str,
    source: Option<String>,
    state: State,
    turn: Turn,
    /// How many of the SDK's `unproven` are about this provider.
    unproven: usize,
}

pub(super) fn render(subjects: &[Subject]) -> String {
    let containers: Vec<_> = subjects.iter().filter_map(container).collect();
    let text = match subjects.first() {
        Some(subject) if containers.is_empty() => serde_json::to_string_pretty(&OfProcess {
            schema_version: SCHEMA_VERSION,
            name: &subject.title,
            sdks: sdks(subject),
        }),
        _ => serde_json::to_string_pretty(&OfContainers { schema_version: SCHEMA_VERSION, containers }),
    };
    text.unwrap_or_default() + "\n"
}

fn container(subject: &Subject) -> Option<Container<'_>> {
    let identity = subject.container.as_ref()?;
    let workload =
        Workload { kind: &identity.kind, namespace: identity.namespace.as_deref(), name: &identity.name };
    let too_old = subject.too_old.iter().map(package).collect();
    let (file, container) = (&identity.file, &identity.container);
    Some(Container { file, workload, container, sdks: sdks(subject), too_old })
}

fn package(old: &TooOld) -> Old<'_> {
    Old { package: &old.package.name, version: &old.package.version, since: old.since }
}

fn sdks(subject: &Subject) -> Vec<Sdk<'_>> {
    subject.sdks.iter().map(sdk).collect()
}

fn sdk(sdk: &SdkTrace) -> Sdk<'_> {
    let outcome = Outcome {
        kind: sdk.outcome.kind,
        source: sdk.outcome.source.as_ref().map(ToString::to_string),
        class: sdk.outcome.class,
        because: sdk.outcome.because.as_deref(),
    };
    let chain = sdk.chain.iter().map(|link| provider(sdk, link)).collect();
    let known = chains::chain(sdk.sdk);
    Sdk {
        sdk: sdk.sdk,
        in_question: sdk.votes,
        outcome,
        chain,
        proven: sdk.proven,
        unproven: unproven(sdk.sdk).map(gap).collect(),
        recorded: recorded_version(sdk.sdk),
        source: known.map_or("", |chain| chain.source),
        version: known.map_or("", |chain| chain.version),
        quirks: known.map_or(&[], |chain| chain.quirks),
    }
}

fn gap(gap: Gap) -> Unproven {
    Unproven { part: gap.part, what: gap.what, why: gap.why }
}

fn provider<'s>(sdk: &SdkTrace, link: &'s Link) -> Provider<'s> {
    let gaps = unproven(sdk.sdk).filter(|gap| gap.concerns(link.provider));
    Provider {
        provider: link.provider,
        source: link.source.as_ref().map(ToString::to_string),
        state: link.state,
        turn: link.turn,
        unproven: gaps.count(),
    }
}
