//! The report for people: each finding with an excerpt, its evidence, its fix; then one line that sums up.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Element, Group, Level as Mood, Origin, Renderer, Snippet};
use policyctl_policies::credential::masked;
use policyctl_policies::document::Resolved;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::fix::Applicability;

use super::excerpt::{Excerpt, Mark, excerpts};
use super::{Run, wording};
use crate::arguments::Verbosity;

/// How much of a finding's evidence is shown.
const PLACES: usize = 12;

pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(DEFAULT_TERM_WIDTH);
    for finding in run.told() {
        let told = renderer.render(&[group(run, finding)]);
        writeln!(out, "{}\n", with_true_column(told, &finding.place))?;
    }
    let something = run.outcome.counts.files + run.outcome.unreadable.len() > 0;
    if something && run.verbosity >= Verbosity::Normal { summary(run, out) } else { Ok(()) }
}

fn group<'a>(run: &Run<'_>, finding: &'a Located) -> Group<'a> {
    let title = mood(finding.level).primary_title(finding.message.as_str()).id(finding.rule);
    let mut group = Group::with_title(title);
    for (file, marks) in marks_by_file(finding) {
        group = group.elements(excerpt_of(run, finding, file, marks));
    }
    group = group.elements(wording::far_out(finding).map(|workload| note("in", workload)));
    let unplaced = finding.evidence.iter().filter(|evidence| evidence.place.is_none());
    group = group.elements(unplaced.take(PLACES).map(|evidence| note("why", evidence.says.clone())));
    if let Some(more) = finding.evidence.len().checked_sub(PLACES).filter(|more| *more > 0) {
        group = group.element(note("why", format!("and {more} more, which `--format json` lists")));
    }
    if let Some(fix) = &finding.fix {
        let manual = fix.applicability == Applicability::Manual;
        group = group.element(note(if manual { "help" } else { "fix" }, fix.title.clone()));
    }
    group.element(note("more", format!("policyctl explain {}", finding.rule)))
}

fn mood(level: Level) -> Mood<'static> {
    match level {
        Level::Deny => Mood::ERROR.with_name("deny"),
        Level::Warn => Mood::WARNING.with_name("warn"),
        Level::Note => Mood::NOTE,
    }
}

fn note<'a>(name: &'static str, text: String) -> Element<'a> {
    Mood::HELP.with_name(name).message(text).into()
}

/// The marks of a finding and of its evidence; the finding's own file first.
fn marks_by_file(finding: &Located) -> Vec<(&str, Vec<Mark>)> {
    let mut by_file: BTreeMap<&str, Vec<Mark>> = BTreeMap::new();
    let mut add = |place: &'_ Resolved, mark: Mark, file| {
        let marks: &mut Vec<Mark> = by_file.entry(file).or_default();
        match marks.iter_mut().find(|other| other.span == place.span) {
            Some(other) if other.says.is_none() => other.says = mark.says,
            Some(_) => {}
            None => marks.push(mark),
        }
    };
    let own = &finding.place;
    add(own, Mark { span: own.span, says: None, primary: true }, &*own.file);
    for evidence in finding.evidence.iter().take(PLACES) {
        if let Some(place) = &evidence.place {
            let mark = Mark { span: place.span, says: Some(evidence.says.clone()), primary: false };
            add(place, mark, &*place.file);
        }
    }
    let mut files: Vec<_> = by_file.into_iter().collect();
    files.sort_by_key(|(file, _)| **file != *own.file);
    files
}

/// The excerpts of one file, that of the finding's own place first; its mere place where no text can be shown.
fn excerpt_of<'a>(run: &Run<'_>, finding: &'a Located, file: &str, marks: Vec<Mark>) -> Vec<Element<'a>> {
    let Some(source) = run.sources.get(file) else { return vec![origin(finding, file).into()] };
    let mut excerpts = excerpts(&source, marks);
    excerpts.sort_by_key(|excerpt| !excerpt.marks.iter().any(|(_, mark)| mark.primary));
    excerpts.into_iter().map(|excerpt| snippet(file, excerpt)).collect()
}

fn origin<'a>(finding: &Located, file: &str) -> Origin<'a> {
    let origin = Origin::path(file.to_owned());
    let position = finding.place.position;
    let own = *file == *finding.place.file;
    if own { origin.line(position.line as usize).char_column(position.column as usize) } else { origin }
}

fn snippet<'a>(file: &str, excerpt: Excerpt) -> Element<'a> {
    let marks = excerpt.marks.into_iter().map(|(range, mark)| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(range).label(mark.says)
    });
    let around = excerpt.around.into_iter().map(|range| AnnotationKind::Visible.span(range));
    Snippet::source(excerpt.text)
        .path(file.to_owned())
        .line_start(excerpt.first_line as usize)
        .annotations(marks.chain(around))
        .into()
}

/// The renderer counts columns in what is shown; what is hidden before a place moves it. Puts the true column
/// behind the first `file:line:`.
fn with_true_column(rendered: String, place: &Resolved) -> String {
    let head = format!("{}:{}:", place.file, place.position.line);
    let Some(at) = rendered.find(&head).map(|at| at + head.len()) else { return rendered };
    let digits = rendered[at..].bytes().take_while(u8::is_ascii_digit).count();
    let (before, after) = (&rendered[..at], &rendered[at + digits..]);
    format!("{before}{}{after}", place.position.column)
}

fn summary(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let looked = format!("{} in {} ms", looked_at(run), run.elapsed.as_millis());
    let policy = format!("policy {}@{}", masked(&run.policy.name), short_digest(&run.policy.digest));
    writeln!(out, "checked {looked} with {policy}: {}", found(run))
}

fn looked_at(run: &Run<'_>) -> String {
    let counts = run.outcome.counts;
    let containers = run.outcome.verdict.containers.iter().filter(|entry| entry.container.is_some()).count();
    let parts = [
        (counts.task_definitions, "task definition"),
        (counts.workloads, "workload"),
        (containers, "container"),
    ];
    let said: Vec<_> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| wording::counted(*n, noun)).collect();
    if said.is_empty() { wording::counted(counts.files, "file") } else { said.join(", ") }
}

fn short_digest(digest: &str) -> String {
    digest.get(..11).map_or_else(|| digest.to_owned(), |start| format!("{start}…"))
}

fn found(run: &Run<'_>) -> String {
    let verdict = &run.outcome.verdict;
    let hidden = if run.verbosity == Verbosity::Verbose { 0 } else { verdict.notes.len() };
    let parts = [
        (run.count(Level::Deny), wording::counted(run.count(Level::Deny), "denial")),
        (run.count(Level::Warn), wording::counted(run.count(Level::Warn), "warning")),
        (hidden, format!("{} (-v shows them)", wording::counted(hidden, "note"))),
        (verdict.excepted.len(), format!("{} excepted", verdict.excepted.len())),
        (run.outcome.unreadable.len(), format!("{} unreadable", run.outcome.unreadable.len())),
    ];
    let said: Vec<_> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
    if said.is_empty() { "ok".to_owned() } else { said.join(", ") }
}
