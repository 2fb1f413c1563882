//! Exceptions written into the file that is checked. They count at the command line alone: what a pod's
//! author can write never excuses a pod at admission.
//!
//! ```yaml
//! # policyctl: allow static-access-key until=2027-01-31 owner=team-batch reason=the vendor's image
//! - name: AWS_ACCESS_KEY_ID
//! ```
//!
//! One stands behind what it excuses or above it, and covers everything that begins on that line: a
//! variable, a container, or, at the top, the whole document.

use crate::document::{Document, Node, Resolved, Span};
use crate::finding::{Finding, Level, Located, Place};
use crate::policy::{Bundle, Day};

/// What opens an exception in a comment.
const OPENING: &str = "policyctl:";

/// An exception in a comment.
#[derive(Debug)]
pub(super) struct Inline {
    rule: String,
    /// The last day on which it holds.
    pub(super) until: Day,
    owner: String,
    scope: Span,
    /// Where the comment stands.
    pub(super) place: Resolved,
}

impl Inline {
    /// It is about this finding, whether or not it still holds.
    pub(super) fn covers(&self, document: &Document, finding: &Finding) -> bool {
        let Place::Here(at) = finding.place else { return false };
        let start = document.node(at).span().start;
        finding.rule == self.rule && (self.scope.start..self.scope.end).contains(&start)
    }

    /// What reports call it.
    pub(super) fn name(&self) -> String {
        format!("line {} of {}", self.place.position.line, self.place.file)
    }

    /// Says that it no longer holds.
    pub(super) fn expired(&self) -> Located {
        let Self { rule, owner, until, .. } = self;
        let message = format!("the exception for {rule} of {owner} expired on {until}: renew or delete it");
        Located::about_input("exception-expired", Level::Warn, self.place.clone(), message)
    }

    /// Says that it silenced nothing.
    pub(super) fn unused(&self) -> Located {
        let message = format!("the exception for {} excused nothing: delete it", self.rule);
        Located::about_input("exception-unused", Level::Note, self.place.clone(), message)
    }
}

/// The exceptions in a document's comments, and what is wrong with those that cannot be read.
pub(super) fn read(document: &Document) -> (Vec<Inline>, Vec<Located>) {
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for comment in document.comments() {
        let text = document.text().get(comment.start as usize..comment.end as usize).unwrap_or_default();
        let Some(body) = text.trim_start_matches('#').trim().strip_prefix(OPENING) else { continue };
        let place = place_of(document, *comment);
        match parse(body.trim()) {
            Ok((rule, until, owner)) => {
                read.push(Inline { rule, until, owner, scope: scope(document, *comment), place });
            }
            Err(says) => wrong.push(Located::about_input("exception-invalid", Level::Warn, place, says)),
        }
    }
    (read, wrong)
}

fn place_of(document: &Document, comment: Span) -> Resolved {
    Resolved {
        file: document.name().clone(),
        pointer: String::new(),
        position: document.position_of(comment.start),
        span: comment,
    }
}

/// Rule, last day, owner.
fn parse(body: &str) -> Result<(String, Day, String), String> {
    let words = body.strip_prefix("allow ").ok_or("this exception does not begin with `allow RULE`")?;
    let (rule, settings) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
    if !Bundle::Baseline.ceilings().contains_key(rule) {
        return Err("this exception names no rule: `policyctl rules` lists them".to_owned());
    }
    let missing = |key: &str| format!("this exception for {rule} has no `{key}=`: it excuses nothing");
    let setting = |key: &str| setting(settings, key).ok_or_else(|| missing(key));
    let until = setting("until")?.parse().map_err(|error| format!("`until=` is {error}"))?;
    setting("reason")?;
    Ok((rule.to_owned(), until, setting("owner")?.to_owned()))
}

/// The value of `key=value`: in double quotes, a word, or for a reason everything up to the next key.
fn setting<'t>(settings: &'t str, key: &str) -> Option<&'t str> {
    let begins = |at: &usize| *at == 0 || settings[..*at].ends_with(' ');
    let mut values = settings.match_indices(key).filter(|(at, _)| begins(at));
    let value = values.find_map(|(at, _)| settings[at + key.len()..].strip_prefix('='))?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None if key == "reason" => {
            let end = [" until=", " owner="].iter().filter_map(|next| value.find(next)).min();
            value[..end.unwrap_or(value.len())].trim()
        }
        None => value.split(char::is_whitespace).next()?,
    };
    (!value.is_empty()).then_some(value)
}

/// Everything that begins on the line that a comment is about.
fn scope(document: &Document, comment: Span) -> Span {
    let line = line_about(document, comment);
    let begins_there =
        |node: &Node<'_>| !node.is_copied() && document.lines().line_of(node.span().start) == line;
    let members = document.nodes().flat_map(Node::entries).map(|entry| (entry.key, entry.value));
    let items = document.nodes().flat_map(Node::items).map(|item| (item, item));
    let root = std::iter::once((document.root(), document.root()));
    let spans = members.chain(items).chain(root).filter(|(first, _)| begins_there(first));
    let none = Span { start: comment.end, end: comment.end };
    spans.fold(none, |scope, (first, last)| Span {
        start: scope.start.min(first.span().start),
        end: scope.end.max(last.span().end),
    })
}

/// The line of the comment when something stands before it, else the next line that holds more than a comment.
fn line_about(document: &Document, comment: Span) -> u32 {
    let (text, index) = (document.text(), document.lines());
    let own = index.line_of(comment.start);
    let holds_more = |line: &u32| {
        let text = index.line(text, *line).unwrap_or_default().trim_start();
        !text.is_empty() && !text.starts_with('#')
    };
    (own..=index.lines()).find(holds_more).unwrap_or(own)
}
