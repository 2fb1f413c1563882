//! One run: every input is looked at twice. First for what it says about others, then to be judged.
//!
//! Documents are dropped as soon as they were looked at, so memory grows with what is reported, not with
//! what is read.

use std::sync::Arc;

use policyctl_policies::check;
use policyctl_policies::document::{self, Format, Position, Resolved, Span, Stream, Unreadable};
use policyctl_policies::facts::{Inventory, RefusingRoles};
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::read::{self, Contents};
use policyctl_policies::trace::bom::Bills;
use policyctl_policies::verdict::{Judge, Verdict};
use policyctl_policies::workload::Problem;
use rayon::prelude::*;

use crate::bills;
use crate::gather::{Content, Input, Inputs, Kind, Lost, Progress, kind_of, limits, looks_ours};
use crate::policy::is_policy_file;

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The verdict over all inputs, in their order.
    pub(crate) verdict: Verdict,
    /// What could not be read.
    pub(crate) unreadable: Vec<NotRead>,
    /// Files that hold nothing of ours, with the reason.
    pub(crate) passed_over: Vec<(Arc<str>, &'static str)>,
    /// How much was looked at.
    pub(crate) counts: Counts,
    /// Inputs that were named and hold nothing at all.
    pub(crate) empty: Vec<Arc<str>>,
}

/// An input, or a part of one, that could not be read.
#[derive(Debug, Clone)]
pub(crate) struct NotRead {
    pub(crate) file: Arc<str>,
    /// Where reading stopped, when it began.
    pub(crate) position: Option<Position>,
    pub(crate) reason: String,
}

/// How much was looked at.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    /// Files that hold something of ours.
    pub(crate) files: usize,
    pub(crate) task_definitions: usize,
    /// Kubernetes workloads.
    pub(crate) workloads: usize,
}

impl Outcome {
    /// Adds what another part of the run found.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.verdict.absorb(other.verdict);
        self.unreadable.extend(other.unreadable);
        self.passed_over.extend(other.passed_over);
        self.counts.files += other.counts.files;
        self.counts.task_definitions += other.counts.task_definitions;
        self.counts.workloads += other.counts.workloads;
        self.empty.extend(other.empty);
    }

    fn passed_over(input: &Input, why: &'static str) -> Self {
        Self { passed_over: vec![(Arc::clone(&input.name), why)], ..Self::default() }
    }

    fn not_read(input: &Input, reason: impl Into<String>) -> Self {
        let lost = NotRead { file: Arc::clone(&input.name), position: None, reason: reason.into() };
        Self { unreadable: vec![lost], ..Self::default() }
    }
}

/// Looks at every input and judges it.
pub(crate) fn run(inputs: &Inputs, bills: Bills, judge: &Judge<'_>) -> Outcome {
    let progress = Progress::start(inputs.found.len());
    let mut inventory = take_stock(&inputs.found);
    let remarks = remarks(&inputs.found, &bills);
    inventory.made_of(bills);
    let complete = judge.policy.surroundings.complete;
    let look = |input: &Input| {
        let outcome = Look { input, inventory: &inventory, judge, complete }.judge();
        progress.step();
        outcome
    };
    let outcomes: Vec<_> = inputs.found.par_iter().map(look).collect();
    let mut all =
        Outcome { unreadable: inputs.lost.iter().map(NotRead::from).collect(), ..Outcome::default() };
    for outcome in outcomes {
        all.absorb(outcome);
    }
    all.verdict.drop_told_by_workloads();
    for note in remarks {
        judge.add(note, &mut all.verdict);
    }
    let leftovers = judge.leftovers(&all.verdict);
    all.verdict.absorb(leftovers);
    all
}

/// Notes about bills of materials that name no image, or none that runs here.
fn remarks(inputs: &[Input], bills: &Bills) -> Vec<Located> {
    if bills.0.is_empty() {
        return Vec::new();
    }
    let mut workloads = Vec::new();
    for input in inputs {
        for document in documents(input).unwrap_or_default().iter().flatten() {
            workloads.extend(read::read(document, input.stem()).workloads);
        }
    }
    let containers = || workloads.iter().flat_map(|workload| &workload.containers);
    let remark = |bill| bills::remark(bill, containers()).map(|remark| bills::note(bill, remark));
    bills.0.iter().filter_map(remark).collect()
}

/// Judges one input as if there were no other, and these roles could be assumed by no task.
pub(crate) fn alone(input: &Input, refusing: &RefusingRoles, judge: &Judge<'_>) -> Outcome {
    let mut inventory = take_stock(std::slice::from_ref(input));
    inventory.refused_by(refusing);
    Look { input, inventory: &inventory, judge, complete: false }.judge()
}

impl From<&Lost> for NotRead {
    fn from(lost: &Lost) -> Self {
        Self { file: Arc::clone(&lost.name), position: None, reason: lost.reason.clone() }
    }
}

/// The first look: what the inputs say about each other's workloads.
fn take_stock(inputs: &[Input]) -> Inventory {
    let stock = |mut inventory: Inventory, input: &Input| {
        for document in documents(input).unwrap_or_default().iter().flatten() {
            inventory.add(&input.name, &read::read(document, input.stem()));
        }
        inventory
    };
    inputs.par_iter().fold(Inventory::default, stock).reduce(Inventory::default, Inventory::merge)
}

/// The documents of an input that is worth parsing; `None` for every other.
pub(crate) fn documents(input: &Input) -> Option<Stream> {
    let Ok(Content::Whole(bytes)) = input.source.read() else { return None };
    match kind_of(&input.name, &bytes) {
        Kind::Document(format) => Some(read::parse(&input.name, &bytes, format, limits())),
        Kind::Empty | Kind::Binary(_) | Kind::Foreign => None,
    }
}

/// The second look at one input.
struct Look<'a> {
    input: &'a Input,
    inventory: &'a Inventory,
    judge: &'a Judge<'a>,
    complete: bool,
}

impl Look<'_> {
    fn judge(&self) -> Outcome {
        match self.input.source.read() {
            Err(error) => Outcome::not_read(self.input, error.kind().to_string()),
            Ok(Content::TooLarge(head)) => self.too_large(&head),
            Ok(Content::Whole(bytes)) => self.judge_bytes(&bytes),
        }
    }

    fn too_large(&self, head: &[u8]) -> Outcome {
        if self.input.named || looks_ours(head) {
            Outcome::not_read(self.input, "larger than 64 MiB")
        } else {
            Outcome::passed_over(self.input, "larger than 64 MiB")
        }
    }

    fn judge_bytes(&self, bytes: &[u8]) -> Outcome {
        let named = self.input.named;
        match kind_of(&self.input.name, bytes) {
            Kind::Empty if named => {
                Outcome { empty: vec![Arc::clone(&self.input.name)], ..Outcome::default() }
            }
            Kind::Empty => Outcome::passed_over(self.input, "empty"),
            Kind::Binary(what) if named => Outcome::not_read(self.input, what),
            Kind::Binary(what) => Outcome::passed_over(self.input, what),
            Kind::Foreign => Outcome::passed_over(self.input, "nothing of ours"),
            Kind::Document(_) if !named && is_chart_template(&self.input.name) => self.chart_template(),
            Kind::Document(format) => self.judge_documents(bytes, format),
        }
    }

    fn chart_template(&self) -> Outcome {
        let place = Resolved {
            file: Arc::clone(&self.input.name),
            pointer: String::new(),
            position: Position::default(),
            span: Span::default(),
        };
        let message =
            "a chart's template was passed over: render it first, `helm template CHART | policyctl check -`";
        let mut outcome = Outcome::passed_over(self.input, "a chart's template");
        self.judge
            .add(Located::about_input("template-marks", Level::Note, place, message), &mut outcome.verdict);
        outcome
    }

    fn judge_documents(&self, bytes: &[u8], format: Format) -> Outcome {
        let mut outcome = Outcome::default();
        let mut ours = false;
        for document in read::parse(&self.input.name, bytes, format, limits()) {
            match document {
                Ok(document) => {
                    let contents = read::read(&document, self.input.stem());
                    ours |= !contents.is_empty();
                    self.judge_document(&document, &contents, &mut outcome);
                }
                Err(error) if self.input.named || looks_ours(bytes) => self.unreadable(&error, &mut outcome),
                Err(_) => {}
            }
        }
        if ours {
            outcome.counts.files = 1;
        } else if outcome.unreadable.is_empty() {
            let why = if is_policy_file(&self.input.name) { "a policy file" } else { "nothing of ours" };
            outcome.absorb(Outcome::passed_over(self.input, why));
        }
        outcome
    }

    fn judge_document(&self, document: &document::Document, contents: &Contents, outcome: &mut Outcome) {
        if contents.is_empty() {
            return;
        }
        let facts = |workload: &_| self.inventory.about(workload, &self.input.name, self.complete);
        outcome.verdict.absorb(self.judge.document(document, contents, facts));
        let tasks = contents.workloads.iter().filter(|workload| workload.task().is_some()).count();
        outcome.counts.task_definitions += tasks;
        outcome.counts.workloads += contents.workloads.len() - tasks;
        outcome.unreadable.extend(contents.workloads.iter().flat_map(|workload| {
            workload.problems.iter().map(|problem| self.unread_field(document, problem))
        }));
    }

    /// A field of the wrong shape: its workload was judged without it.
    fn unread_field(&self, document: &document::Document, problem: &Problem) -> NotRead {
        NotRead {
            file: Arc::clone(&self.input.name),
            position: Some(document.node(problem.at).position()),
            reason: format!("{} is expected", problem.expected),
        }
    }

    fn unreadable(&self, error: &Unreadable, outcome: &mut Outcome) {
        self.judge.add(check::unreadable(&self.input.name, error), &mut outcome.verdict);
        outcome.unreadable.push(NotRead {
            file: Arc::clone(&self.input.name),
            position: Some(error.position),
            reason: error.reason.clone(),
        });
    }
}

/// A file below `templates/`, beside which lies a `Chart.yaml`.
fn is_chart_template(name: &str) -> bool {
    let above = name.match_indices("templates/").map(|(at, _)| &name[..at]);
    above
        .filter(|chart| chart.is_empty() || chart.ends_with('/'))
        .any(|chart| std::path::Path::new(&format!("{chart}Chart.yaml")).is_file())
}
