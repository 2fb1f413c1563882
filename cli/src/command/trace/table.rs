//! The trace as a table: sources down, SDKs across, those alike in one column; then today, and what
//! happens if the winners are removed.

use std::collections::BTreeSet;

use policyctl_policies::trace::{
    FailureClass, Gap, Link, Outcome, OutcomeKind, SdkTrace, Source, State, Turn, unproven,
};

use super::subject::Subject;

/// How many times winners are taken away.
const ROUNDS: usize = 3;
/// Longer lists of names, where another was named before, are the others.
const OTHERS: usize = 24;

/// A table, ready to be drawn.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    pub(super) removals: Vec<Removal>,
}

/// SDKs that do the same with every source.
pub(super) struct Column {
    /// `A`, `B`, ...
    pub(super) letter: String,
    pub(super) sdks: Vec<&'static str>,
    pub(super) today: String,
    /// Those of them that nobody has recorded.
    pub(super) unproven: Vec<&'static str>,
    /// Those whose decisive provider has an order or a name that no recording proves.
    pub(super) unsure: Vec<&'static str>,
}

/// One source.
pub(super) struct Row {
    pub(super) source: Source,
    pub(super) state: State,
    /// One for each column.
    pub(super) cells: Vec<Option<Cell>>,
    /// Where it stands, if it does.
    pub(super) place: String,
}

/// What an SDK does with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// It had its turn.
    Turned(Turn),
    /// It is asked, and the input does not tell what it answers.
    Perhaps,
}

/// What happens without some sources.
pub(super) struct Removal {
    pub(super) rows: Vec<usize>,
    /// Columns alike, by letter, and what they do then.
    pub(super) then: Vec<(String, String)>,
}

impl Removal {
    /// `without 1, 2`.
    pub(super) fn lead(&self) -> String {
        let rows: Vec<_> = self.rows.iter().map(|row| (row + 1).to_string()).collect();
        format!("without {}", rows.join(", "))
    }
}

impl Column {
    /// Its SDKs in a line, marked.
    pub(super) fn names(&self) -> String {
        self.sdks.iter().map(|sdk| format!("{sdk}{}", self.mark(sdk))).collect::<Vec<_>>().join(", ")
    }

    /// A star for what nobody has recorded, a ring for what recordings do not prove in full.
    pub(super) fn mark(&self, sdk: &str) -> &'static str {
        if self.unproven.contains(&sdk) {
            "*"
        } else if self.unsure.contains(&sdk) {
            "\u{b0}"
        } else {
            ""
        }
    }
}

impl Table {
    pub(super) fn of(subject: &Subject) -> Self {
        let sources = sources(&subject.sdks);
        let groups = groups(&subject.sdks, &sources);
        let columns: Vec<_> = groups.iter().enumerate().map(|(index, group)| column(index, group)).collect();
        let rows: Vec<_> = sources.iter().map(|source| row(source, &groups, subject)).collect();
        let removals = removals(subject, &sources, &columns);
        Self { columns, rows, removals }
    }
}

/// Every source that some SDK finds, in the order in which chains come to them.
fn sources(sdks: &[SdkTrace]) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for link in sdks.iter().flat_map(|sdk| &sdk.chain).filter(|link| link.state != State::Absent) {
        if let Some(source) = link.source.as_ref().filter(|source| !found.contains(source)) {
            found.push(source.clone());
        }
    }
    found
}

/// The link of a source; of several, the one that decides most.
fn link<'t>(sdk: &'t SdkTrace, source: &Source) -> Option<&'t Link> {
    let weight = |link: &&Link| match (link.turn, link.state) {
        (Turn::Used | Turn::Stopped, _) => 3,
        (_, State::Offered) => 2,
        (_, State::Absent) => 0,
        _ => 1,
    };
    sdk.chain.iter().filter(|link| link.source.as_ref() == Some(source)).rev().max_by_key(weight)
}

fn groups<'t>(sdks: &'t [SdkTrace], sources: &[Source]) -> Vec<Vec<&'t SdkTrace>> {
    let turns = |sdk: &SdkTrace| {
        sources.iter().map(|source| link(sdk, source).map(|link| link.turn)).collect::<Vec<_>>()
    };
    let mut groups: Vec<Vec<&SdkTrace>> = Vec::new();
    for sdk in sdks {
        let alike = |group: &&mut Vec<&SdkTrace>| {
            group
                .first()
                .is_some_and(|first| turns(first) == turns(sdk) && says(&first.outcome) == says(&sdk.outcome))
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(sdk),
            None => groups.push(vec![sdk]),
        }
    }
    groups
}

fn column(index: usize, group: &[&SdkTrace]) -> Column {
    Column {
        letter: letter(index),
        sdks: group.iter().map(|sdk| sdk.sdk).collect(),
        today: group.first().map(|sdk| says(&sdk.outcome)).unwrap_or_default(),
        unproven: group.iter().filter(|sdk| sdk.proven == 0).map(|sdk| sdk.sdk).collect(),
        unsure: group.iter().filter(|sdk| is_unsure(sdk)).map(|sdk| sdk.sdk).collect(),
    }
}

/// The provider that ends the walk owes its place, or what it reads, to no recording.
fn is_unsure(sdk: &SdkTrace) -> bool {
    let decisive = sdk.chain.iter().find(|link| matches!(link.turn, Turn::Used | Turn::Stopped));
    let about =
        |gap: &Gap| decisive.is_some_and(|link| gap.concerns(link.provider)) && gap.is_order_or_name();
    unproven(sdk.sdk).any(|gap| about(&gap))
}

fn letter(index: usize) -> String {
    let letter = |index: usize| char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    if index < 26 {
        letter(index).to_string()
    } else {
        format!("{}{}", letter(index / 26 - 1), letter(index))
    }
}

fn row(source: &Source, groups: &[Vec<&SdkTrace>], subject: &Subject) -> Row {
    let links = || groups.iter().flatten().filter_map(|sdk| link(sdk, source));
    let cell = |group: &Vec<&SdkTrace>| {
        let link = group.first().and_then(|sdk| link(sdk, source));
        link.filter(|link| link.state != State::Absent).map(turned)
    };
    Row {
        source: source.clone(),
        state: links()
            .map(|link| link.state)
            .find(|state| *state == State::Offered)
            .or_else(|| links().map(|link| link.state).next())
            .unwrap_or(State::Absent),
        cells: groups.iter().map(cell).collect(),
        place: links().find_map(|link| subject.places.get(&link.at?)).cloned().unwrap_or_default(),
    }
}

fn turned(link: &Link) -> Cell {
    match (link.turn, link.state) {
        (Turn::Passed, State::Unknown) => Cell::Perhaps,
        (turn, _) => Cell::Turned(turn),
    }
}

/// Takes the winners away, round by round, until nobody has credentials.
fn removals(subject: &Subject, sources: &[Source], columns: &[Column]) -> Vec<Removal> {
    let mut gone: Vec<Source> = Vec::new();
    let mut winners = winners(&subject.sdks);
    let mut found = Vec::new();
    while !winners.is_empty() && found.len() < ROUNDS {
        gone.extend(winners);
        let traces = subject.without(&gone);
        let rows = gone.iter().filter_map(|source| sources.iter().position(|found| found == source));
        found.push(Removal { rows: sorted(rows.collect()), then: alike(&traces, columns) });
        winners = self::winners(&traces);
    }
    found
}

fn sorted(mut rows: Vec<usize>) -> Vec<usize> {
    rows.sort_unstable();
    rows
}

fn winners(traces: &[SdkTrace]) -> BTreeSet<Source> {
    traces.iter().filter_map(|sdk| sdk.outcome.source.clone()).collect()
}

/// Outcomes with who comes to them, the most SDKs last; a column that splits is named by its SDKs.
fn alike(traces: &[SdkTrace], columns: &[Column]) -> Vec<(String, String)> {
    let mut outcomes: Vec<(String, Vec<&str>)> = Vec::new();
    for sdk in traces {
        let says = says(&sdk.outcome);
        match outcomes.iter_mut().find(|(outcome, _)| *outcome == says) {
            Some((_, sdks)) => sdks.push(sdk.sdk),
            None => outcomes.push((says, vec![sdk.sdk])),
        }
    }
    outcomes.sort_by_key(|(_, sdks)| sdks.len());
    let several = outcomes.len() > 1;
    let last = outcomes.len().saturating_sub(1);
    let named = outcomes.into_iter().enumerate().map(|(index, (says, sdks))| {
        let names = names(&sdks, columns);
        let many = several && index == last && names.chars().count() > OTHERS;
        (if many { "the others".to_owned() } else { names }, says)
    });
    named.collect()
}

fn names(sdks: &[&str], columns: &[Column]) -> String {
    if columns.iter().all(|column| column.sdks.iter().all(|sdk| sdks.contains(sdk))) {
        return "all".to_owned();
    }
    let name = |column: &Column| {
        let within: Vec<_> = column.sdks.iter().filter(|sdk| sdks.contains(sdk)).copied().collect();
        if within.len() == column.sdks.len() { column.letter.clone() } else { within.join(", ") }
    };
    columns.iter().map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An outcome in a clause.
pub(super) fn says(outcome: &Outcome) -> String {
    let because = outcome.because.as_deref().unwrap_or("nothing says more");
    match (outcome.kind, &outcome.source) {
        (OutcomeKind::Credentials, Some(source)) if outcome.class == Some(FailureClass::FallThrough) => {
            format!("falls through to {} ({because})", describe(source))
        }
        (OutcomeKind::Credentials, Some(source)) => format!("uses {}", describe(source)),
        (OutcomeKind::Credentials, None) | (OutcomeKind::Unknown, _) => format!("not known: {because}"),
        (OutcomeKind::Anonymous, _) => "sends unsigned requests".to_owned(),
        (OutcomeKind::None, _) => "finds no credentials".to_owned(),
        (OutcomeKind::Error, _) => format!("stops: {because}"),
        (OutcomeKind::Hang, _) => format!("gives no answer: {because}"),
        (OutcomeKind::Crash, _) => format!("dies: {because}"),
    }
}

/// A source in words.
pub(super) fn describe(source: &Source) -> String {
    match source {
        Source::Env => "keys in variables".to_owned(),
        Source::EnvAlias => "keys in other variables".to_owned(),
        Source::SystemProperties => "keys in Java properties".to_owned(),
        Source::File(profile) => format!("profile {profile} in the credentials file"),
        Source::Config(profile) => format!("profile {profile} in the config file"),
        Source::BotoConfig => "boto's own configuration".to_owned(),
        Source::Process => "a credential process".to_owned(),
        Source::Sso => "a login to IAM Identity Center".to_owned(),
        Source::WebIdentity => "the web identity role (IRSA)".to_owned(),
        Source::WebIdentityProfile => "a web identity role in a profile".to_owned(),
        Source::AssumeRole(base) => format!("a role assumed with {}", describe(base)),
        Source::ContainerRelative => "the task role".to_owned(),
        Source::ContainerFull => "a container endpoint".to_owned(),
        Source::PodIdentity => "the Pod Identity role".to_owned(),
        Source::Metadata => "the node's or instance's role".to_owned(),
        Source::MetadataAlternative => "another metadata service's role".to_owned(),
    }
}

/// A cell in a word.
pub(super) fn word(cell: Option<Cell>) -> &'static str {
    match cell {
        None => "-",
        Some(Cell::Perhaps) => "perhaps",
        Some(Cell::Turned(turn)) => match turn {
            Turn::Used => "USED",
            Turn::Shadowed => "shadowed",
            Turn::Passed => "passed",
            Turn::Stopped => "STOPS",
            Turn::Skipped => "not asked",
        },
    }
}

/// A state in a word.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Absent => "absent",
        State::Offered => "offered",
        State::Incomplete => "incomplete",
        State::Unreachable => "unreachable",
        State::Unknown => "unknown",
    }
}
