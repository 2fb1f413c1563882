//! What is traced: the containers of a workload, a recorded environment, or this process.

use std::collections::BTreeMap;
use std::path::Path;

use policyctl_policies::document::Format::{Json, Yaml};
use policyctl_policies::document::{At, Document, parse};
use policyctl_policies::facts::Inventory;
use policyctl_policies::policy::Policy;
use policyctl_policies::read;
use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::{CHAINS, chain};
use policyctl_policies::trace::{Offer, SdkTrace, Source, environment, of_container, walk};
use policyctl_policies::workload::{Container, Workload};

use super::here;
use crate::arguments::Trace;
use crate::command::Error;
use crate::gather::{Content, Input, Inputs, limits};
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
    offer: Offer,
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
        Self { title, container: None, sdks, places: BTreeMap::new(), offer }
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
pub(super) fn gather(trace: &Trace) -> Result<Vec<Subject>, Error> {
    if trace.here {
        return Ok(vec![Subject::new("this process".to_owned(), here::offer())]);
    }
    if let Some(file) = &trace.environment {
        return of_environment(file).map(|subject| vec![subject]);
    }
    let Some(file) = &trace.file else {
        return Err(Error::Usage("name a file, or use --environment or --here".to_owned()));
    };
    let chosen = policy::choose(&trace.policy, std::slice::from_ref(file))?;
    let inputs = Inputs::gather(std::slice::from_ref(file), chosen.file.as_deref());
    let lost = inputs.lost.first();
    if let Some(lost) = lost {
        return Err(Error::Usage(format!("{}: {}", lost.name, lost.reason)));
    }
    Ok(of_inputs(&inputs, &chosen.policy, trace.container.as_deref()))
}

fn of_environment(file: &Path) -> Result<Subject, Error> {
    let document = document(file)?;
    let read = environment::read(document.root()).map_err(|misread| {
        Error::Usage(format!("{}:{}: {misread}", file.display(), misread.position.line))
    })?;
    let title = if read.name.is_empty() { file.display().to_string() } else { read.name };
    let mut subject = Subject::new(title, read.offer);
    subject.places = places(&subject.sdks, &document);
    Ok(subject)
}

/// The first document of a file.
pub(super) fn document(file: &Path) -> Result<Document, Error> {
    let trouble = |what: &dyn std::fmt::Display| Error::Usage(format!("{}: {what}", file.display()));
    let inputs = Inputs::gather(&[file.to_owned()], None);
    let input = inputs.found.first().ok_or_else(|| trouble(&"no such file"))?;
    let Content::Whole(bytes) = input.source.read().map_err(|error| trouble(&error.kind()))? else {
        return Err(trouble(&"larger than 64 MiB"));
    };
    let format = if bytes.trim_ascii_start().starts_with(b"{") { Json } else { Yaml };
    let first = parse(&input.name, &bytes, format, limits()).into_iter().next();
    first.ok_or_else(|| trouble(&"empty"))?.map_err(|unreadable| trouble(&unreadable))
}

fn of_inputs(inputs: &Inputs, policy: &Policy, container: Option<&str>) -> Vec<Subject> {
    let mut inventory = Inventory::default();
    let read: Vec<_> = inputs.found.iter().flat_map(|input| read_all(input)).collect();
    for (input, _, contents) in &read {
        inventory.add(&input.name, contents);
    }
    let workloads = read.iter().flat_map(|(input, document, contents)| {
        contents.workloads.iter().map(move |workload| (input, document, workload))
    });
    let subjects = workloads.flat_map(|(input, document, workload)| {
        let facts = inventory.about(workload, &input.name, policy.surroundings.complete);
        let wanted =
            workload.containers.iter().filter(|found| container.is_none_or(|name| name == found.name));
        let trace = |found: &Container| {
            let trace = of_container(workload, found, &facts, policy);
            let sdks: Vec<SdkTrace> = trace.sdks().cloned().collect();
            Subject {
                title: title(workload, found),
                container: Some(identity(input, workload, found)),
                places: places(&sdks, document),
                offer: trace.offer().clone(),
                sdks,
            }
        };
        wanted.map(trace).collect::<Vec<_>>()
    });
    subjects.collect()
}

fn read_all(input: &Input) -> Vec<(&Input, Document, read::Contents)> {
    let documents = documents(input).unwrap_or_default().into_iter().flatten();
    let read = |document: Document| {
        let contents = read::read(&document, input.stem());
        (input, document, contents)
    };
    documents.map(read).collect()
}

fn title(workload: &Workload, container: &Container) -> String {
    let id = &workload.id;
    let namespace = workload.pod().map_or_else(String::new, |_| format!("{}/", workload.namespace()));
    format!("{namespace}{} · {} · container {}", id.name, id.kind, container.name)
}

fn identity(input: &Input, workload: &Workload, container: &Container) -> Identity {
    Identity {
        file: input.name.to_string(),
        kind: workload.id.kind.clone(),
        namespace: workload.id.namespace.clone(),
        name: workload.id.name.clone(),
        container: container.name.clone(),
    }
}

fn places(sdks: &[SdkTrace], document: &Document) -> BTreeMap<At, String> {
    let ats = sdks.iter().flat_map(|sdk| &sdk.chain).filter_map(|link| link.at);
    let place = |at| format!("{}:{}", document.name(), document.node(at).position().line);
    ats.map(|at| (at, place(at))).collect()
}
