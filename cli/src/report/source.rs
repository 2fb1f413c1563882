//! Texts for excerpts, read again when they are shown, with what must be hidden in them.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use policyctl_policies::document::{Document, Format, LineIndex};
use policyctl_policies::read;

use super::mask::{Hidden, hidden};
use crate::gather::{Content, Input, Inputs, Kind, Source, kind_of, limits};

/// How many texts are kept: evidence seldom lies in more files than that at a time.
const KEPT: usize = 8;

/// The inputs' texts, by the names that reports call them.
pub(crate) struct Sources<'a> {
    inputs: HashMap<&'a str, &'a Source>,
    policy: Option<(String, Source)>,
    recent: RefCell<VecDeque<Rc<SourceText>>>,
}

/// A text, its lines and what must be hidden in it.
pub(super) struct SourceText {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) lines: LineIndex,
    pub(super) hidden: Vec<Hidden>,
}

impl<'a> Sources<'a> {
    /// The texts of these inputs and of the policy file.
    pub(crate) fn new(inputs: &'a Inputs, policy: Option<&Path>) -> Self {
        let by_name = |input: &'a Input| (&*input.name, &input.source);
        let policy = policy.map(|path| (path.to_string_lossy().into_owned(), Source::File(path.to_owned())));
        Self { inputs: inputs.found.iter().map(by_name).collect(), policy, recent: RefCell::default() }
    }

    /// A text by its input's name; `None` when it cannot be shown.
    pub(super) fn get(&self, name: &str) -> Option<Rc<SourceText>> {
        let mut recent = self.recent.borrow_mut();
        if let Some(found) = recent.iter().find(|text| &*text.name == name) {
            return Some(Rc::clone(found));
        }
        let text = Rc::new(self.load(name)?);
        recent.push_front(Rc::clone(&text));
        recent.truncate(KEPT);
        Some(text)
    }

    fn load(&self, name: &str) -> Option<SourceText> {
        let policy = self.policy.as_ref().filter(|(policy, _)| policy == name).map(|(_, source)| source);
        let source = self.inputs.get(name).copied().or(policy)?;
        let Ok(Content::Whole(bytes)) = source.read() else { return None };
        let name = Arc::from(name);
        let documents = parse(&name, &bytes);
        let text: Arc<str> = match documents.first() {
            // As the engine counts: positions are those of its own text.
            Some(document) => Arc::clone(document.text()),
            None => return None,
        };
        let hidden = hidden(&text, &documents);
        Some(SourceText { name, lines: LineIndex::new(&text), hidden, text })
    }
}

/// The documents that can be read; policy files too, which need not look like an input.
fn parse(name: &Arc<str>, bytes: &[u8]) -> Vec<Document> {
    let format = match kind_of(name, bytes) {
        Kind::Document(format) => format,
        Kind::Empty | Kind::Binary(_) | Kind::Foreign => Format::Yaml,
    };
    read::parse(name, bytes, format, limits()).into_iter().flatten().collect()
}
