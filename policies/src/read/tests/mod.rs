//! What the readers promise, by small inputs.

mod cloudformation;
mod compose;
mod ecs;
mod ecs_forms;
mod hostile;
mod kubernetes;
mod objects;
mod pods;
mod shapes;
mod terraform;

use std::sync::Arc;

use super::{Contents, read};
use crate::credential::Secret;
use crate::document::{Document, Format, Limits, parse};
use crate::workload::{Container, Value, Workload};

/// A document and what it holds.
pub(super) struct Read {
    pub(super) document: Document,
    pub(super) contents: Contents,
}

/// Reads one YAML (or JSON) document called `stem`.
pub(super) fn yaml(text: &str) -> Read {
    let name: Arc<str> = "folder/stem.yaml".into();
    let document = parse(&name, text.as_bytes(), Format::Yaml, Limits::default()).remove(0).unwrap();
    let contents = read(&document, "stem");
    Read { document, contents }
}

impl Read {
    /// The only workload.
    pub(super) fn only(&self) -> &Workload {
        assert_eq!(self.contents.workloads.len(), 1, "one workload");
        &self.contents.workloads[0]
    }

    /// The only container of the only workload.
    pub(super) fn container(&self) -> &Container {
        assert_eq!(self.only().containers.len(), 1, "one container");
        &self.only().containers[0]
    }

    /// Kind and name of every workload.
    pub(super) fn ids(&self) -> Vec<(&str, &str)> {
        self.contents.workloads.iter().map(|w| (w.id.kind.as_str(), w.id.name.as_str())).collect()
    }

    /// Pointers of the problems.
    pub(super) fn problems(&self) -> Vec<(String, &str)> {
        let problems = self.only().problems.iter();
        problems.map(|problem| (self.document.pointer(problem.at), problem.expected)).collect()
    }

    /// The texts that no process reads.
    pub(super) fn loose(&self) -> Vec<(&str, &str, &str)> {
        self.only().loose.iter().map(|l| (l.field, l.key.as_str(), open(&l.text))).collect()
    }
}

/// Opens a text of a test's own input.
#[expect(clippy::disallowed_methods, reason = "the tests compare texts they wrote themselves")]
pub(super) fn open(secret: &Secret) -> &str {
    secret.expose()
}

/// A variable as a test writes it: its text, or what it refers to.
pub(super) fn told(value: &Value) -> String {
    match value {
        Value::Literal(text) => open(text).to_owned(),
        Value::Reference(r) => {
            let key = r.key.as_deref().unwrap_or("*");
            format!("{:?}:{}:{key}{}", r.store, r.object, if r.optional { "?" } else { "" })
        }
        Value::Field => "field".to_owned(),
        Value::Nothing => "nothing".to_owned(),
    }
}

/// Every variable as `name=value`.
pub(super) fn env(container: &Container) -> Vec<String> {
    container.env.iter().map(|var| format!("{}={}", var.name, told(&var.value))).collect()
}

/// The words of every command, with its kind.
pub(super) fn commands(container: &Container) -> Vec<String> {
    let line = |command: &crate::workload::Command| {
        let words: Vec<_> = command.words.iter().map(|word| open(&word.text)).collect();
        format!("{:?}: {}", command.kind, words.join(" "))
    };
    container.commands.iter().map(line).collect()
}
