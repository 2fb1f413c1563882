//! What is traced: the containers of a workload, a recorded environment, or this process.

use std::collections::BTreeMap;
use std::path::Path;

use policyctl_policies::document::{At, Document, Position};
use policyctl_policies::facts::{Facts, Inventory};
use policyctl_policies::policy::Policy;
use policyctl_policies::trace::bom::{Bills, Mechanism, TooOld};
use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::{CHAINS, chain};
use policyctl_policies::trace::{Offer, SdkTrace, Source, environment, of_container, walk};
use policyctl_policies::workload::{Container, Workload};
use policyctl_policies::{identity, read};

use super::here;
use crate::arguments::Trace;
use crate::bills;
use crate::command::Error;
use crate::gather::{Content, Input, Inputs, Kind, kind_of, one_document};
use crate::policy;
use crate::run::documents;

/// One process, and what the SDKs in it would do.
pub(super) struct Subject {
    /// What it is called: `payments/checkout · Deployment · container api`.
    pub(super) title: String,
    /// Its workload and container, when it has them.
    pub(super) container: Option<Identity>,
    /// What every SDK does, those that were not asked for taken out.
    pub(super) sdks: Vec<SdkTrace>,
    /// Where nodes stand: `pod.yaml:12`.
    pub(super) places: BTreeMap<At, String>,
    /// SDKs of its bills of materials that cannot get its role.
    pub(super) too_old: Vec<TooOld>,
    offer: Offer,
}

/// What was found, and what could not be read on the way.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) subjects: Vec<Subject>,
    /// One line for each.
    pub(super) unread: Vec<String>,
    /// What else should be said.
    pub(super) remarks: Vec<String>,
}

/// Names a container.
pub(super) struct Identity {
    pub(super) file: String,
    pub(super) kind: String,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) container: String,
}

impl Subject {
    fn new(title: String, offer: Offer) -> Self {
        let vote = |chain: &&'static Chain| SdkTrace { votes: chain.current, ..walk(chain, &offer, &[]) };
        let sdks = CHAINS.iter().map(vote).collect();
        Self { title, container: None, sdks, places: BTreeMap::new(), too_old: Vec::new(), offer }
    }

    /// Keeps the SDKs that were asked for, else those in question; `all` keeps every one.
    pub(super) fn choose(&mut self, chosen: &[&'static Chain], all: bool) {
        let is_chosen = |sdk: &SdkTrace| chosen.iter().any(|chain| chain.sdk == sdk.sdk);
        self.sdks.retain(|sdk| if chosen.is_empty() { all || sdk.votes } else { is_chosen(sdk) });
    }

    /// What the same SDKs do with these sources taken away.
    pub(super) fn without(&self, sources: &[Source]) -> Vec<SdkTrace> {
        let chains = self.sdks.iter().filter_map(|sdk| chain(sdk.sdk));
        chains.map(|chain| walk(chain, &self.offer, sources)).collect()
    }
}

/// Everything that the arguments name.
pub(super) fn gather(trace: &Trace, bills: Bills) -> Result<Gathered, Error> {
    if trace.here {
        return Ok(Gathered::of(Subject::new("this process".to_owned(), here::offer())));
    }
    if let Some(file) = &trace.environment {
        return of_environment(file).map(Gathered::of);
    }
    let Some(file) = &trace.file else {
        return Err(Error::Usage("name a file, or use --environment or --here".to_owned()));
    };
    let chosen = policy::choose(&trace.policy, std::slice::from_ref(file))?;
    let inputs = Inputs::gather(std::slice::from_ref(file), chosen.file.as_deref());
    let mut gathered = of_inputs(&inputs, bills, &chosen.policy, trace.container.as_deref());
    gathered.unread.extend(inputs.lost.iter().map(|lost| format!("{}: {}", lost.name, lost.reason)));
    Ok(gathered)
}

impl Gathered {
    fn of(subject: Subject) -> Self {
        Self { subjects: vec![subject], ..Self::default() }
    }
}

fn of_environment(file: &Path) -> Result<Subject, Error> {
    let document = one_document(file).map_err(Error::Usage)?;
    let read = environment::read(document.root()).map_err(|misread| {
        Error::Usage(format!("{}:{}: {misread}", file.display(), misread.position.line))
    })?;
    let title = if read.name.is_empty() { file.display().to_string() } else { read.name };
    let mut subject = Subject::new(title, read.offer);
    subject.places = places(&subject.sdks, &document);
    Ok(subject)
}

fn of_inputs(inputs: &Inputs, bills: Bills, policy: &Policy, container: Option<&str>) -> Gathered {
    let mut gathered = Gathered::default();
    let mut inventory = Inventory::default();
    let read: Vec<_> = inputs.found.iter().flat_map(|input| read_all(input, &mut gathered.unread)).collect();
    for (input, _, contents) in &read {
        inventory.add(&input.name, contents);
    }
    let containers =
        || read.iter().flat_map(|(.., contents)| &contents.workloads).flat_map(|w| &w.containers);
    gathered.remarks = bills.0.iter().filter_map(|bill| bills::remark(bill, containers())).collect();
    inventory.made_of(bills);
    for (input, document, contents) in &read {
        for workload in &contents.workloads {
            let facts = inventory.about(workload, &input.name, policy.surroundings.complete);
            let scene = Scene { input, document, workload, facts: &facts, policy };
            let wanted = |found: &&Container| container.is_none_or(|name| name == found.name);
            gathered
                .subjects
                .extend(workload.containers.iter().filter(wanted).map(|found| scene.subject(found)));
        }
    }
    if let Some(name) = container.filter(|_| gathered.subjects.is_empty()) {
        let names: Vec<_> = containers().map(|container| container.name.as_str()).collect();
        let others =
            if names.is_empty() { String::new() } else { format!(": there are {}", names.join(", ")) };
        gathered.remarks.push(format!("no container is called `{name}`{others}"));
    }
    gathered
}

/// Where a container stands.
struct Scene<'a> {
    input: &'a Input,
    document: &'a Document,
    workload: &'a Workload,
    facts: &'a Facts,
    policy: &'a Policy,
}

impl Scene<'_> {
    fn subject(&self, container: &Container) -> Subject {
        let trace = of_container(self.workload, container, self.facts, self.policy);
        let sdks: Vec<SdkTrace> = trace.sdks().cloned().collect();
        Subject {
            title: title(self.workload, container),
            container: Some(named(self.input, self.workload, container)),
            places: places(&sdks, self.document),
            too_old: self.too_old(container).unwrap_or_default(),
            offer: trace.offer().clone(),
            sdks,
        }
    }

    fn too_old(&self, container: &Container) -> Option<Vec<TooOld>> {
        let made = self.facts.bills.as_ref()?.of(container)?;
        let Self { document, workload, facts, policy, .. } = self;
        let identity = identity::of_container(document, workload, container, facts, policy);
        Some(made.bom.too_old(Mechanism::of(identity.held()?.means)?))
    }
}

/// The documents of an input; a line for each that could not be read.
fn read_all<'i>(input: &'i Input, unread: &mut Vec<String>) -> Vec<(&'i Input, Document, read::Contents)> {
    unread.extend(unreadable(input).map(|why| format!("{}: {why}", input.name)));
    let mut read = Vec::new();
    for document in documents(input).unwrap_or_default() {
        match document {
            Ok(document) => {
                let contents = read::read(&document, input.stem());
                let problems = contents.workloads.iter().flat_map(|workload| &workload.problems);
                unread.extend(problems.map(|problem| {
                    let Position { line, column } = document.node(problem.at).position();
                    format!("{}:{line}:{column}: {} is expected", input.name, problem.expected)
                }));
                read.push((input, document, contents));
            }
            Err(error) if input.named => {
                let Position { line, column } = error.position;
                unread.push(format!("{}:{line}:{column}: {}", input.name, error.reason));
            }
            Err(_) => {}
        }
    }
    read
}

/// Why an input that was named has no documents.
fn unreadable(input: &Input) -> Option<String> {
    match input.source.read() {
        Err(error) => Some(error.kind().to_string()),
        Ok(Content::TooLarge(_)) => Some("larger than 64 MiB".to_owned()),
        Ok(Content::Whole(bytes)) => match kind_of(&input.name, &bytes) {
            Kind::Binary(why) => Some(why.to_owned()),
            Kind::Empty => Some("empty".to_owned()),
            Kind::Foreign | Kind::Document(_) => None,
        },
    }
    .filter(|_| input.named)
}

fn title(workload: &Workload, container: &Container) -> String {
    let id = &workload.id;
    let namespace = workload.pod().map_or_else(String::new, |_| format!("{}/", workload.namespace()));
    format!("{namespace}{} · {} · container {}", id.name, id.kind, container.name)
}

fn named(input: &Input, workload: &Workload, container: &Container) -> Identity {
    Identity {
        file: input.name.to_string(),
        kind: workload.id.kind.to_string(),
        namespace: workload.id.namespace.as_ref().map(ToString::to_string),
        name: workload.id.name.to_string(),
        container: container.name.to_string(),
    }
}

fn places(sdks: &[SdkTrace], document: &Document) -> BTreeMap<At, String> {
    let ats = sdks.iter().flat_map(|sdk| &sdk.chain).filter_map(|link| link.at);
    let place = |at| format!("{}:{}", document.name(), document.node(at).position().line);
    ats.map(|at| (at, place(at))).collect()
}
